// masks.c - what /proc and /sys show of the host is covered.
//
// Protects from the files in /proc and /sys that belong to no namespace:
// they are about the machine. Some can be read, but ought not to be
// (/proc/kcore is the memory of the kernel). Some can be written, but ought
// not to be (/proc/sys, with core_pattern in it: a program that the host
// runs when a process crashes).
// What is masked is covered by an empty file or an empty directory, which
// are ours and read-only; the rest is mounted on itself, read-only.
//
// See proc(5) and sysfs(5). libcontainer calls it MaskPaths and
// ReadonlyPaths. The lists are the talk's (marked) and those that today's
// runtimes have by default.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "layers.h"

const char *const masked_in_proc[] = {
    "kcore", // the talk's
    "acpi",          "asound",      "interrupts", "keys",
    "latency_stats", "sched_debug", "scsi",       "softirqs",
    "timer_list",    "timer_stats", NULL,
};

const char *const masked_in_sys[] = {
    "firmware", // the talk's
    "devices/virtual/powercap",
    "kernel/irq",
    NULL,
};

const char *const read_only_in_proc[] = {
    "bus", // these four are the talk's
    "irq", //
    "sys", "sysrq-trigger", "fs", NULL,
};

static int masks; // a file system with a file and a directory, both empty

// Child: make the masks. They are on top of /proc meanwhile: what is copied
// must have a place.
static void make_masks(void)
{
    const unsigned int flags =
        MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;

    masks = new_mount("tmpfs", flags,
                      "source=masks,mode=755,size=4k,nr_inodes=4", "masks");
    if (mknodat(masks, "file", S_IFREG | 0444, 0) == -1)
        die("create a mask");
    if (mkdirat(masks, "directory", 0555) == -1)
        die("mkdir a mask");
    add_mount_flags(masks, MOUNT_ATTR_RDONLY);
    attach_tree(masks, proc, "");
}

// Child: the copies remain.
static void unmount_masks(void)
{
    if (fchdir(masks) == -1)
        die("fchdir to the masks");
    if (umount2(".", MNT_DETACH) == -1)
        die("umount2 the masks");
    if (chdir("/") == -1)
        die("chdir /");
}

// Child: cover a path, if this kernel has it.
static void mask(int dir, const char *path)
{
    struct stat st;

    if (fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) == -1) {
        if (errno != ENOENT)
            die("mask %s", path);
        return;
    }
    const char *name = S_ISDIR(st.st_mode) ? "directory" : "file";
    attach_tree(clone_mounts(masks, name, "a mask"), dir, path);
}

// Child: cover what each CPU tells of its heat, and so of who works.
static void mask_heat(void)
{
    char path[64];

    for (int cpu = 0; cpu < sysconf(_SC_NPROCESSORS_CONF); cpu++) {
        snprintf(path, sizeof(path),
                 "devices/system/cpu/cpu%d/thermal_throttle", cpu);
        mask(sys, path);
    }
}

// Child: mount a path of /proc on itself, read-only, if it is there.
static void make_read_only(const char *path)
{
    if (faccessat(proc, path, F_OK, 0) == -1 && errno == ENOENT)
        return;
    int tree = clone_mounts(proc, path, path);
    add_mount_flags(tree, MOUNT_ATTR_RDONLY);
    attach_tree(tree, proc, path);
}

// Child: cover what is not for the container.
void mask_paths(void)
{
    if (left_out[LAYER_MASKS])
        return;
    make_masks();
    for (const char *const *path = masked_in_proc; *path; path++)
        mask(proc, *path);
    for (const char *const *path = read_only_in_proc; *path; path++)
        make_read_only(*path);
    for (const char *const *path = masked_in_sys; *path && sys != -1;
         path++)
        mask(sys, *path);
    if (sys != -1)
        mask_heat();
    unmount_masks();
}
