// Read a file of the host. chroot(2), pivot_root(2)
#include "leaks.h"

static void prepare(void)
{
    sprintf(arg, "%s/secret", canary);
}

static void inside(char *path)
{
    answer_file(AT_FDCWD, path);
}

LEAK(.name = "file", .prepare = prepare, .inside = inside);
