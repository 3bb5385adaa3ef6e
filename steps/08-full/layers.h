// layers.h - what container.c, enter.c and the layers know of each other.
#ifndef LAYERS_H
#define LAYERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/types.h>
#include <termios.h>
#ifndef MOUNT_ATTR_IDMAP
#include <linux/mount.h> // glibc before 2.36, and musl
#endif

#include "../../common/handmade.h"

// What --without LAYER can leave out, so that one hole opens at a time.
enum layer {
    LAYER_FDS,
    LAYER_TERMINAL,
    LAYER_IPC,
    LAYER_USER,
    LAYER_CGROUP,
    LAYER_ROOT,
    LAYER_MOUNTS,
    LAYER_MASKS,
    LAYER_RLIMITS,
    LAYER_ENV,
    LAYER_NNP,
    LAYER_SECCOMP,
    LAYER_CAPS,
    LAYER_PARENT_DEATH,
    LAYERS
};
extern bool left_out[LAYERS];

// What the command line says, or else the defaults.
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

// options.c
void take_options(int *argc, char ***argv);

// exe.c
void refuse_set_id(void);
void run_from_copy(char **argv);

// fds.c
void close_inherited_fds(void);
void close_our_fds(int but);

// start.c
struct talk { // a pair of sockets, an end for each
    int parent;
    int child;
};
void start_talk(struct talk *talk);
void wait_for_parent(const struct talk *talk);
void release_child(const struct talk *talk);
bool command_runs(const struct talk *talk);

// cgroup.c
extern char cgroup[64]; // the container's group, a directory; "" is none
void forgo_cgroup(bool is_root);
pid_t clone_into_cgroup(int (*child)(void *), int flags, void *arg);
void hide_cgroup_path(void);

// terminal.c
void start_terminal(void);
void take_terminal(uid_t owner);

// user.c
bool is_host_root(void);
pid_t clone_as_owner(int (*child)(void *), int flags, void *arg);
void map_users(pid_t pid, int tree);
void share_pipes(uid_t uid, gid_t gid);
void become_root(void);
void become_user(uid_t uid, gid_t gid);

// trees.c
int clone_mounts(int dir, const char *path, const char *name);
int new_mount(const char *type, unsigned int flags, const char *settings,
              const char *path);
void add_mount_flags(int tree, uint64_t flags);
void attach_tree(int tree, int dir, const char *path);
int mount_in_rootfs(const char *path, const char *type, unsigned int flags,
                    const char *settings);

// root.c
int clone_rootfs(const char *rootfs);
void enter_rootfs(int tree, const char *rootfs);
void pivot_to_here(void);
void detach_old_root(void);
void enter_workdir(void);

// mounts.c
extern int proc; // a descriptor of /proc
extern int sys; // and of /sys, or -1
void open_devices(void);
void mount_filesystems(void);

// masks.c
extern const char *const masked_in_proc[]; // names in /proc, then NULL
extern const char *const masked_in_sys[];
extern const char *const read_only_in_proc[];
void mask_paths(void);

// rlimits.c
void set_rlimits(void);

// env.c
void clean_environment(const char *hostname, uid_t uid);

// nnp.c
void set_no_new_privs(void);
// relay.c
struct terminal {
    int fd;
    bool is_input; // what is typed there is for the command
    bool is_output; // so is its standard output
    struct termios cooked; // its attributes, as they were
    struct termios raw; // and as the relay has them, while it reads
};
void run_relay(const struct terminal *t, int program)
    __attribute__((noreturn));
void restore_terminal(const struct terminal *t);

// seccomp.c
struct sock_fprog;
const struct sock_fprog *build_filter(void);
void load_filter(void);

// caps.c
extern const uint64_t default_capabilities;
void set_capabilities(uint64_t keep, uid_t uid);

// parent-death.c
void start_keeper(void);
void hand_over(pid_t child);
void end_keeper(void);

// pass.c
void send_fd(int socket, int fd);
int receive_fd(int socket);

// pid-file.c
void check_pid_file(void);
void write_pid_file(const struct talk *talk, pid_t pid);

// signals.c
void block_signals(void);
void restore_signals(void);
int wait_for(pid_t pid);

// init.c
void run_as_init(void);

// exec.c
void execute_program(char **argv);

// enter.c
int enter(int argc, char **argv);

#endif
