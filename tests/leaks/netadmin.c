// Administer a network, if only our own: netfilter is there, where many a way
// into the kernel began. lo is given the flags it has. CAP_NET_ADMIN in
// capabilities(7), netdevice(7)
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "leaks.h"

static void inside(char *unused)
{
    struct ifreq lo = {.ifr_name = "lo"};

    (void)unused;
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    if (s == -1 || ioctl(s, SIOCGIFFLAGS, &lo) == -1)
        answer_closed("SIOCGIFFLAGS");
    answer(ioctl(s, SIOCSIFFLAGS, &lo), "SIOCSIFFLAGS");
}

LEAK(.name = "netadmin", .inside = inside);
