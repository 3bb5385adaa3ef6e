// start.c - parent and child tell each other how far they are.
//
// The child has to wait until its users are mapped, which the parent does:
// user.c. And a caller who waits for the file of --pid-file wants to know
// that the command runs. So parent and child have a pair of sockets. One
// byte to the child means "go". One byte to the parent means that there
// will be no command. End of file means that the other end is closed: for
// the child, by the death of the parent; for the parent, by the execve(2)
// of the child, or by a signal that has killed it.
//
// See socketpair(2), atexit(3).
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "layers.h"

static int child_end;

// Parent: before the child is there.
void start_talk(struct talk *talk)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1)
        die("socketpair");
    talk->parent = ends[0];
    talk->child = ends[1];
}

// Child: at exit, which execve(2) is not.
static void say_failed(void)
{
    send(child_end, "", 1, MSG_NOSIGNAL);
}

// Child: sleep until our users are mapped: before, we are nobody.
void wait_for_parent(const struct talk *talk)
{
    char go;

    child_end = talk->child;
    // While we hold the parent's end too, there is no end of file for us.
    if (close(talk->parent) == -1)
        die("close");
    ssize_t n = recv(talk->child, &go, 1, 0);
    if (n == -1)
        die("recv from the parent");
    if (n == 0)
        exit(EXIT_CANCELED); // end of file: the parent is dead
    if (atexit(say_failed) != 0)
        die("atexit");
}

// Parent: its users are mapped: the child may go on.
void release_child(const struct talk *talk)
{
    if (close(talk->child) == -1)
        die("close");
    if (send(talk->parent, "", 1, MSG_NOSIGNAL) == -1)
        die("send to the child");
}

// Parent: wait until the command runs. Returns false if it never will.
bool command_runs(const struct talk *talk)
{
    char failed;

    ssize_t n = recv(talk->parent, &failed, 1, 0);
    if (n == -1)
        die("recv from the child");
    return n == 0;
}
