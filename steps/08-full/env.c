// env.c - a clean environment.
//
// Protects from telling the command what it has no need to know. AWS keys,
// tokens, the path to the ssh agent's socket are in the environment of many
// shells. Without this layer each command inside would inherit them.
//
// See environ(7). libcontainer calls it Env.
#define _GNU_SOURCE
#include <stdio.h>

#include "layers.h"

#define SEARCH_PATH                                                        \
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

extern char **environ;

// Child: set a variable.
static void set_variable(const char *name, const char *value)
{
    if (setenv(name, value, 1) == -1)
        die("setenv %s", name);
}

// Child: env -i PATH=... HOME=... TERM=... HOSTNAME=..., and --env's.
void clean_environment(const char *hostname, uid_t uid)
{
    static char *empty[] = {NULL};

    if (!left_out[LAYER_ENV]) {
        const char *term = getenv("TERM");
        environ = empty;
        set_variable("PATH", SEARCH_PATH);
        set_variable("HOME", uid == 0 ? "/root" : "/");
        if (term)
            set_variable("TERM", term); // the terminal is the caller's
        set_variable("HOSTNAME", hostname);
    }
    for (char **env = options.env; env && *env; env++)
        if (putenv(*env) != 0)
            die("putenv %s", *env);
}
