// terminal.c - the command gets a terminal of its own.
//
// Protects from: a command that shares its caller's terminal types into it.
// TIOCSTI puts bytes into the input of one's controlling terminal, and when
// the container is gone, the caller's shell reads and runs them
// (ioctl_tty(2)). It could also leave that terminal without echo.
//
// setsid(2) takes the caller's terminal from us. In its place we open a
// pair in our own devpts: a slave, /dev/pts/0, which is the command's, and
// its master (pty(7)), which goes to a process on the host, the relay:
// relay.c.
//
// There is no pair if standard input is not our controlling terminal. If it
// is, but we were started in the background, the command reads /dev/null,
// as a shell's background commands do where there is no job control.
//
// Where config.json has process.terminal, the talk's libcontainer sends the
// master to its caller in the same way: Process.ConsoleSocket. See unix(7),
// SCM_RIGHTS.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
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
static void set_up_slave(int slave)
{
    struct winsize size;

    if (ioctl(caller.fd, TIOCGWINSZ, &size) == -1)
        die("ioctl TIOCGWINSZ");
    if (ioctl(slave, TIOCSWINSZ, &size) == -1)
        die("ioctl TIOCSWINSZ");
    if (tcsetattr(slave, TCSANOW, &caller.cooked) == -1)
        die("tcsetattr");
    if (fchown(slave, options.uid, -1) == -1)
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

// Child: give the relay the master: it arrives there as a new descriptor.
// With it goes a byte, for there has to be one. Another one comes back:
// from now on what is typed is for us. End of file: the relay has said why.
static void send_master(int master)
{
    char ready;
    struct iovec byte = {.iov_base = "", .iov_len = 1};
    union control control = {
        .header.cmsg_len = CMSG_LEN(sizeof(master)),
        .header.cmsg_level = SOL_SOCKET,
        .header.cmsg_type = SCM_RIGHTS,
    };
    struct msghdr message = {
        .msg_iov = &byte,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof(control),
    };

    memcpy(CMSG_DATA(&control.header), &master, sizeof(master));
    if (sendmsg(relay_socket, &message, MSG_NOSIGNAL) == -1)
        die("sendmsg to the relay");
    if (recv(relay_socket, &ready, 1, 0) != 1)
        exit(EXIT_CANCELED);
}

// Child: leave the caller's session, and with it its terminal: "setsid". If
// there is a relay, control a new terminal, and keep nothing of the others.
void take_terminal(void)
{
    if (left_out[TERMINAL])
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
    set_up_slave(slave);
    send_master(master); // or nobody sees what die() says
    use_slave(slave);

    int done[] = {master, slave, relay_socket, caller.fd};
    for (size_t i = 0; i < sizeof(done) / sizeof(done[0]); i++)
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

// Parent: open the terminal anew, so that what we set on the descriptor is
// not set on the caller's, and remember how it is.
static void open_callers_terminal(void)
{
    caller.fd =
        open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (caller.fd == -1)
        die("open /dev/tty");
    if (tcgetattr(caller.fd, &caller.cooked) == -1)
        die("tcgetattr");
    caller.raw = caller.cooked;
    cfmakeraw(&caller.raw);
}

// Parent: start the relay, if standard input is a terminal of ours to use:
// we are its foreground process group (tcgetpgrp(3)).
void start_terminal(void)
{
    int ends[2];

    pid_t foreground = tcgetpgrp(STDIN_FILENO);
    if (left_out[TERMINAL] || foreground == -1)
        return;
    if (foreground != getpgrp())
        read_nothing();
    if (left_out[MOUNTS] || foreground != getpgrp())
        return;

    open_callers_terminal();
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

// Parent: the container has ended. Wait until all that it has printed is
// passed on, and do what a relay that was killed could not. May be called
// twice, and by a signal handler.
void end_terminal(void)
{
    if (relay <= 0)
        return;
    send(relay_socket, "", 1, MSG_NOSIGNAL);
    while (waitpid(relay, NULL, 0) == -1 && errno == EINTR)
        continue;
    relay = 0;
    restore_terminal(&caller);
}
