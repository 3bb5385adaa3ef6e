// container - run a command in a container made by hand.
//
//   00 exec         run the command
//   01 clone-wait   in a child process, and wait for it
//   02 uts          with its own hostname
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../common/handmade.h"

#define STACK_SIZE (1024 * 1024)
#define HOSTNAME "handmade"

struct container {
    char **argv;
};

static char child_stack[STACK_SIZE];

// Child: hostname handmade. Only our UTS namespace hears about it.
static void set_hostname(void)
{
    if (sethostname(HOSTNAME, strlen(HOSTNAME)) == -1)
        die("sethostname %s", HOSTNAME);
}

// Child: clone() starts it here.
static int child_exec(void *arg)
{
    struct container *c = arg;

    set_hostname();

    execvp(c->argv[0], c->argv);
    die_exec(c->argv[0]);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        usage("CMD [ARG]...");

    struct container c = {
        .argv = argv + 1,
    };

    int clone_flags = SIGCHLD; // how the parent learns of the child's end
    clone_flags |= CLONE_NEWUTS;

    char *stack_top = child_stack + STACK_SIZE; // it grows down
    pid_t pid = clone(child_exec, stack_top, clone_flags, &c);
    if (pid == -1)
        die("clone");

    int status;
    if (waitpid(pid, &status, 0) == -1)
        die("waitpid");
    return exit_code(status);
}
