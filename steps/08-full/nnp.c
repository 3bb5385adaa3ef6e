// nnp.c - no new privileges.
//
// Protects from programs that give a process more rights than it had: a
// set-user-ID su, a ping with file capabilities. With the flag, execve(2)
// runs them as any other program. The flag cannot be taken back, and
// every child inherits it. seccomp(2) asks for it too: otherwise a filter
// could give a set-user-ID program false results of its system calls.
//
// See PR_SET_NO_NEW_PRIVS in prctl(2), and the kernel's
// Documentation/userspace-api/no_new_privs.rst. libcontainer calls it
// NoNewPrivileges.
#define _GNU_SOURCE
#include <sys/prctl.h>

#include "layers.h"

// Child: from here on, execve(2) gives nothing that we do not have.
void set_no_new_privs(void)
{
    if (left_out[LAYER_NNP])
        return;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
        die("prctl PR_SET_NO_NEW_PRIVS");
}
