// Have the kernel write our memory to the host's disk. core(5), getrlimit(2)
#include <sys/resource.h>

#include "leaks.h"

static void prepare(void)
{
    char pattern[128] = "";

    FILE *f = fopen("/proc/sys/kernel/core_pattern", "r");
    if (!f || !fgets(pattern, sizeof(pattern), f) || strchr("|/", pattern[0]))
        cannot("core_pattern leads to a program or directory of the host's");
}

static void inside(char *unused)
{
    struct rlimit limit;
    int status;

    (void)unused;
    getrlimit(RLIMIT_CORE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_CORE, &limit);
    pid_t pid = fork();
    if (pid == 0)
        abort();
    if (pid == -1 || waitpid(pid, &status, 0) == -1)
        answer_cannot("fork");
    errno = 0;
    answer(WCOREDUMP(status) ? 0 : -1, "no core dumped");
}

LEAK(.name = "core", .prepare = prepare, .inside = inside);
