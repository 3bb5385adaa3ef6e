// check.h - what the parts of "make check" know of each other.
//
//   check.c     the order of things, and what is shown
//   sandbox.c   where the program runs: a host that it may break
//   trial.c     runs the program there, and looks at the command
//   faults.c    calls that fail, to see what the program says
//   promises.c  what each step promises, and what to do if it is not so
//   limits.c    the promises of 07
//   finish.c    those of the finish: statuses, messages, faults
#ifndef CHECK_H
#define CHECK_H

#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

enum state {
    UNFINISHED,
    KEPT,
    BROKEN,
    HARM, // the host is not as it was
    ABSENT, // there is nothing to try: the program does not make this call
};

// What came of a trial. It is in memory that all processes of one share.
struct report {
    enum state state;
    char tried[600]; // the command, as a learner can type it
    char came[900];
    char expected[400];
    char next[600]; // what to do
    char read[160]; // where it is explained
    pid_t group; // the process group of the program
    enum { MOUNTS, NAME, KILLS, BOMB } harm; // what was done to the host
};

struct promise {
    int step; // from which on it holds
    const char *words;
    void (*try)(void);
    const char *expected;
    const char *next;
    const char *read; // where it is explained
    bool alone; // later steps promise something else
};

// How a run of the program ended, and what it printed.
struct outcome {
    int status; // as a shell shows it
    int signal; // by which the program itself was ended, or 0
    bool hung; // it had not ended after so long
    bool early; // it had ended, and the command not yet
    const char *asleep; // the call in which it hung, if we know
    size_t len, err_len;
    char out[65536], err[4096];
};

// Of the whole check.
extern int step;
extern const char *prog, *rootfs;
extern bool have_limits; // cgroup v2 with its controllers
extern int patience; // milliseconds: what has not come by then never comes
extern struct report *report;
extern volatile sig_atomic_t stopped; // by Ctrl-C
extern const struct promise first[], promises[], finish[];

// sandbox.c
extern char host_name[65];
void find_limits(void);
void leave_limits(void);
bool can_try(void);
void try_out(const struct promise *p);
extern int host_proc; // the directory /proc of the sandbox, covered or not

// trial.c
extern struct outcome outcome;
extern pid_t started, command;
void run_program(const char *input, const char *const *args);
#define RUN(...) run_program(NULL, (const char *const[]){__VA_ARGS__, NULL})
void start_program(const char *const *args);
#define START(...) start_program((const char *const[]){__VA_ARGS__, NULL})
void start_and_find(const char *const *args, const char *const *seen);
void show_command(const char *text); // in place of what is tried
void ends_with(int status);
void broken(const char *came, ...)
    __attribute__((noreturn, format(printf, 1, 2)));
void absent(void) __attribute__((noreturn));
void set_text(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define EXPECTED(...)                                                      \
    set_text(report->expected, sizeof(report->expected), __VA_ARGS__)
#define NEXT(...) set_text(report->next, sizeof(report->next), __VA_ARGS__)
#define READ(...) set_text(report->read, sizeof(report->read), __VA_ARGS__)
void must_end(int status);
const char *printed(void);
const char *said(void);
bool own_namespace(pid_t pid, const char *type);
const char *own_namespaces(pid_t pid);
char *slurp(int dir, const char *path, char *text, size_t size);
const char *proc_text(pid_t pid, const char *file);
bool wait_for(bool (*condition)(void), int ms);
bool is_gone(pid_t pid);
bool all_gone(void);
void pause_ms(int ms);
long now_ms(void);

// faults.c
// A system call that fails, or takes longer, in the next run.
struct fault {
    int calls[6]; // their numbers; the rest 0
    int nth; // which of them fails, of all processes; 0: none
    int delay; // milliseconds, where the program itself opens...
    const char *path; // ... a file that ends so
    int count; // how many were made
};
extern struct fault fault;
void ask_for_calls(int socket);
int receive_listener(int socket);
void answer_call(int listener);

// promises.c
void explain_harm(void);

// limits.c: the promises of 07
void group_is_its_own(void);
void limits_are_set(void);
void no_fork_bomb(void);
void limits_come_first(void);
void memory_is_limited(void);
void cpu_is_limited(void);
void group_goes(void);
void dies_with_the_program(void);
void dies_with_the_job(void);
void others_live_on(void);

#endif
