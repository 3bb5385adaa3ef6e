// Plant a program that is set-user-ID root on the disk: whoever can reach
// ROOTFS on the host runs it as root. Here it is an empty file. chmod(2),
// MOUNT_ATTR_IDMAP in mount_setattr(2)
#include "leaks.h"

static void prepare(void)
{
    strcpy(arg, secret);
}

static void inside(char *name)
{
    char path[64];

    snprintf(path, sizeof(path), "/tmp/.leaks-%s", name);
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0755);
    answer(fd == -1 ? -1 : fchmod(fd, 04755), "fchmod");
}

// Where the command's root directory is the host's, so is /tmp.
static enum answer judge(void)
{
    char path[2 * PLACE];
    struct stat st;

    snprintf(path, sizeof(path), "%s/tmp/.leaks-%s", rootfs, secret);
    char *there = stat(path, &st) == 0 ? path : path + strlen(rootfs);
    if (stat(there, &st) == -1)
        return CLOSED;
    unlink(there);
    return st.st_mode & S_ISUID && st.st_uid == 0 ? OPEN : CLOSED;
}

LEAK(.name = "planted", .prepare = prepare, .inside = inside, .judge = judge);
