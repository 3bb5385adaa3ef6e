// mounts.c - the file systems that programs expect: /dev, /sys and so on.
//
// Protects from devices: of the host's, the container gets six that harm
// nobody, and a device node anywhere else is dead, whoever has made it, by
// the mount flag nodev. Its terminals, its shared memory and its message
// queues are its own; /sys, which is the host's, can only be read.
//
// ROOTFS may be hostile: /dev may be a symbolic link to ../../etc, and
// while the old root is there, a link that climbs would find it. So the
// mount points have to be directories of ROOTFS itself. All other paths
// here are on the file systems that we have mounted.
//
// See mount(2), tmpfs(5), devpts in pts(4), shm_overview(7),
// mq_overview(7), sysfs(5). libcontainer calls it Mounts and Devices, with
// these flags.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#ifndef OPEN_TREE_CLONE
#include <linux/mount.h> // glibc before 2.36, and musl
#endif

#include "layers.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const char *const devices[] = {
    "/dev/null",   "/dev/zero",    "/dev/full",
    "/dev/random", "/dev/urandom", "/dev/tty",
};
static int trees[LENGTH(devices)]; // a mount of each, in no place yet

static const char *const links[][2] = {
    {"/proc/self/fd", "/dev/fd"},       {"/proc/self/fd/0", "/dev/stdin"},
    {"/proc/self/fd/1", "/dev/stdout"}, {"/proc/self/fd/2", "/dev/stderr"},
    {"pts/ptmx", "/dev/ptmx"},
};

// Child: add flags (MOUNT_ATTR_RDONLY, ...) to a mount and to those in it,
// and make them private: a copy of a shared mount is its peer. Flags that
// are there remain: what the host forbids we may not allow. The path is
// relative to dir, a descriptor, or empty for dir itself.
void add_mount_flags(int dir, const char *path, uint64_t flags)
{
    struct mount_attr attr = {
        .attr_set = flags,
        .propagation = MS_PRIVATE,
    };

    if (syscall(SYS_mount_setattr, dir, path, AT_EMPTY_PATH | AT_RECURSIVE,
                &attr, sizeof(attr)) == -1)
        die("mount_setattr %s", path);
}

// Child: a mount point of ROOTFS has to be a directory, and no link to one.
static void check_mount_point(const char *path)
{
    struct stat st;

    if (lstat(path, &st) == -1)
        die("mount %s", path);
    errno = S_ISLNK(st.st_mode) ? ELOOP : ENOTDIR;
    if (!S_ISDIR(st.st_mode))
        die("mount %s", path);
}

// Child: before anything is mounted in ROOTFS, look at where.
void check_mount_points(void)
{
    check_mount_point("/proc");
    if (left_out[MOUNTS])
        return;
    check_mount_point("/dev");
    check_mount_point("/sys");
}

// Child: take hold of the host's devices, while there is a path to them.
void open_devices(void)
{
    for (size_t i = 0; i < LENGTH(devices) && !left_out[MOUNTS]; i++)
        trees[i] = clone_device(devices[i]);
}

// Child: mount --bind the devices, each on an empty file. To a user
// namespace, mknod(2) refuses the devices themselves.
static void mount_devices(void)
{
    for (size_t i = 0; i < LENGTH(devices); i++) {
        if (mknod(devices[i], S_IFREG | 0666, 0) == -1)
            die("create %s", devices[i]);
        attach_tree(trees[i], devices[i]);
    }
}

// Child: mount a new file system of a type: mount -t TYPE TYPE PATH.
static void mount_on(const char *path, const char *type,
                     unsigned long flags, const char *data)
{
    if (mount(type, path, type, flags, data) == -1)
        die("mount %s", path);
}

// Child: the same, on a new directory.
static void mount_new(const char *path, const char *type,
                      unsigned long flags, const char *data)
{
    if (mkdir(path, 0755) == -1)
        die("mkdir %s", path);
    mount_on(path, type, flags, data);
}

// Child: /dev, with what is in it.
static void mount_dev(void)
{
    const unsigned long flags = MS_NOSUID | MS_NOEXEC;

    mount_on("/dev", "tmpfs", flags | MS_NODEV | MS_STRICTATIME,
             "mode=755,size=64k");
    mount_devices();
    for (size_t i = 0; i < LENGTH(links); i++)
        if (symlink(links[i][0], links[i][1]) == -1)
            die("symlink %s", links[i][1]);
    mount_new("/dev/pts", "devpts", flags,
              "newinstance,ptmxmode=0666,mode=0620");
    mount_new("/dev/shm", "tmpfs", flags | MS_NODEV, "mode=1777,size=64m");
    if (!left_out[IPC]) // those of the host are not ours to mount
        mount_new("/dev/mqueue", "mqueue", flags | MS_NODEV, NULL);
}

// Child: mount what belongs into a root directory, apart from /proc.
void mount_filesystems(void)
{
    if (left_out[MOUNTS])
        return;
    mount_dev();
    mount_on("/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY,
             NULL);
}
