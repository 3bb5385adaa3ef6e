// Read the memory of a process of the host. process_vm_readv(2), ptrace(2), and
// /proc/PID/mem in proc(5)
#define _GNU_SOURCE
#include <sys/uio.h>

#include "leaks.h"

static void prepare(void)
{
    sprintf(arg, "%d", start_canary());
}

static void inside(char *pid)
{
    char text[sizeof(secret)] = "";
    struct iovec here = {text, sizeof(text) - 1};
    struct iovec there = {secret, sizeof(text) - 1}; // the same program

    char path[64];
    if (process_vm_readv(atoi(pid), &here, 1, &there, 1, 0) == -1) {
        snprintf(path, sizeof(path), "/proc/%s/mem", pid);
        int fd = open(path, O_RDONLY);
        if (fd == -1 ||
            pread(fd, text, sizeof(text) - 1, (off_t)secret) == -1)
            answer_closed(path);
    }
    answer_found(text);
}

LEAK(.name = "ptrace", .prepare = prepare, .inside = inside);
