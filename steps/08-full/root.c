// root.c - ROOTFS becomes the root of all mounts.
//
// Protects from climbing out. chroot(2) changes where a process looks up /,
// and no more: the host's mounts are still there, and a process that may
// call chroot(2) gets to them, as its man page tells. pivot_root(2) changes
// what the mount namespace begins with, and the old root can be unmounted.
// Afterwards there is no path to the host, for there is nothing to climb
// to.
//
// See pivot_root(2), open_tree(2), move_mount(2). libcontainer calls it
// Rootfs, and NoPivotRoot where chroot(2) is to do.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>
#ifndef OPEN_TREE_CLONE
#include <linux/mount.h> // glibc before 2.36, and musl
#endif

#include "layers.h"

// Child, Parent: a copy of the mounts at a path, like those of mount
// --rbind, but in no place yet. Returns its descriptor. The name is the
// path as the caller knows it.
static int clone_mounts(const char *path, const char *name)
{
    int tree = syscall(SYS_open_tree, AT_FDCWD, path,
                       OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
    if (tree == -1)
        die("open_tree %s", name);
    return tree;
}

// Child: such a copy of one device.
int clone_device(const char *path)
{
    return clone_mounts(path, path);
}

// Child, Parent: and of ROOTFS: a directory, or there is no dot in it.
int clone_rootfs(const char *rootfs)
{
    char *path;

    if (asprintf(&path, "%s/.", rootfs) == -1)
        die("asprintf");
    int tree = clone_mounts(path, rootfs);
    free(path);
    return tree;
}

// Child: mount such a copy on a path. Symbolic links are not followed.
void attach_tree(int tree, const char *path)
{
    if (syscall(SYS_move_mount, tree, "", AT_FDCWD, path,
                MOVE_MOUNT_F_EMPTY_PATH) == -1)
        die("move_mount to %s", path);
}

// Child: cd into a mount of ROOTFS. Where it is mounted does not matter,
// for nobody else sees it there; it has to be where a root who is nobody on
// the host may go, as he may not go through a home directory to ROOTFS.
void enter_rootfs(int tree, const char *rootfs)
{
    uint64_t flags = 0;

    if (!left_out[MOUNTS])
        flags |= MOUNT_ATTR_NODEV;
    if (options.read_only)
        flags |= MOUNT_ATTR_RDONLY;
    add_mount_flags(tree, "", flags);
    if (fchdir(tree) == -1)
        die("fchdir to %s", rootfs);
    attach_tree(tree, "/mnt");
}

// Child: the current directory becomes the root, with the old root on top.
void pivot_to_here(void)
{
    if (syscall(SYS_pivot_root, ".", ".") == -1)
        die("pivot_root");
}

// Child: umount --lazy the old root. pivot_root(2) explains the dot.
void detach_old_root(void)
{
    if (left_out[ROOT])
        return;
    if (umount2(".", MNT_DETACH) == -1)
        die("umount2 the old root");
}

// Child: cd to --workdir, now that a path cannot lead out of the container.
void enter_workdir(void)
{
    if (chdir(options.workdir) == -1)
        die("chdir %s", options.workdir);
}
