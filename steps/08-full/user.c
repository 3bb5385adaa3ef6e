// user.c - root inside is nobody outside.
//
// Protects from everything that root may do: in a user namespace a process
// has user IDs of its own, and its capabilities count for what belongs to
// that namespace alone: its hostname, its network, its mounts. Where a
// file, a process or a device of the host is concerned, root inside is
//
//   user 655360000       if root started the container: IDs 0 to 65535
//                        inside are 655360000 to 655425535 outside, or the
//                        next that no other container has;
//   the user who did     if an ordinary user started it ("rootless"): that
//                        one ID is root inside, and there are no others.
//
// Those IDs must be nobody's, or somebody outside could signal and trace
// the container's processes. useradd(8) gives users a range each to have
// containers of their own, from 100000 up to 600100000 (login.defs(5),
// SUB_UID_MAX), so ours are above, and not in subuid(5) and subgid(5). The
// kernel counts inotify instances, for example, for each user. With ranges
// of their own, containers cannot use up the instances of another. Nor can
// they use up root's: what is counted in a user namespace counts for the
// owner of the namespace, too, so root inside owns it, not root outside.
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
#include <linux/securebits.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "layers.h"

#define FIRST_ID 655360000
#define LAST_ID 1879048191 // of those that systemd-nspawn(1) takes, too
#define IDS 65536U
#define PIPEFS_MAGIC 0x50495045 // statfs(2)

static uid_t first_id; // what is 0 inside

// Parent: are these IDs somebody's, by a line USER:FIRST:COUNT of the file?
static bool are_given(const char *path, uid_t first)
{
    unsigned long long begin, count;
    char line[256];
    bool given = false;

    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof(line), file))
        if (sscanf(line, "%*[^:]:%llu:%llu", &begin, &count) == 2 &&
            first < begin + count && begin < first + IDS)
            given = true;
    if (file)
        fclose(file);
    return given;
}

// Parent: take IDs that no other container has. An abstract socket
// (unix(7)) is the claim: only one can have the name, and it ends with us.
static uid_t claim_ids(void)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    const size_t before = offsetof(struct sockaddr_un, sun_path) + 1;

    int claim = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (claim == -1)
        die("socket");
    for (uid_t id = FIRST_ID; id <= LAST_ID - IDS; id += IDS) {
        if (are_given("/etc/subuid", id) || are_given("/etc/subgid", id))
            continue;
        int len = snprintf(name.sun_path + 1, sizeof(name.sun_path) - 1,
                           "handmade-ids-%u", id);
        if (bind(claim, (struct sockaddr *)&name, before + len) == 0)
            return id;
        if (errno != EADDRINUSE)
            die("bind %s", name.sun_path + 1);
    }
    die("no user IDs are free");
}

// Parent: may we give a container users of its own, as root of the host
// can? Root of a user namespace, who has not these IDs, is an ordinary user
// here.
bool is_host_root(void)
{
    unsigned long long inside, count = 0;

    if (geteuid() != 0)
        return false;
    FILE *map = fopen("/proc/self/uid_map", "re");
    bool all = map == NULL; // without /proc, we shall see
    while (map && fscanf(map, "%llu %*u %llu ", &inside, &count) == 2)
        if (inside <= FIRST_ID && inside + count > LAST_ID)
            all = true;
    if (map)
        fclose(map);
    return all;
}

// Parent: be another user for a moment, with the capabilities of root.
static void act_as(uid_t uid)
{
    if (prctl(PR_SET_SECUREBITS, uid ? SECBIT_NO_SETUID_FIXUP : 0) == -1)
        die("prctl PR_SET_SECUREBITS");
    if (setresuid(-1, uid, -1) == -1)
        die("setresuid %u", uid);
}

// Parent: clone(2) as the user who will be root inside, for whoever makes a
// user namespace owns it.
pid_t clone_as_owner(int (*child)(void *), int flags, void *arg)
{
    if (left_out[LAYER_USER] || !is_host_root())
        return clone_into_cgroup(child, flags, arg);
    first_id = claim_ids();
    act_as(first_id);
    pid_t pid = clone_into_cgroup(child, flags, arg);
    act_as(0);
    return pid;
}

// Parent: let root inside open the pipes that are its 0, 1 and 2 again, by
// /dev/stdout. They are the caller's, and nobody else has a path to them.
void share_pipes(uid_t uid, gid_t gid)
{
    struct statfs fs;

    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fstatfs(fd, &fs) == 0 && fs.f_type == PIPEFS_MAGIC &&
            fchown(fd, uid, gid) == -1)
            die("fchown descriptor %d", fd);
}

// Parent: let the mount of ROOTFS show user 0 of the child's user namespace
// where the disk has user 0, and so on. Of what is mounted below it by
// hand, some cannot (/proc, /dev): there, everything is nobody's.
static void shift_ids(int tree, const char *dir)
{
    char path[64];
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_IDMAP};

    snprintf(path, sizeof(path), "%s/ns/user", dir);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        die("open %s", path);
    attr.userns_fd = fd;
    unsigned int flags = AT_EMPTY_PATH | AT_RECURSIVE;
    int result =
        syscall(SYS_mount_setattr, tree, "", flags, &attr, sizeof(attr));
    if (result == -1 && errno == EINVAL) // or all but what is mounted in it
        result = syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attr,
                         sizeof(attr));
    if (result == -1)
        die("mount_setattr MOUNT_ATTR_IDMAP");
    close(fd);
}

// Parent: the map ends somewhere, and who is behind it is nobody inside.
static void warn_of_owner(int tree)
{
    struct stat st;

    if (fstat(tree, &st) == -1)
        die("fstat ROOTFS");
    if (st.st_uid >= IDS)
        fprintf(
            stderr,
            "%s: ROOTFS belongs to user %u, unknown inside. Use chown.\n",
            NAME, st.st_uid);
}

// Parent: say who the child's users are outside. The files take one write
// each, and from an ordinary user only a map of that user alone, after
// setgroups(2) is given up: groups can also be there to deny access.
void map_users(pid_t pid, int tree)
{
    char dir[32], map[64];

    if (left_out[LAYER_USER])
        return;
    snprintf(dir, sizeof(dir), "/proc/%d", pid);
    if (first_id) {
        snprintf(map, sizeof(map), "0 %u %u", first_id, IDS);
        write_file(dir, "uid_map", map);
        write_file(dir, "gid_map", map);
        warn_of_owner(tree);
        shift_ids(tree, dir);
        share_pipes(first_id + options.uid, first_id + options.gid);
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

// Child: be root of our user namespace, with all our IDs. If the host's
// root has started us, only our effective user ID is root so far.
void become_root(void)
{
    if (!left_out[LAYER_USER])
        change_user(0, 0);
}

// Child: become the user of --user, who has no capabilities.
void become_user(uid_t uid, gid_t gid)
{
    if (uid != 0 || gid != 0)
        change_user(uid, gid);
}
