// Watch the host's interrupts: when which key is hit, and when a disk works.
// /proc/interrupts in proc(5)
#include "leaks.h"

static bool shows(void)
{
    char line[256];

    FILE *f = fopen("/proc/interrupts", "r");
    return f && fgets(line, sizeof(line), f) && strstr(line, "CPU0");
}

static void inside(char *unused)
{
    (void)unused;
    if (shows())
        answer_open();
    unmask("/proc/interrupts");
    errno = 0;
    answer(shows() ? 0 : -1, "/proc/interrupts is empty");
}

LEAK(.name = "interrupts", .inside = inside);
