// Inherit an open directory of the host's, and open what is below it. With
// such a one left open, runc was escaped from (CVE-2024-21626). openat(2)
#include "leaks.h"

#define INHERITED 9

static void prepare(void)
{
    int fd = open(canary, O_RDONLY | O_DIRECTORY);
    dup2(fd, INHERITED);
    close(fd);
}

static void inside(char *unused)
{
    (void)unused;
    for (int fd = 3; fd < 64; fd++)
        if (faccessat(fd, "secret", F_OK, 0) == 0)
            answer_file(fd, "secret");
    answer_closed("openat");
}

LEAK(.name = "fd", .prepare = prepare, .inside = inside);
