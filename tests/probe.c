// probe - what the tests need and no shell has.
//
//   probe eat MIB        touches that much memory
//   probe fork N         starts N children that sleep; says how many it got
//   probe listen         listens on 127.0.0.1 and says the port; answers
//   probe connect PORT   asks there: prints what is answered
//   probe escape FILE    climbs out of a chroot(2), the classic way; reads FILE
//   probe args ARG...    prints every argument, each in brackets
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int eat(size_t mib)
{
    for (size_t i = 0; i < mib; i++) {
        char *p = malloc(1 << 20);
        if (!p)
            return 1;
        memset(p, 1, 1 << 20);
        *(volatile char *)p = 2;
    }
    return 0;
}

static int start_children(int n)
{
    int got = 0;

    for (int i = 0; i < n; i++) {
        pid_t pid = fork();
        if (pid == 0)
            return pause();
        if (pid > 0)
            got++;
    }
    printf("%d\n", got);
    return 0;
}

static int talk(const char *port)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET,
        .sin_port = htons(port ? atoi(port) : 0),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t len = sizeof(to);
    char answer[16] = "";

    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (port) {
        if (connect(s, (struct sockaddr *)&to, len) == -1) {
            perror("connect");
            return 1;
        }
        if (read(s, answer, sizeof(answer) - 1) == -1)
            return 1;
        puts(answer);
        return 0;
    }
    if (bind(s, (struct sockaddr *)&to, len) == -1 || listen(s, 1) == -1 ||
        getsockname(s, (struct sockaddr *)&to, &len) == -1) {
        perror("listen");
        return 1;
    }
    printf("%d\n", ntohs(to.sin_port));
    fflush(stdout);
    for (;;) {
        int peer = accept(s, NULL, NULL);
        if (peer == -1 || write(peer, "hello", 5) == -1)
            return 1;
        close(peer);
    }
}

// chroot(2): "The superuser can escape from a chroot jail by ..."
static int escape(const char *file)
{
    char text[64] = "";

    if (mkdir("/tmp/jail", 0700) == -1 || chroot("/tmp/jail") == -1)
        return 1;
    for (int i = 0; i < 64; i++)
        if (chdir("..") == -1)
            return 1;
    rmdir("tmp/jail");
    if (chroot(".") == -1)
        return 1;
    FILE *f = fopen(file, "r");
    if (!f || !fgets(text, sizeof(text), f))
        return 1;
    printf("%s", text);
    return 0;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    if (!strcmp(what, "eat"))
        return eat(atoi(argv[2]));
    if (!strcmp(what, "fork"))
        return start_children(atoi(argv[2]));
    if (!strcmp(what, "listen"))
        return talk(NULL);
    if (!strcmp(what, "connect"))
        return talk(argv[2]);
    if (!strcmp(what, "escape"))
        return escape(argv[2]);
    if (!strcmp(what, "args")) {
        for (int i = 2; i < argc; i++)
            printf("[%s]", argv[i]);
        puts("");
        return 0;
    }
    return 2;
}
