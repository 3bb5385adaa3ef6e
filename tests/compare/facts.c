// facts.c - what a process in the container is told by the kernel.
#define _GNU_SOURCE
#include <dirent.h>
#include <linux/keyctl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "compare.h"

extern char **environ;

// What is read at the path, or NULL.
static FILE *open_text(const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        fact("file", path, "%s", error_name(errno));
    return file;
}

// One fact of all lines, which are joined: "0 655360000 65536".
static void print_file(const char *path)
{
    char word[PATH_MAX], text[PATH_MAX] = "";

    FILE *file = open_text(path);
    if (file == NULL)
        return;
    while (fscanf(file, "%4095s", word) == 1) {
        size_t length = strlen(text);
        snprintf(text + length, sizeof(text) - length, "%s%s",
                 length ? " " : "", word);
    }
    fclose(file);
    fact("file", path, "%s", text);
}

// The group of version 2, not where it is in the trees of version 1.
static void print_group(void)
{
    char line[PATH_MAX];

    FILE *file = open_text("/proc/self/cgroup");
    while (file && fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "0::", 3) == 0)
            fact("group", NULL, "%s", line + 3);
    }
    if (file)
        fclose(file);
}

// Of /proc/self/status, what the runtime can have decided.
static void print_status(void)
{
    static const char *const wanted[] = {
        "Umask",
        "Uid",
        "Gid",
        "Groups",
        "SigBlk",
        "SigIgn",
        "SigCgt",
        "CapInh",
        "CapPrm",
        "CapEff",
        "CapBnd",
        "CapAmb",
        "Seccomp",
        "NoNewPrivs",
        "Seccomp_filters",
        "THP_enabled",
        "Speculation_Store_Bypass",
        "SpeculationIndirectBranch",
        "Cpus_allowed",
        "Mems_allowed",
    };
    char line[PATH_MAX];

    FILE *file = open_text("/proc/self/status");
    while (file && fgets(line, sizeof(line), file)) {
        char *value = strchr(line, ':');
        if (value == NULL)
            continue;
        *value++ = '\0';
        value[strcspn(value, "\n")] = '\0';
        for (char *tab = value; *tab; tab++)
            if (*tab == '\t')
                *tab = ' ';
        for (size_t i = 0; i < LENGTH(wanted); i++)
            if (strcmp(line, wanted[i]) == 0)
                fact("status", line, "%s", value + strspn(value, " "));
    }
    if (file)
        fclose(file);
}

static void print_process(void)
{
    char cwd[PATH_MAX] = "?", name[PATH_MAX];

    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
    fact("terminal", NULL, "%s", tty == -1 ? error_name(errno) : "there");
    must(gethostname(name, sizeof(name)), "gethostname");
    fact("hostname", NULL, "%s", name);
    if (getcwd(cwd, sizeof(cwd)) == NULL)
        die("getcwd");
    fact("cwd", NULL, "%s", cwd);
    fact("pid", NULL, "%d, of %d", getpid(), getppid());
    fact("session", NULL, "%d", getsid(0));
    fact("process group", NULL, "%d", getpgrp());
    fact("nice", NULL, "%d", getpriority(PRIO_PROCESS, 0));
    fact("securebits", NULL, "%#x", prctl(PR_GET_SECUREBITS));
    fact("dumpable", NULL, "%d", prctl(PR_GET_DUMPABLE));
    fact("subreaper", NULL, "%d",
         prctl(PR_GET_CHILD_SUBREAPER, &tty) == -1 ? -1 : tty);
    fact("parent-death signal", NULL, "%d",
         prctl(PR_GET_PDEATHSIG, &tty) == -1 ? -1 : tty);
    fact("timer slack", NULL, "%d", prctl(PR_GET_TIMERSLACK));
    for (char **variable = environ; *variable; variable++) {
        char *value = strchr(*variable, '=');
        if (value == NULL)
            continue;
        snprintf(name, sizeof(name), "%.*s", (int)(value - *variable),
                 *variable);
        fact("env", name, "%s", value + 1);
    }
}

// Limits of a process: the name takes 26 columns; a soft and a hard limit.
static void print_rlimits(void)
{
    char line[256], soft[32], hard[32];

    FILE *file = open_text("/proc/self/limits");
    while (file && fgets(line, sizeof(line), file)) {
        if (sscanf(line + 26, "%31s %31s", soft, hard) != 2 ||
            strcmp(soft, "Soft") == 0) // the first line
            continue;
        for (int i = 25; line[i] == ' '; i--)
            line[i] = '\0';
        fact("rlimit", line, "%s of %s", soft, hard);
    }
    if (file)
        fclose(file);
}

// The descriptors, but for the one that reads the directory.
static void print_descriptors(void)
{
    char target[PATH_MAX];

    DIR *dir = opendir("/proc/self/fd");
    if (dir == NULL)
        die("open /proc/self/fd");
    for (struct dirent *d = readdir(dir); d; d = readdir(dir)) {
        int fd = atoi(d->d_name);
        ssize_t n =
            readlinkat(dirfd(dir), d->d_name, target, sizeof(target) - 1);
        if (n == -1 || fd == dirfd(dir))
            continue;
        target[n] = '\0';
        target[strcspn(target, "[")] = '\0'; // there comes an inode
        fact("descriptor", d->d_name, "%s %#x", target,
             fcntl(fd, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK));
    }
    closedir(dir);
}

// A line of mountinfo, see proc(5). Of two mounts on one place, the second
// has a name of its own.
static void print_mount(char *line)
{
    static char names[128][PATH_MAX];
    static int count;
    char root[PATH_MAX], place[PATH_MAX], flags[256], shared[256] = "";
    char type[64], source[PATH_MAX], settings[PATH_MAX] = "";
    char *name = names[count];

    char *rest = strstr(line, " - ");
    if (rest == NULL || count == LENGTH(names))
        die("mountinfo: %s", line);
    *rest = '\0';
    if (sscanf(line, "%*d %*d %*s %4095s %4095s %255s %255[^\n]", root,
               place, flags, shared) < 3 ||
        sscanf(rest + 3, "%63s %4095s %4095s", type, source, settings) < 2)
        die("mountinfo: %s", line);
    snprintf(name, PATH_MAX, "%s", place);
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            strcat(name, "+");
    count++;
    shared[strcspn(shared, ":")] = '\0'; // there comes a number
    fact("mount", name, "%s of %s", type, root);
    fact("source", name, "%s", source);
    fact("flags", name, "%s", flags);
    fact("propagation", name, "%s", shared[0] ? shared : "private");
    fact("settings", name, "%s", settings);
}

static void print_mounts(void)
{
    char line[2 * PATH_MAX];

    FILE *file = open_text("/proc/self/mountinfo");
    while (file && fgets(line, sizeof(line), file))
        print_mount(line);
    if (file)
        fclose(file);
}

// What is there, whose it is, and of a device which.
static void print_node(const char *path)
{
    char target[PATH_MAX];
    struct stat st;

    must(lstat(path, &st), path);
    if (S_ISLNK(st.st_mode)) {
        ssize_t n = readlink(path, target, sizeof(target) - 1);
        target[must(n, path)] = '\0';
        fact("node", path, "-> %s", target);
    } else if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)) {
        fact("node", path, "%c %d:%d %04o %d:%d",
             S_ISCHR(st.st_mode) ? 'c' : 'b', major(st.st_rdev),
             minor(st.st_rdev), st.st_mode & 07777, st.st_uid, st.st_gid);
    } else {
        fact("node", path, "%s %04o %d:%d",
             S_ISDIR(st.st_mode) ? "directory" : "file", st.st_mode & 07777,
             st.st_uid, st.st_gid);
    }
}

// Can it be read, is something in it, and is its mount read-only?
static void print_access(const char *path)
{
    const char *content = "empty";
    struct statvfs fs;
    struct stat st;
    char byte;

    if (lstat(path, &st) == -1 || S_ISLNK(st.st_mode))
        return;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (S_ISDIR(st.st_mode)) {
        DIR *dir = fd == -1 ? NULL : fdopendir(fd);
        for (int i = 0; dir && i < 3 && readdir(dir); i++)
            content = i == 2 ? "filled" : "empty";
        fd = dir ? dirfd(dir) : -1; // it stays open: we end soon
    } else if (fd != -1) {
        ssize_t n = read(fd, &byte, 1);
        content = n == 1 ? "filled" : n == 0 ? "empty" : error_name(errno);
    }
    if (fd == -1)
        content = error_name(errno);
    must(statvfs(path, &fs), path);
    fact("access", path, "%s, %s", content,
         fs.f_flag & ST_RDONLY ? "read-only" : "writable");
    if (fd != -1)
        close(fd);
}

// All in a directory, but not what is numbered: those are processes.
static void print_directory(const char *path, void (*print)(const char *))
{
    char name[PATH_MAX];

    DIR *dir = opendir(path);
    for (struct dirent *d = dir ? readdir(dir) : NULL; d;
         d = readdir(dir)) {
        bool number = strncmp(path, "/proc", 5) == 0 && atoi(d->d_name) > 0;
        snprintf(name, sizeof(name), "%s/%s", path, d->d_name);
        if (d->d_name[0] != '.' && !number)
            print(name);
    }
    if (dir)
        closedir(dir);
}

static void print_files(void)
{
    static const char *const devices[] = {"/dev", "/dev/pts", "/dev/shm",
                                          "/dev/mqueue"};
    static const char *const others[] = {
        "/",
        "/proc",
        "/sys",
        "/proc/sys/kernel/core_pattern",
        "/proc/sys/net/ipv4/ip_forward",
        "/sys/devices/virtual/powercap",
        "/sys/devices/system/cpu/cpu0/thermal_throttle",
        "/sys/fs/cgroup",
        "/sys/kernel/security",
    };

    for (size_t i = 0; i < LENGTH(devices); i++)
        print_directory(devices[i], print_node);
    print_directory("/proc", print_access);
    print_directory("/sys", print_access);
    for (size_t i = 0; i < LENGTH(others); i++)
        print_access(others[i]);
}

void print_facts(void)
{
    print_descriptors(); // while there is none of ours
    print_process();
    print_status();
    print_rlimits();
    print_file("/proc/self/uid_map");
    print_file("/proc/self/gid_map");
    print_file("/proc/self/setgroups");
    print_group();
    print_file("/proc/self/oom_score_adj");
    print_file("/proc/self/coredump_filter");
    print_file("/proc/self/loginuid");
    print_mounts();
    print_files();
}

// Without a filter, for that refuses the question: whose is the keyring?
void print_keyring(void)
{
    char text[256] = "";

    long n = syscall(SYS_keyctl, KEYCTL_DESCRIBE, KEY_SPEC_SESSION_KEYRING,
                     text, sizeof(text), 0);
    fact("keyring", NULL, "%s", n == -1 ? error_name(errno) : text);
}
