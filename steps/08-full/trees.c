// trees.c - mounts by descriptor, which no path can lead astray.
//
// ROOTFS may be hostile, and may change while we work in it: /proc may be a
// directory when we look, and a link to ../../etc when we mount on it. So
// nothing is mounted by a path of ROOTFS. What we mount is at first not
// attached anywhere: we only have a descriptor of it. It is attached to a
// directory that we have opened without following links. What belongs
// below it is made relative to the descriptor, in a file system of ours.
//
// See open_tree(2), fsopen(2), fsmount(2), move_mount(2), all of them since
// Linux 5.2, and mount_setattr(2), since 5.12. runc does the same with
// /proc/self/fd (CVE-2021-30465 was runc without that).
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "layers.h"

// Child, Parent: a copy of the mounts at a path, like those of mount
// --rbind, but in no place yet. The path is relative to dir, a descriptor.
// Returns a descriptor. The name is the path as the caller knows it.
int clone_mounts(int dir, const char *path, const char *name)
{
    int tree = syscall(SYS_open_tree, dir, path,
                       OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
    if (tree == -1)
        die("open_tree %s", name);
    return tree;
}

// Child: give a file system its settings.
static void configure(int fs, const char *settings, const char *path)
{
    char text[64];

    snprintf(text, sizeof(text), "%s", settings);
    for (char *key = strtok(text, "="); key; key = strtok(NULL, "=")) {
        char *value = strtok(NULL, ",");
        if (syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, key, value, 0))
            die("mount %s: %s", path, key);
    }
}

// Child: a new file system of a type, with mount flags (MOUNT_ATTR_RDONLY,
// ...). The settings are as mount(8) has them after -o: KEY=VALUE, and so
// on. Returns a descriptor of its root. The path is where it will be.
int new_mount(const char *type, unsigned int flags, const char *settings,
              const char *path)
{
    int fs = syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
    if (fs == -1)
        die("mount %s", path);
    configure(fs, settings, path);
    if (syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == -1)
        die("mount %s", path);
    int tree = syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, flags);
    if (tree == -1)
        die("mount %s", path);
    close(fs);
    return tree;
}

// Child: add flags to a mount and to those in it, and make them private: a
// copy of a shared mount is its peer. Flags that are there remain: what the
// host forbids we may not allow.
void add_mount_flags(int tree, uint64_t flags)
{
    struct mount_attr attr = {
        .attr_set = flags,
        .propagation = MS_PRIVATE,
    };

    if (syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | AT_RECURSIVE,
                &attr, sizeof(attr)) == -1)
        die("mount_setattr");
}

// Child: give a mount its place: a path relative to dir, a descriptor, or
// "" for dir itself. Symbolic links are not followed.
void attach_tree(int tree, int dir, const char *path)
{
    unsigned int flags = MOVE_MOUNT_F_EMPTY_PATH;

    if (*path == '\0')
        flags |= MOVE_MOUNT_T_EMPTY_PATH;
    if (syscall(SYS_move_mount, tree, "", dir, path, flags) == -1)
        die("move_mount to %s", *path ? path : "its place");
}

// Child: mount a new file system on a directory of ROOTFS. Returns a
// descriptor of its root.
int mount_in_rootfs(const char *path, const char *type, unsigned int flags,
                    const char *settings)
{
    struct stat st;

    int place = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (place == -1 || fstat(place, &st) == -1)
        die("mount %s", path);
    errno = S_ISLNK(st.st_mode) ? ELOOP : ENOTDIR;
    if (!S_ISDIR(st.st_mode))
        die("mount %s", path);
    int tree = new_mount(type, flags, settings, path);
    attach_tree(tree, place, "");
    close(place);
    return tree;
}
