// signals.c - a signal to us is meant for the container.
//
// SIGTERM is how a system asks a program to end, and Ctrl-C is SIGINT: we
// pass them on, and the command decides. But PID 1 is special: from inside
// and outside of its PID namespace it gets only the signals for which it
// has a handler; SIGKILL and SIGSTOP from outside are the exceptions. A
// sleep that is PID 1 does not hear of SIGTERM. For such a command we do
// what the signal would have done, and end the container.
//
// See pid_namespaces(7), "The namespace init process", and proc(5).
// libcontainer leaves it to its callers; docker run passes the signal on,
// and waits.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "layers.h"

// Parent: does the process catch the signal, block it or ignore it? Else
// its handler is the default one. A signal handler may call this.
bool is_expected(pid_t pid, int sig)
{
    char path[32], text[4096];

    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = read(fd, text, sizeof(text) - 1);
    close(fd);
    text[n > 0 ? n : 0] = '\0';
    const char *line = strstr(text, "\nSigBlk:");
    for (int i = 0; line && i < 3; i++) { // SigBlk, SigIgn, SigCgt
        if (strtoull(line + 8, NULL, 16) & 1ULL << (sig - 1))
            return true;
        line = strchr(line + 1, '\n');
    }
    return false;
}
