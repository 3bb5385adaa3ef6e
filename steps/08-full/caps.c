// caps.c - root inside has fourteen of root's 41 capabilities.
//
// Protects from the rest: without CAP_SYS_ADMIN root cannot mount, without
// CAP_SYS_MODULE not load a module, without CAP_SYS_TIME not set the clock.
// All five sets of a process matter, see capabilities(7):
//
//   effective     what counts when the kernel asks
//   permitted     what may be made effective
//   inheritable   what may pass to a program with file capabilities
//   bounding      what execve(2) may give at most; can only shrink
//   ambient       what execve(2) keeps for a user who is not root
//
// libcontainer calls it Capabilities; the fourteen are the talk's, and what
// docker run gives.
#define _GNU_SOURCE
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "layers.h"

#define BIT(capability) (UINT64_C(1) << (capability))

const uint64_t default_capabilities =
    BIT(CAP_CHOWN) // change the owner of files
    | BIT(CAP_DAC_OVERRIDE) // read and write whatever the mode says
    | BIT(CAP_FSETID) // keep the set-user-ID bit when writing
    | BIT(CAP_FOWNER) // chmod what others own
    | BIT(CAP_MKNOD) // make device nodes; nodev makes them dead
    | BIT(CAP_NET_RAW) // ping
    | BIT(CAP_SETGID) // change the groups
    | BIT(CAP_SETUID) // become another user
    | BIT(CAP_SETFCAP) // give capabilities to files
    | BIT(CAP_SETPCAP) // give up capabilities
    | BIT(CAP_NET_BIND_SERVICE) // listen on ports below 1024
    | BIT(CAP_SYS_CHROOT) // chroot
    | BIT(CAP_KILL) // send signals to other users' processes
    | BIT(CAP_AUDIT_WRITE); // write to the audit log, as login does

// Child: shrink the bounding set. EINVAL: this kernel has no more of them.
static void shrink_bounding_set(uint64_t keep)
{
    for (int cap = 0; cap < 64; cap++) {
        if (keep & BIT(cap))
            continue;
        if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == -1) {
            if (errno != EINVAL)
                die("prctl PR_CAPBSET_DROP %d", cap);
            return;
        }
    }
}

// Child: capset(2): the effective and permitted set, and the inheritable.
static void set_own_sets(uint64_t keep, uint64_t inheritable)
{
    struct __user_cap_header_struct header = {
        .version = _LINUX_CAPABILITY_VERSION_3, // two times 32 bits
    };
    struct __user_cap_data_struct data[2];

    for (int i = 0; i < 2; i++) {
        data[i].effective = data[i].permitted = keep >> 32 * i;
        data[i].inheritable = inheritable >> 32 * i;
    }
    if (syscall(SYS_capset, &header, data) == -1)
        die("capset");
}

// Child: all that is in the inheritable set becomes ambient.
static void raise_ambient(uint64_t inheritable)
{
    for (int cap = 0; cap < 64; cap++)
        if (inheritable & BIT(cap) &&
            prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) == -1)
            die("prctl PR_CAP_AMBIENT_RAISE %d", cap);
}

// Child: keep these capabilities (a bit for each) and give up the others.
// The command of a --user who is not root gets none: its bounding set alone
// has them, as under docker run.
void set_capabilities(uint64_t keep, uid_t uid)
{
    uint64_t inheritable = uid == 0 ? keep : 0;

    if (left_out[LAYER_CAPS])
        return;
    shrink_bounding_set(keep);
    set_own_sets(keep, inheritable);
    raise_ambient(inheritable);
}
