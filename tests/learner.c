// learner - another program that keeps the promises of 00 to 06, for the tests
// of "make check": in one function, by fork(2) and unshare(2), by err(3).
//
//   cc -DSTEP=4 learner.c -o mine     -DNO_CHROOT: a 05 that is wrong
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

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
    if (unshare(flags))
        err(125, "unshare");
    switch (fork()) {
    case -1:
        err(125, "cannot fork");
    default:
        close(alive[0]);
        if (wait(&w) < 0)
            err(125, "wait");
        return WIFEXITED(w) ? WEXITSTATUS(w) : 128 + WTERMSIG(w);
    case 0:
        break;
    }
    struct pollfd parent = {alive[0], POLLIN, 0};
    close(alive[1]);
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
