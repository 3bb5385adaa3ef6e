// layers.h - what container.c, enter.c and the layers know of each other.
#ifndef LAYERS_H
#define LAYERS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "../../common/handmade.h"

// In the order in which container.c comes to them.
enum layer {
    FDS,
    TERMINAL,
    IPC,
    USER,
    CGROUP,
    ROOT,
    MOUNTS,
    MASKS,
    RLIMITS,
    ENV,
    NNP,
    SECCOMP,
    CAPS,
    PARENT_DEATH,
    LAYERS
};

extern bool left_out[LAYERS]; // by --without LAYER

// What the command line says; options.c has the defaults.
struct options {
    const char *hostname;
    const char *memory_max; // as memory.max wants it
    const char *pids_max; // as pids.max wants it
    const char *cpu_max; // as cpu.max wants it
    const char **env; // NAME=VALUE, one for each --env, then NULL
    const char *workdir;
    uid_t uid; // of the command, inside
    gid_t gid;
    bool read_only;
    bool init;
    const char *pid_file;
};
extern struct options options;

// terminal.c
void start_terminal(int parent);
void take_terminal(void);
void end_terminal(void);

// seccomp.c
void load_filter(void);

// init.c
void run_as_init(void);

#endif
