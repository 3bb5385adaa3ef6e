// Leave a mount behind on the host. mount(2), mount_namespaces(7)
#include <sys/mount.h>

#include "leaks.h"

static void prepare(void)
{
    sprintf(arg, "%s", canary);
}

static void inside(char *dir)
{
    const char *name = strrchr(dir, '.') + 1;

    ready();
    if (mount(name, dir, "tmpfs", 0, NULL) == -1)
        answer(mount(name, "/tmp", "tmpfs", 0, NULL), "mount");
    answer_open();
}

static enum answer judge(void)
{
    char line[4096];
    enum answer answer = CLOSED;

    FILE *f = fopen("/proc/self/mounts", "r");
    while (fgets(line, sizeof(line), f))
        if (strncmp(line, secret, strlen(secret)) == 0)
            answer = OPEN;
    fclose(f);
    return answer;
}

LEAK(.name = "mount", .prepare = prepare, .inside = inside, .judge = judge);
