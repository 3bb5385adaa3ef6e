// inside - the command in the container. Does what the line on its standard
// input says, and prints facts.
//
//   facts NAME      all; then, called NAME, waits for the end of its input
//   keyring NAME    only that of the session
//   signal NAME     waits for a signal, and prints its number
//   sigwait NAME    the same, without a handler, by sigwaitinfo(2)
//   kill NAME       waits for the end of its input, or to be killed
//   exit NUMBER     exits so
//   trap NAME       dies of a signal, SIGILL or another
#define _GNU_SOURCE
#include <signal.h>
#include <sys/prctl.h>

#include "compare.h"

void fact(const char *kind, const char *name, const char *value, ...)
{
    va_list args;

    printf("%s%s%s\t", kind, name ? ":" : "", name ? name : "");
    va_start(args, value);
    vprintf(value, args);
    va_end(args);
    if (putchar('\n') == EOF || fflush(stdout) == EOF)
        die("write");
}

const char *error_name(int err)
{
    static const struct {
        const char *name;
        int number;
    } errors[] = {
#include "errors.h"
    };

    static char text[32];

    for (size_t i = 0; i < LENGTH(errors); i++)
        if (errors[i].number == err)
            snprintf(text, sizeof(text), "E%s", errors[i].name);
    return text;
}

long must(long result, const char *what)
{
    if (result == -1)
        die("%s", what);
    return result;
}

// Say that we are ready, with an empty line. Who waits finds us by our
// name.
static void ready(void)
{
    if (putchar('\n') == EOF || fflush(stdout) == EOF)
        die("write");
}

static void wait_for_end(void)
{
    char byte;

    while (must(read(STDIN_FILENO, &byte, 1), "read") > 0)
        ;
}

static volatile sig_atomic_t caught;

static void catch (int sig)
{
    caught = sig;
}

// All but two, with which a runtime may tell of its own children, and a
// program in Go of its own threads.
static const sigset_t *block_all(sigset_t *before)
{
    static sigset_t all;

    sigfillset(&all);
    sigdelset(&all, SIGCHLD);
    sigdelset(&all, SIGURG);
    must(sigprocmask(SIG_BLOCK, &all, before), "sigprocmask");
    return &all;
}

static int wait_for_signal(void)
{
    struct sigaction action = {.sa_handler = catch};
    sigset_t before;

    const sigset_t *all = block_all(&before);
    for (int sig = 1; sig < NSIG; sig++)
        if (sigismember(all, sig) == 1)
            sigaction(sig, &action, NULL); // not all can be caught
    ready();
    while (!caught)
        sigsuspend(&before);
    fact("got", NULL, "%d", caught);
    return 0;
}

static int await_signal(void)
{
    const sigset_t *all = block_all(NULL);
    ready();
    fact("got", NULL, "%ld", must(sigwaitinfo(all, NULL), "sigwaitinfo"));
    return 0;
}

// Read what is to be done, and be called by the name that comes with it.
static void read_line(char *what, char *name)
{
    char line[64] = "";

    if (isatty(STDIN_FILENO))
        ready(); // to read
    for (size_t i = 0; i < sizeof(line) - 1; i++)
        if (read(STDIN_FILENO, line + i, 1) != 1 || line[i] == '\n')
            break;
    if (sscanf(line, "%15s %15s", what, name) != 2)
        die("what is to be done? %s", line);
    must(prctl(PR_SET_NAME, name), "prctl PR_SET_NAME");
}

int main(void)
{
    char what[16], name[16];

    read_line(what, name);
    if (strcmp(what, "exit") == 0)
        return atoi(name);
    if (strcmp(what, "trap") == 0)
        __builtin_trap();
    if (strcmp(what, "signal") == 0)
        return wait_for_signal();
    if (strcmp(what, "sigwait") == 0)
        return await_signal();
    if (strcmp(what, "keyring") == 0)
        print_keyring();
    if (strcmp(what, "facts") == 0) {
        print_facts();
        if (!isatty(STDIN_FILENO)) // a terminal changes nothing of these
            print_calls();
    }
    ready();
    wait_for_end();
    return 0;
}
