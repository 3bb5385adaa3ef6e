// What the probes do in the container, and how they answer.
#define _GNU_SOURCE
#include <sched.h>
#include <sys/mount.h>

#include "leaks.h"

bool went_back;

static void say(const char *word, const char *text)
{
    printf("%s%s\n", word, text);
    fflush(stdout);
}

void ready(void)
{
    say("ready", "");
}

void answer_open(void)
{
    say("open", "");
    _exit(0);
}

void answer_closed(const char *call)
{
    char text[256];

    snprintf(text, sizeof(text), "%s%s%s", call, errno ? ": " : "",
             errno ? strerror(errno) : "");
    say("closed ", text);
    _exit(1);
}

void answer_found(const char *text)
{
    say("found ", text);
    _exit(0);
}

void answer_cannot(const char *reason)
{
    say("? ", reason);
    _exit(2);
}

void answer(long result, const char *call)
{
    if (result == -1)
        answer_closed(call);
    answer_open();
}

void answer_file(int dir, const char *path)
{
    char text[64] = "";

    int fd = openat(dir, path, O_RDONLY);
    if (fd == -1)
        answer_closed(path);
    if (read(fd, text, sizeof(text) - 1) == -1)
        answer_closed(path);
    text[strcspn(text, "\n")] = '\0';
    answer_found(text);
}

void new_name(char path[64], const char *dir)
{
    unsigned random = 0;

    syscall(SYS_getrandom, &random, sizeof(random), 0);
    snprintf(path, 64, "%s/.leaks-%08x", dir, random);
}

void climb_out(void)
{
    const char *const dirs[] = {"/tmp", "", "/dev/shm"};
    char jail[64];

    for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
        new_name(jail, dirs[i]);
        mkdir(jail, 0700);
        if (chroot(jail) == -1) { // and stand outside of it
            rmdir(jail);
            continue;
        }
        for (int up = 0; up < 64; up++)
            if (chdir("..") == -1)
                break;
        rmdir(jail + 1); // where there was no chroot to leave
        if (chroot(".") == 0)
            break;
    }
}

void unmask(const char *path)
{
    umount2(path, MNT_DETACH);
    umount2("/proc/sys", MNT_DETACH);
    if (access(path, R_OK | W_OK) == -1)
        mount("proc", "/proc", "proc", 0, NULL);
}

void answer_write_back(const char *path)
{
    char text[256];

    int fd = open(path, O_RDWR);
    if (fd == -1)
        answer_closed(path);
    ssize_t n = read(fd, text, sizeof(text));
    if (n == -1 || lseek(fd, 0, SEEK_SET) == -1)
        answer_closed(path);
    answer(write(fd, text, n), path);
}

// Where we have a /proc of our own, it may cover the host's. Nowhere else: what
// the host's covers is the machine's.
static void uncover_proc(void)
{
    char pid[32] = "";

    if (getpid() == 1 && readlink("/proc/self", pid, sizeof(pid) - 1) > 0 &&
        strcmp(pid, "1") == 0)
        umount2("/proc", MNT_DETACH);
}

// Is it the host whose first process /proc shows?
static bool sees_host(void)
{
    char name[32] = "";

    int fd = open("/proc/1/comm", O_RDONLY);
    if (fd == -1 || read(fd, name, sizeof(name) - 1) == -1)
        return false;
    return strcmp(name, HOST_INIT "\n") == 0;
}

void go_back(void)
{
    static const char *const namespaces[] = {"cgroup", "ipc", "uts", "net",
                                             "mnt"};
    enum { N = sizeof(namespaces) / sizeof(namespaces[0]) };
    struct stat before, after;
    char path[64];
    int fds[N];

    went_back = true;
    if (stat("/proc", &before) == -1)
        before.st_dev = 0;
    climb_out();
    if (stat("/proc", &after) == 0 && after.st_dev == before.st_dev)
        uncover_proc();
    if (!sees_host())
        return;
    for (int i = 0; i < N; i++) {
        snprintf(path, sizeof(path), "/proc/1/ns/%s", namespaces[i]);
        fds[i] = open(path, O_RDONLY);
    }
    for (int i = 0; i < N; i++)
        if (fds[i] != -1) {
            setns(fds[i], 0);
            close(fds[i]);
        }

    int group = open("/sys/fs/cgroup/cgroup.procs", O_WRONLY);
    if (group == -1)
        return;
    if (write(group, "0", 1) == -1)
        perror("cgroup.procs");
    close(group);
}
