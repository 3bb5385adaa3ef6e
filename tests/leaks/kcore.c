// Read the memory of the host. /proc/kcore in proc(5)
#include "leaks.h"

static void inside(char *unused)
{
    char head[4] = "";

    (void)unused;
    int fd = open("/proc/kcore", O_RDONLY);
    if (fd == -1 || read(fd, head, sizeof(head)) != sizeof(head)) {
        unmask("/proc/kcore");
        fd = open("/proc/kcore", O_RDONLY);
    }
    if (fd != -1 && !head[0] && read(fd, head, sizeof(head)) == 0)
        errno = 0; // it is empty
    answer(memcmp(head, "\177ELF", 4) ? -1 : 0, "/proc/kcore");
}

LEAK(.name = "kcore", .inside = inside);
