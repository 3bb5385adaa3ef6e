// learner - 00 to 07 by another hand: in one function, by unshare(2),
// fork(2) and err(3); in 07, what ends the container waits for a signal,
// which comes when its parent dies. See cases.
//
//   cc -DSTEP=4 learner.c -o mine
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#if STEP >= 7
static char group[100];

static int put(char *dir, char *file, char *text)
{
    char path[200];
    sprintf(path, "%s/%s", dir, file);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        return -1;
    return close(fd);
}

static void end_group(void)
{
    for (int i = 0; i < 2000 && rmdir(group) && errno != ENOENT; i++) {
        put(group, "cgroup.kill", "1");
        usleep(1000);
    }
}

static void watch(pid_t parent)
{
    sigset_t all, old;
    int s;

    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &old);
    pid_t watcher = fork();
    if (watcher < 0)
        err(125, "cannot fork");
    if (watcher == 0) {
        setsid();
        prctl(PR_SET_PDEATHSIG, SIGUSR1);
        while (getppid() == parent)
            sigwait(&all, &s);
        end_group();
        _exit(0);
    }
    sigprocmask(SIG_SETMASK, &old, 0);
}
#endif

int main(int argc, char *argv[])
{
    int first = STEP >= 5 ? 2 : 1;

    if (argc <= first)
        errx(125, "Usage: %s%s COMMAND...", argv[0],
             first > 1 ? " DIR" : "");
#if STEP >= 7
    char *tree = "/sys/fs/cgroup";
    sprintf(group, "%s/learner-%d", tree, getpid());
    watch(getpid());
    if (put(tree, "cgroup.subtree_control", "+memory +pids +cpu"))
        err(125, "cgroup.subtree_control");
    if (mkdir(group, 0755))
        err(125, "cannot mkdir %s", group);
    put(group, "memory.swap.max", "0");
    if (put(group, "cpu.max", "50000 100000") ||
        put(group, "memory.max", "100M") || put(group, "pids.max", "20"))
        err(125, "cannot set limits");
#endif
#if STEP >= 1
    int w, flags = 0;
    flags |= STEP >= 2 ? CLONE_NEWUTS : 0;
    flags |= STEP >= 3 ? CLONE_NEWPID : 0;
    flags |= STEP >= 4 ? CLONE_NEWNS : 0;
    flags |= STEP >= 6 ? CLONE_NEWNET : 0;
    if (flags && unshare(flags)) // some filters refuse unshare(0), too
        err(125, "unshare");
    pid_t child = fork();
    switch (child) {
    case -1:
        err(125, "cannot fork");
    default:
        if (waitpid(child, &w, 0) < 0)
            err(125, "wait");
#if STEP >= 7
        end_group();
#endif
        return WIFEXITED(w) ? WEXITSTATUS(w) : 128 + WTERMSIG(w);
    case 0:
        break;
    }
#endif
#if STEP >= 7
    if (put(group, "cgroup.procs", "0"))
        err(125, "cannot join");
#endif
#if STEP >= 2
    if (sethostname("learner", 7))
        err(125, "sethostname(learner)");
#endif
#if STEP >= 4
    if (mount("", "/", "", MS_SLAVE | MS_REC, ""))
        err(125, "cannot make mounts private");
#endif
#if STEP >= 5
    if (chroot(argv[1]) || chdir("/"))
        err(125, "cannot chroot to '%s' ('make rootfs' makes one)",
            argv[1]);
#endif
#if STEP >= 4
    if (mount("none", "/proc", "proc", 0, ""))
        err(125, "cannot mount proc");
#endif
#if STEP >= 6
    struct ifreq ifr = {.ifr_flags = IFF_UP | IFF_RUNNING};
    strcpy(ifr.ifr_name, "lo");
    int s = socket(AF_UNIX, SOCK_STREAM, 0);
    if (s < 0 || ioctl(s, SIOCSIFFLAGS, &ifr))
        err(125, "cannot raise lo");
    close(s);
#endif
    execvp(argv[first], argv + first);
    err(errno == ENOENT ? 127 : 126, "cannot run '%s'", argv[first]);
}
