// pass.c - give another process an open descriptor.
//
// It goes through a unix socket, and arrives as a new descriptor of the
// same open file: the relay gets the master of the container's terminal,
// the keeper a pidfd. With it goes one byte, because there has to be one.
//
// See unix(7), SCM_RIGHTS, and cmsg(3).
#define _GNU_SOURCE
#include <sys/socket.h>

#include "layers.h"

union control { // of a message that has one descriptor with it
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
};

// Child, Parent: send it. Ours stays open.
void send_fd(int socket, int fd)
{
    struct iovec byte = {.iov_base = "", .iov_len = 1};
    union control control = {
        .header.cmsg_len = CMSG_LEN(sizeof(fd)),
        .header.cmsg_level = SOL_SOCKET,
        .header.cmsg_type = SCM_RIGHTS,
    };
    struct msghdr message = {
        .msg_iov = &byte,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof(control),
    };

    memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
    if (sendmsg(socket, &message, MSG_NOSIGNAL) == -1)
        die("sendmsg");
}

// Relay, Keeper: wait for one. Returns -1 at the end of file: it never
// came.
int receive_fd(int socket)
{
    char go;
    struct iovec byte = {.iov_base = &go, .iov_len = 1};
    union control control;
    struct msghdr message = {
        .msg_iov = &byte,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof(control),
    };
    int fd;

    if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) == -1)
        die("recvmsg");
    if (CMSG_FIRSTHDR(&message) == NULL)
        return -1;
    memcpy(&fd, CMSG_DATA(&control.header), sizeof(fd));
    return fd;
}
