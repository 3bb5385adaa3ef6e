// bench - starts what a plan names, and says what it cost.
//
//   bench PLAN ROUNDS REST STARTS JOBS
//
// A line of PLAN is KIND PROFILE NAME COMMAND..., with tabs between them; @
// in an argument stands for a number that no other start has. KIND is
//
//   start, exec  ROUNDS times: from before posix_spawn(3) until after
//                waitpid(2), REST milliseconds after the one before
//   sleep        what is kept in memory while the command sleeps
//   crowd        STARTS of them, JOBS at a time
//
// One round has each contestant once, in an order that changes: what else the
// machine does meets all alike. Each is run once before it counts.
//
// Prints, with tabs: KIND PROFILE NAME, then
//
//   start, exec  median, 90th percentile and least of the time, and median of
//                CPU time (microseconds), failed, left
//   sleep        Pss and Rss of what is not the command (KiB), failed, left
//   crowd        starts a second, median (microseconds), failed, left
//
// "left" are processes that live on when the one that was started has ended:
// they become our children (PR_SET_CHILD_SUBREAPER), and are killed.
#define _GNU_SOURCE
#include <dirent.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

#include "../../common/handmade.h"

#define CONTESTANTS 128
#define ARGS 128
#define LIMIT 60 // seconds that one start may take

struct contestant {
    const char *kind, *profile, *name;
    char *argv[ARGS];
    long *values; // microseconds, or KiB
    long *others; // microseconds of CPU time, starts a second, or KiB
    int n, failed, left;
};

extern char **environ;
static struct contestant contestants[CONTESTANTS];
static char said[PATH_MAX];
static int count, rounds, rest, starts, jobs;
static volatile pid_t running;
static int input, output; // pipes: a runtime may give away what it has as 0

static long now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000L + t.tv_nsec / 1000;
}

static void pause_for(int milliseconds)
{
    struct timespec t = {milliseconds / 1000,
                         milliseconds % 1000 * 1000000L};

    nanosleep(&t, NULL);
}

static void too_long(int sig)
{
    (void)sig;
    if (running > 0)
        kill(running, SIGKILL);
}

static void *allocate(size_t n)
{
    void *memory = calloc(n, sizeof(long));
    if (memory == NULL)
        die("calloc");
    return memory;
}

static void read_plan(const char *path)
{
    char *line = NULL;
    size_t size = 0;

    FILE *plan = fopen(path, "re");
    if (plan == NULL)
        die("open %s", path);
    while (getline(&line, &size, plan) > 0 && count < CONTESTANTS) {
        struct contestant *c = &contestants[count++];
        char *rest_of_line = strdup(line);
        rest_of_line[strcspn(rest_of_line, "\n")] = '\0';
        c->kind = strsep(&rest_of_line, "\t");
        c->profile = strsep(&rest_of_line, "\t");
        c->name = strsep(&rest_of_line, "\t");
        for (int i = 0; rest_of_line && i < ARGS - 1; i++)
            c->argv[i] = strsep(&rest_of_line, "\t");
        c->values = allocate(rounds * starts + 1);
        c->others = allocate(rounds + 1);
    }
    free(line);
    fclose(plan);
}

// Start it; what it says goes to a file.
static pid_t spawn(const struct contestant *c)
{
    static int id;
    static char text[ARGS][PATH_MAX];
    char *argv[ARGS] = {NULL};
    posix_spawn_file_actions_t streams;
    pid_t pid;

    id++;
    for (int i = 0; c->argv[i]; i++) {
        char *at = strchr(c->argv[i], '@');
        argv[i] = c->argv[i];
        if (at == NULL)
            continue;
        snprintf(text[i], sizeof(text[i]), "%.*s%d-%d%s",
                 (int)(at - c->argv[i]), c->argv[i], getpid(), id, at + 1);
        argv[i] = text[i];
    }
    posix_spawn_file_actions_init(&streams);
    posix_spawn_file_actions_adddup2(&streams, input, 0);
    posix_spawn_file_actions_adddup2(&streams, output, 1);
    posix_spawn_file_actions_addopen(&streams, 2, said,
                                     O_WRONLY | O_CREAT | O_TRUNC, 0600);
    errno = posix_spawnp(&pid, argv[0], &streams, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&streams);
    return errno == 0 ? pid : -1;
}

// Count it, and say of the first what it was.
static bool failed(struct contestant *c, int status)
{
    char line[256] = "";

    if (status == 0)
        return false;
    if (c->failed++ > 0)
        return true;
    FILE *file = fopen(said, "re");
    if (file == NULL || fgets(line, sizeof(line), file) == NULL)
        strcpy(line, "it says nothing\n");
    if (file)
        fclose(file);
    fprintf(stderr, "bench: %s, %s, %s: ended with %d: %s", c->name,
            c->profile, c->kind, exit_code(status), line);
    return true;
}

// The parent of a process, and the name of its program. -1: there is none.
static pid_t parent_of(pid_t pid, char *name)
{
    char path[64], state;
    int parent = -1;

    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return -1;
    if (fscanf(file, "%*d (%15[^)]) %c %d", name, &state, &parent) != 3)
        parent = -1;
    fclose(file);
    return parent;
}

static bool is_ours(pid_t pid)
{
    char name[16];

    while (pid > 1) {
        pid = parent_of(pid, name);
        if (pid == getpid())
            return true;
    }
    return false;
}

// Add what a process has in memory.
static void add_memory(pid_t pid, long *pss, long *rss)
{
    char path[64], line[256];
    long kib;

    snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return;
    while (fgets(line, sizeof(line), file)) {
        if (sscanf(line, "Pss: %ld", &kib) == 1)
            *pss += kib;
        if (sscanf(line, "Rss: %ld", &kib) == 1)
            *rss += kib;
    }
    fclose(file);
}

// Look at all processes below us: the PID of the one that is sleep, or 0, and
// the memory of all others. All get the signal, if that is not 0.
static pid_t look(long *pss, long *rss, int sig)
{
    char name[16];
    pid_t sleeper = 0;

    *pss = *rss = 0;
    DIR *proc = opendir("/proc");
    if (proc == NULL)
        die("open /proc");
    for (struct dirent *d = readdir(proc); d; d = readdir(proc)) {
        pid_t pid = atoi(d->d_name);
        if (pid <= 0 || !is_ours(pid) || parent_of(pid, name) == -1)
            continue;
        if (sig)
            kill(pid, sig);
        if (strcmp(name, "sleep") == 0)
            sleeper = pid;
        else
            add_memory(pid, pss, rss);
    }
    closedir(proc);
    return sleeper;
}

// Everybody has a moment to end; then whoever is there is left, and killed.
static void reap(struct contestant *c)
{
    long pss, rss, end = now() + 500000;
    pid_t pid = waitpid(-1, NULL, WNOHANG);
    bool late = false;

    while (pid != -1) {
        if (pid == 0 && now() > end) {
            c->left += !late;
            late = true;
            look(&pss, &rss, SIGKILL);
        }
        if (pid == 0)
            pause_for(1);
        pid = waitpid(-1, NULL, WNOHANG);
    }
}

static long microseconds(struct timeval t)
{
    return t.tv_sec * 1000000L + t.tv_usec;
}

static void measure_start(struct contestant *c, bool counts)
{
    struct rusage used; // by it, and by those whom it has waited for
    int status = -1;

    pause_for(rest);
    long begin = now();
    running = spawn(c);
    alarm(LIMIT);
    if (running > 0)
        wait4(running, &status, 0, &used);
    long end = now();
    alarm(0);
    if (!failed(c, status) && counts) {
        c->others[c->n] =
            microseconds(used.ru_utime) + microseconds(used.ru_stime);
        c->values[c->n++] = end - begin;
    }
    reap(c);
}

static void measure_sleep(struct contestant *c, bool counts)
{
    long pss = 0, rss = 0, end = now() + LIMIT * 1000000L;
    int status = -1;
    pid_t sleeper = 0;

    running = spawn(c);
    while (running > 0 && sleeper == 0 && now() < end &&
           waitpid(running, &status, WNOHANG) == 0) {
        pause_for(5);
        sleeper = look(&pss, &rss, 0);
    }
    if (sleeper == 0) { // it has ended, and says why itself
        failed(c, status ? status : -1);
        return;
    }
    pause_for(50); // it may have something to do yet
    look(&pss, &rss, 0);
    kill(sleeper, SIGKILL);
    alarm(LIMIT);
    waitpid(running, &status, 0);
    alarm(0);
    if (counts) {
        c->values[c->n] = pss;
        c->others[c->n++] = rss;
    }
    reap(c);
}

static void measure_crowd(struct contestant *c, int pass)
{
    pid_t *pids = allocate(starts);
    long *begins = allocate(starts), begin = now();
    int started = 0, ended = 0, status;

    while (ended < starts) {
        if (started < starts && started - ended < jobs) {
            begins[started] = now();
            pids[started] = spawn(c);
            if (pids[started++] == -1)
                ended += failed(c, -1);
            continue;
        }
        pid_t pid = wait(&status);
        for (int i = 0; i < started; i++)
            if (pid > 0 && pids[i] == pid) {
                ended++;
                if (!failed(c, status))
                    c->values[c->n++] = now() - begins[i];
            }
    }
    c->others[pass] = starts * 1000000L / (now() - begin + 1);
    free(pids);
    free(begins);
    reap(c);
}

static void measure(struct contestant *c, int round)
{
    if (c->failed && c->n == 0)
        return; // not on this machine
    if (strcmp(c->kind, "sleep") == 0)
        measure_sleep(c, round > 0);
    else if (strcmp(c->kind, "crowd") == 0)
        measure_crowd(c, round);
    else
        measure_start(c, round > 0);
}

// All contestants of a kind, so often, in a new order each time.
static void run_kind(const char *kind, int first, int times)
{
    int order[CONTESTANTS], n = 0;

    for (int i = 0; i < count; i++)
        if (strcmp(contestants[i].kind, kind) == 0)
            order[n++] = i;
    for (int round = first; round < times; round++)
        for (int i = n; i > 0; i--) {
            int j = rand() % i, chosen = order[j];
            order[j] = order[i - 1];
            order[i - 1] = chosen;
            measure(&contestants[chosen], round);
        }
}

static int compare(const void *a, const void *b)
{
    long left = *(const long *)a, right = *(const long *)b;

    return (left > right) - (left < right);
}

static long part(long *values, int n, int percent)
{
    qsort(values, n, sizeof(*values), compare);
    return n == 0 ? -1 : values[(n - 1) * percent / 100];
}

static void print(struct contestant *c, int passes)
{
    printf("%s\t%s\t%s\t", c->kind, c->profile, c->name);
    if (strcmp(c->kind, "sleep") == 0)
        printf("%ld\t%ld", part(c->values, c->n, 50),
               part(c->others, c->n, 50));
    else if (strcmp(c->kind, "crowd") == 0)
        printf("%ld\t%ld", part(c->others, passes, 50),
               part(c->values, c->n, 50));
    else
        printf("%ld\t%ld\t%ld\t%ld", part(c->values, c->n, 50),
               part(c->values, c->n, 90), part(c->values, c->n, 0),
               part(c->others, c->n, 50));
    printf("\t%d\t%d\n", c->failed, c->left);
}

// The contestants' standard streams. /dev/null would be the machine's: crun
// makes it the property of root inside.
static void make_pipes(void)
{
    int in[2], out[2];

    if (pipe2(in, O_CLOEXEC) == -1 || pipe2(out, O_CLOEXEC) == -1)
        die("pipe2");
    input = in[READ_END];
    output = out[WRITE_END];
}

int main(int argc, char **argv)
{
    if (argc != 6)
        usage("PLAN ROUNDS REST STARTS JOBS");
    rounds = atoi(argv[2]);
    rest = atoi(argv[3]);
    starts = atoi(argv[4]);
    jobs = atoi(argv[5]);
    if (rounds < 1 || rest < 0 || starts < 1 || jobs < 1)
        usage("PLAN ROUNDS REST STARTS JOBS: numbers above 0");
    int passes = rounds < 3 ? rounds : 3;
    make_pipes();
    read_plan(argv[1]);
    snprintf(said, sizeof(said), "%s.said", argv[1]);
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) == -1)
        die("prctl PR_SET_CHILD_SUBREAPER");
    struct sigaction action = {.sa_handler = too_long,
                               .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &action, NULL);
    srand(getpid());

    run_kind("start", 0, rounds + 1);
    run_kind("exec", 0, rounds + 1);
    run_kind("sleep", 1, passes + 1);
    run_kind("crowd", 0, passes);
    for (int i = 0; i < count; i++)
        print(&contestants[i], passes);
    return 0;
}
