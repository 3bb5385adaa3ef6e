// terminal.c - the command gets a terminal of its own.
//
// Protects from a command that shares its caller's terminal, and types into
// it. TIOCSTI puts bytes into the input of one's controlling terminal, and
// when the container is gone, the caller's shell reads and runs them
// (ioctl_tty(2)). The command could also leave that terminal without echo.
//
// setsid(2) takes the caller's terminal from us. In its place we open a
// pair in our own devpts: a slave, /dev/pts/0, which is the command's, and
// its master (pty(7)), which goes to a process on the host, the relay:
// relay.c.
//
// Each of 0, 1 and 2 that is a terminal becomes the slave: otherwise the
// command could read the caller's terminal, even by its 1 or 2. But the
// relay reads only what is typed for us: if 0 is our controlling terminal,
// and we are in its foreground. If 0 is a terminal and that is not so, the
// command reads /dev/null, as a shell's background commands do without job
// control. If 0 is no terminal, the command reads it.
//
// The talk's libcontainer sends the master to its caller in the same way:
// Process.ConsoleSocket. See unix(7), SCM_RIGHTS.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "layers.h"

static pid_t relay; // 0: there is none
static int relay_socket; // the child sends the master through it
static struct terminal caller; // the terminal that we were started on

// Child: open the slave of the master; it is locked until we say otherwise.
static int open_slave(int master)
{
    int locked = 0;

    if (ioctl(master, TIOCSPTLCK, &locked) == -1)
        die("ioctl TIOCSPTLCK");
    int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave == -1)
        die("ioctl TIOCGPTPEER");
    return slave;
}

// Child: give the slave the size and the attributes ("stty -a") which the
// caller's terminal has, and an owner who may open it again.
static void set_up_slave(int slave, uid_t owner)
{
    struct winsize size;

    if (ioctl(caller.fd, TIOCGWINSZ, &size) == -1)
        die("ioctl TIOCGWINSZ");
    if (ioctl(slave, TIOCSWINSZ, &size) == -1)
        die("ioctl TIOCSWINSZ");
    struct termios attributes = caller.cooked;
    if (!caller.is_input)
        attributes.c_oflag &= ~OPOST; // the caller's terminal does that
    if (tcsetattr(slave, TCSANOW, &attributes) == -1)
        die("tcsetattr");
    if (fchown(slave, owner, -1) == -1)
        die("fchown the terminal");
}

// Child: make the slave our controlling terminal and those of 0, 1 and 2
// that are terminals. The others stay: a pipe gets no carriage returns.
static void use_slave(int slave)
{
    if (ioctl(slave, TIOCSCTTY, 0) == -1)
        die("ioctl TIOCSCTTY");
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (isatty(fd) && dup2(slave, fd) == -1)
            die("dup2 the terminal to %d", fd);
}

// Child: give the relay the master. A byte comes back: from now on what is
// typed is for us. End of file: the relay has said why.
static void send_master(int master)
{
    char ready;

    send_fd(relay_socket, master);
    if (recv(relay_socket, &ready, 1, 0) != 1)
        exit(EXIT_CANCELED);
}

// Child: leave the caller's session, and with it its terminal: "setsid". If
// there is a relay, control a new terminal, and keep nothing of the others.
void take_terminal(uid_t owner)
{
    if (left_out[LAYER_TERMINAL])
        return;
    if (setsid() == -1)
        die("setsid");
    if (relay == 0)
        return;

    relay = 0; // it is the parent who ends it
    int flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
    int master = open("/dev/pts/ptmx", flags);
    if (master == -1)
        die("open /dev/pts/ptmx");
    int slave = open_slave(master);
    set_up_slave(slave, owner);
    send_master(master); // or nobody sees what die() says
    use_slave(slave);

    int done[] = {master, slave, relay_socket, caller.fd};
    for (size_t i = 0; i < LENGTH(done); i++)
        if (close(done[i]) == -1)
            die("close");
}

// Parent: in the background, the command must not read what is typed for
// the foreground: only the caller's session is kept from that.
static void read_nothing(void)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null == -1)
        die("open /dev/null");
    if (dup2(null, STDIN_FILENO) == -1)
        die("dup2 /dev/null");
    if (close(null) == -1)
        die("close /dev/null");
}

// Parent: the first of 0, 1 and 2 that is a terminal, or -1.
static int find_terminal(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (isatty(fd))
            return fd;
    return -1;
}

// Parent: open the terminal anew, so that what we set on the descriptor is
// not set on the caller's, and remember how it is.
static void open_callers_terminal(int fd)
{
    char path[32];

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    caller.fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (caller.fd == -1) // after su(1) it is another user's
        caller.fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (caller.fd == -1)
        die("open the terminal");
    if (tcgetattr(caller.fd, &caller.cooked) == -1)
        die("tcgetattr");
    caller.raw = caller.cooked;
    cfmakeraw(&caller.raw);
    caller.raw.c_oflag = caller.cooked.c_oflag; // others print there, too
}

// Parent, at exit: the container has ended. Wait until all that it has
// printed is passed on, and do what a relay that was killed could not.
static void end_terminal(void)
{
    if (relay <= 0)
        return;
    send(relay_socket, "", 1, MSG_NOSIGNAL);
    while (waitpid(relay, NULL, 0) == -1 && errno == EINTR)
        continue;
    relay = 0;
    restore_terminal(&caller);
}

// Parent: start the relay, if there is a terminal. What is typed is for us
// if we are its foreground process group (tcgetpgrp(3)).
void start_terminal(void)
{
    int ends[2];

    int fd = find_terminal();
    if (left_out[LAYER_TERMINAL] || fd == -1)
        return;
    caller.is_input = tcgetpgrp(STDIN_FILENO) == getpgrp();
    caller.is_output = isatty(STDOUT_FILENO);
    if (left_out[LAYER_MOUNTS]) {
        if (fd == STDIN_FILENO && !caller.is_input)
            read_nothing();
        return;
    }
    open_callers_terminal(fd);
    if (fd == STDIN_FILENO && !caller.is_input)
        read_nothing();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == -1)
        die("socketpair");
    if (atexit(end_terminal) != 0)
        die("atexit");
    relay = fork();
    if (relay == -1)
        die("fork the relay");
    if (relay == 0) {
        close(ends[0]);
        run_relay(&caller, ends[1]);
    }
    relay_socket = ends[0];
    if (close(ends[1]) == -1)
        die("close");
}
