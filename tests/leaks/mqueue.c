// Take a message from a queue of the host's. No file is in the way: mq_open(2)
// needs none. mq_overview(7), ipc_namespaces(7)
#include <mqueue.h>

#include "leaks.h"

static void prepare(void)
{
    umask(0);
    sprintf(arg, "leaks-%s", secret); // without libc's /
    int queue = syscall(SYS_mq_open, arg, O_CREAT | O_RDWR, 0666, NULL);
    if (queue == -1)
        cannot("mq_open");
    syscall(SYS_mq_timedsend, queue, secret, sizeof(secret), 0, NULL);
}

static void inside(char *name)
{
    static char text[65536];

    int queue = syscall(SYS_mq_open, name, O_RDONLY | O_NONBLOCK);
    if (queue == -1)
        answer_closed("mq_open");
    if (syscall(SYS_mq_timedreceive, queue, text, sizeof(text), 0, NULL) == -1)
        answer_closed("mq_receive");
    answer_found(text);
}

LEAK(.name = "mqueue", .prepare = prepare, .inside = inside);
