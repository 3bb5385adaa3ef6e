// Outlive the container program, when that is killed: in the background, as
// a daemon. PR_SET_PDEATHSIG in prctl(2), pid_namespaces(7)
#include "leaks.h"

static void prepare(void)
{
    strcpy(arg, secret);
}

static void inside(char *name)
{
    if (fork() == 0) {
        setsid();
        prctl(PR_SET_NAME, name);
        ready();
    }
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

LEAK(.name = "outlive", .prepare = prepare, .inside = inside,
     .meanwhile = meanwhile, .judge = judge);
