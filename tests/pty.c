// pty - runs a command on a terminal, and types there what a script says.
//
//   pty [STEP]... -- CMD [ARG]...
//
//   see=TEXT     wait until the terminal shows TEXT, after what was seen last
//   type=TEXT    type it
//   size=ROWS    make the window so high; it is 80 wide, and 24 high at first
//   run=CMD      run this in a shell, elsewhere; PID is CMD's process ID
//   hang         close the terminal, as closing its window does
//
// CMD is a job in the foreground, as a shell's would be. Prints all that the
// terminal showed, and ends with CMD's status. Then the terminal must have
// the attributes that it had at first, in less than 5 seconds: else says so,
// and ends with 99. Ends with 98 if that or a STEP lasts 20 seconds,
// or as many as PATIENCE says in the environment.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int terminal; // the master
static char shown[8 << 20];
static size_t len, seen;

static void fail(const char *what, const char *on)
{
    fwrite(shown, 1, len, stdout);
    printf("\npty: %s %s: %s\n", what, on, strerror(errno));
    exit(98);
}

static void on_alarm(int sig)
{
    (void)sig;
    errno = ETIME;
    fail("waited", "too long");
}

// Waits until the terminal shows more, or until FD is readable. Returns
// whether there was more.
static int look(int fd, int timeout)
{
    struct pollfd fds[] = {{terminal, POLLIN, 0}, {fd, POLLIN, 0}};

    if (poll(fds, 2, timeout) == -1 || !(fds[0].revents & POLLIN))
        return 0;
    ssize_t n = read(terminal, shown + len, sizeof(shown) - len);
    if (n > 0)
        len += n;
    return n > 0;
}

static void see(const char *text)
{
    char *found;

    while (!(found = memmem(shown + seen, len - seen, text, strlen(text))))
        if (!look(-1, -1))
            fail("did not see", text);
    seen = found + strlen(text) - shown;
}

static void set_size(int rows)
{
    struct winsize size = {.ws_row = rows, .ws_col = 80};

    if (ioctl(terminal, TIOCSWINSZ, &size) == -1)
        fail("ioctl", "TIOCSWINSZ");
}

// For 10 seconds at most: it must not outlive the test.
static int run(const char *command)
{
    int status = -1;

    pid_t pid = fork();
    if (pid == 0) {
        execlp("timeout", "timeout", "10", "sh", "-c", command, NULL);
        _exit(127);
    }
    waitpid(pid, &status, 0);
    return status;
}

static void step(const char *s)
{
    if (!strncmp(s, "see=", 4))
        see(s + 4);
    else if (!strncmp(s, "type=", 5)) {
        if (write(terminal, s + 5, strlen(s + 5)) == -1)
            fail("write", s);
    } else if (!strncmp(s, "size=", 5))
        set_size(atoi(s + 5));
    else if (!strncmp(s, "run=", 4)) {
        if (run(s + 4) != 0)
            fail("failed:", s);
    } else if (!strcmp(s, "hang")) {
        close(terminal);
        terminal = open("/dev/null", O_RDWR);
    } else
        fail("no such step:", s);
}

// What a shell does: a session, and the command in its foreground. Writes
// the command's PID to PIPE, and later its status; then lives until PIPE is
// closed, for a terminal ends with its session.
static void be_shell(int pipe, char **argv)
{
    int status;

    signal(SIGTTOU, SIG_IGN);
    setsid();
    int fd = open(ptsname(terminal), O_RDWR | O_CLOEXEC); // it controls us
    close(terminal);
    for (int i = 0; i < 3; i++)
        dup2(fd, i);
    pid_t pid = fork();
    setpgid(pid, pid);
    if (pid == 0) {
        tcsetpgrp(0, getpid());
        signal(SIGTTOU, SIG_DFL);
        fcntl(pipe, F_SETFD, FD_CLOEXEC);
        execvp(argv[0], argv);
        _exit(127);
    }
    if (write(pipe, &pid, sizeof(pid)) == -1)
        _exit(1);
    waitpid(pid, &status, 0);
    tcsetpgrp(0, getpid());
    if (write(pipe, &status, sizeof(status)) == sizeof(status))
        read(pipe, &status, 1);
    _exit(0);
}

static int same(const struct termios *a, const struct termios *b)
{
    return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag &&
           a->c_cflag == b->c_cflag && a->c_lflag == b->c_lflag &&
           !memcmp(a->c_cc, b->c_cc, sizeof(a->c_cc));
}

int main(int argc, char **argv)
{
    struct termios before, after;
    char text[16];
    int i, ends[2], status;
    pid_t pid;

    terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal == -1 || unlockpt(terminal) == -1)
        fail("open", "a terminal");
    tcgetattr(terminal, &before);
    set_size(24);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == -1)
        fail("socketpair", "");
    if (fork() == 0) {
        close(ends[0]);
        for (i = 1; i < argc && strcmp(argv[i], "--"); i++)
            continue;
        be_shell(ends[1], argv + i + 1);
    }
    close(ends[1]);
    signal(SIGALRM, on_alarm);
    if (read(ends[0], &pid, sizeof(pid)) != sizeof(pid))
        fail("no", "command");
    snprintf(text, sizeof(text), "%d", pid);
    setenv("PID", text, 1);

    for (i = 1; i < argc && strcmp(argv[i], "--"); i++) {
        alarm(getenv("PATIENCE") ? atoi(getenv("PATIENCE")) : 20);
        step(argv[i]);
    }
    while (poll(&(struct pollfd){ends[0], POLLIN, 0}, 1, 0) == 0)
        look(ends[0], -1);
    if (read(ends[0], &status, sizeof(status)) != sizeof(status))
        status = SIGHUP; // the shell is dead
    while (look(-1, 0))
        continue;
    fwrite(shown, 1, len, stdout);

    after = before; // and stay so, after "hang"
    tcgetattr(terminal, &after);
    for (i = 0; i < 500 && !same(&before, &after); i++) {
        poll(NULL, 0, 10);
        tcgetattr(terminal, &after);
    }
    if (i == 500) {
        printf("\npty: the terminal's attributes are not as before\n");
        return 99;
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
