// Fork without end: 40 processes, which stand for all of them. The pids
// controller in cgroups(7)
#include "leaks.h"

#define ENOUGH 40

static void inside(char *unused)
{
    pid_t pids[ENOUGH];
    int n = 0;

    (void)unused;
    while (n < ENOUGH && (pids[n] = fork()) != -1)
        if (pids[n++] == 0)
            for (;;)
                pause();
    int err = errno;
    for (int i = 0; i < n; i++) {
        kill(pids[i], SIGKILL);
        waitpid(pids[i], NULL, 0);
    }
    errno = err;
    answer(n == ENOUGH ? 0 : -1, "fork");
}

LEAK(.name = "fork", .inside = inside);
