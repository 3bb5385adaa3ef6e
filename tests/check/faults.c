// faults.c - calls of the program that fail, or take longer than usual.
//
// The kernel stops the program at such a call, and asks us what becomes of
// it: seccomp_unotify(2). So we also know whether it was made at all.
#define _GNU_SOURCE
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALLS (sizeof(fault.calls) / sizeof(fault.calls[0]))

struct fault fault;

static int install_filter(void)
{
    struct sock_filter code[2 * CALLS + 2];
    int n = 0;

    code[n++] = (struct sock_filter)BPF_STMT(
        BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < CALLS && fault.calls[i]; i++) {
        code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
                                                 fault.calls[i], 0, 1);
        code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
                                                 SECCOMP_RET_USER_NOTIF);
    }
    code[n++] =
        (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);

    struct sock_fprog program = {.len = n, .filter = code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
        return -1;
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                   SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

// The child: from now on, the kernel asks whoever has the listener, which
// goes through a socket: SCM_RIGHTS in unix(7).
void ask_for_calls(int socket)
{
    int fd = install_filter();
    char byte = 0, room[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = room,
                             .msg_controllen = sizeof(room)};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);

    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &fd, sizeof(int));
    if (fd == -1)
        message.msg_controllen = 0;
    if (sendmsg(socket, &message, 0) == -1)
        _exit(1);
}

// The parent: the listener, or -1 if there is none on this kernel.
int receive_listener(int socket)
{
    char byte, room[CMSG_SPACE(sizeof(int))];
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = room,
                             .msg_controllen = sizeof(room)};
    int fd = -1;

    if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) == -1)
        return -1;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header)
        memcpy(&fd, CMSG_DATA(header), sizeof(int));
    return fd;
}

// Does a call of open(2) or openat(2) name a file that ends as the fault's?
static bool names_path(const struct seccomp_notif *call)
{
    int arg = call->data.nr == SYS_openat ? 1 : 0;
    char path[40], text[200] = "";

    snprintf(path, sizeof(path), "%d/mem", (int)call->pid);
    int fd = openat(host_proc, path, O_RDONLY | O_CLOEXEC);
    // The text may be near the end of what is readable: byte by byte.
    for (size_t i = 0; fd != -1 && i < sizeof(text) - 1; i++)
        if (pread(fd, text + i, 1, call->data.args[arg] + i) != 1 ||
            !text[i])
            break;
    if (fd != -1)
        close(fd);
    size_t len = strlen(text), end = strlen(fault.path);
    return len >= end && !strcmp(text + len - end, fault.path);
}

// Answers one call of the program's: it fails, or goes on, perhaps later.
void answer_call(int listener)
{
    union {
        struct seccomp_notif call;
        char room[512];
    } in;
    union {
        struct seccomp_notif_resp answer;
        char room[512];
    } out;

    memset(&in, 0, sizeof(in));
    memset(&out, 0, sizeof(out));
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &in) == -1)
        return;
    fault.count++;
    if (fault.delay && (pid_t)in.call.pid == started &&
        names_path(&in.call))
        pause_ms(fault.delay);
    out.answer.id = in.call.id;
    if (fault.count == fault.nth)
        out.answer.error = -EPERM;
    else
        out.answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &out) == -1 &&
        errno == EINVAL)
        absent(); // before Linux 5.5, a call cannot be let pass
}
