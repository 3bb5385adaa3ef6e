// needs - what the tests need, and unshare(1) cannot try.
//
//   needs lo         raises the loopback interface of a network of our own
//   needs ids DIR    maps 65536 user IDs, and shows DIR through that map:
//                    MOUNT_ATTR_IDMAP, see mount_setattr(2)
//
// Exit status: 0 it works; 1 it does not, and why is printed.
#define _GNU_SOURCE
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#ifndef MOUNT_ATTR_IDMAP
#include <linux/mount.h> // glibc before 2.36, and musl
#endif
#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE 1
#endif

// Say what has failed, as perror(3) does.
static void check(int failed, const char *what)
{
    if (!failed)
        return;
    perror(what);
    exit(1);
}

static void raise_lo(void)
{
    struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};

    check(unshare(CLONE_NEWNET) == -1, "unshare CLONE_NEWNET");
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    check(fd == -1, "socket");
    check(ioctl(fd, SIOCSIFFLAGS, &lo) == -1, "ioctl SIOCSIFFLAGS lo");
}

static void write_map(pid_t pid, const char *file)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
    int fd = open(path, O_WRONLY);
    check(fd == -1 || write(fd, "0 655360000 65536", 17) == -1, file);
}

// A child has the user namespace until our end closes its pipe.
static void shift_ids(const char *dir)
{
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_IDMAP};
    int made[2], end[2];
    char byte = 0, path[64];

    check(pipe(made) == -1 || pipe(end) == -1, "pipe");
    pid_t pid = fork();
    check(pid == -1, "fork");
    if (pid == 0) {
        close(end[1]);
        check(unshare(CLONE_NEWUSER) == -1, "unshare CLONE_NEWUSER");
        check(write(made[1], &byte, 1) == -1, "write");
        _exit(read(end[0], &byte, 1) == -1);
    }
    close(made[1]);
    if (read(made[0], &byte, 1) != 1)
        exit(1); // the child has said why
    write_map(pid, "uid_map");
    write_map(pid, "gid_map");
    snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
    attr.userns_fd = open(path, O_RDONLY);
    int tree = syscall(SYS_open_tree, AT_FDCWD, dir, OPEN_TREE_CLONE);
    check(tree == -1, "open_tree");
    check(syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attr,
                  sizeof(attr)) == -1,
          "mount_setattr MOUNT_ATTR_IDMAP");
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "lo") == 0)
        raise_lo();
    else if (argc == 3 && strcmp(argv[1], "ids") == 0)
        shift_ids(argv[2]);
    else
        return 1;
    return 0;
}
