// init.c - PID 1 is ours, and the command is PID 2: --init.
//
// Most programs are not written to be PID 1 (pid_namespaces(7)). A process
// that loses its parent becomes a child of PID 1, and when it ends, it is a
// zombie until PID 1 waits for it. A signal from inside for which PID 1 has
// no handler does not end PID 1: Ctrl-C, which would end any other process,
// does nothing.
//
// So PID 1 stays with us, and does what is missing: it waits for everybody,
// passes signals on to the command, and ends as the command has ended; then
// the kernel kills whoever is left.
//
// "docker run --init" runs tini(1) for that, podman catatonit(1). The
// talk's libcontainer and today's config.json have nothing like it.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "layers.h"

// Init: wait for everybody who has ended. With the command we end, too.
static void reap(pid_t command)
{
    int status;

    pid_t pid = waitpid(-1, &status, WNOHANG);
    while (pid > 0) {
        if (pid == command)
            _exit(exit_code(status));
        pid = waitpid(-1, &status, WNOHANG);
    }
}

// Init: all its life. It needs nothing open, so nothing is to be found in
// /proc/1/fd.
static void look_after(pid_t command, const sigset_t *all)
{
    if (syscall(SYS_close_range, 0, ~0U, 0) == -1)
        die("close_range");
    for (;;) {
        int signal = sigwaitinfo(all, NULL);
        if (signal == SIGCHLD)
            reap(command);
        else if (signal > 0)
            kill(command, signal); // it fails if the command has just ended
    }
}

// Child: drop a signal that waits for us. To ignore it does that.
static void drop_signal(int sig)
{
    sighandler_t before = signal(sig, SIG_IGN);
    signal(sig, before);
}

// Child: as PID 1, let go of the terminal. The signals that this sends, see
// TIOCNOTTY in ioctl_tty(2), are not for the command.
static void give_up_terminal(void)
{
    if (left_out[LAYER_TERMINAL] || tcgetpgrp(STDIN_FILENO) == -1)
        return;
    if (ioctl(STDIN_FILENO, TIOCNOTTY) == -1)
        die("ioctl TIOCNOTTY");
    drop_signal(SIGHUP);
    drop_signal(SIGCONT);
}

// Child: as PID 2, start a session, and control its terminal. Ctrl-C is for
// the command and its children, Ctrl-Z for those whom a shell can wake.
static void take_over_terminal(void)
{
    if (left_out[LAYER_TERMINAL])
        return;
    if (setsid() == -1)
        die("setsid");
    if (isatty(STDIN_FILENO) && ioctl(STDIN_FILENO, TIOCSCTTY, 0) == -1 &&
        errno != EPERM) // another session has it
        die("ioctl TIOCSCTTY");
}

// Child: go on as PID 2 and leave PID 1 behind. All signals are blocked
// when it starts, so that none is lost: sigwaitinfo(2). /proc/1 tells
// nobody the host's environment: prctl(2), PR_SET_DUMPABLE; execve(2)
// resets that.
void run_as_init(void)
{
    sigset_t all;

    if (!options.init)
        return;
    if (prctl(PR_SET_DUMPABLE, 0) == -1)
        die("prctl PR_SET_DUMPABLE");
    give_up_terminal();
    sigfillset(&all);
    if (sigprocmask(SIG_BLOCK, &all, NULL) == -1)
        die("sigprocmask");
    pid_t command = fork();
    if (command == -1)
        die("fork");
    if (command > 0)
        look_after(command, &all);

    take_over_terminal();
    restore_signals();
}
