// Go before the host's own processes. setpriority(2), CAP_SYS_NICE in
// capabilities(7)
#include <sys/resource.h>

#include "leaks.h"

static void inside(char *unused)
{
    (void)unused;
    answer(setpriority(PRIO_PROCESS, 0, -5), "setpriority");
}

LEAK(.name = "nice", .inside = inside);
