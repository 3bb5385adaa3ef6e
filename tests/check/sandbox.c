// sandbox.c - a host of its own for each trial, which the program may
// break.
//
// It has its own mounts (all shared, as under systemd), process IDs,
// hostname, IPC, network, and with cgroup v2 a group that stands for the
// root of the tree. Its PID 1 starts the trial, looks at what the trial has
// changed, and ends; with it ends all that is left. An ordinary user gets
// it by a user namespace. See namespaces(7), pid_namespaces(7),
// cgroup_namespaces(7).
#define _GNU_SOURCE
#include "check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define TREE "/sys/fs/cgroup"
#define MOST 300 // processes in a sandbox: more is a fork bomb
#define BOMB_SEEN "It made more and more processes: a fork bomb."
#define LONGEST 6 // the longest trial: so many times our patience

char host_name[65];
int host_proc = -1;
bool have_limits;
int patience = 2000;

volatile sig_atomic_t stopped;

static pid_t init; // PID 1 of the sandbox, as we see it
static bool boxed = true; // false where the kernel gives us no sandbox
static char group[80]; // ours, where there is cgroup v2
static char added[40]; // the controllers that we have switched on
static char mounts_before[1 << 20], mounts_after[1 << 20];
static int mounts_fd = -1;

// ---- The group that stands for the tree's root

static bool put(const char *dir, const char *file, const char *text)
{
    char path[200];

    snprintf(path, sizeof(path), "%s/%s", dir, file);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd == -1)
        return false;
    bool done = write(fd, text, strlen(text)) != -1;
    close(fd);
    return done;
}

// Outside: make the group, and have it keep the machine from harm.
static bool make_group(void)
{
    snprintf(group, sizeof(group), TREE "/handmade-check-%d", getpid());
    if (mkdir(group, 0755) == -1)
        return false;
    put(group, "pids.max", "400");
    put(group, "memory.max", "512M");
    return true;
}

static void remove_below(const char *path)
{
    char below[512];
    DIR *dir = opendir(path);

    for (struct dirent *d = dir ? readdir(dir) : NULL; d; d = readdir(dir))
        if (d->d_type == DT_DIR && d->d_name[0] != '.') {
            snprintf(below, sizeof(below), "%s/%s", path, d->d_name);
            remove_below(below);
        }
    if (dir)
        closedir(dir);
    rmdir(path);
}

static void remove_group(void)
{
    put(group, "cgroup.kill", "1");
    for (int i = 0; i < 200 && access(group, F_OK) == 0; i++) {
        remove_below(group);
        pause_ms(access(group, F_OK) == 0 ? 5 : 0);
    }
}

// Where there can be no sandbox, the reason is worth a line.
static bool failed(const char *what)
{
    set_text(report->came, sizeof(report->came), "%s: %s", what,
             strerror(errno));
    return false;
}

// Inside: be in a leaf of the group, and see the group as the tree's root.
static bool enter_group(void)
{
    char leaf[100];

    snprintf(leaf, sizeof(leaf), "%s/caller", group);
    if (!put(group, "cgroup.procs", "0"))
        return failed("cgroup.procs");
    if (unshare(CLONE_NEWCGROUP) == -1)
        return failed("unshare");
    if (mkdir(leaf, 0755) == -1 || !put(leaf, "cgroup.procs", "0"))
        return failed(leaf);
    // The same file system twice in one place is refused: EBUSY.
    if (umount2(TREE, MNT_DETACH) == -1 ||
        mount("cgroup2", TREE, "cgroup2", 0, NULL) == -1)
        return failed("mount cgroup2");
    return true;
}

// ---- What the trial has changed

static size_t read_mounts(char *text)
{
    size_t len = 0;
    ssize_t n;

    lseek(mounts_fd, 0, SEEK_SET);
    while ((n = read(mounts_fd, text + len,
                     sizeof(mounts_before) - 1 - len)) > 0)
        len += n;
    text[len] = '\0';
    return len;
}

static void harm(int what, const char *came, ...)
    __attribute__((format(printf, 2, 3)));
static void harm(int what, const char *came, ...)
{
    va_list args;

    va_start(args, came);
    vsnprintf(report->came, sizeof(report->came), came, args);
    va_end(args);
    report->state = HARM;
    report->harm = what;
}

// What is below our ROOTFS is below the learner's, as far as he can see.
static const char *as_shown(char *point)
{
    size_t len = strlen(rootfs);

    if (strncmp(point, rootfs, len))
        return point;
    memmove(point + 6, point + len, strlen(point + len) + 1);
    return memcpy(point, "rootfs", 6);
}

// The mount point of the first line that only one of two tables has.
static const char *odd_mount(const char *table, const char *other)
{
    static char point[200];

    if (!strcmp(table, other))
        return NULL;
    for (const char *line = table; *line; line = strchr(line, '\n') + 1) {
        char text[1024];
        snprintf(text, sizeof(text), "%.*s\n",
                 (int)(strchrnul(line, '\n') - line), line);
        if (!strstr(other, text) &&
            sscanf(text, "%*d %*d %*s %*s %199s", point) == 1)
            return as_shown(point);
        if (!strchr(line, '\n'))
            break;
    }
    return NULL;
}

static void look_for_harm(void)
{
    char name[65] = "", path[40], text[64];

    read_mounts(mounts_after);
    const char *more = odd_mount(mounts_after, mounts_before);
    const char *less = odd_mount(mounts_before, mounts_after);
    bool lost = readlink("/proc/self", text, sizeof(text)) == -1;
    gethostname(name, sizeof(name) - 1);
    snprintf(path, sizeof(path), "%s", less ? less : "");
    if (lost)
        harm(MOUNTS,
             "The host has lost its /proc: ps and mount would fail for "
             "everybody, until somebody types: sudo umount /proc");
    else if (more && !strcmp(more, "/proc"))
        harm(MOUNTS,
             "On the host, something is mounted on /proc that was not "
             "there");
    else if (more && strstr(mounts_before, more))
        harm(MOUNTS, "On the host, %s is mounted in another way now", more);
    else if (more)
        harm(MOUNTS, "On the host, %s is mounted now", more);
    else if (less)
        harm(MOUNTS, "On the host, %s is no longer mounted", path);
    else if (strcmp(name, host_name))
        harm(NAME, "The host had the name %s. Now its name is %s.",
             host_name, name);
}

// ---- PID 1 of the sandbox

static int processes(void)
{
    int n = 0, fd = dup(host_proc);
    DIR *dir = fdopendir(fd);

    if (dir == NULL)
        return 0;
    rewinddir(dir);
    for (struct dirent *d = readdir(dir); d; d = readdir(dir))
        n += d->d_name[0] >= '1' && d->d_name[0] <= '9';
    closedir(dir);
    return n;
}

static void raise_loopback(void)
{
    struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    ioctl(fd, SIOCSIFFLAGS, &lo);
    close(fd);
}

static bool furnish(uid_t uid, gid_t gid)
{
    char map[40];

    if (uid != 0) {
        snprintf(map, sizeof(map), "%u %u 1", uid, uid);
        if (!put("/proc/self", "uid_map", map) ||
            !put("/proc/self", "setgroups", "deny"))
            return failed("uid_map");
        snprintf(map, sizeof(map), "%u %u 1", gid, gid);
        if (!put("/proc/self", "gid_map", map))
            return failed("gid_map");
    }
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1 ||
        mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL) == -1)
        return failed("mount /");
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
              NULL) == -1)
        return failed("mount /proc");
    raise_loopback();
    return !have_limits || enter_group();
}

// The trial itself: a process, so that PID 1 can look when it is over.
static void run_trial(const struct promise *p)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    setsid();
    p->try();
    report->state = KEPT;
    _exit(0);
}

// Waits for the trial, at most LONGEST; returns its status, or -1.
static int wait_for_trial(pid_t trial)
{
    long end = now_ms() + LONGEST * patience;
    int status;

    for (;;) {
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid == trial)
            return status;
        if (pid == 0)
            pause_ms(2);
        if (boxed && processes() > MOST) {
            harm(BOMB, BOMB_SEEN);
            return -1;
        }
        if (now_ms() > end) {
            report->state = BROKEN;
            set_text(report->came, sizeof(report->came),
                     "It does not come to its end.");
            return -1;
        }
    }
}

// A fork bomb has the processors: PID 1 comes before it, and its children
// do not (sched(7)). An ordinary user may not ask for that.
static void come_first(void)
{
    const struct sched_param first = {.sched_priority = 1};

    sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &first);
}

static void be_init(const struct promise *p)
{
    come_first();
    host_proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    mounts_fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
    read_mounts(mounts_before);
    gethostname(host_name, sizeof(host_name) - 1);

    pid_t trial = fork();
    if (trial == 0)
        run_trial(p);
    int status = wait_for_trial(trial);
    if (status != -1 && report->state == UNFINISHED)
        harm(KILLS,
             "It killed processes that are not its own. On your machine, "
             "it would kill all.");
    else if (boxed && processes() > MOST / 3)
        harm(BOMB, BOMB_SEEN);
    else if (report->state == KEPT || report->state == BROKEN)
        look_for_harm();
    if (!boxed && report->group > 1)
        kill(-report->group, SIGKILL);
    _exit(0);
}

// ---- Outside

static const int stops[] = {SIGHUP, SIGINT, SIGTERM};

static void on_stop(int sig)
{
    stopped = sig;
    if (init > 0)
        kill(init, SIGKILL);
}

// Waits for the sandbox to end; removes its group. If we are told to end,
// this is where.
static int end_sandbox(void)
{
    int status = 1;

    if (init > 0)
        waitpid(init, &status, 0);
    init = 0;
    if (have_limits)
        remove_group();
    if (stopped) {
        leave_limits();
        exit(128 + stopped);
    }
    return status;
}

static pid_t start_init(const struct promise *p)
{
    uid_t uid = getuid();
    gid_t gid = getgid();
    unsigned long flags = SIGCHLD;

    if (boxed)
        flags |= CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC |
                 CLONE_NEWNET | (uid != 0 ? CLONE_NEWUSER : 0);
    fflush(stdout);
    pid_t pid = syscall(SYS_clone, flags, 0, 0, 0, 0);
    if (pid != 0)
        return pid;
    for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++)
        signal(stops[i], SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (boxed && !furnish(uid, gid))
        _exit(1);
    if (p != NULL)
        be_init(p);
    _exit(0);
}

void try_out(const struct promise *p)
{
    static bool explaining; // by a second trial, which does the same harm

    memset(report, 0, sizeof(*report));
    if (have_limits && !make_group())
        have_limits = false;
    init = start_init(p);
    end_sandbox();
    if (report->state == HARM && !explaining) {
        explaining = true;
        explain_harm();
        explaining = false;
    }
}

// Can a sandbox be made here? Without one, only 00 and 01 are tried. Where
// that takes long, as in an emulator, we have more patience.
bool can_try(void)
{
    long start = now_ms();

    for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++)
        signal(stops[i], on_stop);
    if (have_limits && !make_group())
        have_limits = false;
    init = start_init(NULL);
    if (init == -1)
        failed("clone");
    boxed = end_sandbox() == 0;
    if (now_ms() - start > 50)
        patience = 40 * (now_ms() - start);
    return boxed;
}

static bool has_word(const char *text, const char *word)
{
    size_t len = strlen(word);

    for (const char *at = text; (at = strstr(at, word)); at += len)
        if ((at == text || at[-1] == ' ') && strchr(" \n", at[len]))
            return true;
    return false;
}

// Switches the controllers on that a trial's group needs, as 07 does.
void find_limits(void)
{
    static const char *const names[] = {"cpu", "memory", "pids"};
    char have[200] = "", on[200] = "", text[20];

    slurp(AT_FDCWD, TREE "/cgroup.controllers", have, sizeof(have));
    slurp(AT_FDCWD, TREE "/cgroup.subtree_control", on, sizeof(on));
    if (getuid() != 0 || access(TREE "/cgroup.procs", W_OK) == -1)
        return;
    have_limits = true;
    for (int i = 0; i < 3; i++) {
        snprintf(text, sizeof(text), "+%s", names[i]);
        if (has_word(on, names[i]))
            continue;
        if (!has_word(have, names[i]) ||
            !put(TREE, "cgroup.subtree_control", text))
            have_limits = false;
        else
            snprintf(added + strlen(added), sizeof(added) - strlen(added),
                     " -%s", names[i]);
    }
}

// What find_limits() has switched on, off again.
void leave_limits(void)
{
    if (added[0])
        put(TREE, "cgroup.subtree_control", added + 1);
}
