// Read the memory of a process of the host. process_vm_readv(2), ptrace(2)
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

    if (process_vm_readv(atoi(pid), &here, 1, &there, 1, 0) == -1)
        answer_closed("process_vm_readv");
    answer_found(text);
}

LEAK(.name = "ptrace", .prepare = prepare, .inside = inside);
