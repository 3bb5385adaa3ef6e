// Read a key of the host's session: no namespace is about these.
// keyrings(7), keyctl(2)
#include <linux/keyctl.h>

#include "leaks.h"

static void prepare(void)
{
    if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) == -1 ||
        syscall(SYS_add_key, "user", "leaks", secret, strlen(secret),
                KEY_SPEC_SESSION_KEYRING) == -1)
        cannot("keyctl");
}

static void inside(char *unused)
{
    char text[sizeof(secret)] = "";

    (void)unused;
    long key = syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING,
                       "user", "leaks", 0);
    if (key == -1 ||
        syscall(SYS_keyctl, KEYCTL_READ, key, text, sizeof(text) - 1) == -1)
        answer_closed("keyctl");
    answer_found(text);
}

LEAK(.name = "keyring", .prepare = prepare, .inside = inside);
