// Leave the host's terminal changed: without echo, as for a password, or in
// another state than its shell has it in. termios(3)
#include <termios.h>

#include "leaks.h"

static struct termios before;

static void prepare(void)
{
    tcgetattr(terminal, &before);
}

static void inside(char *unused)
{
    struct termios t;

    (void)unused;
    ready();
    if (tcgetattr(0, &t) == -1)
        answer_closed("tcgetattr");
    t.c_lflag ^= ECHO;
    t.c_cc[VINTR] = 'x';
    answer(tcsetattr(0, TCSANOW, &t), "tcsetattr");
}

static enum answer judge(void)
{
    struct termios t;

    tcgetattr(terminal, &t);
    return t.c_lflag != before.c_lflag || t.c_cc[VINTR] == 'x' ? OPEN : CLOSED;
}

LEAK(.name = "termios", .prepare = prepare, .inside = inside, .judge = judge,
     .terminal = true);
