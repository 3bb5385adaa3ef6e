// rlimits.c - limits of each process, as ulimit shows them.
//
// Protects from a process that opens files until the host has no more, and
// from core files that fill its disk. (Where core_pattern is a pipe to a
// program, as under systemd, the host runs that program for every crash,
// and RLIMIT_CORE does not prevent it: core(5).)
//
// See getrlimit(2). libcontainer calls it Rlimits; the talk has one of
// them: RLIMIT_NOFILE, 1025.
#define _GNU_SOURCE
#include <sys/resource.h>

#include "layers.h"

#define FILES 1025 // descriptors, or one more than the highest of them

// Child: ulimit -n 1025 -c 0. Where less is allowed already, that remains:
// to raise a hard limit takes CAP_SYS_RESOURCE outside of our user
// namespace.
static void lower(int resource, rlim_t value, const char *name)
{
    struct rlimit limit;

    if (getrlimit(resource, &limit) == -1)
        die("getrlimit %s", name);
    if (limit.rlim_max > value)
        limit.rlim_max = value;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(resource, &limit) == -1)
        die("setrlimit %s", name);
}

// Child: set them for the command; children inherit them.
void set_rlimits(void)
{
    if (left_out[RLIMITS])
        return;
    lower(RLIMIT_NOFILE, FILES, "RLIMIT_NOFILE");
    lower(RLIMIT_CORE, 0, "RLIMIT_CORE");
}
