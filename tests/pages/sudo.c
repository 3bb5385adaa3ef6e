// sudo CMD [ARG]... - for the pages' tests, where the reader is nobody in
// particular and may become root. It is set-user-ID in a file system that only
// these tests can see. Like sudo(8), it waits for the command.
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int status;

    if (argc < 2 || setgid(0) == -1 || setuid(0) == -1)
        return 1;
    setenv("HOME", "/root", 1);
    setenv("PATH",
           "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    pid_t pid = fork();
    if (pid == 0) {
        execvp(argv[1], argv + 1);
        perror(argv[1]);
        _exit(127);
    }
    if (pid == -1)
        return 1;
    waitpid(pid, &status, 0);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
