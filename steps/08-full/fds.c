// fds.c - nothing but 0, 1 and 2 reaches the command.
//
// Protects from a descriptor that the caller has left open: /proc/self/fd/7
// on a directory of the host is a way out of any container, and a socket of
// the host is a way to whoever listens there.
//
// And from our own descriptors. execve(2) closes them, but before that the
// paths of --workdir and CMD are followed, and these may be links in
// ROOTFS. CVE-2024-21626 was that:
// runc had a directory of the host open, and a working directory of
// /proc/self/fd/7 led there.
//
// See close_range(2). libcontainer has no word for it: it marks
// descriptors close-on-exec, and closes them before execve(2).
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "layers.h"

// Child, Parent: close the descriptors from first to last.
static void close_fds(unsigned int first, unsigned int last)
{
    if (left_out[LAYER_FDS])
        return;
    if (first <= last && syscall(SYS_close_range, first, last, 0) == -1)
        die("close_range");
}

// Parent: close what we have not opened. It comes first. Where the caller
// has closed 0, 1 or 2, /dev/null is there until execve(2): or what we open
// would be, and would not be closed with the others.
void close_inherited_fds(void)
{
    int fd;

    close_fds(STDERR_FILENO + 1, UINT_MAX);
    do
        fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    while (fd != -1 && fd <= STDERR_FILENO);
    if (fd == -1 || close(fd) == -1)
        die("open /dev/null");
}

// Child: close what we have opened, before anybody's path is followed. One
// remains, the socket on which the parent learns that CMD runs: it is
// nothing that can be opened by a path.
void close_our_fds(int but)
{
    close_fds(STDERR_FILENO + 1, but - 1);
    close_fds(but + 1, UINT_MAX);
}
