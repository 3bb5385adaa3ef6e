// Inherit a secret variable of the host's shell. environ(7)
#include "leaks.h"

static void prepare(void)
{
    setenv("LEAKS_PASSWORD", secret, 1);
}

static void inside(char *unused)
{
    const char *text = getenv("LEAKS_PASSWORD");

    (void)unused;
    errno = 0;
    if (!text)
        answer_closed("getenv");
    answer_found(text);
}

LEAK(.name = "env", .prepare = prepare, .inside = inside);
