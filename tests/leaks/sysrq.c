// Switch the machine off, or crash it. It is opened, no key is written.
// /proc/sysrq-trigger in proc(5)
#include "leaks.h"

static void inside(char *unused)
{
    (void)unused;
    if (access("/proc/sysrq-trigger", W_OK) == -1)
        unmask("/proc/sysrq-trigger");
    answer(open("/proc/sysrq-trigger", O_WRONLY), "/proc/sysrq-trigger");
}

LEAK(.name = "sysrq", .inside = inside);
