// options.c - the command line. Names and values are those of docker run.
#define _GNU_SOURCE
#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "layers.h"

#define VERSION "1.0"
#define PERIOD 100000 // of cpu.max, in microseconds

bool left_out[LAYERS]; // by --without LAYER
struct options options = {
    .hostname = "handmade",
    .memory_max = "100M",
    .pids_max = "20",
    .cpu_max = "50000 100000",
    .workdir = "/",
};

static const char *const layers[LAYERS] = {
    [LAYER_FDS] = "fds",         [LAYER_TERMINAL] = "terminal",
    [LAYER_IPC] = "ipc",         [LAYER_USER] = "user",
    [LAYER_CGROUP] = "cgroup",   [LAYER_ROOT] = "root",
    [LAYER_MOUNTS] = "mounts",   [LAYER_MASKS] = "masks",
    [LAYER_RLIMITS] = "rlimits", [LAYER_ENV] = "env",
    [LAYER_NNP] = "nnp",         [LAYER_SECCOMP] = "seccomp",
    [LAYER_CAPS] = "caps",       [LAYER_PARENT_DEATH] = "parent-death",
};

static const char help[] =
    "usage: container [OPTION]... ROOTFS CMD [ARG]...\n"
    "Run CMD in a container whose root directory is ROOTFS.\n"
    "\n"
    "  --hostname NAME       its hostname (handmade)\n"
    "  --memory BYTES        what it may use, as in 512k, 100m, 2g (100m)\n"
    "  --pids-limit N        how many processes; -1 is no limit (20)\n"
    "  --cpus N              how much CPU time, as in 1.5 CPUs (0.5)\n"
    "  --env NAME[=VALUE]    set a variable; without VALUE, the caller's\n"
    "  --workdir DIR         the directory to start in (/)\n"
    "  --user UID[:GID]      who CMD runs as, inside (0:0)\n"
    "  --read-only           ROOTFS cannot be written\n"
    "  --init                CMD is PID 2, below an init that forwards\n"
    "                        signals and reaps orphans\n"
    "  --pid-file FILE       write the PID of the container's first "
    "process\n"
    "  --without LAYER       leave out one of these, to see what it does:\n"
    "                        fds terminal ipc user cgroup root mounts "
    "masks\n"
    "                        rlimits env nnp seccomp caps parent-death\n"
    "  --help, --version\n"
    "\n"
    "The exit status is CMD's; 128+n if signal n killed it; 127 if it is\n"
    "not found, 126 if it cannot be executed, 125 if there is no "
    "container.\n";

enum {
    OPT_HOSTNAME = 256,
    OPT_MEMORY,
    OPT_PIDS_LIMIT,
    OPT_CPUS,
    OPT_ENV,
    OPT_WORKDIR,
    OPT_USER,
    OPT_READ_ONLY,
    OPT_INIT,
    OPT_PID_FILE,
    OPT_WITHOUT,
    OPT_HELP,
    OPT_VERSION,
};

static const struct option known[] = {
    {"hostname", required_argument, NULL, OPT_HOSTNAME},
    {"memory", required_argument, NULL, OPT_MEMORY},
    {"pids-limit", required_argument, NULL, OPT_PIDS_LIMIT},
    {"cpus", required_argument, NULL, OPT_CPUS},
    {"env", required_argument, NULL, OPT_ENV},
    {"workdir", required_argument, NULL, OPT_WORKDIR},
    {"user", required_argument, NULL, OPT_USER},
    {"read-only", no_argument, NULL, OPT_READ_ONLY},
    {"init", no_argument, NULL, OPT_INIT},
    {"pid-file", required_argument, NULL, OPT_PID_FILE},
    {"without", required_argument, NULL, OPT_WITHOUT},
    {"help", no_argument, NULL, OPT_HELP},
    {"version", no_argument, NULL, OPT_VERSION},
    {0},
};

// Parent: say what a value has to be, and exit with 125.
static void refuse(const char *option, const char *value, const char *want)
{
    errno = 0; // no call failed
    die("--%s %s: it has to be %s", option, value, want);
}

// Parent: a whole number, from the beginning of the text to end, or -1.
static long long number(const char *text, char **end)
{
    errno = 0;
    long long n = strtoll(text, end, 10);
    return isdigit((unsigned char)text[0]) && errno == 0 ? n : -1;
}

// Parent: a name that could be in the domain name system.
static const char *hostname(const char *text)
{
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");

    if (len == 0 || len > 63 || text[len] || !isalnum((unsigned char)*text))
        refuse("hostname", text, "letters, digits, - and ., at most 63");
    return text;
}

// Parent: a number of bytes.
static const char *memory(const char *text)
{
    static const char units[] = "bkmg";
    static char bytes[32];
    char *end;

    long long n = number(text, &end);
    const char *unit =
        strchr(units, *end ? tolower((unsigned char)*end) : 'b');
    int shift = unit ? 10 * (unit - units) : 0;
    if (n <= 0 || n > LLONG_MAX >> shift || !unit || (*end && end[1]))
        refuse("memory", text, "a number of bytes, or with k, m or g");
    snprintf(bytes, sizeof(bytes), "%lld", n << shift);
    return bytes;
}

// Parent: a number of processes.
static const char *pids(const char *text)
{
    char *end;

    if (strcmp(text, "-1") == 0)
        return "max";
    if (number(text, &end) <= 0 || *end)
        refuse("pids-limit", text, "a number above 0, or -1");
    return text;
}

// Parent: a number of CPUs, in hundredths at least.
static const char *cpus(const char *text)
{
    static char quota[32];
    char *end = NULL;

    double n = isdigit((unsigned char)*text) ? strtod(text, &end) : 0;
    if (end == NULL || *end || n < 0.01 ||
        n > sysconf(_SC_NPROCESSORS_ONLN))
        refuse("cpus", text, "from 0.01 to the number of CPUs there are");
    snprintf(quota, sizeof(quota), "%.0f %d", n * PERIOD, PERIOD);
    return quota;
}

// Parent: one more variable for the command. Without a value, it has the
// caller's; if there is none, it is not set.
static void add_variable(char *text)
{
    static int count;

    if (text[0] == '\0' || text[0] == '=')
        refuse("env", text, "NAME=VALUE or NAME");
    if (strchr(text, '=') == NULL) {
        const char *value = getenv(text);
        if (value == NULL)
            return;
        if (asprintf(&text, "%s=%s", text, value) == -1)
            die("asprintf");
    }
    options.env = realloc(options.env, (count + 2) * sizeof(char *));
    if (options.env == NULL)
        die("realloc");
    options.env[count++] = text;
    options.env[count] = NULL;
}

// Parent: a directory, from the root directory of the container on.
static const char *workdir(const char *text)
{
    if (text[0] != '/')
        refuse("workdir", text, "an absolute path");
    return text;
}

// Parent: a user ID, and a group ID, which is the same if there is none.
static void run_as(const char *text)
{
    char *end;

    long long uid = number(text, &end);
    long long gid = *end == ':' ? number(end + 1, &end) : uid;
    if (uid < 0 || uid >= UINT_MAX || gid < 0 || gid >= UINT_MAX || *end)
        refuse("user", text, "UID or UID:GID, in numbers");
    options.uid = uid;
    options.gid = gid;
}

// Parent: take the layer out.
static void leave_out(const char *name)
{
    for (int i = 0; i < LAYERS; i++)
        if (strcmp(name, layers[i]) == 0) {
            left_out[i] = true;
            return;
        }
    refuse("without", name,
           "one of fds, terminal, ipc, user, cgroup, root, mounts, masks, "
           "rlimits, env, nnp, seccomp, caps and parent-death");
}

// Parent: what --help and --version have to say.
static void print(const char *text)
{
    if (fputs(text, stdout) == EOF || fflush(stdout) == EOF)
        die("write to stdout");
    exit(0);
}

// Parent: do what an option says.
static void take_option(int option)
{
    switch (option) {
    case OPT_HOSTNAME:
        options.hostname = hostname(optarg);
        break;
    case OPT_MEMORY:
        options.memory_max = memory(optarg);
        options.limits_wanted = true;
        break;
    case OPT_PIDS_LIMIT:
        options.pids_max = pids(optarg);
        options.limits_wanted = true;
        break;
    case OPT_CPUS:
        options.cpu_max = cpus(optarg);
        options.limits_wanted = true;
        break;
    case OPT_ENV:
        add_variable(optarg);
        break;
    case OPT_WORKDIR:
        options.workdir = workdir(optarg);
        break;
    case OPT_USER:
        run_as(optarg);
        break;
    case OPT_READ_ONLY:
        options.read_only = true;
        break;
    case OPT_INIT:
        options.init = true;
        break;
    case OPT_PID_FILE:
        options.pid_file = optarg;
        break;
    case OPT_WITHOUT:
        leave_out(optarg);
        break;
    case OPT_HELP:
        print(help);
        break;
    case OPT_VERSION:
        print("container " VERSION "\n");
        break;
    default: // getopt_long(3) has said why
        usage("[OPTION]... ROOTFS CMD [ARG]...; --help tells more");
    }
}

// Parent: read the options; the + leaves those of CMD alone. Afterwards
// argv[1] is ROOTFS.
void take_options(int *argc, char ***argv)
{
    for (;;) {
        int option = getopt_long(*argc, *argv, "+", known, NULL);
        if (option == -1)
            break;
        take_option(option);
    }
    *argc -= optind - 1;
    *argv += optind - 1;
}
