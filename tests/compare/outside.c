// outside - starts a runtime whose container runs "inside", and prints
// facts: those that come from inside, and those that only the host tells.
//
//   outside facts COMMAND...     all facts of a container
//   outside terminal COMMAND...  those of one that is on a terminal
//   outside keyring COMMAND...   that of its session keyring
//   outside signals COMMAND...   what becomes of signals to the runtime
//   outside end NAME LINE COMMAND...
//                                its exit status, when the container has
//                                been told LINE; "kill" is our SIGKILL
//
// % in an argument stands for a number that no other start has. In the
// environment: CGROUPS, where cgroup v2 is mounted; SAID, a file for what
// the runtimes say. Exit status: 1 if it was no container; why is in SAID.
#define _GNU_SOURCE
#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "../../common/handmade.h"

#define LIMIT 60 // seconds that a container may take
#define PATIENCE 500 // milliseconds for a signal to arrive
#define INHERITED 77 // a descriptor that the runtime should not give on

static char **command;
static char name[16]; // of the process in the container: /proc/PID/comm
static pid_t runtime;
static int to, from; // the ends of its standard input and output
static bool on_terminal;

static pid_t must(pid_t result, const char *what)
{
    if (result == -1)
        die("%s", what);
    return result;
}

// A file in /proc/PID; "" if there is none.
static const char *text_of(pid_t pid, const char *file)
{
    static char text[PATH_MAX];
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd == -1 ? 0 : read(fd, text, sizeof(text) - 1);
    text[n > 0 ? n : 0] = '\0';
    if (fd != -1)
        close(fd);
    return text;
}

// The PID of the process in the container, or 0. Not the dead one that
// waits for us: its name stands in parentheses before its state.
static pid_t find(void)
{
    pid_t found = 0;
    char stat[32];

    snprintf(stat, sizeof(stat), " (%s) ", name);

    DIR *proc = opendir("/proc");
    if (proc == NULL)
        die("open /proc");
    for (struct dirent *d = readdir(proc); d; d = readdir(proc)) {
        const char *it = strstr(text_of(atoi(d->d_name), "stat"), stat);
        if (it && it[strlen(stat)] != 'Z')
            found = atoi(d->d_name);
    }
    closedir(proc);
    return found;
}

static void too_late(int sig)
{
    (void)sig;
    kill(runtime, SIGKILL);
}

// A pair of pipes, or a terminal, whose slave is in and out.
static void make_streams(int *in, int *out)
{
    int pair[2];

    if (on_terminal) {
        *in = *out = -1; // who opens the slave is to control it
        to = must(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "openpt");
        from = to;
        must(grantpt(to) | unlockpt(to), "grantpt");
        return;
    }
    must(pipe2(pair, O_CLOEXEC), "pipe2");
    *in = pair[READ_END];
    to = pair[WRITE_END];
    must(pipe2(pair, O_CLOEXEC), "pipe2");
    *out = pair[WRITE_END];
    from = pair[READ_END];
}

// The process that becomes the runtime: with our streams, one descriptor
// that it should not give on, and no signal ignored.
static void become_runtime(int in, int out)
{
    static const long by_default[8]; // SIG_DFL, no flags, an empty set
    const char *said = getenv("SAID");
    char *argv[256] = {NULL};

    for (int sig = 1; sig <= 64; sig++) // libc would leave out its own two
        syscall(SYS_rt_sigaction, sig, by_default, NULL, 8);
    for (size_t i = 0; command[i] && i < LENGTH(argv) - 1; i++) {
        char *at = strchr(command[i], '%');
        argv[i] = command[i];
        if (at)
            must(asprintf(&argv[i], "%.*s%s%s", (int)(at - command[i]),
                          command[i], name, at + 1),
                 "asprintf");
    }
    if (on_terminal) {
        must(setsid(), "setsid");
        in = out = must(open(ptsname(to), O_RDWR), "open the terminal");
    }
    int err = on_terminal ? out
                          : must(open(said ? said : "/dev/null",
                                      O_WRONLY | O_CREAT | O_TRUNC, 0666),
                                 "open SAID");
    must(dup2(in, STDIN_FILENO), "dup2");
    must(dup2(out, STDOUT_FILENO), "dup2");
    must(dup2(err, STDERR_FILENO), "dup2");
    for (int fd = STDERR_FILENO + 1; fd < 1024; fd++)
        close(fd);
    must(dup2(STDIN_FILENO, INHERITED), "dup2");
    execvp(argv[0], argv);
    die_exec(argv[0]);
}

static char *next_line(int patience);

// Start the runtime, and tell the process in the container what to do. On a
// terminal that waits until it reads: what is typed too early is lost.
static void start(const char *what)
{
    static int count;
    const char *line = "?";
    int in, out;

    snprintf(name, sizeof(name), "c%d-%d", getpid(), ++count);
    make_streams(&in, &out);
    runtime = must(fork(), "fork");
    if (runtime == 0)
        become_runtime(in, out);
    alarm(LIMIT);
    if (!on_terminal) {
        close(in);
        close(out);
    }
    while (on_terminal && line && line[0])
        line = next_line(-1);
    dprintf(to, strchr(what, ' ') ? "%s\n" : "%s %s\n", what, name);
}

// One line of what it prints, or NULL; within so many milliseconds.
static char *next_line(int patience)
{
    static char line[2 * PATH_MAX];
    size_t n = 0;
    struct pollfd ready = {.fd = from, .events = POLLIN};

    while (n < sizeof(line) - 1 && poll(&ready, 1, patience) == 1 &&
           read(from, line + n, 1) == 1 && line[n] != '\n')
        n++;
    bool whole = line[n] == '\n';
    line[n > 0 && line[n - 1] == '\r' ? n - 1 : n] = '\0';
    return whole ? line : NULL;
}

// Print the facts that come, up to the empty line. Has that come, too?
static bool pass_facts(void)
{
    for (;;) {
        const char *line = next_line(-1);
        if (line == NULL || line[0] == '\0')
            return line != NULL;
        if (strchr(line, '\t')) // else it is the echo of what we typed
            puts(line);
    }
}

// End it all, in whatever state it is. Returns the runtime's exit code.
static int finish(void)
{
    int status = 0;

    if (on_terminal)
        dprintf(to, "\4"); // Ctrl-D
    else
        close(to);
    must(waitpid(runtime, &status, 0), "waitpid");
    alarm(0);
    close(from);
    pid_t left = find();
    if (left)
        kill(left, SIGKILL);
    while (waitpid(-1, NULL, 0) > 0) // it may have left us its children
        ;
    return exit_code(status);
}

static void print_namespaces(pid_t pid)
{
    static const char *const types[] = {"cgroup", "ipc",  "mnt",  "net",
                                        "pid",    "time", "user", "uts"};
    char path[64], its[64], ours[64];

    for (size_t i = 0; i < LENGTH(types); i++) {
        snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, types[i]);
        ssize_t n = readlink(path, its, sizeof(its));
        snprintf(path, sizeof(path), "/proc/self/ns/%s", types[i]);
        if (n == -1)
            printf("namespace:%s\tthere is none\n", types[i]);
        else if (readlink(path, ours, sizeof(ours)) == n &&
                 memcmp(its, ours, n) == 0)
            printf("namespace:%s\tshared\n", types[i]);
        else
            printf("namespace:%s\town\n", types[i]);
    }
}

// A line "NAME:..." of a file in /proc/PID; "" if there is none.
static char *line_of(pid_t pid, const char *file, const char *start)
{
    static char line[256];

    const char *found = strstr(text_of(pid, file), start);
    found = found ? found + strlen(start) : "";
    snprintf(line, sizeof(line), "%.*s", (int)strcspn(found, "\n"), found);
    for (char *tab = line; *tab; tab++)
        if (*tab == '\t')
            *tab = ' ';
    return line + strspn(line, " ");
}

// Its control group of version 2, and what that is allowed.
static void print_group(pid_t pid)
{
    static const char *const files[] = {
        "cgroup.max.depth", "cgroup.max.descendants",
        "cpu.idle",         "cpu.max",
        "cpu.max.burst",    "cpu.weight",
        "io.weight",        "memory.high",
        "memory.low",       "memory.max",
        "memory.min",       "memory.oom.group",
        "memory.swap.high", "memory.swap.max",
        "pids.max",
    };
    char path[PATH_MAX], value[64], group[256];
    const char *root = getenv("CGROUPS");

    strcpy(group, line_of(pid, "cgroup", "0::"));
    for (size_t i = 0; i < LENGTH(files); i++) {
        snprintf(path, sizeof(path), "%s%s/%s", root ? root : "", group,
                 files[i]);
        FILE *file = fopen(path, "re");
        if (file && fscanf(file, "%63[^\n]", value) == 1)
            printf("limit:%s\t%s\n", files[i], value);
        if (file)
            fclose(file);
    }
    printf("group outside\t%s\n",
           strcmp(group, line_of(getpid(), "cgroup", "0::")) == 0
               ? "the caller's"
               : "of its own");
}

static int facts(void)
{
    start("facts");
    bool is_ready = pass_facts();
    pid_t pid = is_ready ? find() : 0;
    if (pid) {
        print_namespaces(pid);
        print_group(pid);
        printf("outside:Uid\t%s\n", line_of(pid, "status", "\nUid:"));
        printf("outside:Gid\t%s\n", line_of(pid, "status", "\nGid:"));
        printf("outside:Groups\t%s\n", line_of(pid, "status", "\nGroups:"));
        printf("outside:personality\t%s", text_of(pid, "personality"));
    }
    int code = finish();
    printf("end:exit 0\t%d\n", code);
    return pid ? code : EXIT_FAILURE;
}

static int keyring(void)
{
    start("keyring");
    bool is_ready = pass_facts();
    return finish() || !is_ready;
}

static int end(const char *label, const char *what)
{
    start(what);
    if (strcmp(what, "kill") == 0 && pass_facts())
        kill(find(), SIGKILL);
    printf("end:%s\t%d\n", label, finish());
    return 0;
}

// Is the process in the container asleep (S), or gone (\0)?
static bool is_in_state(char state)
{
    pid_t pid = find();
    const char *end = pid ? strrchr(text_of(pid, "stat"), ')') : NULL;

    return (end ? end[2] : '\0') == state;
}

// Give it a moment to be so.
static void wait_for_state(char state)
{
    for (int i = 0; i < PATIENCE && !is_in_state(state); i++)
        usleep(1000);
}

// One signal to the runtime: is it the command's, or what does it do?
static void send_signal(int sig, const char *label, const char *how)
{
    char got[32];

    start(how);
    if (!pass_facts())
        die("no container to send a signal to");
    wait_for_state('S');
    kill(runtime, sig);
    snprintf(got, sizeof(got), "got\t%d", sig);
    const char *line = next_line(PATIENCE);
    siginfo_t ended = {0};
    int whether =
        find() ? WNOHANG : 0; // without the container, it will end
    waitid(P_PID, runtime, &ended, WEXITED | WNOWAIT | whether);
    if (ended.si_pid)
        wait_for_state('\0');
    pid_t pid = find();
    if (line && strcmp(line, got) == 0)
        printf("signal:%s\tis passed on\n", label);
    else if (line)
        printf("signal:%s\tanother one is passed on, %s\n", label, line);
    else if (ended.si_pid == 0)
        printf("signal:%s\tdoes nothing\n", label);
    else
        printf("signal:%s\tends the runtime%s\n", label,
               pid ? ", and the container lives" : " and the container");
    if (pid && !line)
        kill(pid, SIGKILL);
    finish();
}

static int signals(void)
{
    static const struct {
        int sig;
        const char *label;
    } list[] = {
        {SIGHUP, "HUP"},   {SIGINT, "INT"},     {SIGQUIT, "QUIT"},
        {SIGTERM, "TERM"}, {SIGUSR1, "USR1"},   {SIGUSR2, "USR2"},
        {SIGALRM, "ALRM"}, {SIGWINCH, "WINCH"}, {SIGCONT, "CONT"},
        {SIGPIPE, "PIPE"}, {40, "40"},
    };

    for (size_t i = 0; i < LENGTH(list); i++)
        send_signal(list[i].sig, list[i].label, "signal");
    send_signal(SIGTERM, "TERM, awaited by sigwaitinfo", "sigwait");
    send_signal(SIGTERM, "TERM, not expected", "kill");
    return 0;
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = too_late,
                               .sa_flags = SA_RESTART};

    must(prctl(PR_SET_CHILD_SUBREAPER, 1), "prctl PR_SET_CHILD_SUBREAPER");
    must(sigaction(SIGALRM, &action, NULL), "sigaction");
    signal(SIGPIPE, SIG_IGN);
    command = argv + 2;
    on_terminal = argc > 2 && strcmp(argv[1], "terminal") == 0;
    if (argc > 2 && (on_terminal || strcmp(argv[1], "facts") == 0))
        return facts();
    if (argc > 2 && strcmp(argv[1], "keyring") == 0)
        return keyring();
    if (argc > 2 && strcmp(argv[1], "signals") == 0)
        return signals();
    command = argv + 4;
    if (argc > 4 && strcmp(argv[1], "end") == 0)
        return end(argv[2], argv[3]);
    usage("facts | terminal | keyring | signals | end NAME LINE, and "
          "COMMAND...");
}
