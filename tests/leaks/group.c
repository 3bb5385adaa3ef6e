// Signal the host's processes by their process group: kill(0, SIG) reaches
// all of the group we were started in, in whatever PID namespace they are.
// kill(2), setsid(2)
#include "leaks.h"

static pid_t victim;

static void prepare(void)
{
    victim = start_canary(); // of the group that the program is of
}

static void inside(char *unused)
{
    (void)unused;
    ready();
    answer(kill(0, SIGUSR1), "kill");
}

static enum answer judge(void)
{
    return end_canary(victim) == SIGUSR1 ? OPEN : CLOSED;
}

LEAK(.name = "group", .prepare = prepare, .inside = inside, .judge = judge);
