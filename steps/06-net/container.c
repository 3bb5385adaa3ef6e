// container - run a command in a container made by hand.
//
//   00 exec         run the command
//   01 clone-wait   in a child process, and wait for it
//   02 uts          with its own hostname
//   03 pid          as PID 1
//   04 mount-proc   with its own mounts, /proc first
//   05 chroot       in its own root directory
//   06 net          on its own network
#define _GNU_SOURCE
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../common/handmade.h"

#define STACK_SIZE (1024 * 1024)
#define HOSTNAME "handmade"

struct container {
    char **argv;
    char *rootfs;
};

static char child_stack[STACK_SIZE];

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

    set_hostname();
    make_mounts_private();
    change_root(c);
    mount_proc();
    raise_loopback();

    execvp(c->argv[0], c->argv);
    die_exec(c->argv[0]);
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

    char *stack_top = child_stack + STACK_SIZE; // it grows down
    pid_t pid = clone(child_exec, stack_top, clone_flags, &c);
    if (pid == -1)
        die("clone");

    int status;
    if (waitpid(pid, &status, 0) == -1)
        die("waitpid");
    return exit_code(status);
}
