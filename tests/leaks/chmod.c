// Change the host's devices, by a bind mount of one: its inode is the host's.
// /dev/null is given the mode that it has. chmod(2), null(4)
#include "leaks.h"

static void prepare(void)
{
    struct stat st;

    if (stat("/dev/null", &st) == -1)
        cannot("stat /dev/null");
    sprintf(arg, "%llu %llu", (unsigned long long)st.st_dev,
            (unsigned long long)st.st_ino);
}

static void inside(char *inode)
{
    char ours[64];
    struct stat st;

    if (stat("/dev/null", &st) == -1)
        answer_closed("stat /dev/null");
    snprintf(ours, sizeof(ours), "%llu %llu", (unsigned long long)st.st_dev,
             (unsigned long long)st.st_ino);
    errno = 0;
    if (strcmp(ours, inode) != 0)
        answer_closed("/dev/null is another");
    answer(chmod("/dev/null", st.st_mode & 07777), "chmod /dev/null");
}

LEAK(.name = "chmod", .prepare = prepare, .inside = inside);
