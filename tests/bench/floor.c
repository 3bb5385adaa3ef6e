// floor - the kernel's own price: what 08 asks of the kernel, and nothing
// besides. No options, no messages worth the name, no cleaning up after a
// failure, one list after the other.
//
//   floor PROFILE CGROUP ROOTFS CMD [ARG]...
//
// PROFILE is core, full or user, as in run; CGROUP is the directory that a
// group with limits is made in, or - for none. The result is 08's: tests
// compare the two. The lists are 08's own; what it looks up or works out as
// it runs, is known here: the seccomp filter is ready-made (filter.h), and a
// path is masked without looking at it first.
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <grp.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "../../steps/08-full/layers.h"

int proc, sys; // what masks.c covers

struct options options;
bool left_out[LAYERS];

static struct sock_filter filter[] = {
#include "filter.h"
};
static const char *const devices[] = {
    "/dev/null",   "/dev/zero",    "/dev/full",
    "/dev/random", "/dev/urandom", "/dev/tty",
};
static bool full, user, limits;

// The one message: CALL -1 is a failure.
#define TRY(call)                                                          \
    ((call) == -1 ? (die("floor: %s", #call), 0) : 0)

static int tree_of(const char *path)
{
    return syscall(SYS_open_tree, AT_FDCWD, path,
                   OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
}

static void attach(int tree, const char *path)
{
    TRY(syscall(SYS_move_mount, tree, "", AT_FDCWD, path,
                MOVE_MOUNT_F_EMPTY_PATH));
}

static void mount_all(int tree)
{
    const unsigned long flags = MS_NOSUID | MS_NOEXEC;
    int trees[LENGTH(devices)];

    TRY(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
    for (size_t i = 0; i < LENGTH(devices); i++)
        trees[i] = tree_of(devices[i]);
    add_mount_flags(tree, MOUNT_ATTR_NODEV);
    TRY(fchdir(tree));
    attach(tree, "/mnt");
    TRY(syscall(SYS_pivot_root, ".", "."));
    TRY(chdir("/"));
    TRY(mount("proc", "/proc", "proc", flags | MS_NODEV, NULL));
    TRY(mount("tmpfs", "/dev", "tmpfs", flags | MS_NODEV | MS_STRICTATIME,
              "mode=755,size=64k"));
    for (size_t i = 0; i < LENGTH(devices); i++) {
        TRY(mknod(devices[i], S_IFREG | 0666, 0));
        attach(trees[i], devices[i]);
    }
    TRY(symlink("/proc/self/fd", "/dev/fd"));
    TRY(symlink("/proc/self/fd/0", "/dev/stdin"));
    TRY(symlink("/proc/self/fd/1", "/dev/stdout"));
    TRY(symlink("/proc/self/fd/2", "/dev/stderr"));
    TRY(symlink("pts/ptmx", "/dev/ptmx"));
    TRY(mkdir("/dev/pts", 0755));
    TRY(mount("devpts", "/dev/pts", "devpts", flags,
              "newinstance,ptmxmode=0666,mode=0620"));
    TRY(mkdir("/dev/shm", 0755));
    TRY(mount("tmpfs", "/dev/shm", "tmpfs", flags | MS_NODEV,
              "mode=1777,size=64m"));
    TRY(mkdir("/dev/mqueue", 0755));
    TRY(mount("mqueue", "/dev/mqueue", "mqueue", flags | MS_NODEV, NULL));
    TRY(mount("sysfs", "/sys", "sysfs", flags | MS_NODEV | MS_RDONLY, NULL));
}

static void cover_all(void)
{
    TRY(proc = open("/proc", O_PATH | O_CLOEXEC));
    TRY(sys = open("/sys", O_PATH | O_CLOEXEC));
    mask_paths();
}

static void give_up_all(void)
{
    const struct rlimit files = {1025, 1025}, core = {1, 1};
    struct sock_fprog fprog = {.len = LENGTH(filter), .filter = filter};

    TRY(setrlimit(RLIMIT_NOFILE, &files));
    TRY(setrlimit(RLIMIT_CORE, &core));
    TRY(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    TRY(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &fprog));
    set_capabilities(default_capabilities, 0);
}

static void child(int tree, int go, char **argv)
{
    struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    char byte;

    if (user) {
        TRY(read(go, &byte, 1));
        TRY(setgroups(0, NULL));
        TRY(setresgid(0, 0, 0));
        TRY(setresuid(0, 0, 0));
    }
    if (limits)
        TRY(unshare(CLONE_NEWCGROUP));
    TRY(sethostname("handmade", 8));
    mount_all(tree);
    if (full)
        cover_all();
    TRY(umount2(".", MNT_DETACH));
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    TRY(ioctl(fd, SIOCSIFFLAGS, &lo));
    TRY(setsid());
    if (full)
        give_up_all();
    TRY(prctl(PR_SET_PDEATHSIG, SIGKILL));
    execv(argv[0], argv);
    die_exec(argv[0]);
}

// The container's IDs, and those that its mount of ROOTFS shows.
static void map(pid_t pid, int tree, int go)
{
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_IDMAP};
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d", pid);
    write_file(path, "uid_map", "0 655360000 65536");
    write_file(path, "gid_map", "0 655360000 65536");
    snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
    attr.userns_fd = open(path, O_RDONLY | O_CLOEXEC);
    TRY(syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | AT_RECURSIVE,
                &attr, sizeof(attr)));
    TRY(write(go, "", 1));
}

int main(int argc, char **argv)
{
    char group[64] = "";
    struct clone_args args = {
        .flags = CLONE_NEWUTS | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET |
                 CLONE_NEWIPC,
        .exit_signal = SIGCHLD,
    };
    int go[2] = {-1, -1}, status;

    if (argc < 5)
        usage("PROFILE CGROUP ROOTFS CMD [ARG]...");
    full = strcmp(argv[1], "core") != 0;
    user = strcmp(argv[1], "user") == 0;
    limits = full && argv[2][0] == '/';
    if (user) {
        args.flags |= CLONE_NEWUSER;
        TRY(pipe2(go, O_CLOEXEC));
    }
    if (limits) {
        snprintf(group, sizeof(group), "%s/floor-%d", argv[2], getpid());
        TRY(mkdir(group, 0755));
        write_file(group, "pids.max", "20");
        write_file(group, "memory.max", "100M");
        write_file(group, "memory.swap.max", "0");
        write_file(group, "cpu.max", "50000 100000");
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = open(group, O_PATH | O_DIRECTORY | O_CLOEXEC);
    }
    int tree = tree_of(argv[3]);
    TRY(tree);
    pid_t pid = syscall(SYS_clone3, &args, sizeof(args));
    TRY(pid);
    if (pid == 0)
        child(tree, go[READ_END], argv + 4);
    if (user)
        map(pid, tree, go[WRITE_END]);
    TRY(waitpid(pid, &status, 0));
    if (limits)
        rmdir(group);
    return exit_code(status);
}
