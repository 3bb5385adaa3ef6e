// Have the host run a program of ours: the kernel starts a release_agent, as
// root and outside, when a group of cgroup v1 becomes empty (CVE-2022-0492).
// The hierarchy is our own, and goes with its mount. cgroups(7)
#include <sys/mount.h>

#include "leaks.h"

static void inside(char *unused)
{
    char options[128], dir[64], file[128];
    int wrote = -1;

    (void)unused;
    new_name(dir, "/tmp");
    snprintf(options, sizeof(options), "none,name=%s", dir + strlen("/tmp/."));
    snprintf(file, sizeof(file), "%s/release_agent", dir);
    mkdir(dir, 0700);
    if (mount("leaks", dir, "cgroup", 0, options) == 0) {
        int fd = open(file, O_WRONLY);
        if (fd != -1)
            wrote = write(fd, "/bin/true", 9);
        close(fd);
    }
    int err = errno;
    umount2(dir, MNT_DETACH);
    rmdir(dir);
    errno = err;
    answer(wrote, "release_agent");
}

LEAK(.name = "release_agent", .inside = inside);
