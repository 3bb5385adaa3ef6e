// finish.c - what a program also promises that is well made: statuses that
// a script can rely on, messages that help, and no failure that goes
// unnoticed.
#define _GNU_SOURCE
#include "check.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool says(const char *text)
{
    return strcasestr(outcome.err, text) != NULL;
}

static void not_enough(void)
{
    if (outcome.err_len)
        broken("it said: %s", said());
    broken("it said nothing");
}

// The status, in a few words: one line is all that there is.
static void must_give(int status)
{
    if (outcome.hung)
        broken("it hangs");
    if (outcome.status != status)
        broken("it gave %d", outcome.status);
}

static void quiet(void)
{
    RUN("true");
    if (outcome.err_len || outcome.len)
        broken("%s", outcome.err_len ? said() : printed());
}

static void not_there(void)
{
    // A directory of PATH that we may not read would make it 126.
    setenv("PATH", "/usr/bin:/bin", 1);
    RUN("no-such-command");
    must_give(127);
}

static void names_the_command(void)
{
    setenv("PATH", "/usr/bin:/bin", 1);
    RUN("no-such-command");
    if (!says("no-such-command") || !says("No such file"))
        not_enough();
}

static void not_executable(void)
{
    RUN("/etc/passwd");
    must_give(126);
}

static void no_command(void)
{
    RUN(NULL);
    must_give(125);
    if (!says("usage"))
        not_enough();
}

static void no_rootfs(void)
{
    const char *there = rootfs;

    rootfs = "/no/such/rootfs";
    RUN("true");
    rootfs = there;
    must_give(125);
    if (!says("/no/such/rootfs") || !says("No such file"))
        not_enough();
}

static void file_as_rootfs(void)
{
    const char *there = rootfs;

    rootfs = "/etc/passwd";
    RUN("true");
    rootfs = there;
    must_give(125);
    if (!says("/etc/passwd") || !says("Not a directory"))
        not_enough();
}

static void those_of_the_step(void)
{
    static const char *const of_step[] = {
        "none",
        "none",
        "uts",
        "pid uts",
        "mnt pid uts",
        "mnt pid uts",
        "mnt net pid uts",
        "mnt net pid uts",
    };

    START("sleep", "1000");
    if (strcmp(own_namespaces(command), of_step[step]))
        broken("%s", own_namespaces(command));
}

// What the program does when its Nth of these calls fails.
static void must_notice(int nth)
{
    fault.nth = nth;
    RUN("true");
    if (fault.count < nth)
        absent(); // it does without
    must_give(125);
    if (!says("not permitted"))
        not_enough();
}

static void clone_fails(void)
{
    fault = (struct fault){.calls = {SYS_clone, SYS_clone3}};
#ifdef SYS_fork
    fault.calls[2] = SYS_fork;
    fault.calls[3] = SYS_vfork;
#endif
    must_notice(1);
}

static void hostname_fails(void)
{
    fault = (struct fault){.calls = {SYS_sethostname}};
    must_notice(1);
}

static void private_fails(void)
{
    fault = (struct fault){.calls = {SYS_mount}};
    must_notice(1);
}

static void proc_fails(void)
{
    fault = (struct fault){.calls = {SYS_mount}};
    must_notice(2);
}

static void loopback_fails(void)
{
    fault = (struct fault){.calls = {SYS_ioctl}};
    must_notice(1);
}

static void group_fails(void)
{
    fault = (struct fault){.calls = {SYS_mkdirat}};
#ifdef SYS_mkdir
    fault.calls[1] = SYS_mkdir;
#endif
    must_notice(1);
}

// As nohup(1) has it.
static void hangup_is_ignored(void)
{
    signal(SIGHUP, SIG_IGN);
    START("sleep", "1000");
    kill(started, SIGHUP);
    pause_ms(50);
    if (is_gone(started) || is_gone(command))
        broken("it has ended");
}

const struct promise finish[] = {
    {.step = 0,
     .words = "nothing is printed when all goes well",
     .try = quiet},
    {.step = 0,
     .words = "a command that is not there gives 127",
     .try = not_there},
    {.step = 0,
     .words = "the message names that command, and the reason",
     .try = names_the_command},
    {.step = 0,
     .words = "a command that cannot be executed gives 126",
     .try = not_executable},
    {.step = 0,
     .words = "no command at all gives 125, and the usage",
     .try = no_command},
    {.step = 1,
     .words = "if there can be no child, 125, and why",
     .try = clone_fails},
    {.step = 1,
     .words = "its own namespaces are those of the step, no other",
     .try = those_of_the_step},
    {.step = 2,
     .words = "if the hostname cannot be set, 125, and why",
     .try = hostname_fails},
    {.step = 4,
     .words = "if the mounts cannot be made private, 125, and why",
     .try = private_fails},
    {.step = 4,
     .words = "if proc cannot be mounted, 125, and why",
     .try = proc_fails},
    {.step = 5,
     .words = "a ROOTFS that is not there gives 125, and why",
     .try = no_rootfs},
    {.step = 5,
     .words = "a ROOTFS that is a file gives 125, and why",
     .try = file_as_rootfs},
    {.step = 6,
     .words = "if lo cannot be raised, 125, and why",
     .try = loopback_fails},
    {.step = 7,
     .words = "if there can be no group, 125, and why",
     .try = group_fails},
    {.step = 7,
     .words = "under nohup(1), SIGHUP ends nothing",
     .try = hangup_is_ignored},
    {0},
};
