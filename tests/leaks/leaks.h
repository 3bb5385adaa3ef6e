// leaks.h - what the probes share. Each probe is one file, NAME.c: a hole, how
// it is tried from inside a container, and how the host tells that it is open.
#ifndef LEAKS_H
#define LEAKS_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define PLACE 1024 // the longest path of a place that we name
#define HOST_INIT "leaks-host" // the name of what is the host's first process

enum answer { OPEN, SHUT, CLOSED, UNKNOWN };

struct leak {
    const char *name; // as the file's
    void (*prepare)(void); // Host: sets up the canary, and arg
    void (*inside)(char *arg); // Container: tries it, and says what came of it
    void (*meanwhile)(pid_t program); // Host: once the probe is ready()
    enum answer (*judge)(void); // Host: afterwards, if the host can tell
    bool terminal; // standard input is a terminal, else /dev/null
    bool refusable; // with 125, no container is an answer: judge() has it
};

// Makes the probe known to main.c, wherever it is linked in.
#define LEAK(...)                                                             \
    static const struct leak this_leak = {__VA_ARGS__};                       \
    static const struct leak *const this_leak_is_here                         \
        __attribute__((section("leaks"), used)) = &this_leak

// Host: what prepare() finds, and what it may set.
extern char secret[16]; // random; whoever can say it has reached the host
extern char canary[PLACE]; // a directory of the host; a file secret is in it
extern char rootfs[PLACE]; // the container's ROOTFS, or another then
extern char self[PLACE]; // this program: the same path inside and outside
extern char arg[PATH_MAX]; // what the probe is told
extern char **program; // the container program, and its words
extern int terminal; // the host's terminal, as its shell has it

// Host: the canary process: named, and knowing, secret. Returns its PID. It
// sends itself the signal that it finds in *told.
pid_t start_canary(void);
extern volatile int told;
// Host: ends it. Returns which signal did: of several, the lowest.
int end_canary(pid_t pid);
// Host: the processes whose name, comm in proc(5), is secret. Calls each with
// its PID, if that is not NULL. Returns how many there are.
int find_by_name(void (*each)(pid_t));
// Host: gives secret to all who connect to the listening socket.
void serve(int listener);
// Host: sets arg to MAJOR:MINOR of a disk.
void first_disk(void);
// Host: is this the last line the probe has printed?
bool probe_said(const char *line);
// Host: nothing can be tried here, because of that. Does not return.
void cannot(const char *why) __attribute__((noreturn));

// Container: the answer, once and for all. Each ends the probe.
void answer_open(void) __attribute__((noreturn));
void answer_closed(const char *call) __attribute__((noreturn)); // and errno
void answer_found(const char *text) __attribute__((noreturn)); // the secret?
void answer_cannot(const char *why) __attribute__((noreturn));
// Container: open if the call did not return -1.
void answer(long result, const char *call) __attribute__((noreturn));
// Container: the host may look now. Until then, whatever happens, the
// answer is that the container was not made.
void ready(void);
// Container: what the file says is the answer.
void answer_file(int dir, const char *path) __attribute__((noreturn));

// Container: sets path to a new name in the directory. Another container may
// be at work in the same ROOTFS.
void new_name(char path[64], const char *dir);
// Container: leaves a chroot(2) as its man page tells, if it can be left.
void climb_out(void);
// Container: undoes as root inside what the container is made of: leaves the
// root directory, gets behind /proc, joins the namespaces of the host's first
// process, and the root of its control groups. went_back: it was called.
void go_back(void);
extern bool went_back;
// Container: gets behind what is mounted on the file in /proc.
void unmask(const char *path);
// Container: writes back to the file of the kernel's what it has.
void answer_write_back(const char *path) __attribute__((noreturn));

#endif
