// Load code into the host's kernel. This module is none: ENOEXEC says that it
// would have been taken. init_module(2)
#include "leaks.h"

static void inside(char *unused)
{
    (void)unused;
    syscall(SYS_init_module, "not a module", 12, "");
    answer(errno == ENOEXEC ? 0 : -1, "init_module");
}

LEAK(.name = "module", .inside = inside);
