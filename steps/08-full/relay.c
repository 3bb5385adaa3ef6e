// relay.c - a process on the host passes on what is typed and printed.
//
//   keyboard --> /dev/tty --> relay --> master --> slave --> command
//   screen   <-- /dev/tty <-- relay <-- master <-- slave <-- command
//
// That is what sshd(8) and script(1) do, and "docker run -it" and its shim.
// The caller's terminal is raw meanwhile (cfmakeraw(3)): Ctrl-C is a byte
// like any other, and becomes SIGINT at the slave, for those who are there.
//
// A process of its own, so that the caller's terminal is as it was even if
// the program is killed: at one end of a socket, it learns of that by the
// end of file. If the relay is killed, the program sees to the terminal.
//
// See pty(7), termios(3), signalfd(2), poll(2), and unix(7) for SCM_RIGHTS.
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "layers.h"

// One way, and what has been read there but is not written yet.
struct stream {
    int from;
    int to;
    size_t start;
    size_t len;
    char data[4096];
};

static struct stream in, out;

// Relay: wait for the master. -1: no container has come that far.
static int receive_master(int socket)
{
    char go;
    struct iovec byte = {.iov_base = &go, .iov_len = 1};
    union control control;
    struct msghdr message = {
        .msg_iov = &byte,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof(control),
    };
    int master;

    if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) == -1)
        die("recvmsg");
    if (CMSG_FIRSTHDR(&message) == NULL)
        return -1;
    memcpy(&master, CMSG_DATA(&control.header), sizeof(master));
    return master;
}

// Relay: a descriptor for the signals that we act on. No other signal than
// those of job control reaches us, or the terminal would stay raw.
static int take_signals(void)
{
    sigset_t mask;

    sigfillset(&mask);
    sigdelset(&mask, SIGTTIN);
    sigdelset(&mask, SIGTTOU);
    if (sigprocmask(SIG_SETMASK, &mask, NULL) == -1)
        die("sigprocmask");
    sigemptyset(&mask);
    sigaddset(&mask, SIGWINCH);
    sigaddset(&mask, SIGCONT);
    int signals = signalfd(-1, &mask, SFD_CLOEXEC);
    if (signals == -1)
        die("signalfd");
    return signals;
}

// Relay: SIGWINCH: the window has another size. SIGCONT: we were stopped,
// and a shell has set its own attributes.
static void follow(const struct terminal *t, int signals)
{
    struct signalfd_siginfo signal;
    struct winsize size;

    if (read(signals, &signal, sizeof(signal)) == -1)
        return;
    if (signal.ssi_signo == SIGCONT)
        tcsetattr(t->fd, TCSANOW, &t->raw);
    if (ioctl(t->fd, TIOCGWINSZ, &size) == 0)
        ioctl(out.from, TIOCSWINSZ, &size);
}

// Relay: what a stream waits for: something to read, or room to write it.
static struct pollfd next(const struct stream *s)
{
    if (s->len == 0)
        return (struct pollfd){.fd = s->from, .events = POLLIN};
    return (struct pollfd){.fd = s->to, .events = POLLOUT};
}

// Relay: read into an empty stream. False: that was the end.
static bool fill(struct stream *s)
{
    ssize_t n = read(s->from, s->data, sizeof(s->data));
    if (n == -1)
        return errno == EAGAIN || errno == EINTR;
    s->start = 0;
    s->len = n;
    return n > 0;
}

// Relay: write as much as there is room for. Where nobody is left to read
// it, drop it.
static void empty(struct stream *s)
{
    ssize_t n = write(s->to, s->data + s->start, s->len);
    if (n == -1 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n == -1)
        n = s->len;
    s->start += n;
    s->len -= n;
}

// Relay: do what the stream has waited for. False: it has ended.
static bool pass_on(struct stream *s)
{
    if (s->len == 0)
        return fill(s);
    empty(s);
    return true;
}

// Relay: until the caller's terminal has hung up (end of file), or nobody
// in the container has the slave any more (EIO), or the program calls.
static void pass_all_on(const struct terminal *t, int signals, int program)
{
    struct pollfd fds[4];

    do {
        fds[0] = next(&in);
        fds[1] = next(&out);
        fds[2] = (struct pollfd){.fd = signals, .events = POLLIN};
        fds[3] = (struct pollfd){.fd = program, .events = POLLIN};
        if (poll(fds, 4, -1) == -1 && errno != EINTR)
            return;
        if (fds[0].revents && !pass_on(&in))
            return;
        if (fds[1].revents && !pass_on(&out))
            return;
        if (fds[2].revents)
            follow(t, signals);
    } while (fds[3].revents == 0);
}

// Relay: what is left in the master when the container has ended; somebody
// outside may have the slave.
static void pass_rest_on(void)
{
    struct pollfd fd = next(&out);

    while (poll(&fd, 1, out.len > 0 ? -1 : 0) == 1 && pass_on(&out))
        fd = next(&out);
}

// Relay, Parent: set the attributes as they were, in the background, too;
// or leave them if they are no more those of the relay: a shell that sees
// us dead sets its own.
void restore_terminal(const struct terminal *t)
{
    struct termios now;
    sigset_t stop;

    if (tcgetattr(t->fd, &now) == -1)
        return;
    if (now.c_iflag != t->raw.c_iflag || now.c_oflag != t->raw.c_oflag ||
        now.c_lflag != t->raw.c_lflag)
        return;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTTOU);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    tcsetattr(t->fd, TCSANOW, &t->cooked);
}

// Relay: all its life. One byte from the program means that the container
// has ended, end of file that the program is dead.
void run_relay(const struct terminal *t, int program)
{
    char byte;

    int signals = take_signals();
    int master = receive_master(program);
    if (master == -1)
        _exit(EXIT_CANCELED);
    in = (struct stream){.from = t->fd, .to = master};
    out = (struct stream){.from = master, .to = t->fd};

    if (tcsetattr(t->fd, TCSANOW, &t->raw) == -1)
        die("tcsetattr");
    send(program, "", 1, MSG_NOSIGNAL); // the command may start
    pass_all_on(t, signals, program);
    if (recv(program, &byte, 1, MSG_DONTWAIT) == 1)
        pass_rest_on();
    restore_terminal(t);
    _exit(EXIT_SUCCESS);
}
