// Count the host's interrupts and context switches: when somebody types, and
// when a disk works. /proc/stat in proc(5)
#include "leaks.h"

static void inside(char *unused)
{
    char word[32] = "";
    unsigned long long count = 0;

    (void)unused;
    FILE *f = fopen("/proc/stat", "r");
    while (f && fscanf(f, "%31s", word) == 1 && strcmp(word, "intr") != 0)
        continue;
    if (f && fscanf(f, "%llu", &count) == 1 && count > 0)
        answer_open();
    errno = 0;
    answer_closed("/proc/stat has no line of interrupts");
}

LEAK(.name = "stat", .inside = inside);
