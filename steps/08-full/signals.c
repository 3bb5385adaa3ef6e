// signals.c - a signal to us is meant for the container.
//
// SIGTERM is how a system asks a program to end, and Ctrl-C is SIGINT: we
// pass them on, and the command decides. But PID 1 is special: from inside
// and outside of its PID namespace it gets only the signals for which it
// has a handler; SIGKILL and SIGSTOP from outside are the exceptions. A
// sleep that is PID 1 does not hear of SIGTERM. For such a command we do
// what the signal would have done, and end the container.
//
// There is no signal handler: all signals but those that stop a job are
// blocked, and we take them one by one, with sigwaitinfo(2), when there is
// nothing else to do.
//
// See pid_namespaces(7), "The namespace init process", and proc(5).
// libcontainer leaves it to its callers; docker run passes signals on, and
// waits.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "layers.h"

static sigset_t taken; // the signals that wait_for() takes
static sigset_t before; // those that our caller had blocked

// Parent: from here on, signals wait for wait_for(); those that stop a job
// (Ctrl-Z) stop us. A caller may have SIGCHLD ignored: then nobody would
// learn of the end of a child, see waitpid(2).
void block_signals(void)
{
    if (signal(SIGCHLD, SIG_DFL) == SIG_ERR)
        die("signal SIGCHLD");
    sigfillset(&taken);
    sigdelset(&taken, SIGTSTP);
    sigdelset(&taken, SIGTTIN);
    sigdelset(&taken, SIGTTOU);
    if (sigprocmask(SIG_SETMASK, &taken, &before) == -1)
        die("sigprocmask");
}

// Child: the command gets the signals that our caller gets. Before an init,
// which has all blocked, they wait until the command is there.
void restore_signals(void)
{
    if (options.init && getpid() == 1)
        return;
    if (sigprocmask(SIG_SETMASK, &before, NULL) == -1)
        die("sigprocmask");
}

// Parent: does the process wait for signals, in sigwaitinfo(2)? As long as
// it does, SigBlk in /proc leaves out those for which it waits.
static bool waits_for_signals(pid_t pid)
{
    char path[32];
    long call = -1;

    snprintf(path, sizeof(path), "/proc/%d/syscall", pid);
    FILE *file = fopen(path, "re");
    if (file && fscanf(file, "%ld", &call) != 1)
        call = -1; // it is running
    if (file)
        fclose(file);
    return call == SYS_rt_sigtimedwait;
}

// Parent: does the process block the signal, ignore it, catch it or wait
// for it, as an init does? Or does it mean nothing to a process that does
// not catch it: signal(7), default "Ign"?
static bool expects_signal(pid_t pid, int sig)
{
    static const char *const sets[] = {"SigBlk:", "SigIgn:", "SigCgt:"};
    char path[32], line[128];
    bool expected = options.init || waits_for_signals(pid) ||
                    sig == SIGCONT || sig == SIGURG || sig == SIGWINCH;

    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    FILE *status = fopen(path, "re");
    while (status && fgets(line, sizeof(line), status))
        for (int i = 0; i < 3; i++)
            if (strncmp(line, sets[i], strlen(sets[i])) == 0 &&
                strtoull(line + strlen(sets[i]), NULL, 16) >> (sig - 1) & 1)
                expected = true;
    if (status)
        fclose(status);
    return expected;
}

// Parent: sleep until there is a signal. Returns it, or 0 if it is for us
// alone: SIGCHLD, and the kernel's SIGWINCH, on which the relay acts.
static int next_signal(void)
{
    siginfo_t info;

    int sig = sigwaitinfo(&taken, &info);
    if (sig == -1 || sig == SIGCHLD ||
        (sig == SIGWINCH && info.si_code == SI_KERNEL))
        return 0;
    return sig;
}

// Parent: until the process has ended, pass on to it what it expects; what
// would end it otherwise does. Returns its exit status, as a shell has it,
// or 128+n if that was signal n to us.
int wait_for(pid_t pid)
{
    int status, ended_by = 0;

    pid_t ended = waitpid(pid, &status, WNOHANG);
    while (ended == 0) {
        int sig = next_signal();
        if (sig && !expects_signal(pid, sig)) {
            ended_by = sig;
            kill(pid, SIGKILL);
        } else if (sig) {
            kill(pid, sig); // it is ours to wait for: the PID is no other's
        }
        ended = waitpid(pid, &status, WNOHANG);
    }
    if (ended == -1)
        die("waitpid");
    return ended_by ? 128 + ended_by : exit_code(status);
}
