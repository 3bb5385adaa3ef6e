// Take all CPU time: busy loops, each of which wants its share of 4/5 of a CPU
// within 250 ms. Half a CPU, as in 50 of every 100 ms, is 3/5 of that at most,
// wherever its periods begin. The cpu controller in cgroups(7)
//
// Who gets less may have busy neighbours, or a limit: it tries again, until it
// has had enough three times, or the host sees that the kernel has held it back.
// If neither comes about and there is a limit, nobody can tell.
#include <mntent.h>
#include <sys/resource.h>
#include <time.h>

#include "leaks.h"

#define LOOPS 4
#define WALL 0.25 // seconds
#define WANTED 0.8 // of a CPU
#define ENOUGH 0.75
#define TIMES 3
#define ROUNDS 12

static bool limited, throttled, ended;

static void prepare(void)
{
    strcpy(arg, secret);
}

static double now(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static double seconds(struct timeval t)
{
    return t.tv_sec + t.tv_usec / 1e6;
}

// Returns how much of a CPU we were given.
static double burn(void)
{
    double start = now(CLOCK_MONOTONIC), got = 0;

    for (int i = 0; i < LOOPS; i++)
        if (fork() == 0) {
            while (now(CLOCK_MONOTONIC) < start + WALL &&
                   now(CLOCK_PROCESS_CPUTIME_ID) < WANTED * WALL / LOOPS)
                ;
            _exit(0);
        }
    struct rusage used;
    while (wait4(-1, NULL, 0, &used) > 0)
        got += seconds(used.ru_utime) + seconds(used.ru_stime);
    return got / WALL;
}

static void inside(char *name)
{
    prctl(PR_SET_NAME, name);
    ready();
    for (int i = 0, times = 0; i < ROUNDS; i++)
        if (burn() > ENOUGH && ++times == TIMES)
            answer_open();
    pause();
}

// Is this line of /proc/PID/cgroup about the CPU, and the mount its tree?
static bool fits(const char *controllers, const struct mntent *m)
{
    if (controllers[0] == '\0')
        return strcmp(m->mnt_type, "cgroup2") == 0;
    return strcmp(m->mnt_type, "cgroup") == 0 && hasmntopt(m, "cpu") &&
           (strncmp(controllers, "cpu,", 4) == 0 ||
            strcmp(controllers, "cpu") == 0);
}

// Does this line of the file say so? The format is scanf's, for one number.
static bool says(const char *dir, const char *file, const char *format)
{
    char path[2 * PATH_MAX], line[128];
    long number = 0;

    snprintf(path, sizeof(path), "%s/%s", dir, file);
    FILE *f = fopen(path, "r");
    while (f && number <= 0 && fgets(line, sizeof(line), f))
        sscanf(line, format, &number);
    if (f)
        fclose(f);
    return number > 0;
}

// Has the kernel held the processes of the group back? Could it?
static void look_at(const char *tree, char *group)
{
    char dir[PATH_MAX], *end;

    snprintf(dir, sizeof(dir), "%s%s", tree, group);
    throttled |= says(dir, "cpu.stat", "nr_throttled %ld");
    do { // limits are those of the groups above, too
        snprintf(dir, sizeof(dir), "%s%s", tree, group);
        limited |= says(dir, "cpu.max", "%ld") ||
                   says(dir, "cpu.cfs_quota_us", "%ld");
        end = strrchr(group, '/');
        if (end)
            *end = '\0';
    } while (end);
}

static void look(pid_t pid)
{
    char path[64], line[PATH_MAX];

    snprintf(path, sizeof(path), "/proc/%d/cgroup", pid);
    FILE *groups = fopen(path, "r");
    while (groups && fgets(line, sizeof(line), groups)) {
        char *controllers = strchr(line, ':') + 1;
        char *group = strchr(controllers, ':') + 1;
        group[-1] = '\0';
        group[strcspn(group, "\n")] = '\0';
        FILE *mounts = setmntent("/proc/self/mounts", "r");
        for (struct mntent *m = getmntent(mounts); m; m = getmntent(mounts))
            if (fits(controllers, m))
                look_at(m->mnt_dir, group);
        endmntent(mounts);
    }
}

static void end(pid_t pid)
{
    kill(pid, SIGKILL);
}

static void meanwhile(pid_t program)
{
    double start = now(CLOCK_MONOTONIC);
    siginfo_t info = {0};

    while (!throttled && !ended && now(CLOCK_MONOTONIC) < start + ROUNDS * WALL) {
        usleep(10000);
        find_by_name(look);
        waitid(P_PID, program, &info, WEXITED | WNOHANG | WNOWAIT);
        ended = info.si_pid == program;
    }
    while (!ended && find_by_name(end) > 0)
        usleep(1000);
}

static enum answer judge(void)
{
    if (throttled)
        return CLOSED;
    if (limited && !ended)
        cannot("others took the CPUs");
    return OPEN;
}

LEAK(.name = "cpu", .prepare = prepare, .inside = inside,
     .meanwhile = meanwhile, .judge = judge);
