// relay.c - a process on the host passes on what is typed and printed.
//
//   keyboard --> /dev/tty --> relay --> master --> slave --> command
//   screen   <-- /dev/tty <-- relay <-- master <-- slave <-- command
//
// That is what sshd(8) and script(1) do, and "docker run -it" and its shim.
// The caller's terminal is raw meanwhile (cfmakeraw(3)): Ctrl-C is a byte
// like any other, and becomes SIGINT at the slave, for those who are there.
// But its output processing stays on, because others print there, too. It
// is off only while we print what the slave has already processed.
//
// In "container ROOTFS ls | less", less reads what is typed, and in "... sh
// | tee log", sh does. So if standard output is no terminal, the terminal
// becomes raw only when the command prints on the terminal, as a shell does
// with its prompt. What is typed before that comes line by line. Nothing is
// read while the terminal has attributes that are not ours: somebody else
// uses it then.
//
// The relay is a process of its own, so that the caller's terminal is as it
// was even if the program is killed. The relay has one end of a socket, and
// the end of file tells it that the program is gone. If the relay is
// killed, the program sees to the terminal.
//
// See pty(7), termios(3), signalfd(2), poll(2).
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
#include <time.h>
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
static bool is_raw; // the caller's terminal

#define PATIENCE 3000 // for what is printed last, in milliseconds

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
    if (signal.ssi_signo == SIGCONT && is_raw)
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

// Relay: are the attributes those that we have set, or found?
static bool is_ours(const struct terminal *t)
{
    const struct termios *own = is_raw ? &t->raw : &t->cooked;
    struct termios now;

    return tcgetattr(t->fd, &now) == 0 && now.c_iflag == own->c_iflag &&
           now.c_lflag == own->c_lflag;
}

// Relay: what is typed is for the command, key by key.
static void make_raw(const struct terminal *t)
{
    if (is_raw || !t->is_input || !is_ours(t))
        return;
    if (tcsetattr(t->fd, TCSANOW, &t->raw) == -1)
        die("tcsetattr");
    is_raw = true;
}

// Relay: read into an empty stream. False: that was the end.
static bool fill(const struct terminal *t, struct stream *s)
{
    ssize_t n = read(s->from, s->data, sizeof(s->data));
    if (n == -1)
        return errno == EAGAIN || errno == EINTR;
    if (n == 0 && s == &in && !is_raw) // Ctrl-D, on a terminal that is not
        s->data[n++] = t->cooked.c_cc[VEOF];
    s->start = 0;
    s->len = n;
    return n > 0;
}

// Relay: print what the slave has processed already, as it is.
static ssize_t print(const struct terminal *t, const char *data, size_t len)
{
    struct termios now;

    make_raw(t);
    if (!is_raw || !is_ours(t) || tcgetattr(t->fd, &now) == -1)
        return write(t->fd, data, len);
    struct termios unprocessed = now;
    unprocessed.c_oflag &= ~OPOST;
    tcsetattr(t->fd, TCSANOW, &unprocessed);
    ssize_t n = write(t->fd, data, len);
    tcsetattr(t->fd, TCSANOW, &now);
    return n;
}

// Relay: write as much as there is room for. Where nobody is left to read
// it, drop it.
static void empty(const struct terminal *t, struct stream *s)
{
    ssize_t n = s == &out ? print(t, s->data + s->start, s->len)
                          : write(s->to, s->data + s->start, s->len);
    if (n == -1 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n == -1)
        n = s->len;
    s->start += n;
    s->len -= n;
}

// Relay: do what the stream has waited for. False: it has ended.
static bool pass_on(const struct terminal *t, struct stream *s)
{
    if (s->len == 0)
        return fill(t, s);
    empty(t, s);
    return true;
}

// Relay: what to wait for on the side of the keyboard, and how long.
static struct pollfd next_input(const struct terminal *t, int *timeout)
{
    struct pollfd hangup = {.fd = t->fd};

    *timeout = -1;
    if (in.len > 0 || (t->is_input && is_ours(t)))
        return next(&in);
    if (t->is_input)
        *timeout = 100; // then look again
    return hangup;
}

// Relay: until the caller's terminal has hung up (end of file), or nobody
// in the container has the slave any more (EIO), or the program calls.
static void pass_all_on(const struct terminal *t, int signals, int program)
{
    struct pollfd fds[4];
    int timeout;

    do {
        fds[0] = next_input(t, &timeout);
        fds[1] = next(&out);
        fds[2] = (struct pollfd){.fd = signals, .events = POLLIN};
        fds[3] = (struct pollfd){.fd = program, .events = POLLIN};
        if (poll(fds, 4, timeout) == -1 && errno != EINTR)
            return;
        if (fds[0].revents & POLLHUP && in.len == 0)
            return;
        if (fds[0].revents && !pass_on(t, &in))
            return;
        if (fds[1].revents && !pass_on(t, &out))
            return;
        if (fds[2].revents)
            follow(t, signals);
    } while (fds[3].revents == 0);
}

// Relay: the time, in milliseconds.
static long now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000L + t.tv_nsec / 1000000;
}

// Relay: what is left in the master when the command has ended. Others may
// have the slave, and print without end.
static void pass_rest_on(const struct terminal *t)
{
    long end = now() + PATIENCE;
    struct pollfd fd = next(&out);

    while (now() < end &&
           poll(&fd, 1, out.len > 0 ? end - now() : 0) == 1 &&
           pass_on(t, &out))
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
    bool unprocessed = !(now.c_oflag & OPOST); // killed in print()
    if ((now.c_iflag != t->raw.c_iflag || now.c_lflag != t->raw.c_lflag) &&
        (now.c_lflag != t->cooked.c_lflag || !unprocessed))
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
    int master = receive_fd(program);
    if (master == -1)
        _exit(EXIT_CANCELED); // no container has come that far
    in = (struct stream){.from = t->fd, .to = master};
    out = (struct stream){.from = master, .to = t->fd};

    if (t->is_output)
        make_raw(t);
    send(program, "", 1, MSG_NOSIGNAL); // the command may start
    pass_all_on(t, signals, program);
    if (recv(program, &byte, 1, MSG_DONTWAIT) == 1)
        pass_rest_on(t);
    restore_terminal(t);
    _exit(EXIT_SUCCESS);
}
