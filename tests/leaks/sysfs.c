// Change the host's devices and its power management, in a sysfs of our own
// where we are given none. sysfs(5)
#include <sys/mount.h>

#include "leaks.h"

#define TIMEOUT "/sys/power/pm_freeze_timeout" // harmless, and often there

static void inside(char *unused)
{
    (void)unused;
    if (access(TIMEOUT, W_OK) == -1)
        mount("sysfs", "/sys", "sysfs", 0, NULL);
    if (access(TIMEOUT, W_OK) == -1)
        mount(NULL, "/sys", NULL, MS_REMOUNT, NULL);
    answer_write_back(TIMEOUT);
}

LEAK(.name = "sysfs", .inside = inside);
