// user.c - root inside is nobody outside.
//
// Protects from everything that root may do: in a user namespace a process
// has user IDs of its own, and its capabilities count for what belongs to
// that namespace alone: its hostname, its network, its mounts. Where a
// file, a process or a device of the host is concerned, root inside is
//
//   user 100000          if root started the container: IDs 0 to 65535
//                        inside are 100000 to 165535 outside;
//   the user who did     if an ordinary user started it ("rootless"): that
//                        one ID is root inside, and there are no others.
//
// The files of ROOTFS belong to 0, which is nobody inside. So its mount is
// shifted by the same map: what is 0 on the disk is 0 inside, in both
// directions. ROOTFS itself does not change.
//
// See user_namespaces(7), and MOUNT_ATTR_IDMAP in mount_setattr(2).
// libcontainer calls it CLONE_NEWUSER, UidMappings and GidMappings; shifted
// mounts came with Linux 5.12, years after the talk.
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>
#ifndef MOUNT_ATTR_IDMAP
#include <linux/mount.h> // glibc before 2.36, and musl
#endif

#include "layers.h"

#define FIRST_ID 100000
#define IDS 65536

// Parent: let the mount of ROOTFS show user 0 of the child's user namespace
// where the disk has user 0, and so on.
static void shift_ids(int tree, const char *dir)
{
    char path[64];
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_IDMAP};

    snprintf(path, sizeof(path), "%s/ns/user", dir);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        die("open %s", path);
    attr.userns_fd = fd;
    if (syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | AT_RECURSIVE,
                &attr, sizeof(attr)) == -1)
        die("mount_setattr MOUNT_ATTR_IDMAP");
    close(fd);
}

// Parent: say who the child's users are outside. The files take one write
// each, and from an ordinary user only a map of that user alone, after
// setgroups(2) is given up: groups can also be there to deny access.
void map_users(pid_t pid, int tree)
{
    char dir[32], map[64];

    if (left_out[USER])
        return;
    snprintf(dir, sizeof(dir), "/proc/%d", pid);
    if (geteuid() == 0) {
        snprintf(map, sizeof(map), "0 %d %d", FIRST_ID, IDS);
        write_file(dir, "uid_map", map);
        write_file(dir, "gid_map", map);
        shift_ids(tree, dir);
    } else {
        snprintf(map, sizeof(map), "0 %d 1", geteuid());
        write_file(dir, "uid_map", map);
        write_file(dir, "setgroups", "deny");
        snprintf(map, sizeof(map), "0 %d 1", getegid());
        write_file(dir, "gid_map", map);
    }
}

// Child: change to a user and a group of those that are there inside, and
// leave the groups of the caller.
static void change_user(uid_t uid, gid_t gid)
{
    if (setgroups(0, NULL) == -1 && errno != EPERM)
        die("setgroups"); // EPERM: given up in map_users()
    if (setresgid(gid, gid, gid) == -1)
        die("setresgid %u", gid);
    if (setresuid(uid, uid, uid) == -1)
        die("setresuid %u", uid);
}

// Child: be root of our user namespace. So far we are nobody in it.
void become_root(void)
{
    if (!left_out[USER])
        change_user(0, 0);
}

// Child: become the user of --user, who has no capabilities.
void become_user(void)
{
    if (options.uid != 0 || options.gid != 0)
        change_user(options.uid, options.gid);
}
