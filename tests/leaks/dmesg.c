// Read the kernel's log. syslog(2), dmesg_restrict in proc(5)
#include "leaks.h"

#define READ_ALL 3

static void inside(char *unused)
{
    static char log[4096];

    (void)unused;
    int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
    if (fd != -1 && read(fd, log, sizeof(log)) > 0)
        answer_open();
    answer(syscall(SYS_syslog, READ_ALL, log, sizeof(log)), "syslog");
}

LEAK(.name = "dmesg", .inside = inside);
