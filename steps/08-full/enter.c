// enter.c - run one more command in a container that is running already.
//
// "enter PID CMD [ARG]..." is docker exec: PID is that of a process in the
// container, seen from outside. The command joins all namespaces of that
// process by setns(2), its cgroup by clone3(2) and its root directory by
// chroot(2). It gets the user of the process; if that is root inside, its
// bounding set of capabilities; and no_new_privs and a filter if the
// process has them. Otherwise "enter" would be a way around these.
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
#include <stdlib.h>
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
    uid_t uid; // inside
    gid_t gid;
    uint64_t capabilities;
    bool no_new_privs;
    bool has_filter;
    char hostname[65];
};

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
    if (access("/sys/fs/cgroup/cgroup.procs", F_OK) == -1)
        return -1; // there is no cgroup v2 here
    snprintf(path, sizeof(path), "/sys/fs/cgroup%s", its);
    int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd == -1)
        die("open %s", path);
    return fd;
}

// Parent: look at the process, while we are outside.
static struct target open_target(pid_t pid)
{
    struct target t = {
        .pid = pid,
        .pidfd = syscall(SYS_pidfd_open, pid, 0),
    };
    if (t.pidfd == -1)
        die("pidfd_open %d", pid);
    for (size_t i = 0; i < LENGTH(namespaces); i++)
        if (is_other(pid, namespaces[i].name))
            t.others |= namespaces[i].flag;
    errno = 0;
    if (t.others == 0)
        die("process %d is in no container", pid);
    t.root = open_proc(pid, "root", O_PATH | O_DIRECTORY);
    t.cgroup = open_cgroup(pid);
    // All this was read by the PID. Is it still that of the same process?
    if (syscall(SYS_pidfd_send_signal, t.pidfd, 0, NULL, 0) == -1)
        die("process %d", pid);
    return t;
}

// Parent: its line in /proc/PID/status, as a number in base 10 or 16. Lines
// can be long: that of the groups has up to 65536 of them.
static uint64_t status_of(pid_t pid, const char *name, int base)
{
    char *line = NULL, *value = NULL;
    size_t size = 0, len = strlen(name);

    FILE *status = fdopen(open_proc(pid, "status", O_RDONLY), "r");
    if (status == NULL)
        die("fdopen");
    while (value == NULL && getline(&line, &size, status) != -1)
        if (strncmp(line, name, len) == 0)
            value = line + len;
    errno = 0;
    if (value == NULL)
        die("/proc/%d/status: there is no %s", pid, name);
    uint64_t number = strtoull(value, NULL, base);
    free(line);
    fclose(status);
    return number;
}

// Parent: who it is, and what it has given up. We are in its user namespace
// by now, so the IDs are those inside.
static void read_status(struct target *t)
{
    t->uid = status_of(t->pid, "Uid:", 10);
    t->gid = status_of(t->pid, "Gid:", 10);
    t->capabilities = status_of(t->pid, "CapBnd:", 16);
    t->no_new_privs = status_of(t->pid, "NoNewPrivs:", 10) != 0;
    t->has_filter = status_of(t->pid, "Seccomp:", 10) != 0;
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
    read_status(t);
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

    if (t->others & CLONE_NEWUSER)
        become_root();
    if (flags && setns(t->pidfd, flags) == -1)
        die("setns to process %d", t->pid);
    if (fchdir(t->root) == -1)
        die("fchdir");
    if (chroot(".") == -1)
        die("chroot");
    if (gethostname(t->hostname, sizeof(t->hostname)) == -1)
        die("gethostname");
}

// Parent: takes the arguments of main(). Returns the command's status.
int enter(int argc, char **argv)
{
    char *end = argv[0];
    struct talk talk;

    refuse_set_id();
    long pid = argc < 3 ? 0 : strtol(argv[1], &end, 10);
    if (pid <= 0 || pid > INT_MAX || *end)
        usage("PID CMD [ARG]...");
    run_from_copy(argv);
    close_inherited_fds();
    block_signals();
    struct target t = open_target(pid);
    if (geteuid() == 0) // the IDs are those outside: we have not joined yet
        share_pipes(status_of(pid, "Uid:", 10), status_of(pid, "Gid:", 10));
    start_terminal();
    start_keeper();
    start_talk(&talk);

    pid_t command = clone_into(&t);
    if (command == -1)
        die("clone");
    if (command == 0) {
        wait_for_parent(&talk);
        restore_signals();
        join(&t);
        take_terminal(t.uid);
        clean_environment(t.hostname, t.uid);
        set_rlimits();
        if (t.no_new_privs)
            set_no_new_privs();
        if (t.has_filter)
            load_filter();
        set_capabilities(t.capabilities, t.uid);
        become_user(t.uid, t.gid);
        close_our_fds(talk.child);
        execute_program(argv + 2);
        execvp(argv[2], argv + 2);
        die_exec(argv[2]);
    }

    hand_over(command);
    release_child(&talk);

    int code = wait_for(command);
    end_keeper();
    return code;
}
