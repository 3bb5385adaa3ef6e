// masks.c - what /proc and /sys show of the host is covered.
//
// Protects from the files in /proc and /sys that belong to no namespace:
// they are about the machine. Some can be read that ought not to be
// (/proc/kcore is the memory of the kernel), some written (/proc/sys, with
// core_pattern in it: a program that the host runs when a process crashes).
// What is masked is covered by /dev/null or by an empty directory; the rest
// is mounted on itself, read-only.
//
// See proc(5) and sysfs(5). libcontainer calls it MaskPaths and
// ReadonlyPaths. The lists are the talk's (marked) and those that today's
// runtimes have by default.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#ifndef MOUNT_ATTR_RDONLY
#include <linux/mount.h> // glibc before 2.36, and musl
#endif

#include "layers.h"

static const char *const masked[] = {
    "/proc/kcore", // the talk's
    "/proc/acpi",
    "/proc/asound",
    "/proc/interrupts",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/sched_debug",
    "/proc/scsi",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/sys/firmware", // the talk's
    "/sys/devices/virtual/powercap",
    NULL,
};

static const char *const read_only[] = {
    "/proc/bus", // these four are the talk's
    "/proc/irq", //
    "/proc/sys", "/proc/sysrq-trigger", "/proc/fs", NULL,
};

// Child: cover a path, if this kernel has it. ENOTDIR: no file can be
// mounted on a directory.
static void mask(const char *path)
{
    if (mount("/dev/null", path, NULL, MS_BIND, NULL) == 0)
        return;
    if (errno == ENOTDIR &&
        mount("tmpfs", path, "tmpfs", MS_RDONLY, "size=0") == 0)
        return;
    if (errno != ENOENT)
        die("mask %s", path);
}

// Child: mount a path on itself, read-only, if this kernel has it.
static void make_read_only(const char *path)
{
    if (mount(path, path, NULL, MS_BIND | MS_REC, NULL) == -1) {
        if (errno != ENOENT)
            die("mount --rbind %s", path);
        return;
    }
    add_mount_flags(AT_FDCWD, path, MOUNT_ATTR_RDONLY);
}

// Child: cover what is not for the container.
void mask_paths(void)
{
    if (left_out[MASKS])
        return;
    for (const char *const *path = masked; *path; path++)
        mask(*path);
    for (const char *const *path = read_only; *path; path++)
        make_read_only(*path);
}
