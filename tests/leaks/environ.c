// Read the environment of a process of the host: passwords are there.
// /proc/PID/environ in proc(5)
#include "leaks.h"

static void prepare(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        char *env[] = {secret, NULL};
        execle("/bin/sleep", "sleep", "1000", NULL, env);
    }
    sprintf(arg, "/proc/%d/environ", pid);
    char text[sizeof(secret)] = "";
    while (strcmp(text, secret) != 0) { // until it is executed
        int fd = open(arg, O_RDONLY);
        if (read(fd, text, sizeof(text) - 1) == -1)
            cannot(arg);
        close(fd);
    }
}

static void inside(char *path)
{
    answer_file(AT_FDCWD, path);
}

LEAK(.name = "environ", .prepare = prepare, .inside = inside);
