// learner - another program that keeps the promises of 00 to 07, for the tests
// of "make check": almost in one function, by fork(2) and unshare(2), by err(3),
// with sigwait(3) in place of handlers; the child joins the cgroup by itself.
//
//   cc -DSTEP=4 learner.c -o mine     -DNO_CHROOT: a 05 that is wrong
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <net/if.h>
#include <poll.h>
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
static char tree[100], group[200];

static void put(char *dir, char *file, char *text)
{
    char path[300];
    sprintf(path, "%s/%s", dir, file);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        err(125, "cannot write %s to %s", text, path);
    close(fd);
}

static void leave(void)
{
    rmdir(group);
}

static void make_group(void)
{
    FILE *mounts = fopen("/proc/mounts", "r");
    char type[20] = "", path[200];
    glob_t old;
    int pid;

    while (mounts && strcmp(type, "cgroup2"))
        if (fscanf(mounts, "%*s %99s %19s %*[^\n]", tree, type) != 2)
            errx(125, "there is no cgroup v2");
    put(tree, "cgroup.subtree_control", "+memory +pids +cpu");
    sprintf(path, "%s/learner-", tree);
    if (glob(strcat(path, "*"), 0, 0, &old) == 0)
        for (size_t i = 0; i < old.gl_pathc; i++) {
            pid = atoi(strrchr(old.gl_pathv[i], '-') + 1);
            if (kill(pid, 0) && errno == ESRCH)
                rmdir(old.gl_pathv[i]);
        }
    sprintf(group, "%s/learner-%d", tree, getpid());
    if (mkdir(group, 0755))
        err(125, "cannot mkdir %s", group);
    atexit(leave);
    put(group, "cpu.max", "50000 100000");
    put(group, "memory.max", "100M");
    put(group, "memory.swap.max", "0");
    put(group, "pids.max", "20");
}
#endif

int main(int argc, char *argv[])
{
    int first = STEP >= 5 ? 2 : 1;

    if (argc <= first)
        errx(125, "Usage: %s%s COMMAND...", argv[0], first > 1 ? " DIR" : "");
#if STEP >= 1
    int alive[2], w;
    signal(SIGCHLD, SIG_DFL);
    if (pipe(alive))
        err(125, "pipe");
    int flags = 0;
    flags |= STEP >= 2 ? CLONE_NEWUTS : 0;
    flags |= STEP >= 3 ? CLONE_NEWPID : 0;
    flags |= STEP >= 4 ? CLONE_NEWNS : 0;
    flags |= STEP >= 6 ? CLONE_NEWNET : 0;
#if STEP >= 7
    const int ending[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGCHLD);
    for (int i = 0; i < 4; i++)
        if (signal(ending[i], SIG_DFL) == SIG_IGN)
            signal(ending[i], SIG_IGN);
        else
            sigaddset(&ends, ending[i]);
    sigprocmask(SIG_BLOCK, &ends, 0);
    make_group();
#endif
    if (unshare(flags))
        err(125, "unshare");
    pid_t child = fork();
    switch (child) {
    case -1:
        err(125, "cannot fork");
    default:
        close(alive[0]);
#if STEP >= 7
        for (int s, status = 0; ;) {
            sigwait(&ends, &s);
            if (s != SIGCHLD && kill(child, SIGKILL) == 0)
                status = 128 + s;
            if (waitpid(child, &w, WNOHANG) != child)
                continue;
            if (status)
                exit(status);
            return WIFEXITED(w) ? WEXITSTATUS(w) : 128 + WTERMSIG(w);
        }
#endif
        if (wait(&w) < 0)
            err(125, "wait");
        return WIFEXITED(w) ? WEXITSTATUS(w) : 128 + WTERMSIG(w);
    case 0:
        break;
    }
    struct pollfd parent = {alive[0], POLLIN, 0};
    close(alive[1]);
#endif
#if STEP >= 7
    put(group, "cgroup.procs", "0");
    sigprocmask(SIG_UNBLOCK, &ends, 0);
#endif
#if STEP >= 2
    if (sethostname("learner", 7))
        err(125, "sethostname(learner)");
#endif
#if STEP >= 4
    if (mount("", "/", "", MS_SLAVE | MS_REC, ""))
        err(125, "cannot make mounts private");
#endif
#if STEP >= 5 && !defined(NO_CHROOT)
    if (chroot(argv[1]) || chdir("/"))
        err(125, "cannot chroot to '%s' ('make rootfs' makes one)", argv[1]);
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
#if STEP >= 1
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (poll(&parent, 1, 0))
        return 125;
    close(alive[0]);
#endif
    execvp(argv[first], argv + first);
    err(errno == ENOENT ? 127 : 126, "cannot run '%s'", argv[first]);
}
