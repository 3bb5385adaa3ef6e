// layers.h - what container.c, enter.c and the layers know of each other.
#ifndef LAYERS_H
#define LAYERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <termios.h>

#include "../../common/handmade.h"

// What --without LAYER can leave out, so that one hole opens at a time.
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
extern bool left_out[LAYERS];

// What the command line says; container.c has the defaults.
struct options {
    const char *hostname;
    const char *memory_max; // as memory.max wants it
    const char *pids_max; // as pids.max wants it
    const char *cpu_max; // as cpu.max wants it
    char **env; // a NAME=VALUE for each --env, then NULL; or NULL
    const char *workdir;
    uid_t uid; // of the command, inside
    gid_t gid;
    bool read_only;
    bool init;
    bool limits_wanted; // else the limits are defaults
    const char *pid_file;
};
extern struct options options;

// container.c
extern char cgroup_root[];
void find_cgroup_root(void);
void die_with_parent(int parent);

// options.c
void take_options(int *argc, char ***argv);

// fds.c
void close_inherited_fds(void);

// terminal.c
void start_terminal(void);
void take_terminal(void);
void end_terminal(void);

// user.c
void map_users(pid_t pid, int tree);
void become_root(void);
void become_user(void);

// root.c
int clone_device(const char *path);
int clone_rootfs(const char *rootfs);
void attach_tree(int tree, const char *path);
void enter_rootfs(int tree, const char *rootfs);
void pivot_to_here(void);
void detach_old_root(void);
void enter_workdir(void);

// mounts.c
void check_mount_points(void);
void open_devices(void);
void mount_filesystems(void);
void add_mount_flags(int dir, const char *path, uint64_t flags);

// masks.c
void mask_paths(void);

// rlimits.c
void set_rlimits(void);

// env.c
void clean_environment(void);

// nnp.c
void set_no_new_privs(void);
// relay.c
struct terminal {
    int fd;
    struct termios cooked; // its attributes, as they were
    struct termios raw; // and as the relay has them
};
union control { // of a message that has one descriptor with it: cmsg(3)
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
};
void run_relay(const struct terminal *t, int program)
    __attribute__((noreturn));
void restore_terminal(const struct terminal *t);

// seccomp.c
void load_filter(void);

// caps.c
extern const uint64_t default_capabilities;
void set_capabilities(uint64_t keep);

// parent-death.c
void start_guard(pid_t child, int parent);
void end_guard(void);

// signals.c
bool is_expected(pid_t pid, int sig);

// init.c
void run_as_init(void);

// enter.c: a program of its own, by its name; container.c can do without.
int enter(int argc, char **argv) __attribute__((weak));

#endif
