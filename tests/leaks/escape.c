// Climb out of the root directory, as chroot(2) tells, and read a file there.
#include "leaks.h"

static void prepare(void)
{
    sprintf(arg, "%s/secret", canary);
}

static void inside(char *path)
{
    climb_out();
    answer_file(AT_FDCWD, path);
}

LEAK(.name = "escape", .prepare = prepare, .inside = inside);
