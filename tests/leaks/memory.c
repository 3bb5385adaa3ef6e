// Take all memory: 120 MiB, which stand for all of it. The memory controller
// in cgroups(7)
#define _GNU_SOURCE
#include <sys/mman.h>

#include "leaks.h"

#define ENOUGH (120 << 20)

static void inside(char *unused)
{
    (void)unused;
    ready();
    void *p = mmap(NULL, ENOUGH, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    // What could not be had is not there yet, and kills us here.
    for (size_t i = 0; p != MAP_FAILED && i < ENOUGH; i += 4096)
        ((volatile char *)p)[i] = 1;
    answer(p == MAP_FAILED ? -1 : 0, "mmap");
}

// Killed by the kernel, it has not come to its answer.
static enum answer judge(void)
{
    return probe_said("open") ? OPEN : CLOSED;
}

LEAK(.name = "memory", .inside = inside, .judge = judge);
