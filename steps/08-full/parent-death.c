// parent-death.c - who kills the program kills the container.
//
// Protects from containers that nobody looks after. The parent-death signal
// of the steps before does that, until the command changes its user, as
// many servers do, or takes the signal back: prctl(2), PR_SET_PDEATHSIG. So
// there is also a guard: a process on the host that waits for the program's
// end and for the container's, and if the program's comes first, kills PID
// 1, and with it everything else in there.
//
// See pidfd_open(2), pidfd_send_signal(2). libcontainer calls it
// ParentDeathSignal, and has no guard; crun, runc and bubblewrap leave the
// container running when they are killed.
#define _GNU_SOURCE
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "layers.h"

static pid_t guard; // 0: there is none

// Guard: wait for the first of two to end; both are pidfds. In a session of
// its own, it does not hear of Ctrl-C; it keeps nothing else open.
static void wait_for_both(int parent, int container)
{
    struct pollfd ends[] = {
        {.fd = 0, .events = POLLIN},
        {.fd = 1, .events = POLLIN},
    };

    setsid();
    if (dup2(parent, 0) == -1 || dup2(container, 1) == -1)
        _exit(EXIT_CANCELED);
    syscall(SYS_close_range, 2, UINT_MAX, 0);
    while (poll(ends, 2, -1) == -1)
        continue;
    if (ends[0].revents)
        syscall(SYS_pidfd_send_signal, 1, SIGKILL, NULL, 0);
    _exit(EXIT_SUCCESS);
}

// Parent: have the container guarded, before anything in it runs.
void start_guard(pid_t child, int parent)
{
    if (left_out[PARENT_DEATH])
        return;
    int container = syscall(SYS_pidfd_open, child, 0);
    if (container == -1)
        die("pidfd_open %d", child);
    guard = fork();
    if (guard == -1)
        die("fork the guard");
    if (guard == 0)
        wait_for_both(parent, container);
    if (close(container) == -1)
        die("close");
}

// Parent: the container has ended, and so the guard does.
void end_guard(void)
{
    if (guard > 0 && waitpid(guard, NULL, 0) == -1)
        die("waitpid");
}
