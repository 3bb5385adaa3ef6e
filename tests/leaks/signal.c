// Signal a process of the host. kill(2), pid_namespaces(7)
#include "leaks.h"

static pid_t victim;

static void prepare(void)
{
    victim = start_canary();
    sprintf(arg, "%d", victim);
}

static void inside(char *pid)
{
    ready();
    answer(kill(atoi(pid), SIGUSR1), "kill");
}

static enum answer judge(void)
{
    return end_canary(victim) == SIGUSR1 ? OPEN : CLOSED;
}

LEAK(.name = "signal", .prepare = prepare, .inside = inside, .judge = judge);
