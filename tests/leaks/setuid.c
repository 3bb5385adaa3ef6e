// Gain privilege from a setuid program, as an ordinary user in the container.
// execve(2), PR_SET_NO_NEW_PRIVS in prctl(2), nosuid in mount(2)
#define _GNU_SOURCE
#include <grp.h>

#include "leaks.h"

#define USER 1000

static void prepare(void)
{
    char command[4 * PATH_MAX];

    snprintf(arg, sizeof(arg), "%s/setuid.%s", rootfs, secret);
    snprintf(command, sizeof(command), "cp '%s' '%s' && chmod 4755 '%s'", self,
             arg, arg);
    if (system(command) != 0)
        cannot(command);
}

static void inside(char *path)
{
    if (geteuid() == 0 && getuid() == USER)
        answer_open(); // we have been here before
    if (getuid() == USER) {
        errno = 0;
        answer_closed("still an ordinary user");
    }
    if (setgroups(0, NULL) == -1 || setgid(USER) == -1 || setuid(USER) == -1)
        answer_cannot("no other user to become");
    execl(path, path, "inside", "setuid", path, NULL);
    path = strrchr(path, '/');
    execl(path, path, "inside", "setuid", path, NULL);
    answer_closed("execve");
}

LEAK(.name = "setuid", .prepare = prepare, .inside = inside);
