// handmade.h - what every step needs and no step is about.
//
// The programs speak on stderr, and only when something is wrong: stdout is
// the command's, except with --help and --version. Their exit statuses are
// those of env(1) and timeout(1).
#ifndef HANDMADE_H
#define HANDMADE_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define EXIT_CANCELED 125 // the container cannot be made, or wrong usage
#define EXIT_CANNOT_INVOKE 126 // the command cannot be executed
#define EXIT_ENOENT 127 // there is no such command

#define READ_END 0 // of a pipe(2)
#define WRITE_END 1

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define NAME program_invocation_short_name // program_invocation_name(3)

// Common mistakes: the beginning of die()'s text, the errno, what helps.
static const struct {
    const char *what;
    int err;
    const char *remedy;
} remedies[] = {
    {"clone", EPERM, "A container around us forbids it. Run: make vm"},
    {"clone", ENOSYS, "A container around us forbids clone3. Run: make vm"},
    {"clone", ENOSPC,
     "Look at the limits in /proc/sys/user/max_*_namespaces."},
    {"chroot", ENOENT, "Build a root filesystem first: make rootfs"},
    {"chroot", ENOTDIR, "Build a root filesystem first: make rootfs"},
    {"open_tree", EPERM, "A container around us forbids it. Run: make vm"},
    {"open_tree", ENOENT, "Build a root filesystem first: make rootfs"},
    {"open_tree", ENOTDIR, "Build a root filesystem first: make rootfs"},
    {"pivot_root", EINVAL,
     "/ is the initramfs, and cannot move. Use --without root."},
    {"mount_setattr MOUNT_ATTR_IDMAP", EINVAL,
     "This file system cannot shift IDs. Use --without user."},
    {"mount /proc", ENOENT, "Make a directory proc in ROOTFS."},
    {"mount /dev", ENOENT, "Make a directory dev in ROOTFS."},
    {"mount /sys", ENOENT, "Make a directory sys in ROOTFS."},
    {"mount /proc", EPERM, "A container around us covers it. Run: make vm"},
    {"mount /sys", EPERM, "A container around us covers it. Run: make vm"},
    {"open /sys/fs/cgroup/handmade-", ENOENT,
     "This needs Linux 5.14 or newer, which has cgroup.kill."},
    {"open", EROFS, "A container around us owns the cgroups. Run: make vm"},
    {"write", ENOENT,
     "Look at cgroup.controllers beside it: a controller is missing."},
    {"write", EBUSY,
     "Processes are in this group, as in a container. Run: make vm"},
};

// The line of help for a failure, or NULL.
static inline const char *remedy(const char *what, int err)
{
    static const char v1[] =
        "cgroup v1 is there. Boot with systemd.unified_cgroup_hierarchy=1";
    static const char none[] =
        "There is no cgroup v2. Run: mount -t cgroup2 none /sys/fs/cgroup";

    if ((err == EPERM || err == EACCES) && geteuid() != 0)
        return "This needs root. Run it with sudo.";
    if (err == ENOENT && strstr(what, "open /sys/fs/cgroup/cgroup."))
        return access("/sys/fs/cgroup/memory", F_OK) == 0 ? v1 : none;
    for (size_t i = 0; i < LENGTH(remedies); i++) {
        size_t len = strlen(remedies[i].what);
        if (err == remedies[i].err && !strncmp(what, remedies[i].what, len))
            return remedies[i].remedy;
    }
    return NULL;
}

static inline void usage(const char *args) __attribute__((noreturn));
static inline void die(const char *what, ...)
    __attribute__((noreturn, format(printf, 1, 2)));
static inline void die_exec(const char *file) __attribute__((noreturn));

// Says how to call the program. Exits with 125.
static inline void usage(const char *args)
{
    fprintf(stderr, "usage: %s %s\n", NAME, args);
    exit(EXIT_CANCELED);
}

// Says what failed, why (errno, or nothing if that is 0), and on a second
// line what helps, where we know it. Exits with 125.
static inline void die(const char *what, ...)
{
    int err = errno;
    char text[2 * PATH_MAX];
    va_list args;

    va_start(args, what);
    vsnprintf(text, sizeof(text), what, args);
    va_end(args);
    fprintf(stderr, "%s: %s%s%s\n", NAME, text, err ? ": " : "",
            err ? strerror(err) : "");
    if (remedy(text, err))
        fprintf(stderr, "%s: %s\n", NAME, remedy(text, err));
    exit(EXIT_CANCELED);
}

// Says why execvp(3) came back. Exits as a shell would.
static inline void die_exec(const char *file)
{
    int err = errno;

    fprintf(stderr, "%s: execvp %s: %s\n", NAME, file, strerror(err));
    if (err == ENOENT && strchr(file, '/') && access(file, F_OK) == 0)
        fprintf(stderr, "%s: Its interpreter (#!) or loader is missing.\n",
                NAME);
    exit(err == ENOENT ? EXIT_ENOENT : EXIT_CANNOT_INVOKE);
}

// What a shell shows for a status of wait(2): 128+n for death by signal n.
static inline int exit_code(int status)
{
    if (WIFSIGNALED(status))
        return 128 + WTERMSIG(status);
    return WEXITSTATUS(status);
}

// Writes text to the file name in the directory dir, in one write(2): each
// write to such a file is a command (cgroups(7), user_namespaces(7)). If it
// fails, dies, and names the file.
static inline void write_file(const char *dir, const char *name,
                              const char *text)
{
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd == -1)
        die("open %s", path);
    if (write(fd, text, strlen(text)) == -1)
        die("write %s to %s", text, path);
    if (close(fd) == -1)
        die("close %s", path);
}

// The same, where the kernel has such a file; else nothing.
static inline void write_if_there(const char *dir, const char *name,
                                  const char *text)
{
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    if (access(path, F_OK) == 0)
        write_file(dir, name, text);
}

// A name that no other program takes: PREFIX-PID-NANOSECONDS. The PID alone
// is not enough, because every PID namespace counts its own PIDs.
static inline void unique_name(char *name, size_t size, const char *prefix)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(name, size, "%s-%d-%ld", prefix, getpid(), now.tv_nsec);
}

#endif
