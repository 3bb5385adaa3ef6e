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
#define _GNU_SOURCE
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../common/handmade.h"

#define STACK_SIZE (1024 * 1024)
#define HOSTNAME "handmade"
#define CGROUP_ROOT "/sys/fs/cgroup"

struct container {
    char **argv;
    char *rootfs;
};

static char child_stack[STACK_SIZE];
static char cgroup[64]; // the container's group, a directory
static int alive[2]; // a pipe: only the program keeps its write end
static pid_t keeper;

// Child: hostname handmade. Only our UTS namespace hears about it.
static void set_hostname(void)
{
    if (sethostname(HOSTNAME, strlen(HOSTNAME)) == -1)
        die("sethostname %s", HOSTNAME);
}

// Child: mount --make-rprivate /, or our mounts would show on the host.
static void make_mounts_private(void)
{
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
        die("mount / as private");
}

// Child: make ROOTFS our /, and cd into it: else we would stand outside.
static void change_root(struct container *c)
{
    if (chroot(c->rootfs) == -1)
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

// Child: clone() starts it here.
static int child_exec(void *arg)
{
    struct container *c = arg;

    write_file(cgroup, "cgroup.procs", "0"); // 0 is the writer itself
    set_hostname();
    make_mounts_private();
    change_root(c);
    mount_proc();
    raise_loopback();

    execvp(c->argv[0], c->argv);
    die_exec(c->argv[0]);
}

// Keeper: sleep until the program closes its write end, or ends in any
// other way. Kill what is left in the group, and rmdir.
static void keep(void)
{
    char byte;

    if (setsid() == -1)
        die("setsid");
    if (prctl(PR_SET_NAME, "keeper") == -1)
        die("prctl PR_SET_NAME");
    if (close(alive[WRITE_END]) == -1)
        die("close");
    if (read(alive[READ_END], &byte, 1) == -1)
        die("read from the program");
    while (rmdir(cgroup) == -1 && errno == EBUSY) {
        write_file(cgroup, "cgroup.kill", "1");
        usleep(1000); // processes need a moment to die
    }
    _exit(EXIT_SUCCESS);
}

// Parent: fork the keeper. It is born with nearly all signals blocked.
static void start_keeper(void)
{
    sigset_t all, before;

    if (pipe2(alive, O_CLOEXEC) == -1)
        die("pipe2");
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    keeper = fork();
    if (keeper == -1)
        die("fork the keeper");
    if (keeper == 0)
        keep();
    sigprocmask(SIG_SETMASK, &before, NULL);
}

// Parent: mkdir the group, and set its limits.
static void make_cgroup(void)
{
    write_file(CGROUP_ROOT, "cgroup.subtree_control", "+cpu +memory +pids");
    if (mkdir(cgroup, 0755) == -1)
        die("mkdir %s", cgroup);
    write_file(cgroup, "pids.max", "20");
    write_file(cgroup, "memory.max", "100M");
    write_if_there(cgroup, "memory.swap.max", "0");
    write_file(cgroup, "cpu.max", "50000 100000"); // of every 100 ms, 50
    write_file(cgroup, "cgroup.max.descendants", "0"); // or rmdir may fail
}

// Parent: the container has ended. Wait until the keeper has, too.
static void end_keeper(void)
{
    if (close(alive[WRITE_END]) == -1)
        die("close");
    if (waitpid(keeper, NULL, 0) == -1)
        die("waitpid the keeper");
}

int main(int argc, char **argv)
{
    if (argc < 3)
        usage("ROOTFS CMD [ARG]...");

    struct container c = {
        .argv = argv + 2,
        .rootfs = argv[1],
    };

    int clone_flags = SIGCHLD; // how the parent learns of the child's end
    clone_flags |= CLONE_NEWUTS;
    clone_flags |= CLONE_NEWPID;
    clone_flags |= CLONE_NEWNS;
    clone_flags |= CLONE_NEWNET;

    unique_name(cgroup, sizeof(cgroup), CGROUP_ROOT "/handmade");
    start_keeper();
    make_cgroup();

    char *stack_top = child_stack + STACK_SIZE; // it grows down
    pid_t pid = clone(child_exec, stack_top, clone_flags, &c);
    if (pid == -1)
        die("clone");

    int status;
    if (waitpid(pid, &status, 0) == -1)
        die("waitpid");
    end_keeper();
    return exit_code(status);
}
