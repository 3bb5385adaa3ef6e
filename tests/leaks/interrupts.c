// Watch the host's interrupts: when which key is hit, and when a disk
// works. /proc/interrupts in proc(5)
#include "leaks.h"

#include <glob.h>

static bool shows(void)
{
    glob_t counts;
    char line[256];

    FILE *f = fopen("/proc/interrupts", "r");
    if (f && fgets(line, sizeof(line), f) && strstr(line, "CPU0"))
        return true;
    // The same, a file for each: sysfs-kernel-irq in the kernel's ABI
    // documents.
    return glob("/sys/kernel/irq/*/per_cpu_count", 0, NULL, &counts) == 0;
}

static void inside(char *unused)
{
    (void)unused;
    if (shows())
        answer_open();
    unmask("/proc/interrupts");
    unmask("/sys/kernel/irq");
    errno = 0;
    answer(shows() ? 0 : -1, "/proc/interrupts is empty");
}

LEAK(.name = "interrupts", .inside = inside);
