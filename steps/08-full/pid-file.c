// pid-file.c - the PID of the container's PID 1, in a file: --pid-file.
//
// The file is there as soon as the command runs, and whole: it is written
// under another name first, because rename(2) replaces a file at once. What
// is no regular file is refused, before anything starts: a FIFO would have
// us wait for its reader, and a link would have us write to another file.
// But a directory on the way may be a link: so do not put the file into
// ROOTFS.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "layers.h"

// Parent: make the file under its other name. Returns a descriptor.
static int make_file(const char *name)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd == -1)
        die("open %s", options.pid_file);
    return fd;
}

// Parent: the other name: nobody else has our PID.
static char *other_name(void)
{
    char *name;

    if (asprintf(&name, "%s.%d", options.pid_file, getpid()) == -1)
        die("asprintf");
    return name;
}

// Parent: find out whether we can write it, while nothing has started.
void check_pid_file(void)
{
    struct stat st;

    if (options.pid_file == NULL)
        return;
    if (lstat(options.pid_file, &st) == 0 && !S_ISREG(st.st_mode)) {
        errno = 0; // no call failed
        die("--pid-file %s: it has to be a file", options.pid_file);
    }
    char *name = other_name();
    close(make_file(name));
    if (unlink(name) == -1)
        die("unlink %s", name);
    free(name);
}

// Parent: once the command runs, write the PID for those who wait for it.
void write_pid_file(const struct talk *talk, pid_t pid)
{
    if (options.pid_file == NULL || !command_runs(talk))
        return;
    char *name = other_name();
    int fd = make_file(name);
    if (dprintf(fd, "%d\n", pid) < 0 || close(fd) == -1)
        die("write %s", name);
    if (rename(name, options.pid_file) == -1)
        die("rename %s to %s", name, options.pid_file);
    free(name);
}
