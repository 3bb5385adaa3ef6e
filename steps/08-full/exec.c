// exec.c - sh must not read a program for another processor as a script.
//
// Where execve(2) says that a file has no format it knows (ENOEXEC),
// execvp(3) has /bin/sh read it as a script, as it was always done. A
// program for another processor is no script: sh would run what looks like
// commands to it, or complain of a line that nobody wrote.
//
// See execve(2), exec(3), and elf(5), "ELFMAG".
#define _GNU_SOURCE
#include <elf.h>

#include "layers.h"

// Child: does the file begin as programs do?
static bool is_elf(const char *path)
{
    char magic[SELFMAG] = "";

    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        return false;
    ssize_t n = read(fd, magic, sizeof(magic));
    close(fd);
    return n == SELFMAG && memcmp(magic, ELFMAG, SELFMAG) == 0;
}

// Child: execute the file, unless it is for execvp(3), or for nobody.
static void try_file(const char *path, char **argv)
{
    execv(path, argv);
    if (errno != ENOEXEC || !is_elf(path))
        return;
    errno = ENOEXEC;
    die_exec(path);
}

// Child: execute argv if it is a program. Comes back if execvp(3) has to
// look at it: if it is a script without #!, or is not there.
void execute_program(char **argv)
{
    const char *dir = getenv("PATH"), *end;
    char path[PATH_MAX];

    if (strchr(argv[0], '/')) {
        try_file(argv[0], argv);
        return;
    }
    for (; dir && argv[0][0]; dir = *end ? end + 1 : NULL) {
        end = strchrnul(dir, ':');
        int len = snprintf(path, sizeof(path), "%.*s%s%s", (int)(end - dir),
                           dir, end > dir ? "/" : "", argv[0]);
        if (len < (int)sizeof(path))
            try_file(path, argv);
        if (errno == ENOEXEC) // sh reads the first that is found
            return;
    }
}
