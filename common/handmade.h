// handmade.h - what every step needs and no step is about.
//
// The programs speak on stderr, and only when something is wrong: stdout is
// the command's. Their exit statuses are those of env(1) and timeout(1).
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
#include <unistd.h>

#define EXIT_CANCELED 125 // the container cannot be made, or wrong usage
#define EXIT_CANNOT_INVOKE 126 // the command cannot be executed
#define EXIT_ENOENT 127 // there is no such command

#define READ_END 0 // of a pipe(2)
#define WRITE_END 1

#define NAME program_invocation_short_name // program_invocation_name(3)

// Where beginners trip: how die()'s text begins, the errno, what helps.
static const struct {
    const char *what;
    int err;
    const char *remedy;
} remedies[] = {
    {"clone", EPERM, "a container around us forbids it: use a VM"},
    {"clone", ENOSPC, "see the limits in /proc/sys/user/max_*_namespaces"},
    {"chroot", ENOENT, "'make rootfs' builds a ROOTFS"},
    {"chroot", ENOTDIR, "'make rootfs' builds a ROOTFS"},
    {"open_tree", EPERM, "a container around us forbids it: use a VM"},
    {"open_tree", ENOENT, "'make rootfs' builds a ROOTFS"},
    {"open_tree", ENOTDIR, "'make rootfs' builds a ROOTFS"},
    {"mount_setattr MOUNT_ATTR_IDMAP", EINVAL,
     "this file system cannot shift IDs: --without user"},
    {"mount /proc", ENOENT, "ROOTFS needs a directory proc to mount it on"},
    {"mount /dev", ENOENT, "ROOTFS needs a directory dev to mount it on"},
    {"mount /sys", ENOENT, "ROOTFS needs a directory sys to mount it on"},
    {"mount /proc", EPERM, "a container around us masks it: use a VM"},
    {"mount /sys", EPERM, "a container around us masks it: use a VM"},
    {"cgroup v1", 0, "boot with systemd.unified_cgroup_hierarchy=1"},
    {"cgroup v2", 0, "mount -t cgroup2 none /sys/fs/cgroup"},
    {"open", EROFS, "a container around us owns the cgroups: use a VM"},
    {"write", ENOENT, "cgroup.controllers beside it lists what there is"},
    {"write", EBUSY, "processes live there, as in a container: use a VM"},
};

// The line of help for a failure, or NULL.
static inline const char *remedy(const char *what, int err)
{
    if ((err == EPERM || err == EACCES) && geteuid() != 0)
        return "this needs root: try again with sudo";
    for (size_t i = 0; i < sizeof(remedies) / sizeof(remedies[0]); i++) {
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
        fprintf(stderr, "%s: what is missing is its #! or loader\n", NAME);
    exit(err == ENOENT ? EXIT_ENOENT : EXIT_CANNOT_INVOKE);
}

// What a shell shows for a status of wait(2): 128+n for death by signal n.
static inline int exit_code(int status)
{
    if (WIFSIGNALED(status))
        return 128 + WTERMSIG(status);
    return WEXITSTATUS(status);
}

// Writes a text to the file NAME in the directory DIR, in one write(2), as
// proc(5) and cgroups(7) want it. Dies naming the file.
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

#endif
