// See where in the host's cgroups we are: their paths name its services and
// containers. /proc/PID/cgroup in cgroups(7), cgroup_namespaces(7)
#include "leaks.h"

static void inside(char *unused)
{
    char line[PATH_MAX];

    (void)unused;
    FILE *f = fopen("/proc/self/cgroup", "r");
    if (!f)
        answer_closed("/proc/self/cgroup");
    while (fgets(line, sizeof(line), f))
        if (strcmp(strchr(strchr(line, ':') + 1, ':'), ":/\n") != 0)
            answer_open();
    errno = 0;
    answer_closed("all of them are /");
}

LEAK(.name = "cgroup", .inside = inside);
