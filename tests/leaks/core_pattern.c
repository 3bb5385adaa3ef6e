// Have the host run a program of ours: the kernel starts what core_pattern
// names, as root and outside, when a process crashes. core(5)
#include "leaks.h"

static void inside(char *unused)
{
    (void)unused;
    if (access("/proc/sys/kernel/core_pattern", W_OK) == -1)
        unmask("/proc/sys/kernel/core_pattern");
    answer_write_back("/proc/sys/kernel/core_pattern");
}

LEAK(.name = "core_pattern", .inside = inside);
