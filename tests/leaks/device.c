// Read the disk by a node of it that ROOTFS has brought along. nodev in
// mount(2)
#include <sys/sysmacros.h>

#include "leaks.h"

static void prepare(void)
{
    unsigned major, minor;
    char path[PATH_MAX];

    first_disk();
    sscanf(arg, "%u:%u", &major, &minor);
    snprintf(path, sizeof(path), "%s/disk.%s", rootfs, secret);
    if (mknod(path, S_IFBLK | 0600, makedev(major, minor)) == -1)
        cannot("mknod in ROOTFS");
    snprintf(arg, sizeof(arg), "%s", path);
}

static void inside(char *path)
{
    char block[512];

    int fd = open(path, O_RDONLY);
    if (fd == -1)
        fd = open(strrchr(path, '/'), O_RDONLY);
    answer(fd == -1 ? -1 : read(fd, block, sizeof(block)), "open");
}

LEAK(.name = "device", .prepare = prepare, .inside = inside);
