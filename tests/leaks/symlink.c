// Be given a path that leads out: a ROOTFS in which each directory that
// things are mounted on or written to is a symbolic link to one of the host's.
// path_resolution(7)
#include "leaks.h"

static const char *const names[] = {"proc", "sys", "dev", "tmp", "etc", "run"};

static void copy(const char *from, const char *to)
{
    char command[4 * PATH_MAX];

    snprintf(command, sizeof(command), "mkdir -p '%.*s' && cp '%s' '%s'",
             (int)(strrchr(to, '/') - to), to, from, to);
    if (system(command) != 0)
        cannot(command);
}

static void prepare(void)
{
    char path[PATH_MAX];

    sprintf(rootfs, "%s/rootfs.%s", getenv("TMPDIR"), secret);
    snprintf(path, sizeof(path), "%s%s", rootfs, self);
    copy(self, path);
    // Where the links lead there is also a directory inside: nothing stops
    // a program that follows them to wherever they go.
    snprintf(path, sizeof(path), "%s%s/secret", rootfs, canary);
    copy("/dev/null", path);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", rootfs, names[i]);
        if (symlink(canary, path) == -1 && errno != EEXIST)
            cannot("symlink");
    }
    sprintf(arg, "%s", rootfs);
}

static void inside(char *dir)
{
    char path[2 * PATH_MAX];

    snprintf(path, sizeof(path), "%s/etc/written", dir);
    if (open(path, O_CREAT | O_WRONLY, 0644) == -1)
        answer(open("/etc/written", O_CREAT | O_WRONLY, 0644), "open");
    answer_open();
}

// Is there anything in the canary, or on it, but its file?
static enum answer judge(void)
{
    char command[PATH_MAX];

    snprintf(command, sizeof(command),
             "[ \"$(ls -A '%s')\" = secret ] && ! grep -q '%s ' "
             "/proc/self/mounts",
             canary, canary);
    return system(command) == 0 ? CLOSED : OPEN;
}

LEAK(.name = "symlink", .prepare = prepare, .inside = inside, .judge = judge,
     .refusable = true);
