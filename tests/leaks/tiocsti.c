// Type a command into the host's terminal: the shell there reads it once the
// container has ended. TIOCSTI in ioctl_tty(2)
#include <sys/ioctl.h>

#include "leaks.h"

static void inside(char *unused)
{
    (void)unused;
    ready();
    int tty = open("/dev/tty", O_RDWR);
    if (ioctl(tty, TIOCSTI, "x") == -1)
        answer(ioctl(0, TIOCSTI, "x"), "TIOCSTI");
    answer_open();
}

static enum answer judge(void)
{
    int typed = 0;

    ioctl(terminal, FIONREAD, &typed);
    return typed > 0 ? OPEN : CLOSED;
}

LEAK(.name = "tiocsti", .inside = inside, .judge = judge, .terminal = true);
