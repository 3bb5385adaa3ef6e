// exe.c - the container never sees the program that started it.
//
// Protects the program's own file. The child runs our program until CMD
// replaces it. If CMD is a link to /proc/self/exe, our program runs once
// more, inside, with a loader from ROOTFS. That can keep /proc/self/exe
// open, and write to it as soon as our program no longer runs
// (CVE-2019-5736 was runc without this layer). Where root
// started the container, root inside owns no file of the host. But if an
// ordinary user started it, root inside is that user, and a program file of
// that user could be overwritten, and be made set-user-ID. So an ordinary
// user's container runs from a copy in memory, which nobody can write and
// which has no name.
//
// Protects root, too: installed set-user-ID, the program would make
// everybody root. It refuses to run like that.
//
// See memfd_create(2), fcntl(2), "File Sealing", and AT_SECURE in
// getauxval(3). runc and crun run from such a copy, or from a read-only
// mount of it.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "layers.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x10 // Linux 6.3: libc may be older
#endif

extern char **environ;

// Parent: be no set-user-ID program, nor one with file capabilities.
void refuse_set_id(void)
{
    if (!getauxval(AT_SECURE))
        return;
    errno = 0; // no call failed
    die("it must not be set-user-ID, nor have file capabilities");
}

// Parent: a copy of the file in memory, sealed. Returns a descriptor.
static int copy(int exe)
{
    const unsigned int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;

    int memory = memfd_create(NAME, flags | MFD_EXEC);
    if (memory == -1 && errno == EINVAL) // before Linux 6.3
        memory = memfd_create(NAME, flags);
    if (memory == -1)
        die("memfd_create");
    ssize_t n;
    do
        n = sendfile(memory, exe, NULL, 1 << 30);
    while (n > 0);
    if (n == -1)
        die("sendfile to the copy");
    if (fcntl(memory, F_ADD_SEALS,
              F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE))
        die("fcntl F_ADD_SEALS");
    return memory;
}

// Parent: unless the host's root runs us, start again, from the copy. Only
// there does the file have seals.
void run_from_copy(char **argv)
{
    if (is_host_root())
        return;
    int exe = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (exe == -1)
        die("open /proc/self/exe");
    if (fcntl(exe, F_GET_SEALS) == -1) {
        fexecve(copy(exe), argv, environ);
        die("fexecve the copy");
    }
    close(exe);
    if (prctl(PR_SET_NAME, NAME) == -1) // it is that of the descriptor
        die("prctl PR_SET_NAME");
}
