// Open files without end: 1100, which stand for all of them. getrlimit(2)
#include <sys/resource.h>

#include "leaks.h"

#define ENOUGH 1100

static void inside(char *unused)
{
    struct rlimit limit;
    int n = 0;

    (void)unused;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    while (n < ENOUGH && dup(1) != -1)
        n++;
    answer(n == ENOUGH ? 0 : -1, "dup");
}

LEAK(.name = "nofile", .inside = inside);
