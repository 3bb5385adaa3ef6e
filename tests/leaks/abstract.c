// Reach an abstract socket of the host: X11 has one, and D-Bus had. No file
// is in the way. unix(7), network_namespaces(7)
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "leaks.h"

// A name that begins with a zero byte is in no file system.
static int abstract(const char *name, struct sockaddr_un *a, socklen_t *len)
{
    *a = (struct sockaddr_un){.sun_family = AF_UNIX};
    strcpy(a->sun_path + 1, name);
    *len = offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name);
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static void prepare(void)
{
    struct sockaddr_un a;
    socklen_t len;

    sprintf(arg, "leaks-%d-%.4s", getpid(), secret);
    int s = abstract(arg, &a, &len);
    if (bind(s, (struct sockaddr *)&a, len) == -1)
        cannot("bind");
    serve(s);
}

static void inside(char *name)
{
    struct sockaddr_un a;
    socklen_t len;
    char text[sizeof(secret)] = "";

    int s = abstract(name, &a, &len);
    if (connect(s, (struct sockaddr *)&a, len) == -1 ||
        read(s, text, sizeof(text) - 1) == -1)
        answer_closed("connect");
    answer_found(text);
}

LEAK(.name = "abstract", .prepare = prepare, .inside = inside);
