// calls.c - what becomes of every system call, tried really.
//
// Each is made in a child of its own, with -1 for each argument: a pointer
// that is none, a descriptor that is none, a size too large. So a kernel
// that is asked says EFAULT, EBADF or EINVAL and does nothing, and EPERM or
// ENOSYS is a filter's, or that of a missing capability. What waits is
// woken by a timer.
//
// Of some calls, a filter looks at the arguments. For these there is a
// list.
#define _GNU_SOURCE
#include <asm/unistd.h>
#include <errno.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compare.h"

#define NUMBERS 512 // more than there are
#define X32 0x40000000 // the bit of the other call numbers of x86-64
#define HIGH (1L << 32) // the lowest bit that an int does not have

static const struct {
    const char *name;
    int number;
} names[] = {
#include "calls.h"
};

// These would do something: make a message queue, or another process. And
// of 64 bits, personality(2) has only 32.
static const struct {
    int number;
    long first, second;
} special[] = {
    {SYS_msgget, -1, 0},
    {SYS_clone, CLONE_THREAD, -1}, // not without CLONE_SIGHAND
    {SYS_personality, 0xffffffff, -1},
};

// The name of the condition, the call, and its first three arguments.
static const struct {
    const char *name;
    int number;
    long args[3];
} conditions[] = {
    {"clone CLONE_NEWNS", SYS_clone, {CLONE_THREAD | CLONE_NEWNS}},
    {"clone CLONE_NEWCGROUP", SYS_clone, {CLONE_THREAD | CLONE_NEWCGROUP}},
    {"clone CLONE_NEWUTS", SYS_clone, {CLONE_THREAD | CLONE_NEWUTS}},
    {"clone CLONE_NEWIPC", SYS_clone, {CLONE_THREAD | CLONE_NEWIPC}},
    {"clone CLONE_NEWUSER", SYS_clone, {CLONE_THREAD | CLONE_NEWUSER}},
    {"clone CLONE_NEWPID", SYS_clone, {CLONE_THREAD | CLONE_NEWPID}},
    {"clone CLONE_NEWNET", SYS_clone, {CLONE_THREAD | CLONE_NEWNET}},
    {"clone CLONE_NEWUSER, bit 32",
     SYS_clone,
     {HIGH | CLONE_THREAD | CLONE_NEWUSER}},
    {"personality PER_LINUX", SYS_personality, {PER_LINUX}},
    {"personality PER_LINUX32", SYS_personality, {PER_LINUX32}},
    {"personality UNAME26", SYS_personality, {UNAME26}},
    {"personality UNAME26, 32", SYS_personality, {UNAME26 | PER_LINUX32}},
    {"personality ADDR_NO_RANDOMIZE", SYS_personality, {ADDR_NO_RANDOMIZE}},
    {"personality PER_BSD", SYS_personality, {PER_BSD}},
    {"personality PER_LINUX, bit 32", SYS_personality, {HIGH}},
    {"ioctl TIOCGWINSZ", SYS_ioctl, {-1, TIOCGWINSZ}},
    {"ioctl TIOCCONS", SYS_ioctl, {-1, TIOCCONS}},
    {"ioctl TIOCSTI", SYS_ioctl, {-1, TIOCSTI}},
    {"ioctl TIOCSTI, bit 32", SYS_ioctl, {-1, HIGH | TIOCSTI}},
    {"ioctl TIOCLINUX", SYS_ioctl, {-1, TIOCLINUX}},
    {"socket AF_NETLINK USERSOCK",
     SYS_socket,
     {AF_NETLINK, -1, NETLINK_USERSOCK}},
    {"socket AF_VSOCK, bit 32", SYS_socket, {HIGH | AF_VSOCK, -1, 0}},
    {"unshare 0", SYS_unshare, {0}},
};

static void wake(int sig)
{
    (void)sig;
}

// The process that tries: makes the call, and ends with what came of it.
static void try(int to, long number, const long *args)
{
    const struct itimerval soon = {{0, 50000}, {0, 50000}};
    struct sigaction action = {.sa_handler = wake};
    const pid_t self = getpid();
    long result;

    sigaction(SIGALRM, &action, NULL); // without SA_RESTART: EINTR
    setitimer(ITIMER_REAL, &soon, NULL);
    errno = 0;
#ifdef SYS_vfork
    if (number == SYS_vfork) // both use one stack: libc knows how
        result = vfork();
    else
#endif
        result = syscall(number, args[0], args[1], args[2], -1, -1, -1);
    if (result != -1)
        errno = 0;
    if (getpid() == self && write(to, &errno, sizeof(errno)) == -1)
        _exit(1);
    _exit(0);
}

// Make the call, and print its verdict: an errno, a signal, or else "done".
static void verdict(const char *kind, const char *name, long number,
                    const long *args)
{
    int result[2], status, err;

    must(pipe(result), "pipe");
    pid_t pid = must(fork(), "fork");
    if (pid == 0)
        try(result[1], number, args);
    must(close(result[1]), "close");
    must(waitpid(pid, &status, 0), "waitpid");
    while (waitpid(-1, NULL, 0) > 0) // those of fork(2) are ours, too
        ;
    ssize_t n = read(result[0], &err, sizeof(err));
    must(close(result[0]), "close");
    if (WIFSIGNALED(status))
        fact(kind, name, "signal %d", WTERMSIG(status));
    else if (n != sizeof(err))
        fact(kind, name, "ends");
    else
        fact(kind, name, "%s", err ? error_name(err) : "done");
}

static void try_number(long number)
{
    long args[3] = {-1, -1, -1};
    const char *name = NULL;
    char text[32];

    for (size_t i = 0; i < LENGTH(names); i++)
        if (names[i].number == number)
            name = names[i].name;
    for (size_t i = 0; i < LENGTH(special); i++)
        if (special[i].number == number) {
            args[0] = special[i].first;
            args[1] = special[i].second;
        }
    snprintf(text, sizeof(text), "number %ld", number);
    verdict("call", name ? name : text, number, args);
}

#ifdef __x86_64__
// getpid(2) as a 32-bit program calls it.
static void try_int80(void)
{
    int status, result;

    pid_t pid = must(fork(), "fork");
    if (pid == 0) {
        __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
        _exit(result < 0);
    }
    must(waitpid(pid, &status, 0), "waitpid");
    if (WIFSIGNALED(status))
        fact("call", "32 bits", "signal %d", WTERMSIG(status));
    else
        fact("call", "32 bits", "%s", status ? "refused" : "done");
}
#endif

void print_calls(void)
{
    char name[32];

    for (long number = 0; number < NUMBERS; number++)
        try_number(number);
    for (size_t i = 0; i < LENGTH(conditions); i++)
        verdict("call", conditions[i].name, conditions[i].number,
                conditions[i].args);
    for (long family = 0; family <= AF_MAX; family++) {
        snprintf(name, sizeof(name), "socket family %ld", family);
        verdict("call", name, SYS_socket, (long[]){family, -1, 0});
    }
#ifdef __x86_64__
    try_number(X32 + SYS_getpid);
    try_int80();
#endif
}
