// root.c - ROOTFS becomes the root of all mounts.
//
// Protects from climbing out. chroot(2) changes where a process looks up /,
// and no more: the host's mounts are still there, and a process that may
// call chroot(2) gets to them, as its man page tells. pivot_root(2) changes
// what the mount namespace begins with, and the old root can be unmounted.
// Afterwards there is no path to the host, because there is nothing to
// climb to.
//
// See pivot_root(2), open_tree(2). libcontainer calls it Rootfs; its
// NoPivotRoot takes mount(2) with MS_MOVE, and chroot(2).
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "layers.h"

// Child, Parent: a mount of ROOTFS, in no place yet. Returns its
// descriptor. A dot is in a directory alone, and nothing is in "".
int clone_rootfs(const char *rootfs)
{
    char *path;

    if (asprintf(&path, *rootfs ? "%s/." : "%s", rootfs) == -1)
        die("asprintf");
    int tree = clone_mounts(AT_FDCWD, path, rootfs);
    free(path);
    return tree;
}

// Child: cd into a mount of ROOTFS. Where it is mounted does not matter,
// for nobody else sees it there; but it has to be where a root who is
// nobody on the host may go, as he may not go through a home directory to
// ROOTFS. Of all directories of the host, /proc is the one that we need
// anyway.
void enter_rootfs(int tree, const char *rootfs)
{
    uint64_t flags = 0;

    if (!left_out[LAYER_MOUNTS])
        flags |= MOUNT_ATTR_NODEV;
    if (options.read_only)
        flags |= MOUNT_ATTR_RDONLY;
    add_mount_flags(tree, flags);
    if (fchdir(tree) == -1)
        die("fchdir to %s", rootfs);
    attach_tree(tree, AT_FDCWD, "/proc");
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
    if (left_out[LAYER_ROOT])
        return;
    if (umount2(".", MNT_DETACH) == -1)
        die("umount2 the old root");
}

// Child: cd to --workdir, now that a path cannot lead out of the container.
// If it has done so all the same, there is no path to where we are.
void enter_workdir(void)
{
    char path[PATH_MAX];

    int result = chdir(options.workdir);
    if (result == -1 && errno == EACCES) {
        errno = 0; // sudo would not help
        die("chdir %s: user %u may not go there", options.workdir,
            options.uid);
    }
    if (result == -1)
        die("chdir %s", options.workdir);
    if (getcwd(path, sizeof(path)) == NULL)
        die("getcwd in %s", options.workdir);
}
