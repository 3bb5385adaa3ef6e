// promises.c - what each step promises, and what to do where it does not
// hold.
//
// A promise is tried in a sandbox of its own. What it needs to say in each
// case is in the tables; what depends on what was seen, in the functions.
#define _GNU_SOURCE
#include "check.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE00 "steps/00-exec/README.md"
#define PAGE01 "steps/01-clone-wait/README.md"
#define PAGE02 "steps/02-uts/README.md"
#define PAGE03 "steps/03-pid/README.md"
#define PAGE04 "steps/04-mount-proc/README.md"
#define PAGE05 "steps/05-chroot/README.md"
#define PAGE06 "steps/06-net/README.md"
#define PAGE07 "steps/07-cgroups/README.md"
#define DIFF ", \"Reading the diff\"; "
#define BREAK ", \"Break it\"; "

static bool prints(const char *text)
{
    return strcmp(outcome.out, text) == 0;
}

// ---- First, whichever the step: it runs

// A program that goes on before its command has ended has one thing to
// mend.
static void must_wait(void)
{
    if (!outcome.early)
        return;
    NEXT("Wait for the child before you return: waitpid(pid, &status, 0).");
    READ(PAGE01 BREAK "waitpid(2)");
    broken("It ended at once, while the command was still running");
}

static void runs_at_all(void)
{
    if (step >= 1) {
        NEXT("In the child, call execvp(3) with the command's own name "
             "and list. In the parent, wait for the child: waitpid(2).");
        READ(PAGE01 DIFF "clone(2), execvp(3)");
    }
    if (step == 0)
        RUN("true");
    else
        RUN("sleep", "0.3");
    if (strstr(outcome.err, "No child processes")) {
        NEXT("OR SIGCHLD into clone_flags: waitpid(2) waits for children "
             "that send it when they end.");
        READ(PAGE01 BREAK "clone(2), waitpid(2)");
        must_end(0);
    }
    must_wait();
    if (step >= 5 && strstr(outcome.err, "Invalid argument")) {
        NEXT("The order: make the mounts private before chroot(2). After "
             "it, / is a directory, and no mount point.");
        READ(PAGE05 BREAK "mount(2)");
    }
    must_end(0);
}

static void output_is_its_own(void)
{
    RUN("echo", "hello");
    if (prints("hello\n"))
        return;
    if (outcome.early) {
        NEXT("Wait for the child before you return: waitpid(pid, &status, "
             "0).");
        READ(PAGE01 BREAK "waitpid(2)");
        broken("It ended before the command had; it printed: %s",
               printed());
    }
    if (strstr(outcome.out, "hello\n")) {
        NEXT("Standard output belongs to the command. Print your own "
             "words on standard error, and only if something fails: "
             "fprintf(stderr, ...).");
        READ(PAGE00 DIFF "stderr(3)");
    } else if (outcome.len == 0) {
        must_end(0);
        NEXT("The command has not run. Does the child reach execvp(3)? "
             "Look at what the calls before it return.");
    }
    broken("%s", printed());
}

static void status_is_its_own(void)
{
    RUN("sh", "-c", "exit 42");
    if (outcome.early)
        NEXT("Wait for the child before you return: waitpid(pid, &status, "
             "0).");
    must_end(42);
}

const struct promise first[] = {
    {.step = 0,
     .words = "the command runs, and leaves the host as it was",
     .try = runs_at_all,
     .expected = "exit status 0",
     .next = "Hand execvp(3) the command's name and its list: argv[1] and "
             "argv + 1.",
     .read = PAGE00 DIFF "execvp(3)"},
    {.step = 0,
     .words = "what is printed is the command's, and nothing else",
     .try = output_is_its_own,
     .expected = "hello",
     .next = "Hand execvp(3) the command's name and its list: argv[1] and "
             "argv + 1.",
     .read = PAGE00 DIFF "execvp(3)"},
    {.step = 0,
     .words = "the exit status is the command's",
     .try = status_is_its_own,
     .expected = "exit status 42",
     .next = "Return what the command returned: waitpid(2) fills status, "
             "and WEXITSTATUS(status) is the number.",
     .read = PAGE01 DIFF "waitpid(2)"},
    {0},
};

// ---- 00

static void same_process(void)
{
    START("sleep", "1000");
    if (command != started)
        broken("The command has a PID of its own");
}

static void input_is_its_own(void)
{
    show_command("cat <<<'some text'");
    run_program("some text\n", (const char *const[]){"cat", NULL});
    must_end(0);
    if (!prints("some text\n"))
        broken("%s", printed());
}

static void arguments_arrive(void)
{
    show_command("printf '[%s]' '' 'a b' '*' -x");
    RUN("printf", "[%s]", "", "a b", "*", "-x");
    must_end(0);
    if (!prints("[][a b][*][-x]"))
        broken("%s", printed());
}

static void many_arguments_arrive(void)
{
    const char *args[5005] = {"sh", "-c", "echo $#", "sh"};

    for (int i = 4; i < 5004; i++)
        args[i] = "x";
    show_command("sh -c 'echo $#' sh $(seq 5000)");
    run_program(NULL, args);
    must_end(0);
    if (!prints("5000\n"))
        broken("%s", printed());
}

static void killed_gives_137(void)
{
    START("sleep", "1000");
    show_command("sleep 1000   # and elsewhere: kill -KILL its PID");
    kill(command, SIGKILL);
    ends_with(137);
}

// ---- 01

static void own_process(void)
{
    START("sleep", "1000");
    if (command == started)
        broken("The command is the program: both have the same PID");
}

static void waits(void)
{
    RUN("sh", "-c", "sleep 0.3; echo the end");
    must_wait();
    must_end(0);
    if (!prints("the end\n"))
        broken("%s", printed());
}

// ---- 02

// Is there such a program on the host? In ROOTFS there is.
static bool have(const char *name)
{
    char path[300];

    for (const char *dir = getenv("PATH"); dir && *dir && step < 5;) {
        size_t len = strcspn(dir, ":");
        snprintf(path, sizeof(path), "%.*s/%s", (int)len, dir, name);
        if (access(path, X_OK) == 0)
            return true;
        dir += len + (dir[len] == ':');
    }
    return step >= 5;
}

static void hostname_is_its_own(void)
{
    char name[70];

    if (have("hostname"))
        RUN("hostname");
    else
        RUN("uname", "-n");
    must_end(0);
    snprintf(name, sizeof(name), "%s\n", host_name);
    EXPECTED("another name than that of the host, %s", host_name);
    if (prints(name))
        broken("%s", printed());
}

static void rename_stays_inside(void)
{
    char name[65] = "";

    if (have("hostname"))
        RUN("hostname", "oops");
    else
        RUN("sh", "-c", "echo oops >/proc/sys/kernel/hostname");
    must_end(0);
    gethostname(name, sizeof(name) - 1);
    EXPECTED("the name that it had: %s", host_name);
    if (strcmp(name, host_name))
        broken("The host's name is %s now", name);
}

static void needs_namespace(const char *type)
{
    START("sleep", "1000");
    if (!own_namespace(command, type))
        broken("The command is in the host's %s namespace", type);
}

static void own_uts(void)
{
    needs_namespace("uts");
}

// ---- 03

static void is_pid_1(void)
{
    RUN("sh", "-c", "echo $$ $PPID");
    must_end(0);
    if (!prints("1 0\n"))
        broken("%s", printed());
}

static void two_pids(void)
{
    int outside = 0, inside = 0;

    START("sleep", "1000");
    const char *line = strstr(proc_text(command, "status"), "\nNSpid:");
    if (line)
        sscanf(line, "\nNSpid: %d %d", &outside, &inside);
    if (inside != 1)
        broken("In /proc/%d/status it has %s", command,
               inside ? "another number inside" : "one number only");
}

static void host_cannot_be_signalled(void)
{
    char script[60];

    snprintf(script, sizeof(script), "kill -0 %d && echo reached",
             getpid());
    RUN("sh", "-c", script);
    if (outcome.hung || outcome.signal)
        must_end(0);
    if (outcome.len)
        broken("Process %d of the host was within its reach", getpid());
}

static void all_end_with_pid_1(void)
{
    RUN("sh", "-c", "sleep 1000 <&- >&- 2>&- & exit 0");
    must_end(0);
    if (outcome.early)
        broken("The sleep was still running when the program had ended");
}

// ---- 04

static void proc_is_its_own(void)
{
    RUN("sh", "-c", "echo /proc/[0-9]*");
    must_end(0);
    if (prints("/proc/1\n"))
        return;
    if (step >= 5 && prints("/proc/[0-9]*\n")) {
        NEXT("There is nothing in /proc. Mount proc after chroot(2). If "
             "you mount it before, it is on the host's /proc, which the "
             "command cannot see.");
        READ(PAGE05 DIFF "mount(2), chroot(2)");
    }
    broken("%s", printed());
}

static void own_mnt(void)
{
    needs_namespace("mnt");
}

static void mounts_stay_inside(void)
{
    show_command("mount -t tmpfs none /tmp");
    RUN("mount", "-t", "tmpfs", "none", "/tmp");
    must_end(0);
}

// ---- 05

static void root_is_rootfs(void)
{
    struct stat root, want;
    char path[40];

    START("sleep", "1000");
    snprintf(path, sizeof(path), "%d/root", command);
    if (fstatat(host_proc, path, &root, 0) == -1 ||
        stat(rootfs, &want) == -1)
        broken("Its root directory cannot be seen");
    if (root.st_dev != want.st_dev || root.st_ino != want.st_ino)
        broken("Its root directory is another one");
}

static void stands_in_root(void)
{
    RUN("pwd");
    must_end(0);
    if (!prints("/\n"))
        broken("%s", printed());
}

static void host_files_are_out_of_reach(void)
{
    char path[600], script[700], shown[700];

    snprintf(path, sizeof(path), "%s/../secret", rootfs);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd == -1 || write(fd, "secret\n", 7) == -1)
        broken("the check itself failed: %s", path);
    close(fd);
    snprintf(script, sizeof(script), "cd ..; cat secret ../secret '%s'",
             path);
    snprintf(shown, sizeof(shown), "cat ../secret  # a file beside rootfs");
    show_command(shown);
    RUN("sh", "-c", script);
    if (outcome.hung || outcome.signal)
        must_end(1);
    if (outcome.len)
        broken("%s", printed());
}

// ---- 06

static void own_net(void)
{
    needs_namespace("net");
}

static void loopback_answers(void)
{
    RUN("ping", "-c", "1", "-W", "1", "127.0.0.1");
    if (outcome.status == 1 && strstr(outcome.out, "100% packet loss"))
        broken("100%% packet loss");
    must_end(0);
}

static void listener_is_out_of_reach(void)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t len = sizeof(to);
    char port[8];

    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(s, (struct sockaddr *)&to, len) == -1 || listen(s, 5) == -1 ||
        getsockname(s, (struct sockaddr *)&to, &len) == -1)
        broken("the check itself failed: listen");
    snprintf(port, sizeof(port), "%d", ntohs(to.sin_port));
    pid_t server = fork();
    if (server == 0) {
        int peer = accept(s, NULL, NULL);
        if (write(peer, "hello from the host\n", 20) == -1)
            _exit(1);
        _exit(0);
    }
    RUN("nc", "127.0.0.1", port);
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    if (outcome.signal)
        must_end(1);
    if (outcome.len)
        broken("%s", printed());
}

// ---- 07: see limits.c

#define EXEC_LIST "Hand argv + 1 to execvp(3) as it is: no copy, no shell."

const struct promise promises[] = {
    {.step = 0,
     .words = "the command takes the program's place: same PID",
     .try = same_process,
     .expected = "one PID for both",
     .next = "execvp(3) in main(), without a fork: it replaces the "
             "program.",
     .read = PAGE00 DIFF "execvp(3), execve(2)",
     .alone = true},
    {.step = 0,
     .words = "the input is the command's",
     .try = input_is_its_own,
     .expected = "some text",
     .next = "Leave standard input alone: do not read it, do not close it.",
     .read = PAGE00 DIFF "execve(2)"},
    {.step = 0,
     .words = "arguments arrive unchanged",
     .try = arguments_arrive,
     .expected = "[][a b][*][-x]",
     .next = EXEC_LIST,
     .read = PAGE00 BREAK "execvp(3)"},
    {.step = 0,
     .words = "thousands of arguments arrive",
     .try = many_arguments_arrive,
     .expected = "5000",
     .next = EXEC_LIST,
     .read = PAGE00 BREAK "execvp(3)"},
    {.step = 0,
     .words = "a command killed by signal 9 gives 128 + 9",
     .try = killed_gives_137,
     .expected = "exit status 137",
     .next = "If WIFSIGNALED(status), return 128 + WTERMSIG(status).",
     .read = PAGE01 DIFF "waitpid(2)"},

    {.step = 1,
     .words = "the command is a process of its own",
     .try = own_process,
     .expected = "two PIDs",
     .next = "Start a child with clone(2), and call execvp(3) there.",
     .read = PAGE01 DIFF "clone(2)"},
    {.step = 1,
     .words = "the program ends when the command has ended, not before",
     .try = waits,
     .expected = "the end",
     .next = "Wait for the child before you return: waitpid(pid, &status, "
             "0).",
     .read = PAGE01 BREAK "waitpid(2)"},

    {.step = 2,
     .words = "inside, the hostname is its own",
     .try = hostname_is_its_own,
     .expected = "",
     .next = "In the child, before execvp(3), call sethostname(2).",
     .read = PAGE02 DIFF "sethostname(2)"},
    {.step = 2,
     .words = "renamed inside, the host keeps its name",
     .try = rename_stays_inside,
     .expected = "",
     .next = "OR the flag CLONE_NEWUTS into clone_flags: the child gets "
             "its own hostname.",
     .read = PAGE02 BREAK "uts_namespaces(7)"},
    {.step = 2,
     .words = "its UTS namespace is its own",
     .try = own_uts,
     .expected = "one of its own",
     .next = "OR the flag CLONE_NEWUTS into clone_flags, before clone(2).",
     .read = PAGE02 DIFF "clone(2), uts_namespaces(7)"},

    {.step = 3,
     .words = "inside, the command is PID 1, and its parent is 0",
     .try = is_pid_1,
     .expected = "1 0",
     .next = "OR the flag CLONE_NEWPID into clone_flags. unshare(2) is "
             "not enough: only the next child is PID 1.",
     .read = PAGE03 DIFF "pid_namespaces(7)"},
    {.step = 3,
     .words = "it has two PIDs: one outside, and 1 inside",
     .try = two_pids,
     .expected = "NSpid: two numbers, the second is 1",
     .next = "OR the flag CLONE_NEWPID into clone_flags.",
     .read = PAGE03 DIFF "pid_namespaces(7)"},
    {.step = 3,
     .words = "inside, no process of the host can be signalled",
     .try = host_cannot_be_signalled,
     .expected = "No such process",
     .next = "OR the flag CLONE_NEWPID into clone_flags.",
     .read = PAGE03 DIFF "pid_namespaces(7)"},
    {.step = 3,
     .words = "when PID 1 ends, everything in the container ends",
     .try = all_end_with_pid_1,
     .expected = "no process is left",
     .next = "OR the flag CLONE_NEWPID into clone_flags.",
     .read = PAGE03 BREAK "pid_namespaces(7)"},

    {.step = 4,
     .words = "inside, /proc shows its own processes only",
     .try = proc_is_its_own,
     .expected = "/proc/1",
     .next = "In the child, mount a new proc: mount(\"proc\", \"/proc\", "
             "\"proc\", 0, NULL).",
     .read = PAGE04 BREAK "mount(2), proc(5)"},
    {.step = 4,
     .words = "its mount namespace is its own",
     .try = own_mnt,
     .expected = "one of its own",
     .next = "OR the flag CLONE_NEWNS into clone_flags.",
     .read = PAGE04 DIFF "mount_namespaces(7)"},
    {.step = 4,
     .words = "a mount inside does not show outside",
     .try = mounts_stay_inside,
     .expected = "exit status 0, and no new mount on the host",
     .next = "Make the mounts private before the first of your own: "
             "mount(NULL, \"/\", NULL, MS_REC | MS_PRIVATE, NULL).",
     .read = PAGE04 BREAK "mount_namespaces(7)"},

    {.step = 5,
     .words = "inside, / is ROOTFS",
     .try = root_is_rootfs,
     .expected = "the directory ROOTFS",
     .next = "In the child, before execvp(3), call chroot(2) with ROOTFS.",
     .read = PAGE05 DIFF "chroot(2)"},
    {.step = 5,
     .words = "inside, the working directory is /",
     .try = stands_in_root,
     .expected = "/",
     .next = "chroot(2) does not change where you stand: call "
             "chdir(\"/\") after it.",
     .read = PAGE05 BREAK "chroot(2), chdir(2)"},
    {.step = 5,
     .words = "inside, a file of the host cannot be reached",
     .try = host_files_are_out_of_reach,
     .expected = "No such file or directory",
     .next = "chroot(2) to ROOTFS, then chdir(\"/\").",
     .read = PAGE05 BREAK "chroot(2), chdir(2)"},

    {.step = 6,
     .words = "its network namespace is its own",
     .try = own_net,
     .expected = "one of its own",
     .next = "OR the flag CLONE_NEWNET into clone_flags.",
     .read = PAGE06 DIFF "network_namespaces(7)"},
    {.step = 6,
     .words = "inside, 127.0.0.1 answers",
     .try = loopback_answers,
     .expected = "1 packets received",
     .next = "In the child, raise the interface lo: ioctl(2) with "
             "SIOCSIFFLAGS and IFF_UP on a socket.",
     .read = PAGE06 BREAK "netdevice(7)"},
    {.step = 6,
     .words = "inside, a listener of the host cannot be reached",
     .try = listener_is_out_of_reach,
     .expected = "Connection refused",
     .next = "OR the flag CLONE_NEWNET into clone_flags.",
     .read = PAGE06 BREAK "network_namespaces(7)"},

    {.step = 7,
     .words = "its first instruction runs in a group of its own",
     .try = group_is_its_own,
     .expected = "another group than its caller's",
     .next = "In the child, first of all: write 0 to cgroup.procs of the "
             "new group. 0 is the writer itself.",
     .read = PAGE07 DIFF "cgroups(7)"},
    {.step = 7,
     .words = "the limits are 20 processes, 100 MiB, half a CPU",
     .try = limits_are_set,
     .expected = "",
     .next = "Write the limits into the group's files before clone(2).",
     .read = PAGE07 DIFF "cgroups(7)"},
    {.step = 7,
     .words = "forty processes are too many for it",
     .try = no_fork_bomb,
     .expected = "can't fork: Resource temporarily unavailable",
     .next = "Write 20 to pids.max before the command starts.",
     .read = PAGE07 DIFF "cgroups(7)"},
    {.step = 7,
     .words = "the limits hold from its first instruction on",
     .try = limits_come_first,
     .expected = "can't fork: Resource temporarily unavailable",
     .next = "Let the child join the group itself, or let it wait until it "
             "is in: what it starts before that stays outside.",
     .read = PAGE07 BREAK "cgroups(7)"},
    {.step = 7,
     .words = "who takes too much memory is killed",
     .try = memory_is_limited,
     .expected = "exit status 137",
     .next = "Write 100M to memory.max, and 0 to memory.swap.max.",
     .read = PAGE07 DIFF "cgroups(7)"},
    {.step = 7,
     .words = "a busy loop is slowed down",
     .try = cpu_is_limited,
     .expected = "nr_throttled in cpu.stat grows",
     .next = "Write \"50000 100000\" to cpu.max.",
     .read = PAGE07 DIFF "cgroups(7)"},
    {.step = 7,
     .words = "when the command ends, its group is gone",
     .try = group_goes,
     .expected = "no group is left",
     .next = "When the container has ended, rmdir(2) its group, before "
             "the program returns.",
     .read = PAGE07 DIFF "rmdir(2), cgroups(7)"},
    {.step = 7,
     .words = "when the program is killed, the container dies",
     .try = dies_with_the_program,
     .expected = "nothing is left",
     .next = "A process of yours has to see the program's end, write 1 to "
             "cgroup.kill, and remove the group.",
     .read = PAGE07 DIFF "pipe(7), cgroups(7)"},
    {.step = 7,
     .words = "Ctrl-C, SIGHUP and SIGTERM end it, too",
     .try = dies_with_the_job,
     .expected = "",
     .next = "Whoever removes the group is hit as well: give it a session "
             "of its own, setsid(2), and block its signals.",
     .read = PAGE07 BREAK "setsid(2), signal(7)"},
    {.step = 7,
     .words = "another container is left alone",
     .try = others_live_on,
     .expected = "both live on",
     .next = "Remove your own group only: its name has your PID.",
     .read = PAGE07 DIFF "cgroups(7)"},
    {0},
};

// ---- What a run did to the host, and why

// Is / a shared mount? The fifth field of a line is the mount point, and
// "shared:" stands behind it (proc(5), mountinfo). A chroot has no such
// line: then, is any?
static bool root_is_shared(const char *mountinfo)
{
    bool shared = strstr(mountinfo, " shared:") != NULL;
    char point[3];

    for (const char *line = mountinfo; *line; line += *line == '\n') {
        size_t len = strcspn(line, "\n");
        if (sscanf(line, "%*s %*s %*s %*s %2s", point) == 1 &&
            strcmp(point, "/") == 0)
            shared = memmem(line, len, " shared:", 8) != NULL;
        line += len;
    }
    return shared;
}

// A second trial, after the first: what the command's namespaces look like.
static void look_at_mounts(void)
{
    START("sleep", "1000");
    const char *text = proc_text(command, "mountinfo");
    bool some_shared = strstr(text, " shared:") != NULL;

    if (!own_namespace(command, "mnt"))
        NEXT("OR the flag CLONE_NEWNS into clone_flags: without it, the "
             "child mounts in the host's own table.");
    else if (root_is_shared(text))
        NEXT("In the child, before the first mount(2): mount(NULL, \"/\", "
             "NULL, MS_REC | MS_PRIVATE, NULL). A copy of a shared mount "
             "passes on to the host what is mounted on it.");
    else if (some_shared)
        NEXT("Add MS_REC to MS_PRIVATE: / alone is private now. /proc is "
             "a mount of its own, and still passes on to the host what is "
             "mounted on it.");
    else
        NEXT("The order: make the mounts private first, then mount. Here "
             "the mount came first, and the host had it too.");
}

static void look_at_uts(void)
{
    START("sleep", "1000");
    if (own_namespace(command, "uts"))
        NEXT("Call sethostname(2) in the child: the parent is in the "
             "host's UTS namespace, and renames the host.");
    else
        NEXT("OR the flag CLONE_NEWUTS into clone_flags, before clone(2): "
             "without it, sethostname(2) renames the host.");
}

void explain_harm(void)
{
    struct report seen = *report;
    const struct promise mounts = {.try = look_at_mounts};
    const struct promise name = {.try = look_at_uts};

    if (seen.harm == MOUNTS)
        try_out(&mounts);
    else if (seen.harm == NAME)
        try_out(&name);
    else if (seen.harm == KILLS)
        NEXT("Look at each kill(2): with 0 or -1 it kills many processes. "
             "If clone(2) or fork(2) fails, it returns -1, too.");
    else
        NEXT("Look at each clone(2) and fork(2): is it in a loop, or does "
             "the child call it again?");
    if (report->next[0] == '\0')
        NEXT("Look at what is called before execvp(3), and in which "
             "process.");
    set_text(seen.next, sizeof(seen.next), "%s", report->next);
    set_text(seen.read, sizeof(seen.read), "%s",
             seen.harm == MOUNTS ? PAGE04 BREAK "mount_namespaces(7)"
             : seen.harm == NAME ? PAGE02 BREAK "uts_namespaces(7)"
                                 : "kill(2), fork(2)");
    set_text(seen.expected, sizeof(seen.expected), "the host is as it was");
    *report = seen;
}
