// talks - 00 to 07 as the talks would write them: clone(2) with a stack
// from malloc(3), a function in a function, perror(3); and each mistake
// that people make, by a flag. "make check" is held to what it says of
// them: see cases.
//
//   cc -DSTEP=4 [-DNO_PRIVATE] talks.c -o mine
#define _GNU_SOURCE
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_SIZE 65536

static void fail(const char *what)
{
    perror(what);
    _exit(125);
}

#if STEP >= 7
static char group[64];

static void put(const char *file, const char *text)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/%s", group, file);
    int fd = open(path, O_WRONLY);
    if (fd == -1 || write(fd, text, strlen(text)) == -1)
        fail(path);
    close(fd);
}

// Returns the write end that keeps the container alive.
static int make_group(void)
{
    int alive[2];
    sigset_t all, none;
    char byte;

    strcpy(group, "/sys/fs/cgroup");
    put("cgroup.subtree_control", "+memory");
    put("cgroup.subtree_control", "+pids");
    put("cgroup.subtree_control", "+cpu");
#ifdef ONE_NAME
    strcpy(group, "/sys/fs/cgroup/talk");
    mkdir(group, 0755);
#else
    snprintf(group, sizeof(group), "/sys/fs/cgroup/talk-%d", getpid());
    if (mkdir(group, 0755) == -1)
        fail(group);
#endif
#ifndef NO_PIDS
    put("pids.max", "20");
#endif
#ifndef NO_MEMORY
    put("memory.max", "100M");
    put("memory.swap.max", "0");
#endif
#ifndef NO_CPU
    put("cpu.max", "50000 100000");
#endif
    if (pipe2(alive, O_CLOEXEC) == -1)
        fail("pipe");
    sigfillset(&all);
    sigemptyset(&none);
#ifndef SAME_SIGNALS
    sigprocmask(SIG_BLOCK, &all, NULL);
#endif
#ifndef NO_KEEPER
    if (fork() == 0) {
#ifndef SAME_SIGNALS
        setsid();
#endif
        close(alive[1]);
        if (read(alive[0], &byte, 1) == 0)
            put("cgroup.kill", "1");
#ifndef GROUP_LEFT
        for (int i = 0; i < 1000 && rmdir(group) == -1; i++)
            usleep(1000);
#endif
        _exit(0);
    }
#endif
    sigprocmask(SIG_SETMASK, &none, NULL);
    close(alive[0]);
    return alive[1];
}
#endif

int main(int argc, char **argv)
{
    char **command = argv + (STEP >= 5 ? 2 : 1);

    (void)argc;
#ifdef CHATTER
    puts("Hello from the parent");
    fflush(stdout);
#endif
#ifdef READ_INPUT
    getchar();
#endif
#ifdef FEW_ARGUMENTS
    argv[argc > 9 ? 9 : argc] = NULL;
#endif
#ifdef CRASH
    *(volatile char *)argv[argc] = 0;
#endif
#ifdef HANG
    char byte;
    int never[2];
    if (pipe(never) == -1 || read(never[0], &byte, 1) == -1)
        return 125;
#endif
#ifdef KILL_ALL
    kill(-1, SIGKILL);
#endif
#ifdef FORK_BOMB
    while (fork() != -2)
        continue;
#endif
#ifdef WRONG_LIST
    execvp(command[0], argv);
#endif
#if STEP == 0 && !defined(FORKED)
    execvp(command[0], command);
    fail("execvp");
#endif

    // A function in a function, as gcc has them, and the talk.
    auto int child_exec(void *arg);
    int child_exec(void *arg)
    {
        (void)arg;
#if STEP >= 7 && !defined(LATE) && !defined(NO_JOIN)
        put("cgroup.procs", "0");
#endif
#if STEP >= 2 && !defined(NO_NAME) && !defined(IN_PARENT)
        if (sethostname("talk", 4) == -1)
            fail("sethostname");
#endif
#if STEP >= 4
#ifdef UNMOUNT
        umount2("/proc", MNT_DETACH);
#endif
#ifdef PROC_FIRST
        if (mount("proc", "/proc", "proc", 0, NULL) == -1)
            fail("mount /proc");
#endif
#if !defined(NO_PRIVATE) && !defined(CHROOT_FIRST)
#ifdef NO_REC
        if (mount(NULL, "/", NULL, MS_PRIVATE, NULL) == -1)
#else
        if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
#endif
            fail("mount /");
#endif
#ifdef PROC_SECOND
        if (mount("proc", "/proc", "proc", 0, NULL) == -1)
            fail("mount /proc");
#endif
#endif
#if STEP >= 5 && !defined(NO_CHROOT)
        if (chroot(argv[1]) == -1)
            fail(argv[1]);
#ifndef NO_CHDIR
        if (chdir("/") == -1)
            fail("chdir");
#endif
#ifdef CHROOT_FIRST
        if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
            fail("mount /");
#endif
#endif
#if STEP >= 4 && !defined(NO_PROC) && !defined(PROC_FIRST) &&              \
    !defined(PROC_SECOND)
        if (mount("proc", "/proc", "proc", 0, NULL) == -1)
            fail("mount /proc");
#endif
#if STEP >= 6 && !defined(NO_LO)
        struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
        if (ioctl(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0),
                  SIOCSIFFLAGS, &lo) == -1)
            fail("lo");
#endif
#ifdef UNSHARED
        unshare(CLONE_NEWPID);
#endif
        execvp(command[0], command);
        fail("execvp");
        return 1;
    }

    int clone_flags = SIGCHLD;
#ifdef NO_SIGCHLD
    clone_flags = 0;
#endif
#if STEP >= 2 && !defined(NO_UTS)
    clone_flags |= CLONE_NEWUTS;
#endif
#if STEP >= 3 && !defined(NO_PID) && !defined(UNSHARED)
    clone_flags |= CLONE_NEWPID;
#endif
#if STEP >= 4 && !defined(NO_NS)
    clone_flags |= CLONE_NEWNS;
#endif
#if STEP >= 6 && !defined(NO_NET)
    clone_flags |= CLONE_NEWNET;
#endif
#ifdef IN_PARENT
    sethostname("talk", 4);
#endif
#if STEP >= 7
    int alive = make_group();
#endif

    char *child_stack = malloc(STACK_SIZE);
    if (child_stack == NULL)
        fail("malloc");
#ifdef TINY_STACK
    child_stack = mmap(NULL, 2 * STACK_SIZE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(child_stack, STACK_SIZE, PROT_NONE);
    child_stack += 64;
#endif
    pid_t pid =
        clone(child_exec, child_stack + STACK_SIZE, clone_flags, NULL);
    if (pid == -1)
        fail("clone");
#ifdef LATE
    char text[16];
    usleep(200000); // the machine is busy
    snprintf(text, sizeof(text), "%d", pid);
    put("cgroup.procs", text);
#endif
#ifdef NO_WAIT
    return 0;
#endif
    int status = 0;
    if (waitpid(pid, &status, 0) == -1)
        fail("waitpid");
#if STEP >= 7
    close(alive);
    wait(NULL);
#ifdef NO_KEEPER
    rmdir(group);
#endif
#endif
#ifdef NO_STATUS
    return 0;
#elif defined(RAW_STATUS)
    return status;
#endif
    if (WIFSIGNALED(status))
        _exit(128 + WTERMSIG(status));
    _exit(WEXITSTATUS(status));
}
