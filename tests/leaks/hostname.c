// Rename the host: one hostname for all processes of a UTS namespace.
// sethostname(2), uts_namespaces(7)
#define _GNU_SOURCE
#include "leaks.h"

static void inside(char *name)
{
    ready();
    answer(sethostname(name, strlen(name)), "sethostname");
}

static enum answer judge(void)
{
    char name[HOST_NAME_MAX + 1] = "";

    gethostname(name, sizeof(name));
    return strcmp(name, arg) == 0 ? OPEN : CLOSED;
}

static void prepare(void)
{
    strcpy(arg, secret);
}

LEAK(.name = "hostname", .prepare = prepare, .inside = inside, .judge = judge);
