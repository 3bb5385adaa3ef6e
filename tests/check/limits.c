// limits.c - what 07 promises: limits, and an end to everything in them.
//
// The sandbox's tree of groups has one group at first, "caller": the
// trial's.
#define _GNU_SOURCE
#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define TREE "/sys/fs/cgroup"

// The directory of a process's group.
static const char *group_of(pid_t pid)
{
    static char group[300];
    const char *path = strstr(proc_text(pid, "cgroup"), "0::/");

    snprintf(group, sizeof(group), TREE "%.*s",
             path ? (int)strcspn(path + 3, "\n") : 0, path ? path + 3 : "");
    return group;
}

static const char *limit(const char *file)
{
    static char text[200];
    char path[400];

    snprintf(path, sizeof(path), "%s/%s", group_of(command), file);
    slurp(AT_FDCWD, path, text, sizeof(text));
    text[strcspn(text, "\n")] = '\0';
    return text;
}

// The first group that is not the caller's, or NULL.
static const char *group_left(void)
{
    static char name[300];
    bool found = false;
    DIR *dir = opendir(TREE);

    for (struct dirent *d = dir ? readdir(dir) : NULL; d; d = readdir(dir))
        if (d->d_type == DT_DIR && d->d_name[0] != '.' &&
            strcmp(d->d_name, "caller")) {
            snprintf(name, sizeof(name), TREE "/%s", d->d_name);
            found = true;
        }
    if (dir)
        closedir(dir);
    return found ? name : NULL;
}

static bool no_group_left(void)
{
    return !group_left();
}

static const char *what_is_left(void)
{
    static char text[400];
    const char *group = group_left();

    snprintf(text, sizeof(text), "%s%s%s",
             all_gone() ? "" : "Processes are still running. ",
             group ? "This group is left: " : "", group ? group : "");
    return text;
}

void group_is_its_own(void)
{
    char mine[200] = "";

    RUN("cat", "/proc/self/cgroup");
    must_end(0);
    slurp(AT_FDCWD, "/proc/self/cgroup", mine, sizeof(mine));
    if (!strcmp(outcome.out, mine))
        broken("%s: the group of its caller", printed());
}

void limits_are_set(void)
{
    static const struct {
        const char *file, *value;
    } want[] = {
        {"pids.max", "20"},
        {"memory.max", "104857600"},
        {"memory.swap.max", "0"},
        {"cpu.max", "50000 100000"},
    };

    START("sleep", "1000");
    for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        const char *value = limit(want[i].file);
        if (!*value && i == 2)
            continue; // a kernel without swap
        if (!strcmp(value, want[i].value))
            continue;
        EXPECTED("%s: %s", want[i].file, want[i].value);
        broken("%s: %s", want[i].file, *value ? value : "no such file");
    }
}

#define FORTY                                                              \
    "for i in $(seq 40); do sleep 1000 & done; set -- /proc/[0-9]*; echo " \
    "$#"

void no_fork_bomb(void)
{
    patience *= 3; // forty forks
    RUN("sh", "-c", FORTY);
    if (outcome.hung || outcome.signal)
        must_end(2);
    if (outcome.len)
        broken("%s processes", printed());
}

// Whoever writes to cgroup.procs from outside is slow in doing so.
void limits_come_first(void)
{
    fault = (struct fault){
        .calls = {SYS_openat}, .delay = 400, .path = "cgroup.procs"};
#ifdef SYS_open
    fault.calls[1] = SYS_open;
#endif
    patience *= 3;
    RUN("sh", "-c", FORTY);
    if (outcome.hung || outcome.signal)
        must_end(2);
    if (outcome.len)
        broken("%s processes, when the program is slow", printed());
}

void memory_is_limited(void)
{
    patience *= 3; // 25,600 pages
    RUN("dd", "if=/dev/zero", "of=/dev/null", "bs=128M", "count=1");
    if (outcome.status != 137)
        must_end(137);
}

static bool is_throttled(void)
{
    const char *n;
    char path[400], text[1000];

    snprintf(path, sizeof(path), "%s/cpu.stat", group_of(command));
    slurp(AT_FDCWD, path, text, sizeof(text));
    n = strstr(text, "nr_throttled ");
    return n && atoi(n + 13) > 0;
}

void cpu_is_limited(void)
{
    START("sh", "-c", "while :; do :; done");
    if (!wait_for(is_throttled, patience))
        broken("It got all the time that it asked for");
}

void group_goes(void)
{
    RUN("true");
    must_end(0);
    if (group_left())
        broken("%s", what_is_left());
    report->tried[0] = '\0';
    START("sleep", "1000");
    show_command("sleep 1000   # and elsewhere: kill -KILL its PID");
    kill(command, SIGKILL);
    ends_with(137);
    if (group_left())
        broken("%s", what_is_left());
}

// Their PID 1 is the second one: a shell would die of Ctrl-C before its exec.
#define TWO "sleep 999 & exec sleep 1000"
static const char *const two[] = {"sh", "-c", TWO, NULL};

static void start_two(void)
{
    static const char *const seen[] = {"sleep", "1000", NULL};

    start_and_find(two, seen);
}

static void wait_for_nothing(void)
{
    if (!wait_for(all_gone, patience) ||
        !wait_for(no_group_left, patience / 10))
        broken("%s", what_is_left());
}

void dies_with_the_program(void)
{
    start_two();
    show_command("sleep 1000   # and elsewhere: kill -KILL the program");
    kill(started, SIGKILL);
    wait_for_nothing();
}

void dies_with_the_job(void)
{
    static const int signals[] = {SIGINT, SIGHUP, SIGTERM, SIGKILL};

    for (int i = 0; i < 4; i++) {
        report->tried[0] = '\0';
        start_two();
        show_command(i == 0   ? "sleep 1000   # and Ctrl-C"
                     : i == 1 ? "sleep 1000   # and close the terminal"
                     : i == 2 ? "sleep 1000   # and kill its process group"
                              : "sleep 1000   # and kill -KILL its group");
        EXPECTED("exit status %d, and nothing is left", 128 + signals[i]);
        kill(-started, signals[i]);
        ends_with(128 + signals[i]);
        wait_for_nothing();
    }
}

void others_live_on(void)
{
    START("sleep", "1000");
    pid_t one = command;
    RUN("true");
    must_end(0);
    if (is_gone(one))
        broken("The container that was there before has ended");
}
