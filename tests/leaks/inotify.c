// Use up the host's inotify instances: each user has some, 128 as a rule, and
// root outside is a user, too. max_user_instances in inotify(7)
#include <sys/file.h>
#include <sys/inotify.h>

#include "leaks.h"

#define PROCESSES 8 // each has no more than its file descriptors

static bool used_up;

// One at a time: what another probe uses up is root's, too.
static void prepare(void)
{
    int lock = open(getenv("TMPDIR"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock == -1 || flock(lock, LOCK_EX) == -1)
        cannot("no lock");
}

static void inside(char *unused)
{
    (void)unused;
    for (int i = 0; i < PROCESSES; i++)
        if (fork() == 0) {
            while (inotify_init1(IN_CLOEXEC) != -1)
                continue;
            ready();
            for (;;)
                pause();
        }
    for (;;)
        pause();
}

static void meanwhile(pid_t pid)
{
    usleep(200000); // the others are not ready
    int fd = inotify_init1(IN_CLOEXEC);
    used_up = fd == -1 && errno == EMFILE;
    if (fd != -1)
        close(fd);
    kill(pid, SIGKILL);
}

static enum answer judge(void)
{
    kill(-1, SIGKILL); // give them back, before the next one is measured
    while (wait(NULL) > 0)
        continue;
    return used_up ? OPEN : CLOSED;
}

LEAK(.name = "inotify", .prepare = prepare, .inside = inside,
     .meanwhile = meanwhile, .judge = judge);
