// mounts.c - the file systems that programs expect: /proc, /dev, /sys.
//
// Protects from devices. Of the host's devices, the container gets six
// that harm nobody. The mount flag nodev makes every other device node
// useless, whoever has made it. Only the container's terminals work.
// The mounts of the six are read-only: a chmod inside would change the
// host's devices, so it is refused; but a device on a read-only mount can
// still be written. The container has its own terminals, shared memory and
// message queues. /sys, which is the host's, can only be read.
//
// See tmpfs(5), devpts in pts(4), shm_overview(7), mq_overview(7),
// sysfs(5). libcontainer calls it Mounts and Devices, with these flags.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "layers.h"

int proc = -1; // a descriptor of /proc
int sys = -1; // and of /sys

static const char *const devices[] = {
    "/dev/null",   "/dev/zero",    "/dev/full",
    "/dev/random", "/dev/urandom", "/dev/tty",
};
static int trees[LENGTH(devices)]; // a mount of each, in no place yet

static const char *const links[][2] = {
    {"/proc/self/fd", "fd"},       {"/proc/self/fd/0", "stdin"},
    {"/proc/self/fd/1", "stdout"}, {"/proc/self/fd/2", "stderr"},
    {"pts/ptmx", "ptmx"},
};

// Child: take hold of the host's devices, while there is a path to them.
void open_devices(void)
{
    if (left_out[LAYER_MOUNTS])
        return;
    for (size_t i = 0; i < LENGTH(devices); i++) {
        trees[i] = clone_mounts(AT_FDCWD, devices[i], devices[i]);
        add_mount_flags(trees[i], MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOEXEC);
    }
}

// Child: mount --bind the devices, each on an empty file. To a user
// namespace, mknod(2) refuses the devices themselves.
static void mount_devices(int dev)
{
    for (size_t i = 0; i < LENGTH(devices); i++) {
        const char *name = devices[i] + strlen("/dev/");
        if (mknodat(dev, name, S_IFREG | 0666, 0) == -1)
            die("create %s", devices[i]);
        attach_tree(trees[i], dev, name);
    }
}

// Child: mount a new file system on a new directory in /dev.
static void mount_in_dev(int dev, const char *name, const char *type,
                         unsigned int flags, const char *settings)
{
    if (mkdirat(dev, name, 0755) == -1)
        die("mkdir /dev/%s", name);
    attach_tree(new_mount(type, flags, settings, name), dev, name);
}

// Child: /dev, with what is in it.
static void mount_dev(void)
{
    const unsigned int flags = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;

    int dev = mount_in_rootfs(
        "/dev", "tmpfs", flags | MOUNT_ATTR_NODEV | MOUNT_ATTR_STRICTATIME,
        "source=tmpfs,mode=755,size=64k");
    mount_devices(dev);
    for (size_t i = 0; i < LENGTH(links); i++)
        if (symlinkat(links[i][0], dev, links[i][1]) == -1)
            die("symlink /dev/%s", links[i][1]);
    mount_in_dev(dev, "pts", "devpts", flags,
                 "source=devpts,ptmxmode=0666,mode=0620");
    mount_in_dev(dev, "shm", "tmpfs", flags | MOUNT_ATTR_NODEV,
                 "source=tmpfs,mode=1777,size=64m");
    if (!left_out[LAYER_IPC]) // those of the host are not ours to mount
        mount_in_dev(dev, "mqueue", "mqueue", flags | MOUNT_ATTR_NODEV,
                     "source=mqueue");
}

// Child: mount what belongs into a root directory. /proc shows the PID
// namespace we are in.
void mount_filesystems(void)
{
    const unsigned int flags =
        MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;

    proc = mount_in_rootfs("/proc", "proc", flags, "source=proc");
    if (left_out[LAYER_MOUNTS])
        return;
    mount_dev();
    sys = mount_in_rootfs("/sys", "sysfs", flags | MOUNT_ATTR_RDONLY,
                          "source=sysfs");
}
