// Set the host's clock. What is set is the time zone, to what it is: that asks
// for the same permission, and no clock jumps. settimeofday(2)
#include <sys/time.h>

#include "leaks.h"

static void inside(char *unused)
{
    struct timezone zone;

    (void)unused;
    if (syscall(SYS_gettimeofday, NULL, &zone) == -1)
        answer_closed("gettimeofday");
    answer(syscall(SYS_settimeofday, NULL, &zone), "settimeofday");
}

LEAK(.name = "clock", .inside = inside);
