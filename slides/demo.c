// demo - types prepared lines into a shell on a terminal of its own.
//
//   demo LINES SHELL [ARG]...
//
// LINES is a file of the lines to type; one that begins with "=" becomes
// the window's title. See the script "demo" for the keys. PACE, in the
// environment, is how many milliseconds a character takes (50). Ends with
// the shell's status, or 125. See pty(7), termios(3).
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define TAKE_OVER '\035' // Ctrl-]

static FILE *lines;
static char *line; // what is to be typed now
static const char *rest; // and how much of it is still to come
static int pace = 50;
static int used; // keys that stand in the shell's line
static bool off; // all keys are the speaker's
static int master;
static struct termios cooked;
static volatile sig_atomic_t resized = 1;

static void on_resize(int sig)
{
    (void)sig;
    resized = 1;
}

static void restore(void)
{
    tcsetattr(STDIN_FILENO, TCSADRAIN, &cooked);
}

// Writes it all.
static void put(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, text, len);
        if (n == -1 && errno != EINTR && errno != EAGAIN)
            return;
        if (n > 0)
            text += n, len -= n;
    }
}

// Takes the next line, if there is one.
static bool next_line(void)
{
    static size_t size;
    ssize_t len;

    while ((len = getline(&line, &size, lines)) != -1) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != '=') {
            rest = line;
            return true;
        }
        dprintf(STDOUT_FILENO, "\033]2;%s\a", line + 1);
    }
    return false;
}

// Types characters of the line: one, or all that are left.
static void type(bool all)
{
    size_t len = all ? strlen(rest) : 1;

    put(master, rest, len);
    used += len;
    rest += len;
    if (*rest == '\0')
        rest = NULL;
}

// What a key of the speaker's does.
static void press(char key)
{
    if (key == TAKE_OVER) {
        off = !off;
        return;
    }
    if (rest && key == '\003') // it is being typed, and is not wanted
        rest = NULL;
    if (rest) {
        if (key == ' ')
            type(true);
        return;
    }
    if (!off && used == 0 && (key == '\r' || key == ' ') && next_line()) {
        if (key == ' ')
            type(true);
        return;
    }
    put(master, &key, 1);
    // Enter, Ctrl-C, Ctrl-D and Ctrl-U leave an empty line.
    used = strchr("\r\003\004\025", key) ? 0 : used + 1;
}

static void copy_size(void)
{
    struct winsize size;

    resized = 0;
    if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0)
        ioctl(master, TIOCSWINSZ, &size);
}

// Until the shell has closed its terminal.
static void pass_on(void)
{
    char data[4096];

    for (;;) {
        struct pollfd fds[] = {{STDIN_FILENO, POLLIN, 0},
                               {master, POLLIN, 0}};
        if (resized)
            copy_size();
        int n = poll(fds, 2, rest ? pace / 2 + rand() % (pace + 1) : -1);
        if (n == 0)
            type(false);
        if (n <= 0)
            continue;
        if (fds[1].revents) {
            ssize_t len = read(master, data, sizeof(data));
            if (len <= 0)
                return;
            put(STDOUT_FILENO, data, len);
        }
        if (fds[0].revents) {
            ssize_t len = read(STDIN_FILENO, data, sizeof(data));
            if (len <= 0)
                return;
            for (ssize_t i = 0; i < len; i++)
                press(data[i]);
        }
    }
}

static void run_shell(char **argv)
{
    setsid();
    int slave = open(ptsname(master), O_RDWR);
    if (slave == -1 || ioctl(slave, TIOCSCTTY, 0) == -1)
        err(125, "terminal");
    tcsetattr(slave, TCSANOW, &cooked);
    copy_size();
    for (int fd = 0; fd < 3; fd++)
        dup2(slave, fd);
    close(slave);
    close(master);
    execvp(argv[0], argv);
    err(125, "%s", argv[0]);
}

int main(int argc, char **argv)
{
    if (argc < 3)
        errx(125, "usage: demo LINES SHELL [ARG]...");
    if (getenv("PACE"))
        pace = atoi(getenv("PACE"));
    lines = fopen(argv[1], "re");
    if (lines == NULL)
        err(125, "%s", argv[1]);
    master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master == -1 || grantpt(master) == -1 || unlockpt(master) == -1)
        err(125, "posix_openpt");
    if (tcgetattr(STDIN_FILENO, &cooked) == -1)
        err(125, "tcgetattr");

    struct sigaction resize = {.sa_handler = on_resize};
    sigaction(SIGWINCH, &resize, NULL);
    pid_t shell = fork();
    if (shell == -1)
        err(125, "fork");
    if (shell == 0)
        run_shell(argv + 2);

    struct termios raw = cooked;
    cfmakeraw(&raw);
    atexit(restore);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
    pass_on();
    kill(shell, SIGHUP); // if it is our terminal that has gone
    int status;
    if (waitpid(shell, &status, 0) == -1)
        err(125, "waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
