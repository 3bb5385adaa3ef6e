// Be root outside when root inside: what we are to the host's files and
// processes, should another hole let us at them. user_namespaces(7)
#include "leaks.h"

static bool is_root;

static void prepare(void)
{
    strcpy(arg, secret);
}

static void inside(char *name)
{
    prctl(PR_SET_NAME, name);
    ready();
    pause();
}

static void look(pid_t pid)
{
    char path[64], line[128];
    unsigned uid;

    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof(line), f))
        if (sscanf(line, "Uid: %u", &uid) == 1)
            is_root = uid == 0;
    kill(pid, SIGKILL);
}

static void meanwhile(pid_t program)
{
    (void)program;
    if (find_by_name(look) != 1)
        cannot("the probe is not to be found");
}

static enum answer judge(void)
{
    return is_root ? OPEN : CLOSED;
}

LEAK(.name = "root", .prepare = prepare, .inside = inside,
     .meanwhile = meanwhile, .judge = judge);
