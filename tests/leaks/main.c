// leaks - what a process in a container can still do to its host.
//
//   leaks measure ROOTFS NAME... -- [WORD]...
//       runs each probe in the container that WORD... CMD makes; {} in a WORD
//       is ROOTFS. Prints NAME, open, closed or ?, and why: a line each.
//   leaks measure -b ...     has what is closed tried again, after go_back().
//       If it is open then: shut.
//   leaks list               prints the names
//   leaks deny CALL CMD...   runs CMD without that system call
//   leaks inside NAME ARG    is the probe, in the container; "back": after
//       go_back()
//
// What is called the host here is none: each probe gets a PID, mount, UTS and
// IPC namespace of its own, in which / is shared, as it is under systemd. What
// an open hole lets out, it lets out there, and all of it ends with the probe.
#define _GNU_SOURCE
#include <dirent.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <termios.h>

#include "leaks.h"

#define PROBE_SECONDS 60
#define EXIT_UNKNOWN 3
#define EXIT_CLOSED 4 // in the plain way

extern const struct leak *const __start_leaks[], *const __stop_leaks[];

char secret[16], canary[PLACE], rootfs[PLACE], self[PLACE];
char arg[PATH_MAX], **program;
int terminal = -1;
static char given_rootfs[PLACE]; // rootfs, before prepare() has another
static const char *running; // the probe's name
static bool again; // is this the second attempt?
static bool back; // does the probe go back first?
static bool only_plain; // is there no way back to be tried?
volatile int told; // see start_canary()
static char said[4096]; // what the probe has printed
static char why[4096]; // what the container program has printed on stderr

static const struct leak *find_leak(const char *name)
{
    for (const struct leak *const *l = __start_leaks; l < __stop_leaks; l++)
        if (strcmp((*l)->name, name) == 0)
            return *l;
    fprintf(stderr, "leaks: no probe %s\n", name);
    exit(2);
}

// ---- the host's side

static void must(long result, const char *what)
{
    if (result == -1) {
        fprintf(stderr, "leaks: %s: %s: %s\n", running, what, strerror(errno));
        exit(2);
    }
}

static void result(enum answer answer, const char *reason)
{
    static const char *const words[] = {"open", "shut", "closed", "?"};

    if (answer == UNKNOWN && !again)
        _exit(EXIT_UNKNOWN);
    if (answer == CLOSED && !back && !only_plain)
        _exit(EXIT_CLOSED);
    if (answer == OPEN && back)
        answer = SHUT;
    printf("%s\t%s\t%s\n", running, words[answer], reason);
    fflush(stdout);
    _exit(0);
}

void cannot(const char *reason)
{
    result(UNKNOWN, reason);
    _exit(0);
}

// A host that is none: what the probe can harm is ours alone.
static void make_host(void)
{
    must(unshare(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC),
         "unshare");
    alarm(PROBE_SECONDS);
    pid_t pid = fork();
    must(pid, "fork");
    if (pid > 0) {
        int status;
        must(waitpid(pid, &status, 0), "waitpid");
        _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 2);
    }
    must(prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl");
    must(prctl(PR_SET_NAME, HOST_INIT), "prctl");
    must(setsid(), "setsid");
    must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
    must(mount("proc", "/proc", "proc", 0, NULL), "mount /proc");
    must(mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL), "shared");
}

static void make_canary(void)
{
    unsigned char random[6];
    char path[PATH_MAX];

    must(getrandom(random, sizeof(random), 0), "getrandom");
    for (size_t i = 0; i < sizeof(random); i++)
        sprintf(secret + 2 * i, "%02x", random[i]);
    sprintf(canary, "%.*s/canary.%s", (int)(strrchr(self, '/') - self), self,
            secret);
    must(mkdir(canary, 0755), "mkdir");
    must(chdir(canary), "chdir"); // where a core dump may go
    snprintf(path, sizeof(path), "%s/secret", canary);
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    must(fd, "open");
    must(write(fd, secret, strlen(secret)), "write");
    close(fd);
}

pid_t start_canary(void)
{
    must(prctl(PR_SET_NAME, secret), "prctl"); // it is born with the name
    pid_t pid = fork();
    must(pid, "fork");
    while (pid == 0) {
        usleep(10000);
        if (told)
            raise(told);
    }
    must(prctl(PR_SET_NAME, HOST_INIT), "prctl");
    return pid;
}

int end_canary(pid_t pid)
{
    int status;

    kill(pid, SIGTERM);
    must(waitpid(pid, &status, 0), "waitpid");
    return WTERMSIG(status);
}

int find_by_name(void (*each)(pid_t))
{
    char path[64], name[32];
    int found = 0;

    DIR *dir = opendir("/proc");
    for (struct dirent *d = readdir(dir); d; d = readdir(dir)) {
        snprintf(path, sizeof(path), "/proc/%.20s/stat", d->d_name);
        FILE *f = fopen(path, "r");
        char state = 0;
        if (f && fscanf(f, "%*d (%31[^)]) %c", name, &state) == 2 &&
            strcmp(name, secret) == 0 && state != 'Z' && state != 'X') {
            found++;
            if (each)
                each(atoi(d->d_name));
        }
        if (f)
            fclose(f);
    }
    closedir(dir);
    return found;
}

void serve(int listener)
{
    must(listen(listener, 8), "listen");
    pid_t pid = fork();
    must(pid, "fork");
    if (pid == 0)
        for (;;) {
            int peer = accept(listener, NULL, NULL);
            if (write(peer, secret, strlen(secret)) == -1)
                perror("write");
            close(peer);
        }
    close(listener);
}

void first_disk(void)
{
    unsigned major, minor;

    FILE *f = fopen("/proc/partitions", "r");
    if (!f || fscanf(f, "%*[^0-9]%u %u", &major, &minor) != 2)
        cannot("no disk is here");
    sprintf(arg, "%u:%u", major, minor);
    fclose(f);
}

// The host's terminal: its shell holds it, raw, so that what is typed shows.
static void make_terminal(void)
{
    struct termios t;
    int unlock = 0, number;
    char name[32];

    int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    must(master, "open /dev/ptmx");
    must(ioctl(master, TIOCSPTLCK, &unlock), "TIOCSPTLCK");
    must(ioctl(master, TIOCGPTN, &number), "TIOCGPTN");
    snprintf(name, sizeof(name), "/dev/pts/%d", number);
    terminal = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    must(terminal, name);
    must(tcgetattr(terminal, &t), "tcgetattr");
    cfmakeraw(&t);
    must(tcsetattr(terminal, TCSANOW, &t), "tcsetattr");
}

// In the program's process: its standard streams, its session, and its words.
static void exec_program(const struct leak *leak, char **words, int out,
                         int err, const char *task)
{
    char *args[256];
    int n = 0;

    // The group of the terminal's session is also the canary's: see group.c.
    if (leak->terminal) {
        must(setsid(), "setsid");
        must(ioctl(terminal, TIOCSCTTY, 0), "TIOCSCTTY");
    }
    int in = leak->terminal ? terminal : open("/dev/null", O_RDONLY);
    must(dup2(in, 0), "dup2");
    must(dup2(out, 1), "dup2");
    must(dup2(err, 2), "dup2");
    if (in > 2 && !leak->terminal)
        close(in);

    for (; *words; words++) {
        static char filled[8][PATH_MAX];
        static int fills;
        char *hole = strstr(*words, "{}");
        args[n] = *words;
        for (; hole && fills < 8; hole = strstr(args[n], "{}")) {
            snprintf(filled[fills], sizeof(filled[0]), "%.*s%s%s",
                     (int)(hole - args[n]), args[n], rootfs, hole + 2);
            args[n] = filled[fills++];
        }
        n++;
    }
    args[n++] = self;
    args[n++] = (char *)task;
    args[n++] = (char *)leak->name;
    args[n++] = arg;
    args[n] = NULL;
    execvp(args[0], args);
    perror(args[0]);
    _exit(127);
}

// Reads what comes, until the end, or until the probe says that it is ready.
// Returns whether there is more to come.
static bool listen_to(int fd, char *text, size_t size, bool until_ready)
{
    size_t len = strlen(text);

    while (len + 1 < size) {
        ssize_t n = read(fd, text + len, size - len - 1);
        if (n <= 0)
            return false;
        text[len += n] = '\0';
        if (until_ready && strstr(text, "ready\n"))
            return true;
    }
    return true;
}

// The last line the probe has printed; the first of the program's messages.
static char *last_line(void)
{
    size_t len = strlen(said);
    if (len > 0 && said[len - 1] == '\n')
        said[len - 1] = '\0';
    char *line = strrchr(said, '\n');
    return line ? line + 1 : said;
}

bool probe_said(const char *line)
{
    return strcmp(last_line(), line) == 0;
}

// Does the program make any container? It may refuse this ROOTFS only.
static bool makes_containers(const struct leak *leak, char **words)
{
    int status, null = open("/dev/null", O_WRONLY | O_CLOEXEC);

    must(null, "open /dev/null");
    strcpy(rootfs, given_rootfs);
    pid_t pid = fork();
    must(pid, "fork");
    if (pid == 0)
        exec_program(leak, words, null, null, "list");
    must(waitpid(pid, &status, 0), "waitpid");
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void measure_one(const struct leak *leak, char **words)
{
    int out[2], err[2];

    program = words;
    make_host();
    make_canary();
    if (leak->terminal)
        make_terminal();
    if (leak->prepare)
        leak->prepare();

    must(pipe2(out, O_CLOEXEC), "pipe");
    must(pipe2(err, O_CLOEXEC), "pipe");
    pid_t pid = fork();
    must(pid, "fork");
    if (pid == 0)
        exec_program(leak, words, out[1], err[1], back ? "back" : "inside");
    close(out[1]);
    close(err[1]);
    if (leak->meanwhile) {
        if (listen_to(out[0], said, sizeof(said), true))
            leak->meanwhile(pid);
    } else {
        listen_to(out[0], said, sizeof(said), false);
    }
    int status;
    must(waitpid(pid, &status, 0), "waitpid");

    char *line = last_line();
    if (said[0] == '\0') {
        fcntl(err[0], F_SETFL, O_NONBLOCK);
        listen_to(err[0], why, sizeof(why), false);
        why[strcspn(why, "\n")] = '\0';
        if (leak->refusable && WIFEXITED(status) &&
            WEXITSTATUS(status) == 125 && makes_containers(leak, words))
            result(leak->judge(), why);
        cannot(why[0] ? why : "no container was made");
    }
    if (strncmp(line, "? ", 2) == 0)
        cannot(line + 2);
    if (leak->judge) {
        enum answer answer = leak->judge();
        bool tells = answer == CLOSED && strncmp(line, "closed ", 7) == 0;
        result(answer, tells ? line + 7 : "as the host sees it");
    }
    if (strncmp(line, "found ", 6) == 0) {
        bool got = strcmp(line + 6, secret) == 0;
        result(got ? OPEN : CLOSED, got ? "got the secret" : "got another");
    }
    if (strcmp(line, "open") == 0)
        result(OPEN, "");
    if (strncmp(line, "closed ", 7) == 0)
        result(CLOSED, line + 7);
    cannot("the probe ended without an answer");
}

// Returns what exit() was given, or -1 if the time is over.
static int measure_apart(const struct leak *leak, char **words)
{
    int status;

    fflush(stdout);
    pid_t pid = fork();
    must(pid, "fork");
    if (pid == 0)
        measure_one(leak, words);
    must(waitpid(pid, &status, 0), "waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// The same; a machine may be short of something for a moment.
static int measure_twice(const struct leak *leak, char **words)
{
    again = false;
    int status = measure_apart(leak, words);
    if (status != EXIT_UNKNOWN)
        return status;
    again = true;
    return measure_apart(leak, words);
}

// A program named by a path is found from wherever we are.
static char *absolute(char *file)
{
    char *path = strchr(file, '/') ? realpath(file, NULL) : NULL;

    return path ? path : file;
}

static int measure(char **args)
{
    int n = 0;

    running = "measure";
    only_plain = strcmp(args[0], "-b") != 0;
    if (!only_plain)
        args++;
    char *path = realpath(args[0], NULL);
    must(path ? 0 : -1, args[0]);
    snprintf(rootfs, sizeof(rootfs), "%s", path);
    strcpy(given_rootfs, rootfs);
    for (args++; args[n] && strcmp(args[n], "--") != 0;)
        n++;
    char **words = args[n] ? args + n + 1 : args + n;
    if (words[0])
        words[0] = absolute(words[0]);
    for (int i = 0; i < n; i++) {
        back = false;
        int status = measure_twice(find_leak(running = args[i]), words);
        if (status == EXIT_CLOSED) {
            back = true;
            status = measure_twice(find_leak(running), words);
        }
        if (status == -1)
            printf("%s\t?\tno answer in %d s\n", running, PROBE_SECONDS);
        else if (status != 0)
            return 2;
    }
    return 0;
}

// ---- settings in which a hole is known to be closed

static int deny(char **args)
{
    static const struct {
        const char *name;
        int nr;
    } calls[] = {
        {"keyctl", SYS_keyctl},
        {"socket", SYS_socket},
        {"unshare", SYS_unshare},
    };

    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        if (strcmp(args[0], calls[i].name) != 0)
            continue;
        struct sock_filter filter[] = {
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0), // the call's number
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i].nr, 0, 1),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        struct sock_fprog prog = {4, filter};
        running = args[0];
        must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
        must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog), "seccomp");
        execvp(args[1], args + 1);
    }
    return 2;
}

int main(int argc, char **argv)
{
    ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
    if (len > 0)
        self[len] = '\0';
    if (argc >= 4 && strcmp(argv[1], "measure") == 0)
        return measure(argv + 2);
    back = strcmp(argv[argc > 1], "back") == 0;
    if (argc >= 3 && (back || strcmp(argv[1], "inside") == 0)) {
        signal(SIGUSR1, SIG_IGN);
        if (back)
            go_back();
        find_leak(argv[2])->inside(argc > 3 ? argv[3] : "");
        return 1;
    }
    if (argc >= 2 && strcmp(argv[1], "list") == 0) {
        for (const struct leak *const *l = __start_leaks; l < __stop_leaks; l++)
            puts((*l)->name);
        return 0;
    }
    if (argc >= 4 && strcmp(argv[1], "deny") == 0)
        return deny(argv + 2);
    fprintf(stderr, "usage: leaks measure ROOTFS NAME... -- [WORD]...\n");
    return 2;
}
