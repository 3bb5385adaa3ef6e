// Reach what listens on the host's loopback. network_namespaces(7)
#include <arpa/inet.h>
#include <sys/socket.h>

#include "leaks.h"

static void prepare(void)
{
    struct sockaddr_in a = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t len = sizeof(a);

    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(s, (struct sockaddr *)&a, len) == -1 ||
        getsockname(s, (struct sockaddr *)&a, &len) == -1)
        cannot("bind");
    serve(s);
    sprintf(arg, "%d", ntohs(a.sin_port));
}

static void inside(char *port)
{
    struct sockaddr_in a = {
        .sin_family = AF_INET,
        .sin_port = htons(atoi(port)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    char text[sizeof(secret)] = "";

    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&a, sizeof(a)) == -1 ||
        read(s, text, sizeof(text) - 1) == -1)
        answer_closed("connect");
    answer_found(text);
}

LEAK(.name = "loopback", .prepare = prepare, .inside = inside);
