// enter.c - run one more command in a container that is running already.
//
// "enter PID CMD [ARG]..." is docker exec: PID is that of a process in the
// container, seen from outside. The command joins all its namespaces, its
// cgroup and its root directory, by setns(2), and gets the same user, the
// same capabilities, no_new_privs and the same filter: else it would be a
// way around them.
//
// While it joins, our process is in the container and still has what
// belongs to the host: its program, its memory, its descriptors. So it is
// made undumpable first, and nobody inside may trace it or open its files
// in /proc. (CVE-2016-9962 was runc without that.)
//
// See setns(2), pidfd_open(2), PR_SET_DUMPABLE in prctl(2).
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "layers.h"

// The namespaces of a process, as files in /proc/PID/ns, and for setns(2).
static const struct {
    const char *name;
    int flag;
} namespaces[] = {
    {"cgroup", CLONE_NEWCGROUP}, {"ipc", CLONE_NEWIPC},
    {"mnt", CLONE_NEWNS},        {"net", CLONE_NEWNET},
    {"pid", CLONE_NEWPID},       {"user", CLONE_NEWUSER},
    {"uts", CLONE_NEWUTS},
};

// What we have to know of the process that is in the container.
struct target {
    pid_t pid;
    int pidfd;
    int root; // its root directory
    int cgroup; // the directory of its cgroup, or -1: it is in ours
    int others; // those of its namespaces that are not ours, as flags
    uint64_t capabilities;
    char hostname[65];
};

static pid_t command;

// Parent: open a file in /proc/PID.
static int open_proc(pid_t pid, const char *name, int flags)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
    int fd = open(path, flags | O_CLOEXEC);
    if (fd == -1)
        die("open %s", path);
    return fd;
}

// Parent: is a namespace of the process another than ours? The inode of its
// file is the namespace's name, see namespaces(7).
static bool is_other(pid_t pid, const char *name)
{
    char path[64];
    struct stat ours, its;

    snprintf(path, sizeof(path), "/proc/self/ns/%s", name);
    if (stat(path, &ours) == -1)
        die("stat %s", path);
    snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, name);
    if (stat(path, &its) == -1)
        die("stat %s", path);
    return ours.st_ino != its.st_ino;
}

// Parent: read the line of cgroup v2 in /proc/PID/cgroup.
static void cgroup_of(pid_t pid, char *path, size_t size)
{
    char line[PATH_MAX + 8];

    path[0] = '\0';
    FILE *file = fdopen(open_proc(pid, "cgroup", O_RDONLY), "r");
    if (file == NULL)
        die("fdopen");
    while (fgets(line, sizeof(line), file))
        if (strncmp(line, "0::", 3) == 0)
            snprintf(path, size, "%.*s", (int)strcspn(line + 3, "\n"),
                     line + 3);
    fclose(file);
}

// Parent: the directory of its cgroup, or -1 if we are in it too.
static int open_cgroup(pid_t pid)
{
    char ours[PATH_MAX], its[PATH_MAX], path[2 * PATH_MAX];

    cgroup_of(getpid(), ours, sizeof(ours));
    cgroup_of(pid, its, sizeof(its));
    if (strcmp(ours, its) == 0)
        return -1;
    find_cgroup_root();
    snprintf(path, sizeof(path), "%s%s", cgroup_root, its);
    int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd == -1)
        die("open %s", path);
    return fd;
}

// Parent: look at the process, while we are outside.
static struct target look_at(pid_t pid)
{
    struct target t = {
        .pid = pid,
        .pidfd = syscall(SYS_pidfd_open, pid, 0),
    };
    if (t.pidfd == -1)
        die("pidfd_open %d", pid);
    for (size_t i = 0; i < sizeof(namespaces) / sizeof(*namespaces); i++)
        if (is_other(pid, namespaces[i].name))
            t.others |= namespaces[i].flag;
    errno = 0;
    if (t.others == 0)
        die("process %d is in no container", pid);
    t.root = open_proc(pid, "root", O_PATH | O_DIRECTORY);
    t.cgroup = open_cgroup(pid);
    return t;
}

// Parent: its line in /proc/PID/status, as a number in base 10 or 16.
static uint64_t status_of(const char *status, const char *name, int base)
{
    const char *line = strstr(status, name);

    if (line == NULL) {
        errno = 0;
        die("/proc/PID/status: there is no %s", name + 1);
    }
    return strtoull(line + strlen(name), NULL, base);
}

// Parent: who it is, and what it has given up. We are in its user namespace
// by now, so the IDs are those inside.
static void take_status(struct target *t)
{
    char text[4096];

    int fd = open_proc(t->pid, "status", O_RDONLY);
    ssize_t n = read(fd, text, sizeof(text) - 1);
    if (n == -1)
        die("read /proc/%d/status", t->pid);
    text[n] = '\0';
    options.uid = status_of(text, "\nUid:", 10);
    options.gid = status_of(text, "\nGid:", 10);
    t->capabilities = status_of(text, "\nCapBnd:", 16);
    left_out[NNP] = status_of(text, "\nNoNewPrivs:", 10) == 0;
    left_out[SECCOMP] = status_of(text, "\nSeccomp:", 10) == 0;
    left_out[USER] = !(t->others & CLONE_NEWUSER);
    close(fd);
}

// Parent: a process for the command, in the PID namespace and in the
// cgroup. To be in the PID namespace it has to be born there.
static pid_t clone_into(struct target *t)
{
    int flags = t->others & (CLONE_NEWUSER | CLONE_NEWPID);
    struct clone_args args = {.exit_signal = SIGCHLD};

    if (prctl(PR_SET_DUMPABLE, 0) == -1)
        die("prctl PR_SET_DUMPABLE");
    if (flags && setns(t->pidfd, flags) == -1)
        die("setns to process %d", t->pid);
    take_status(t);
    if (t->cgroup != -1) {
        args.flags = CLONE_INTO_CGROUP;
        args.cgroup = t->cgroup;
    }
    return syscall(SYS_clone3, &args, sizeof(args));
}

// Child: join the other namespaces, and what is no namespace.
static void join(struct target *t)
{
    int flags = t->others & ~(CLONE_NEWUSER | CLONE_NEWPID);

    become_root();
    if (flags && setns(t->pidfd, flags) == -1)
        die("setns to process %d", t->pid);
    if (fchdir(t->root) == -1)
        die("fchdir");
    if (chroot(".") == -1)
        die("chroot");
    if (gethostname(t->hostname, sizeof(t->hostname)) == -1)
        die("gethostname");
    options.hostname = t->hostname;
}

// Parent: pass a signal on.
static void forward(int sig)
{
    kill(command, sig);
}

// Parent: takes the arguments of main(). Returns the command's status.
int enter(int argc, char **argv)
{
    char *end = argv[0];

    if (argc < 3 || strtol(argv[1], &end, 10) <= 0 || *end)
        usage("PID CMD [ARG]...");
    close_inherited_fds();
    int parent = syscall(SYS_pidfd_open, getpid(), 0);
    if (parent == -1)
        die("pidfd_open");
    struct target t = look_at(strtol(argv[1], NULL, 10));
    start_terminal();

    command = clone_into(&t);
    if (command == -1)
        die("clone");
    if (command == 0) {
        join(&t);
        take_terminal();
        set_rlimits();
        clean_environment();
        set_no_new_privs();
        load_filter();
        set_capabilities(t.capabilities);
        become_user();
        die_with_parent(parent);
        execvp(argv[2], argv + 2);
        die_exec(argv[2]);
    }

    start_guard(command, parent);

    int status;
    static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
        if (signal(signals[i], forward) == SIG_ERR)
            die("signal %d", signals[i]);
    if (waitpid(command, &status, 0) == -1)
        die("waitpid");
    end_guard();
    end_terminal();
    return exit_code(status);
}
