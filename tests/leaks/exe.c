// Overwrite the container program: a command that is a link to /proc/self/exe
// starts, in the container, the program that the host will start next time.
// CVE-2019-5736; /proc/PID/exe in proc(5)
//
// Compiled once more with PRELOADED, this is what ROOTFS has that program's
// loader load, see ld.so(8): it runs in it. It only asks, and writes nothing:
// while the program runs, the kernel would say ETXTBSY anyway.
#define _GNU_SOURCE
#include "leaks.h"

static bool is_writable(const char *path)
{
    int seals = fcntl(open(path, O_RDONLY), F_GET_SEALS);

    if (seals != -1 && seals & F_SEAL_WRITE) // a copy: memfd_create(2)
        return errno = EPERM, false;
    return access(path, W_OK) == 0;
}

#ifdef PRELOADED

__attribute__((constructor)) static void look(void)
{
    if (is_writable("/proc/self/exe"))
        puts("open");
    else
        printf("closed access: %s\n", strerror(errno));
    fflush(stdout);
    _exit(0);
}

#else

// Makes a ROOTFS with the program's libraries, the one to preload, and the link.
// The program is the first word; of a script, the one that it starts.
static const char make_rootfs[] =
    "set -e; mkdir \"$ROOTFS\" && cd \"$ROOTFS\"\n"
    "mkdir -p proc sys dev tmp etc \".${SELF%/*}\"\n"
    "for word in \"$WORD0\" \"$WORD1\"; do\n"
    "    program=$(realpath \"$(command -v \"$word\")\")\n"
    "    ! files=$(ldd \"$program\" 2>/dev/null | grep -o '/[^ ]*') || break\n"
    "done\n"
    "for file in $files; do\n"
    "    mkdir -p \".${file%/*}\" && cp -L \"$file\" \".$file\"\n"
    "done\n"
    "cp \"$TMPDIR/exe.so\" . && echo /exe.so >etc/ld.so.preload\n"
    "ln -s /proc/self/exe \".$SELF\" && echo \"$program\"";

static void prepare(void)
{
    sprintf(rootfs, "%s/rootfs.%s", getenv("TMPDIR"), secret);
    setenv("ROOTFS", rootfs, 1);
    setenv("SELF", self, 1);
    setenv("WORD0", program[0], 1);
    setenv("WORD1", program[1] ? program[1] : "", 1);
    FILE *output = popen(make_rootfs, "r");
    if (!output || !fgets(arg, sizeof(arg), output) || pclose(output) != 0)
        cannot("there is no ROOTFS with the program's libraries");
    arg[strcspn(arg, "\n")] = '\0';
}

// Where the command is this one, it sees the host's files.
static void inside(char *path)
{
    answer(is_writable(path) ? 0 : -1, "access");
}

LEAK(.name = "exe", .prepare = prepare, .inside = inside);

#endif
