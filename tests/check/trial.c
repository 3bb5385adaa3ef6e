// trial.c - runs the program in the sandbox, and looks at the command.
#define _GNU_SOURCE
#include "check.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct outcome outcome;
pid_t started, command;

// ---- What is said of a trial

void set_text(char *text, size_t size, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(text, size, format, args);
    va_end(args);
}

// It is not kept: CAME is what was seen. Ends the trial.
void broken(const char *came, ...)
{
    va_list args;

    va_start(args, came);
    vsnprintf(report->came, sizeof(report->came), came, args);
    va_end(args);
    report->state = BROKEN;
    _exit(0);
}

void absent(void)
{
    report->state = ABSENT;
    _exit(0);
}

// Appends an argument as one would type it in a shell.
static void append_quoted(char *text, size_t size, const char *arg)
{
    size_t len = strlen(text);
    const char *plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX"
                        "YZ0123456789_-+=./:,@%";

    bool bare = *arg && strspn(arg, plain) == strlen(arg);
    snprintf(text + len, size - len, bare ? " %s" : " '%s'", arg);
}

// The command line, as a learner can type it.
static void note_command(const char *const *args)
{
    char *text = report->tried;
    bool sudo = step >= 2 && (getuid() != 0 || getenv("SUDO_UID"));

    snprintf(text, sizeof(report->tried), "%s%s", sudo ? "sudo " : "",
             prog);
    if (step >= 5)
        append_quoted(text, sizeof(report->tried), "rootfs");
    for (int i = 0; args[i] && i < 10; i++)
        append_quoted(text, sizeof(report->tried), args[i]);
}

void show_command(const char *text)
{
    bool sudo = step >= 2 && (getuid() != 0 || getenv("SUDO_UID"));

    snprintf(report->tried, sizeof(report->tried), "%s%s%s %s",
             sudo ? "sudo " : "", prog, step >= 5 ? " rootfs" : "", text);
}

// ---- Small things

long now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void pause_ms(int ms)
{
    poll(NULL, 0, ms);
}

bool wait_for(bool (*condition)(void), int ms)
{
    long end = now_ms() + ms;

    while (!condition()) {
        if (now_ms() > end)
            return false;
        pause_ms(2);
    }
    return true;
}

// Reads a whole file, as far as it fits; an empty text if there is none.
char *slurp(int dir, const char *path, char *text, size_t size)
{
    size_t len = 0;
    ssize_t n;

    int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
    while (fd != -1 && (n = read(fd, text + len, size - 1 - len)) > 0)
        len += n;
    if (fd != -1)
        close(fd);
    text[len] = '\0';
    return text;
}

const char *proc_text(pid_t pid, const char *file)
{
    static char text[1 << 16];
    char path[64];

    snprintf(path, sizeof(path), "%d/%s", pid, file);
    return slurp(host_proc, path, text, sizeof(text));
}

// Is there no such process, or only a zombie?
bool is_gone(pid_t pid)
{
    const char *state = strstr(proc_text(pid, "status"), "State:\t");

    return !state || state[7] == 'Z' || state[7] == 'X';
}

// Have all descendants of the trial ended?
bool all_gone(void)
{
    pid_t pid;

    do
        pid = waitpid(-1, NULL, WNOHANG);
    while (pid > 0);
    return pid == -1;
}

static const char *namespace(const char *pid, const char *type)
{
    static char names[2][64];
    static int turn;
    char path[64];
    char *name = names[turn ^= 1];

    snprintf(path, sizeof(path), "%s/ns/%s", pid, type);
    ssize_t n = readlinkat(host_proc, path, name, sizeof(names[0]) - 1);
    name[n > 0 ? n : 0] = '\0';
    return name;
}

bool own_namespace(pid_t pid, const char *type)
{
    char text[16], me[16];

    snprintf(text, sizeof(text), "%d", pid);
    snprintf(me, sizeof(me), "%d", getpid());
    return strcmp(namespace(text, type), namespace(me, type)) != 0;
}

const char *own_namespaces(pid_t pid)
{
    static const char *const types[] = {"cgroup", "ipc",  "mnt",  "net",
                                        "pid",    "time", "user", "uts"};
    static char own[64];

    own[0] = '\0';
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (own_namespace(pid, types[i])) {
            strcat(own, own[0] ? " " : "");
            strcat(own, types[i]);
        }
    return own[0] ? own : "none";
}

// ---- Runs

static int listener = -1;

// Starts the program with these as its three streams. A new session: the
// learner's terminal is none of its business.
static void spawn(int in, int out, int err, const char *const *args)
{
    const char *argv[6000] = {prog};
    int n = 1, ends[2] = {-1, -1};

    if (step >= 5)
        argv[n++] = rootfs;
    for (int i = 0; args[i]; i++)
        argv[n++] = args[i];
    if (fault.calls[0])
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
    started = fork();
    if (started == 0) {
        // Where there is no sandbox, a fork bomb of an ordinary user ends
        // here.
        struct rlimit none = {0, 0}, big = {256 << 20, 256 << 20};
        struct rlimit many = {4096, 4096};
        setenv("LC_ALL", "C", 1);
        setrlimit(RLIMIT_NPROC, &many);
        setrlimit(RLIMIT_CORE, &none);
        setrlimit(RLIMIT_FSIZE, &big);
        setsid();
        dup2(in, 0);
        dup2(out, 1);
        dup2(err, 2);
        if (fault.calls[0])
            ask_for_calls(ends[1]);
        execv(prog, (char **)argv);
        dprintf(2, "%s: %s\n", prog, strerror(errno));
        _exit(126);
    }
    report->group = started;
    if (fault.calls[0]) {
        listener = receive_listener(ends[0]);
        close(ends[0]);
        close(ends[1]);
        if (listener == -1)
            absent(); // this kernel cannot ask us
    }
}

static void drain(int fd, char *text, size_t *len, size_t size)
{
    char rest[4096];
    ssize_t n;

    for (int i = 0; i < 64; i++) {
        if (*len < size - 1)
            n = read(fd, text + *len, size - 1 - *len);
        else
            n = read(fd, rest, sizeof(rest));
        if (n <= 0)
            break;
        if (*len < size - 1)
            *len += n;
    }
    text[*len] = '\0';
}

// In which call does it sleep? See proc_pid_syscall(5).
static const char *asleep_in(pid_t pid)
{
    static const struct {
        long nr;
        const char *name;
    } calls[] = {
        {SYS_read, "read(2)"},     {SYS_wait4, "waitpid(2)"},
        {SYS_waitid, "waitid(2)"}, {SYS_write, "write(2)"},
        {SYS_ppoll, "poll(2)"},    {SYS_clock_nanosleep, "sleep(3)"},
        {SYS_futex, "futex(2)"},   {SYS_rt_sigtimedwait, "sigwait(3)"},
#ifdef SYS_poll
        {SYS_poll, "poll(2)"},     {SYS_pause, "pause(2)"},
#endif
    };
    const char *text = proc_text(pid, "syscall");

    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
        if (isdigit(*text) && atol(text) == calls[i].nr)
            return calls[i].name;
    return NULL;
}

static void note_status(int status)
{
    outcome.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    outcome.status =
        outcome.signal ? 128 + outcome.signal : WEXITSTATUS(status);
}

// Runs the program to its end; fills outcome.
void run_program(const char *input, const char *const *args)
{
    int out[2], err[2], status, in = memfd_create("input", MFD_CLOEXEC);
    long end = now_ms() + patience;
    bool ended = false;

    memset(&outcome, 0, sizeof(outcome));
    if (report->tried[0] == '\0')
        note_command(args);
    if (input && write(in, input, strlen(input)) == -1)
        broken("the check itself failed: memfd_create");
    lseek(in, 0, SEEK_SET);
    if (pipe2(out, O_CLOEXEC | O_NONBLOCK) == -1 ||
        pipe2(err, O_CLOEXEC | O_NONBLOCK) == -1)
        broken("the check itself failed: pipe2");
    fcntl(out[1], F_SETFL, 0);
    fcntl(err[1], F_SETFL, 0);
    spawn(in, out[1], err[1], args);
    close(in);
    close(out[1]);
    close(err[1]);

    while (!ended && now_ms() < end) {
        struct pollfd fds[] = {{listener, POLLIN, 0},
                               {out[0], POLLIN, 0},
                               {err[0], POLLIN, 0}};
        poll(fds, 3, 1);
        if (fds[0].revents & POLLIN)
            answer_call(listener);
        drain(out[0], outcome.out, &outcome.len, sizeof(outcome.out));
        drain(err[0], outcome.err, &outcome.err_len, sizeof(outcome.err));
        if ((fds[1].revents | fds[2].revents) & POLLHUP)
            pause_ms(1);
        ended = waitpid(started, &status, WNOHANG) == started;
    }
    outcome.hung = !ended;
    if (ended) {
        note_status(status);
        // What only tidies up may take a moment.
        outcome.early = !wait_for(all_gone, 100);
    } else {
        outcome.asleep = asleep_in(started);
    }
    if (outcome.early)
        pause_ms(300);
    drain(out[0], outcome.out, &outcome.len, sizeof(outcome.out));
    drain(err[0], outcome.err, &outcome.err_len, sizeof(outcome.err));
    close(out[0]);
    close(err[0]);
    if (listener != -1)
        close(listener);
    listener = -1;
}

// ---- The command, seen from outside

// Is this process the command: these words, and a descendant of the
// program?
static bool runs(pid_t pid, const char *const *args)
{
    char exe[512], mine[512], path[64];
    char words[512];
    size_t len = 0;

    for (int i = 0; args[i]; i++)
        len +=
            snprintf(words + len, sizeof(words) - len, "%s", args[i]) + 1;
    if (memcmp(proc_text(pid, "cmdline"), words, len) != 0)
        return false;
    snprintf(path, sizeof(path), "%d/exe", pid);
    ssize_t n = readlinkat(host_proc, path, exe, sizeof(exe) - 1);
    exe[n > 0 ? n : 0] = '\0';
    if (realpath(prog, mine) && !strcmp(exe, mine))
        return false;
    while (pid > 1 && pid != started) {
        const char *parent = strstr(proc_text(pid, "status"), "\nPPid:\t");
        pid = parent ? atoi(parent + 7) : 0;
    }
    return pid == started;
}

static pid_t find_command(const char *const *args)
{
    pid_t found = 0;
    DIR *dir = fdopendir(dup(host_proc));

    if (dir == NULL)
        return 0;
    rewinddir(dir);
    for (struct dirent *d = readdir(dir); d && !found; d = readdir(dir))
        if (isdigit(d->d_name[0]) && runs(atoi(d->d_name), args))
            found = atoi(d->d_name);
    closedir(dir);
    return found;
}

// Starts the program in the background; waits until the command runs.
void start_program(const char *const *args)
{
    start_and_find(args, args);
}

// The same for a command that is seen with other words than it was given.
void start_and_find(const char *const *args, const char *const *seen)
{
    long end = now_ms() + patience;
    int status, null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int err = memfd_create("err", MFD_CLOEXEC);

    memset(&outcome, 0, sizeof(outcome));
    if (report->tried[0] == '\0')
        note_command(args);
    spawn(null, null, err, args);
    while (!(command = find_command(seen))) {
        pid_t pid = waitpid(started, &status, WNOHANG);
        if (pid == started || now_ms() > end) {
            outcome.hung = pid != started;
            if (outcome.hung)
                outcome.asleep = asleep_in(started);
            else
                note_status(status);
            outcome.err_len = pread(err, outcome.err, 4095, 0);
            must_end(-1);
        }
        pause_ms(1);
    }
    close(null);
    close(err);
}

// Waits for the end of what start_program() has started.
void ends_with(int want)
{
    long end = now_ms() + patience;
    int status;

    while (waitpid(started, &status, WNOHANG) != started) {
        if (now_ms() > end) {
            outcome.hung = true;
            outcome.asleep = asleep_in(started);
            must_end(want);
        }
        pause_ms(1);
    }
    note_status(status);
    if (outcome.status != want)
        broken("exit status %d", outcome.status);
}

// ---- How a run that should have gone well went

// Text for one line or two: the end of a line is shown as C has it.
static const char *shown(const char *from, size_t len, char *text,
                         size_t size)
{
    size_t n = 0;

    while (len > 0 && isspace((unsigned char)from[len - 1]))
        len--;
    for (size_t i = 0; i < len; i++) {
        if (n > size - 8) {
            n += sprintf(text + n, " ...");
            break;
        }
        if (from[i] == '\n')
            n += sprintf(text + n, "\\n");
        else
            text[n++] = (unsigned char)from[i] < ' ' ? '?' : from[i];
    }
    text[n] = '\0';
    return text;
}

const char *printed(void)
{
    static char text[300];

    return outcome.len ? shown(outcome.out, outcome.len, text, sizeof(text))
                       : "nothing";
}

const char *said(void)
{
    static char text[300];

    return shown(outcome.err, outcome.err_len, text, sizeof(text));
}

static const char *signal_name(int sig)
{
    static char name[40];
    const char *abbreviation = NULL;

#ifdef __GLIBC__
#if __GLIBC_PREREQ(2, 32)
    abbreviation = sigabbrev_np(sig);
#endif
#endif
    if (abbreviation)
        snprintf(name, sizeof(name), "SIG%s", abbreviation);
    else
        snprintf(name, sizeof(name), "signal %d (%s)", sig, strsignal(sig));
    return name;
}

static bool is_crash(int sig)
{
    return sig == SIGSEGV || sig == SIGBUS || sig == SIGILL ||
           sig == SIGABRT || sig == SIGFPE || sig == SIGSYS;
}

static void crash_hint(bool child)
{
    if (step == 0)
        NEXT("Did argv[1] exist? Hand execvp(3) argv[1] and argv + 1. "
             "With cc -g -fsanitize=address it says which line it is.");
    else if (child)
        NEXT("Hand clone(2) the top of its stack, not the bottom: stack + "
             "STACK_SIZE; it grows down. Did argv[1] exist?");
    else
        NEXT("Did argv[1] exist? Does clone(2) get the top of its stack, "
             "stack + STACK_SIZE? With cc -g -fsanitize=address it says "
             "which line it is.");
    READ("steps/01-clone-wait/README.md, \"Break it\"; core(5)");
    if (step == 0)
        READ("steps/00-exec/README.md, \"Reading the diff\"; execvp(3)");
}

// Explains a run that hung, crashed or ended with another status than WANT;
// -1: that the command was not seen to run is fault enough.
void must_end(int want)
{
    const char *words = said();
    const char *it_said = *words ? ". On standard error: " : "";

    if (outcome.hung) {
        NEXT("What does the program wait for, and what should wake it? "
             "strace -f in front of the command line shows its calls.");
        READ("strace(1)");
        if (outcome.asleep)
            broken("It does not come to its end: it sleeps in %s%s%s",
                   outcome.asleep, it_said, words);
        broken("It does not come to its end%s%s", it_said, words);
    }
    if (outcome.signal && outcome.status != want) {
        if (is_crash(outcome.signal))
            crash_hint(false);
        broken("It was ended by %s%s%s", signal_name(outcome.signal),
               it_said, words);
    }
    if (want == -1 && outcome.status == 0)
        broken("It ended at once, and nobody has seen the command run%s%s",
               it_said, words);
    if (outcome.status != want && is_crash(outcome.status - 128)) {
        crash_hint(true);
        broken("Exit status %d: its child was ended by %s%s%s",
               outcome.status, signal_name(outcome.status - 128), it_said,
               words);
    }
    if (outcome.status != want && outcome.err_len)
        broken("Exit status %d. On standard error: %s", outcome.status,
               words);
    if (outcome.status != want)
        broken("Exit status %d", outcome.status);
}
