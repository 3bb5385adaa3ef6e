// parent-death.c - who kills the program kills the container.
//
// Protects from containers that nobody looks after: what ends the program,
// SIGKILL included, ends the container. The keeper of the step before, a
// process on the host, does that, and here the keeper does more. It has a
// pidfd of PID 1, and kills PID 1; then the kernel kills all others in that
// PID namespace. So the keeper needs no cgroup, and no root, and a
// container that has left its cgroup does not escape the keeper.
//
// The keeper cannot be seen from inside. The parent-death signal, which
// libcontainer calls ParentDeathSignal, is less: it is cleared when the
// command changes its user, as many servers do, or when the command says
// so, and it follows the parent thread (PR_SET_PDEATHSIG in prctl(2)).
//
// See pidfd_open(2), pidfd_send_signal(2), cgroups(7). crun, runc and
// bubblewrap leave the container running when they are killed;
// bubblewrap's --die-with-parent is the parent-death signal.
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "layers.h"

static pid_t keeper;
static int alive; // a socket: nobody but the program has this end

// Keeper: kill what is left in the group, and rmdir it; "" is no group.
static void remove_cgroup(void)
{
    while (rmdir(cgroup) == -1 && errno == EBUSY) {
        if (!left_out[LAYER_PARENT_DEATH])
            write_file(cgroup, "cgroup.kill", "1");
        usleep(1000); // processes need a moment to die
    }
}

// Keeper: wait for a pidfd of the container, and for the end of file, which
// is the end of the program. It keeps nothing of the program's open but 1
// and 2.
static void keep(int program)
{
    char byte;

    if (setsid() == -1)
        die("setsid");
    if (prctl(PR_SET_NAME, "keeper") == -1)
        die("prctl PR_SET_NAME");
    if (dup2(program, STDIN_FILENO) == -1)
        die("dup2");
    if (syscall(SYS_close_range, STDERR_FILENO + 1, UINT_MAX, 0) == -1)
        die("close_range");
    int container = receive_fd(STDIN_FILENO);
    if (read(STDIN_FILENO, &byte, 1) == -1)
        die("read from the program");
    if (container != -1 && !left_out[LAYER_PARENT_DEATH])
        syscall(SYS_pidfd_send_signal, container, SIGKILL, NULL, 0);
    remove_cgroup();
    _exit(EXIT_SUCCESS);
}

// Parent: fork the keeper. Nearly all signals are blocked: see
// block_signals().
void start_keeper(void)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == -1)
        die("socketpair");
    keeper = fork();
    if (keeper == -1)
        die("fork the keeper");
    if (keeper == 0) {
        close(ends[0]);
        keep(ends[1]);
    }
    alive = ends[0];
    if (close(ends[1]) == -1)
        die("close");
}

// Parent: give the keeper a pidfd of the child, before anything else of it
// runs. The PID may be another's by the time when the keeper looks.
void hand_over(pid_t child)
{
    int pidfd = syscall(SYS_pidfd_open, child, 0);
    if (pidfd == -1)
        die("pidfd_open %d", child);
    send_fd(alive, pidfd);
    if (close(pidfd) == -1)
        die("close");
}

// Parent: the container has ended. Wait until the keeper has, too.
void end_keeper(void)
{
    if (close(alive) == -1)
        die("close");
    if (waitpid(keeper, NULL, 0) == -1)
        die("waitpid the keeper");
}
