// clone3 - 00 to 07 by a third hand: clone3(2) by its number, as a fork
// that needs no stack; in 07 the child is born in its group, and PID 1 is
// killed through a pidfd when the program has gone. See cases.
//
//   cc -DSTEP=4 clone3.c -o mine
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/sched.h>
#include <net/if.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRY(call)                                                          \
    do {                                                                   \
        if ((call) == -1)                                                  \
            exit((perror(#call), 125));                                    \
    } while (0)

#if STEP >= 7
static char group[100];

static void set(const char *file, const char *text)
{
    char path[200];
    snprintf(path, sizeof(path), "%s/%s", group, file);
    FILE *f = fopen(path, "we");
    if (f == NULL)
        exit((perror(path), 125));
    fputs(text, f);
    if (fclose(f) == EOF)
        exit((perror(path), 125));
}

static void guard(int pidfd, int end)
{
    char byte;

    TRY(setsid());
    read(end, &byte, 1);
    syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
    for (int i = 0; i < 2000 && rmdir(group) == -1; i++)
        usleep(1000);
    _exit(0);
}
#endif

int main(int argc, char **argv)
{
    char **command = argv + (STEP >= 5 ? 2 : 1);

    if (command >= argv + argc)
        exit((fprintf(stderr, "Usage: %s ...\n", argv[0]), 125));
#if STEP >= 1
    struct clone_args args = {.exit_signal = SIGCHLD};
    int status;
    args.flags |= STEP >= 2 ? CLONE_NEWUTS : 0;
    args.flags |= STEP >= 3 ? CLONE_NEWPID : 0;
    args.flags |= STEP >= 4 ? CLONE_NEWNS : 0;
    args.flags |= STEP >= 6 ? CLONE_NEWNET : 0;
#if STEP >= 7
    int ends[2], pidfd, go[2];
    char byte;
    sigset_t all, old;

    strcpy(group, "/sys/fs/cgroup");
    set("cgroup.subtree_control", "+cpu +memory +pids");
    sprintf(group, "/sys/fs/cgroup/clone3-%d", getpid());
    TRY(mkdir(group, 0755));
    set("cpu.max", "50000 100000");
    set("memory.max", "100M");
    set("memory.swap.max", "0");
    set("pids.max", "20");
    TRY(pipe2(ends, O_CLOEXEC));
    TRY(pipe2(go, O_CLOEXEC));
    args.flags |= CLONE_INTO_CGROUP | CLONE_PIDFD;
    TRY(args.cgroup = open(group, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    args.pidfd = (uintptr_t)&pidfd;
#endif
    pid_t pid = syscall(SYS_clone3, &args, sizeof(args));
    TRY(pid);
    if (pid > 0) {
#if STEP >= 7
        sigfillset(&all);
        TRY(sigprocmask(SIG_BLOCK, &all, &old));
        pid_t child = fork();
        TRY(child);
        if (child == 0) {
            close(ends[1]);
            close(go[0]);
            close(go[1]);
            guard(pidfd, ends[0]);
        }
        TRY(sigprocmask(SIG_SETMASK, &old, NULL));
        TRY(write(go[1], "", 1));
#endif
        TRY(waitpid(pid, &status, 0));
#if STEP >= 7
        close(ends[1]);
        TRY(waitpid(child, NULL, 0));
#endif
        exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status)
                                 : WEXITSTATUS(status));
    }
#endif
#if STEP >= 7
    close(ends[1]);
    close(go[1]);
    if (read(go[0], &byte, 1) != 1)
        exit(125);
#endif
#if STEP >= 2
    TRY(sethostname("third", 5));
#endif
#if STEP >= 4
    TRY(mount("none", "/", NULL, MS_PRIVATE | MS_REC, NULL));
#endif
#if STEP >= 5
    TRY(chdir(argv[1]));
    TRY(chroot("."));
#endif
#if STEP >= 4
    TRY(mount("proc", "/proc", "proc", MS_NOSUID, NULL));
#endif
#if STEP >= 6
    struct ifreq lo = {.ifr_name = "lo"};
    int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    TRY(s);
    TRY(ioctl(s, SIOCGIFFLAGS, &lo));
    lo.ifr_flags |= IFF_UP;
    TRY(ioctl(s, SIOCSIFFLAGS, &lo));
#endif
    execvp(command[0], command);
    perror(command[0]);
    return 127;
}
