// fds.c - nothing but 0, 1 and 2 reaches the command.
//
// Protects from a descriptor that the caller has left open: /proc/self/fd/7
// on a directory of the host is a way out of any container, and a socket of
// the host is a way to whoever listens there. CVE-2024-21626 was one: runc
// had a directory open, and a working directory of /proc/self/fd/7 led
// there.
//
// See close_range(2). libcontainer has no word for it: it sets the
// close-on-exec flag on all it finds in /proc/self/fd.
#define _GNU_SOURCE
#include <limits.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "layers.h"

// Parent: close what we have not opened. It comes first: what we open
// ourselves, from here on, has O_CLOEXEC, and ends with execve(2).
void close_inherited_fds(void)
{
    if (left_out[FDS])
        return;
    if (syscall(SYS_close_range, STDERR_FILENO + 1, UINT_MAX, 0) == -1)
        die("close_range");
}
