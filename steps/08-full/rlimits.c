// rlimits.c - limits of each process, as ulimit shows them.
//
// Protects from a process that opens files until the host has no more, and
// from core files that fill its disk. Where core_pattern is a pipe to a
// program, as under systemd, the host runs that program for every crash,
// and a RLIMIT_CORE of 0 does not prevent it (core(5)). A limit of 1
// prevents it (the kernel's fs/coredump.c); and no core file is as small as
// one byte. A command that lowers its limit to 0 undoes that.
//
// See getrlimit(2). libcontainer calls it Rlimits; the talk has one of
// them: RLIMIT_NOFILE, 1025.
#define _GNU_SOURCE
#include <sys/resource.h>

#include "layers.h"

#define FILES 1025 // descriptors, or one more than the highest of them

// Child: ulimit -n 1025, and so on. Where less is allowed already, that
// remains: to raise a hard limit takes CAP_SYS_RESOURCE outside of our user
// namespace.
static void lower_limit(int resource, rlim_t value, const char *name)
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
    if (left_out[LAYER_RLIMITS])
        return;
    lower_limit(RLIMIT_NOFILE, FILES, "RLIMIT_NOFILE");
    lower_limit(RLIMIT_CORE, 1, "RLIMIT_CORE");
}
