// container - run a command in a container made by hand.
//
//   00 exec         run the command
//   01 clone-wait   in a child process, and wait for it
//   02 uts          with its own hostname
//   03 pid          as PID 1
//   04 mount-proc   with its own mounts, /proc first
//   05 chroot       in its own root directory
//   06 net          on its own network
//   07 cgroups      within limits
//   08 full         with nothing of the host left to see
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/sched.h>
#include <mntent.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
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

#include "../../common/handmade.h"
#include "layers.h"

#define HOSTNAME "handmade"
#define PIDS_MAX "20"
#define MEMORY_MAX "100M"
#define CPU_MAX "50000 100000" // 50 of every 100 ms, in microseconds

bool left_out[LAYERS]; // by --without LAYER
struct options options = {
    .hostname = HOSTNAME,
    .memory_max = MEMORY_MAX,
    .pids_max = PIDS_MAX,
    .cpu_max = CPU_MAX,
    .workdir = "/",
};

struct container {
    char **argv;
    int parent; // a pidfd: readable once the parent is dead
    char *rootfs;
    int ready[2]; // a pipe: one byte from the parent means go
    int tree; // a mount of ROOTFS, in no place yet
};

char cgroup_root[PATH_MAX]; // where cgroup v2 is mounted
static char cgroup[PATH_MAX + 32]; // the container's group in there
static pid_t child;

// Child: sleep until the parent says that the limits are in force.
static void wait_for_parent(struct container *c)
{
    char go;

    cgroup[0] = '\0'; // the parent removes it
    // While we hold the write end too, there is no end of file for us.
    if (close(c->ready[WRITE_END]) == -1)
        die("close");
    ssize_t n = read(c->ready[READ_END], &go, 1);
    if (n == -1)
        die("read from the parent");
    if (n == 0)
        exit(EXIT_CANCELED); // end of file: the parent is dead
}

// Child: see our group as / in /proc/self/cgroup, and none above it.
static void hide_cgroup_path(void)
{
    if (left_out[CGROUP])
        return;
    if (unshare(CLONE_NEWCGROUP) == -1)
        die("unshare CLONE_NEWCGROUP");
}

// Child: hostname handmade. Only our UTS namespace hears about it.
static void set_hostname(void)
{
    if (sethostname(options.hostname, strlen(options.hostname)) == -1)
        die("sethostname %s", options.hostname);
}

// Child: mount --make-rprivate /, or our mounts would show on the host.
static void make_mounts_private(void)
{
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
        die("mount / as private");
}

// Child: chroot ROOTFS, and cd into it: else we would still stand outside.
static void change_root(struct container *c)
{
    if (c->tree == -1)
        c->tree = clone_rootfs(c->rootfs);
    enter_rootfs(c->tree, c->rootfs);
    if (!left_out[ROOT])
        pivot_to_here();
    else if (chroot(".") == -1)
        die("chroot %s", c->rootfs);
    if (chdir("/") == -1)
        die("chdir /");
}

// Child: mount -t proc proc /proc. It shows the PID namespace we are in.
static void mount_proc(void)
{
    unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;

    if (mount("proc", "/proc", "proc", flags, NULL) == -1)
        die("mount /proc");
}

// Child: ip link set lo up. A new network has a loopback, but it is down.
static void raise_loopback(void)
{
    struct ifreq lo = {
        .ifr_name = "lo",
        .ifr_flags = IFF_UP,
    };

    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd == -1)
        die("socket");
    if (ioctl(fd, SIOCSIFFLAGS, &lo) == -1)
        die("ioctl SIOCSIFFLAGS lo");
}

// Child: die when the parent dies. It may have died before we could ask.
void die_with_parent(int parent)
{
    struct pollfd pidfd = {.fd = parent, .events = POLLIN};

    if (left_out[PARENT_DEATH])
        return;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
        die("prctl PR_SET_PDEATHSIG");
    int dead = poll(&pidfd, 1, 0);
    if (dead == -1)
        die("poll");
    if (dead)
        exit(EXIT_CANCELED);
}

// Child: clone() starts it here.
static int child_exec(void *arg)
{
    struct container *c = arg;

    wait_for_parent(c);
    become_root();
    hide_cgroup_path();
    set_hostname();
    make_mounts_private();
    open_devices();
    change_root(c);
    check_mount_points();
    mount_proc();
    mount_filesystems();
    mask_paths();
    detach_old_root();
    raise_loopback();
    take_terminal();
    set_rlimits();
    clean_environment();
    set_no_new_privs();
    load_filter();
    set_capabilities(default_capabilities);
    become_user();
    enter_workdir();
    die_with_parent(c->parent);
    run_as_init();

    execvp(c->argv[0], c->argv);
    die_exec(c->argv[0]);
}

// Parent: kill what is left of the container, and rmdir its group.
static void remove_cgroup(void)
{
    if (child > 0 && waitpid(child, NULL, WNOHANG) == 0) {
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
    rmdir(cgroup);
}

// Parent: a signal that ends us ends the container first.
static void end_by_signal(int sig)
{
    if (is_expected(child, sig) && kill(child, sig) == 0)
        return; // the container decides
    remove_cgroup();
    _exit(128 + sig);
}

// Parent: see to it that the group goes when we go, however that is.
static void remove_cgroup_at_exit(void)
{
    static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};

    atexit(remove_cgroup);
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        void (*was)(int) = signal(signals[i], end_by_signal);
        if (was == SIG_ERR)
            die("signal %d", signals[i]);
        if (was == SIG_IGN)
            signal(signals[i], SIG_IGN); // as nohup(1) wants it
    }
}

// Parent: find cgroup v2 in the mount table. v1 must not hold our limits.
void find_cgroup_root(void)
{
    bool v1 = false;

    FILE *table = setmntent("/proc/self/mounts", "r");
    if (table == NULL)
        die("open /proc/self/mounts");
    for (struct mntent *m = getmntent(table); m; m = getmntent(table)) {
        if (strcmp(m->mnt_type, "cgroup2") == 0)
            snprintf(cgroup_root, sizeof(cgroup_root), "%s", m->mnt_dir);
        if (strcmp(m->mnt_type, "cgroup") == 0 && hasmntopt(m, "memory"))
            v1 = true;
    }
    endmntent(table);

    errno = 0; // no call failed
    if (v1)
        die("cgroup v1 has the memory controller");
    if (cgroup_root[0] == '\0')
        die("cgroup v2 is not mounted");
}

// Parent: mkdir a group, and set its limits.
static void make_cgroup(void)
{
    if (left_out[CGROUP])
        return;
    if (geteuid() != 0 && !options.limits_wanted) {
        fprintf(stderr, "%s: no limits: they need root\n", NAME);
        return;
    }
    find_cgroup_root();
    write_file(cgroup_root, "cgroup.subtree_control", "+memory");
    write_file(cgroup_root, "cgroup.subtree_control", "+pids");
    write_file(cgroup_root, "cgroup.subtree_control", "+cpu");

    snprintf(cgroup, sizeof(cgroup), "%s/handmade-%d-XXXXXX", cgroup_root,
             getpid());
    if (mkdtemp(cgroup) == NULL)
        die("mkdir %s", cgroup);
    if (chmod(cgroup, 0755) == -1)
        die("chmod %s", cgroup);

    write_file(cgroup, "pids.max", options.pids_max);
    write_file(cgroup, "memory.max", options.memory_max);
    write_file(cgroup, "memory.swap.max", "0");
    write_file(cgroup, "cpu.max", options.cpu_max);
}

// Parent: clone(2), for a child that is born in the group. As after
// fork(2), it goes on where we are, on a stack of its own, but without our
// signal handlers.
static pid_t clone_into_cgroup(struct container *c, int clone_flags)
{
    struct clone_args args = {
        .flags = CLONE_CLEAR_SIGHAND | (clone_flags & ~CSIGNAL),
        .exit_signal = clone_flags & CSIGNAL,
    };

    if (cgroup[0]) {
        int fd = open(cgroup, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (fd == -1)
            die("open %s", cgroup);
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = fd;
    }
    pid_t pid = syscall(SYS_clone3, &args, sizeof(args));
    if (pid == 0)
        child_exec(c);
    return pid;
}

// Parent: rmdir the groups whose programs were killed before they could.
static void remove_stale_cgroups(void)
{
    if (!cgroup[0])
        return;
    DIR *dir = opendir(cgroup_root);
    if (dir == NULL)
        die("open %s", cgroup_root);
    for (struct dirent *d = readdir(dir); d; d = readdir(dir)) {
        pid_t owner;
        if (sscanf(d->d_name, "handmade-%d-", &owner) != 1)
            continue;
        if (kill(owner, 0) == -1 && errno == ESRCH)
            unlinkat(dirfd(dir), d->d_name, AT_REMOVEDIR);
    }
    closedir(dir);
}

// Parent: the child may go on.
static void release_child(struct container *c)
{
    if (write(c->ready[WRITE_END], "", 1) == -1)
        die("write to the child");
}

// Parent: once the command runs, write the PID for those who wait for it.
static void write_pid_file(struct container *c)
{
    struct pollfd command = {.fd = c->ready[WRITE_END]};

    if (options.pid_file == NULL)
        return;
    close(c->ready[READ_END]);
    // POLLERR is always reported: execve(2) has closed the other end.
    while (poll(&command, 1, -1) == -1)
        if (errno != EINTR)
            die("poll");
    FILE *file = fopen(options.pid_file, "we");
    if (file == NULL)
        die("open %s", options.pid_file);
    fprintf(file, "%d\n", child);
    if (fclose(file) == EOF)
        die("write %s", options.pid_file);
}

int main(int argc, char **argv)
{
    if (enter && strcmp(NAME, "enter") == 0)
        return enter(argc, argv);
    take_options(&argc, &argv);
    if (argc < 3)
        usage("[OPTION]... ROOTFS CMD [ARG]...");
    close_inherited_fds();

    struct container c = {
        .argv = argv + 2,
        .parent = syscall(SYS_pidfd_open, getpid(), 0),
        .rootfs = argv[1],
        .tree = -1,
    };
    if (c.parent == -1)
        die("pidfd_open");

    // A caller may have SIGCHLD ignored: then nobody learns the status.
    if (signal(SIGCHLD, SIG_DFL) == SIG_ERR)
        die("signal SIGCHLD");

    int clone_flags = SIGCHLD; // how the parent learns of the child's end
    clone_flags |= CLONE_NEWUTS;
    clone_flags |= CLONE_NEWPID;
    clone_flags |= CLONE_NEWNS;
    clone_flags |= CLONE_NEWNET;
    if (!left_out[IPC])
        clone_flags |= CLONE_NEWIPC;
    if (!left_out[USER])
        clone_flags |= CLONE_NEWUSER;

    start_terminal();
    remove_cgroup_at_exit();
    make_cgroup();
    if (geteuid() == 0)
        c.tree = clone_rootfs(c.rootfs);
    if (pipe2(c.ready, O_CLOEXEC) == -1)
        die("pipe2");

    pid_t pid = clone_into_cgroup(&c, clone_flags);
    if (pid == -1)
        die("clone");

    child = pid;
    map_users(pid, c.tree);
    start_guard(pid, c.parent);
    remove_stale_cgroups();
    release_child(&c);
    write_pid_file(&c);

    int status;
    if (waitpid(pid, &status, 0) == -1)
        die("waitpid");
    child = 0;
    end_guard();
    end_terminal();
    return exit_code(status);
}
