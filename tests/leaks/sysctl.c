// Change the settings of the host's kernel. /proc/sys in proc(5)
#include "leaks.h"

static void inside(char *unused)
{
    (void)unused;
    if (access("/proc/sys/vm/overcommit_ratio", W_OK) == -1)
        unmask("/proc/sys/vm/overcommit_ratio");
    answer_write_back("/proc/sys/vm/overcommit_ratio");
}

LEAK(.name = "sysctl", .inside = inside);
