// See the host's processes, and what they are called. proc(5)
#include "leaks.h"

static void prepare(void)
{
    sprintf(arg, "/proc/%d/comm", start_canary());
}

static void inside(char *path)
{
    answer_file(AT_FDCWD, path);
}

LEAK(.name = "list", .prepare = prepare, .inside = inside);
