// seccomp - the system calls that the container may not make.
//
// Capabilities guard what root can do. This guards the kernel: every call
// is code in which there may be a fault, and some of them can be reached
// without any capability (keyctl, io_uring, a user namespace of one's own).
// The command gets EPERM for what Docker's default profile withholds from a
// container with our fourteen capabilities (moby/profiles, seccomp/
// default.json), and ENOSYS for what is younger than this list. seccomp(2)
//
// runtime-spec: linux.seccomp; libcontainer: Seccomp. The talk's
// configuration had none.
//
// Stricter than Docker: TIOCSTI and TIOCLINUX, which type into a terminal,
// are refused, and so are packet, XDP and NETLINK_USERSOCK sockets; 32-bit
// programs are killed and x32 ones get ENOSYS, for they have other call
// numbers. Simplified: the profile is not read from a file, but compiled
// in, and the list is of what is refused, not of what is allowed;
// tests/filter.c compares the two, number by number.
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "layers.h"

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#error "which AUDIT_ARCH_... is this, and has clone(2) its flags first?"
#endif

#define CALLS 1024 // more than there are

// The instructions we use. They have one register: LOAD fills it from the
// kernel's struct seccomp_data, the others compare it with a constant.
#define LOAD(what)                                                         \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, what))
#define AND(mask) BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask)
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, action)
#define FAIL(err) RETURN(SECCOMP_RET_ERRNO | (err))
#define JUMP_IF(test, k, yes, no)                                          \
    BPF_JUMP(BPF_JMP | (test) | BPF_K, k, yes, no)
#define REFUSE_IF(test, k) JUMP_IF(test, k, 0, 1), FAIL(EPERM)
#define ALLOW_IF(test, k) JUMP_IF(test, k, 0, 1), RETURN(SECCOMP_RET_ALLOW)

#define SOCK_TYPE_MASK 0xf // of the kernel: the rest are flags

#define NEW_NAMESPACE                                                      \
    (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |         \
     CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

// What becomes of a call, and the instructions that do it. Of an argument
// they load the lower half, which comes first on these machines; the kernel
// looks at no more, so what is in the upper half must not change anything.
enum verdict { ALLOW, REFUSE, ABSENT, CLONE, SOCKET, PERSONALITY, IOCTL };
static const struct sock_filter answers[][40] = {
    [ALLOW] = {RETURN(SECCOMP_RET_ALLOW)},
    [REFUSE] = {FAIL(EPERM)},
    [ABSENT] = {FAIL(ENOSYS)},
    [CLONE] = {LOAD(args[0]), REFUSE_IF(BPF_JSET, NEW_NAMESPACE),
               RETURN(SECCOMP_RET_ALLOW)},
    // AF_VSOCK leads to the hypervisor, AF_ALG into the kernel's ciphers.
    // What AF_PACKET, AF_XDP and NETLINK_USERSOCK take for their buffers,
    // memory.max does not count. SOCK_PACKET is AF_PACKET by another name.
    [SOCKET] = {LOAD(args[1]),
                AND(SOCK_TYPE_MASK),
                REFUSE_IF(BPF_JEQ, SOCK_PACKET),
                LOAD(args[0]),
                REFUSE_IF(BPF_JEQ, AF_VSOCK),
                REFUSE_IF(BPF_JEQ, AF_ALG),
                REFUSE_IF(BPF_JEQ, AF_CAIF),
                REFUSE_IF(BPF_JEQ, AF_ISDN),
                REFUSE_IF(BPF_JEQ, AF_WANPIPE),
                REFUSE_IF(BPF_JEQ, AF_IRDA),
                REFUSE_IF(BPF_JEQ, AF_ATMSVC),
                REFUSE_IF(BPF_JEQ, AF_ECONET),
                REFUSE_IF(BPF_JEQ, AF_DECnet),
                REFUSE_IF(BPF_JEQ, AF_PACKET),
                REFUSE_IF(BPF_JEQ, AF_XDP),
                REFUSE_IF(BPF_JGT, AF_XDP + 1), // AF_MCTP: not all have it
                JUMP_IF(BPF_JEQ, AF_NETLINK, 0, 3),
                LOAD(args[2]),
                REFUSE_IF(BPF_JEQ, NETLINK_USERSOCK),
                RETURN(SECCOMP_RET_ALLOW)},
    // 0xffffffff asks; ADDR_NO_RANDOMIZE and others would help an attack.
    [PERSONALITY] = {LOAD(args[0]), ALLOW_IF(BPF_JEQ, 0xffffffff),
                     REFUSE_IF(BPF_JSET, ~(PER_LINUX32 | UNAME26)),
                     RETURN(SECCOMP_RET_ALLOW)},
    [IOCTL] = {LOAD(args[1]), REFUSE_IF(BPF_JEQ, TIOCSTI),
               REFUSE_IF(BPF_JEQ, TIOCLINUX), RETURN(SECCOMP_RET_ALLOW)},
};

// How the program begins. A number means one call on one architecture only,
// and the kernel may serve two: so that is looked at before the number.
static const struct sock_filter start[] = {
    LOAD(arch),
    JUMP_IF(BPF_JEQ, ARCH, 1, 0),
    RETURN(SECCOMP_RET_KILL_PROCESS),
    LOAD(nr),
    {0},
};

// Refused. Not ptrace and process_vm_readv, with which a process debugs its
// equals: since Linux 4.8 the filter sees a call as the tracer leaves it.
// Not chroot, nor adjtimex and others: our capabilities decide on those.
static const short refused[] = {
#if defined(SYS_open_tree_attr) && defined(SYS_lsm_list_modules)
    SYS_open_tree_attr, // Linux 6.15
#endif
#ifdef SYS_lsm_list_modules // Linux 6.8
    SYS_lsm_get_self_attr, SYS_lsm_set_self_attr, SYS_lsm_list_modules,
#endif
#ifdef SYS_set_mempolicy_home_node // Linux 5.17
    SYS_set_mempolicy_home_node,
#endif
    SYS_mount_setattr + 1, // quotactl_fd, Linux 5.14: musl has no name
#ifdef __x86_64__ // ports of devices, and calls long out of use
    SYS_iopl, SYS_ioperm, SYS_uselib, SYS_ustat, SYS_sysfs, SYS__sysctl,
    SYS_create_module, SYS_get_kernel_syms, SYS_query_module, SYS_getpmsg,
    SYS_putpmsg, SYS_afs_syscall, SYS_tuxcall, SYS_security, SYS_vserver,
#endif
    // Namespaces and mounts: the tools that made this container.
    SYS_setns, SYS_unshare, SYS_mount, SYS_umount2, SYS_pivot_root,
    SYS_fsopen, SYS_fsconfig, SYS_fsmount, SYS_fspick, SYS_move_mount,
    SYS_open_tree, SYS_mount_setattr,
    // Other code in the kernel, or another kernel.
    SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load,
    SYS_kexec_file_load, SYS_bpf,
    // Faults were found here often, and keys belong to users.
    SYS_perf_event_open, SYS_userfaultfd, SYS_io_uring_setup,
    SYS_io_uring_enter, SYS_io_uring_register, SYS_add_key, SYS_request_key,
    SYS_keyctl,
    // The machine: its names, clock, disks, log, terminals, power.
    SYS_sethostname, SYS_setdomainname, SYS_settimeofday, SYS_clock_settime,
    SYS_swapon, SYS_swapoff, SYS_quotactl, SYS_acct, SYS_nfsservctl,
    SYS_syslog, SYS_lookup_dcookie, SYS_vhangup, SYS_reboot,
    // Files, processes and memory that need not be the container's.
    SYS_open_by_handle_at, SYS_fanotify_init, SYS_kcmp, SYS_pidfd_getfd,
    SYS_process_madvise, SYS_mbind, SYS_get_mempolicy, SYS_set_mempolicy,
    SYS_migrate_pages, SYS_move_pages};

// Refused under a condition, or not there: clone3 has its flags in memory,
// where no filter looks, so libc must take clone. What is named nowhere is
// allowed, up to the last that is named: hence those at the end. As musl's
// <sys/syscall.h> has gaps, they count only if what we refuse has a name.
static const struct {
    short call;
    unsigned char verdict;
} others[] = {
    {SYS_clone, CLONE},
    {SYS_socket, SOCKET},
    {SYS_personality, PERSONALITY},
    {SYS_ioctl, IOCTL},
    {SYS_clone3, ABSENT},
#ifdef SYS_process_mrelease // Linux 5.15
    {SYS_process_mrelease, ALLOW},
#endif
#ifdef SYS_futex_requeue // Linux 6.7
    {SYS_futex_requeue, ALLOW},
#endif
#if defined(SYS_mseal) && defined(SYS_lsm_list_modules) // Linux 6.10
    {SYS_mseal, ALLOW},
#endif
#if defined(SYS_removexattrat) && defined(SYS_lsm_list_modules) // 6.13
    {SYS_removexattrat, ALLOW},
#endif
};

static unsigned char verdicts[CALLS]; // by call number
static int last; // the highest number that the lists name

// Calls from there on, up to the next range, have the same verdict.
struct range {
    unsigned first;
    enum verdict verdict;
};

static struct sock_filter program[UCHAR_MAX]; // no jump can be too long
static unsigned short length;

// Child: note the verdict on a call.
static void set_verdict(int call, enum verdict verdict)
{
    verdicts[call] = verdict;
    if (call > last)
        last = call;
}

// Child: note the verdict on each; what comes later wins. Numbers that
// were free when the lists were made, and all behind the last, are absent:
// a new kernel may give them to a new call.
static void set_verdicts(void)
{
    for (int call = SYS_recvmmsg + 1; call < SYS_wait4; call++)
        set_verdict(call, ABSENT); // on arm64
    for (int call = SYS_rseq + 1; call < SYS_pidfd_send_signal; call++)
        set_verdict(call, ABSENT);
    for (size_t i = 0; i < LENGTH(refused); i++)
        set_verdict(refused[i], REFUSE);
    for (size_t i = 0; i < LENGTH(others); i++)
        set_verdict(others[i].call, others[i].verdict);
    set_verdict(last + 1, ABSENT);
}

// Child: split the numbers where the verdict changes. Returns how many
// ranges there are. The last one has no end, so x32 (bit 30 set) is in it.
static int find_ranges(struct range *ranges)
{
    int n = 0;

    for (int call = 0; call <= last; call++)
        if (call == 0 || verdicts[call] != verdicts[call - 1])
            ranges[n++] = (struct range){call, verdicts[call]};
    return n;
}

// Child: append instructions, up to one that is all zero.
static void add(const struct sock_filter *instruction)
{
    while (instruction->code) {
        errno = 0; // no call failed
        if (length == LENGTH(program))
            die("the seccomp filter is too long");
        program[length++] = *instruction++;
    }
}

// Child: append a search tree: one comparison, then the lower half, then
// the upper. 65 ranges take 7 comparisons at most; a list, up to 64.
static void add_tree(const struct range *ranges, int n)
{
    if (n == 1) {
        add(answers[ranges->verdict]);
        return;
    }
    const struct range *upper = ranges + n / 2;
    int branch = length;
    add((struct sock_filter[]){JUMP_IF(BPF_JGE, upper->first, 0, 0), {0}});
    add_tree(ranges, n / 2);
    program[branch].jt = length - branch - 1;
    add_tree(upper, n - n / 2);
}

// Child: write the program. Returns it as seccomp(2) takes it.
const struct sock_fprog *build_filter(void)
{
    static struct sock_fprog filter = {.filter = program};
    struct range ranges[CALLS] = {0};

    set_verdicts();
    add(start);
    add_tree(ranges, find_ranges(ranges));
    filter.len = length;
    return &filter;
}

// Child: from now on, and for all that we start, the kernel asks the
// filter at every call. It needs no_new_privs, or CAP_SYS_ADMIN.
void load_filter(void)
{
    if (left_out[LAYER_SECCOMP])
        return;
    const struct sock_fprog *filter = build_filter();
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, filter) == -1)
        die("seccomp SECCOMP_SET_MODE_FILTER");
}
