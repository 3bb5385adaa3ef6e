// Preloaded into User Mode Linux: its processor, and three calls of its C library
// that need help.
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <unistd.h>

// Takes the CPU, as long as we live, if no other machine has it: a name is
// bound once, see abstract sockets in unix(7).
static int take(int cpu)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "handmade-vm-%d", cpu);
    if (bind(fd, (struct sockaddr *)&name, sizeof name) == 0)
        return 1;
    close(fd);
    return 0;
}

// UML has one processor, and at each system call it and the process that calls
// wait for each other. On one CPU both go more than twice as fast as on two.
__attribute__((constructor)) static void stay_on_one_cpu(void)
{
    cpu_set_t all, one;

    sched_getaffinity(0, sizeof all, &all);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, &all) && take(cpu)) {
            CPU_ZERO(&one);
            CPU_SET(cpu, &one);
            sched_setaffinity(0, sizeof one, &one);
            return;
        }
}

// UML's buffer for the extended registers of a process has a fixed size, 2696
// bytes. Linux takes them only whole (EFAULT otherwise), and on processors with
// AMX the whole is 11 KiB. Here the rest is added: what the process has now.
long ptrace(enum __ptrace_request request, ...)
{
    static char all[65536] __attribute__((aligned(64)));
    struct iovec whole = { all, sizeof all };
    va_list args;
    pid_t pid;
    void *addr, *data;
    long word;

    va_start(args, request);
    pid = va_arg(args, pid_t);
    addr = va_arg(args, void *);
    data = va_arg(args, void *);
    va_end(args);

    if (request == PTRACE_SETREGSET && (long)addr == NT_X86_XSTATE) {
        struct iovec *given = data;

        if (syscall(SYS_ptrace, PTRACE_GETREGSET, pid, addr, &whole) == -1)
            return -1;
        if (given->iov_len < whole.iov_len) {
            memcpy(all, given->iov_base, given->iov_len);
            data = &whole;
        }
    }
    // The system call stores the word it peeks at; the function returns it.
    if (request >= PTRACE_PEEKTEXT && request <= PTRACE_PEEKUSER)
        data = &word;
    if (syscall(SYS_ptrace, request, pid, addr, data) == -1)
        return -1;
    if (data != &word)
        return 0;
    errno = 0;
    return word;
}

// UML shows what this says in a line of its /proc/cpuinfo, "host". There ps -f,
// ps u and top of procps 4.0.2 (Debian 12) miss another line, and fail: "Unable
// to get system boot time". It is smuggled in.
int uname(struct utsname *host)
{
    int result = syscall(SYS_uname, host);

    if (result == 0)
        strcpy(host->version, "\ncore id\t\t: 0\nmachine\t\t:");
    return result;
}

// UML would leave the process group by which tests/vm/run kills it.
pid_t setsid(void)
{
    return getsid(0);
}
