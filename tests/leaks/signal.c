// Signal a process of the host. kill(2), pid_namespaces(7). There is no way back
// to its PID namespace; but whoever may write to its memory may have it do all
// that it could, and signal itself: /proc/PID/mem in proc(5).
#include "leaks.h"

static pid_t victim;

static void prepare(void)
{
    victim = start_canary();
    sprintf(arg, "%d", victim);
}

static void inside(char *pid)
{
    char path[64];
    int signal = SIGUSR1;

    ready();
    if (!went_back)
        answer(kill(atoi(pid), signal), "kill");
    snprintf(path, sizeof(path), "/proc/%s/mem", pid);
    int fd = open(path, O_RDWR);
    if (fd == -1)
        answer_closed(path);
    // The same program: what it looks at is where ours is.
    answer(pwrite(fd, &signal, sizeof(signal), (off_t)&told), path);
}

static enum answer judge(void)
{
    usleep(50000); // it looks every 10 ms
    return end_canary(victim) == SIGUSR1 ? OPEN : CLOSED;
}

LEAK(.name = "signal", .prepare = prepare, .inside = inside, .judge = judge);
