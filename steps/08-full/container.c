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
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../common/handmade.h"
#include "layers.h"

#define CGROUP_ROOT "/sys/fs/cgroup"

struct container {
    char **argv;
    char *rootfs;
    struct talk talk; // with the parent
    int tree; // a mount of ROOTFS, in no place yet
};

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

// Child: make ROOTFS our /, and cd into it: else we would stand outside.
static void change_root(struct container *c)
{
    if (c->tree == -1)
        c->tree = clone_rootfs(c->rootfs);
    enter_rootfs(c->tree, c->rootfs);
    if (!left_out[LAYER_ROOT])
        pivot_to_here();
    else if (chroot(".") == -1)
        die("chroot %s", c->rootfs);
    if (chdir("/") == -1)
        die("chdir /");
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

    // Who we are: root, of namespaces that are ours.
    wait_for_parent(&c->talk);
    restore_signals();
    become_root();
    hide_cgroup_path();
    set_hostname();

    // What is there: our own mounts, devices, network and terminal.
    make_mounts_private();
    open_devices();
    change_root(c);
    mount_filesystems();
    mask_paths();
    detach_old_root();
    raise_loopback();
    take_terminal(options.uid);
    clean_environment(options.hostname, options.uid);

    // What may be done: less with every line.
    set_rlimits();
    set_no_new_privs();
    load_filter();
    set_capabilities(default_capabilities, options.uid);
    become_user(options.uid, options.gid);
    close_our_fds(c->talk.child);
    enter_workdir();
    run_as_init();
    execute_program(c->argv);

    execvp(c->argv[0], c->argv);
    die_exec(c->argv[0]);
}

// Parent: mkdir the group, and set its limits.
static void make_cgroup(void)
{
    if (!cgroup[0])
        return;
    write_file(CGROUP_ROOT, "cgroup.subtree_control", "+cpu +memory +pids");
    if (mkdir(cgroup, 0755) == -1)
        die("mkdir %s", cgroup);
    write_file(cgroup, "pids.max", options.pids_max);
    write_file(cgroup, "memory.max", options.memory_max);
    write_if_there(cgroup, "memory.swap.max", "0");
    write_file(cgroup, "cpu.max", options.cpu_max);
    write_file(cgroup, "cgroup.max.descendants", "0"); // or rmdir may fail
}

int main(int argc, char **argv)
{
    if (strcmp(NAME, "enter") == 0)
        return enter(argc, argv);
    refuse_set_id();
    run_from_copy(argv);
    take_options(&argc, &argv);
    if (argc < 3)
        usage("[OPTION]... ROOTFS CMD [ARG]...");
    check_pid_file();
    close_inherited_fds();
    block_signals();

    struct container c = {
        .argv = argv + 2,
        .rootfs = argv[1],
        .tree = -1,
    };

    int clone_flags = SIGCHLD; // how the parent learns of the child's end
    clone_flags |= CLONE_NEWUTS;
    clone_flags |= CLONE_NEWPID;
    clone_flags |= CLONE_NEWNS;
    clone_flags |= CLONE_NEWNET;
    if (!left_out[LAYER_IPC])
        clone_flags |= CLONE_NEWIPC;
    if (!left_out[LAYER_USER])
        clone_flags |= CLONE_NEWUSER;

    unique_name(cgroup, sizeof(cgroup), CGROUP_ROOT "/handmade");
    forgo_cgroup(is_host_root());
    start_terminal();
    start_keeper();
    make_cgroup();
    if (is_host_root())
        c.tree = clone_rootfs(c.rootfs);
    start_talk(&c.talk);

    pid_t pid = clone_as_owner(child_exec, clone_flags, &c);
    if (pid == -1)
        die("clone");

    map_users(pid, c.tree);
    hand_over(pid);
    release_child(&c.talk);
    write_pid_file(&c.talk, pid);

    int code = wait_for(pid);
    end_keeper();
    return code;
}
