// cgroup.c - a group that the container is born in, and sees as /.
//
// Protects from a fork bomb, a memory hog and a busy loop, with the limits
// of the step before, which are options here. It also hides from the
// container where it is in the host's tree of groups: the container's
// /proc/self/cgroup shows "/".
//
// Only root may make groups, so an ordinary user's container has no limits.
//
// See cgroups(7), cgroup_namespaces(7), CLONE_INTO_CGROUP in clone(2).
// libcontainer calls it Cgroups and CLONE_NEWCGROUP. The latter came with
// Linux 4.6, and the talk does not have it.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "layers.h"

char cgroup[64];

// Parent: make no group, if it is left out, or if we are not root. Whoever
// asks for limits is told by the kernel why there are none.
void forgo_cgroup(bool is_root)
{
    bool may = is_root || options.limits_wanted;

    if (left_out[LAYER_CGROUP] || !may)
        cgroup[0] = '\0';
    if (!left_out[LAYER_CGROUP] && !may)
        fprintf(stderr, "%s: no limits, because only root can set them\n",
                NAME);
}

// Parent: clone(2), for a child that is born in the group: no instruction
// of it runs without limits. As after fork(2), it goes on where we are, on
// a stack of its own. Returns its PID, or -1.
pid_t clone_into_cgroup(int (*child)(void *), int flags, void *arg)
{
    struct clone_args args = {
        .flags = flags & ~CSIGNAL,
        .exit_signal = flags & CSIGNAL,
    };

    if (cgroup[0]) {
        int fd = open(cgroup, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (fd == -1)
            die("open %s", cgroup);
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = fd;
    }
    pid_t pid = syscall(SYS_clone3, &args, sizeof(args));
    if (pid == 0)
        _exit(child(arg));
    return pid;
}

// Child: see our group as / in /proc/self/cgroup, and none above it.
void hide_cgroup_path(void)
{
    if (left_out[LAYER_CGROUP])
        return;
    if (unshare(CLONE_NEWCGROUP) == -1)
        die("unshare CLONE_NEWCGROUP");
}
