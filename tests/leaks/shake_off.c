// Outlive the container program, having first asked the kernel to forget that
// we are to die with it, and become another user, at which it forgets that
// anyway. PR_SET_PDEATHSIG in prctl(2)
#include "leaks.h"

static void prepare(void)
{
    strcpy(arg, secret);
}

static void inside(char *name)
{
    prctl(PR_SET_PDEATHSIG, 0);
    if (setuid(1000) == -1)
        setuid(getuid()); // the line before may do
    prctl(PR_SET_NAME, name);
    if (fork() == 0) // PID 1 is to live on, and so is who is none
        ready();
    for (;;)
        pause();
}

static void meanwhile(pid_t program)
{
    kill(program, SIGKILL);
}

// It may take the kernel a moment to end them all.
static enum answer judge(void)
{
    for (int i = 0; i < 30; i++) {
        if (find_by_name(NULL) == 0)
            return CLOSED;
        usleep(10000);
    }
    return OPEN;
}

LEAK(.name = "shake_off", .prepare = prepare, .inside = inside,
     .meanwhile = meanwhile, .judge = judge);
