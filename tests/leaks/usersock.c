// Have a netlink socket for other processes: what waits in its buffers is in no
// memory limit. NETLINK_USERSOCK in netlink(7). Those of NETLINK_ROUTE are the probe netlink
#include <linux/netlink.h>
#include <sys/socket.h>

#include "leaks.h"

static void inside(char *unused)
{
    (void)unused;
    answer(socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK),
           "socket NETLINK_USERSOCK");
}

LEAK(.name = "usersock", .inside = inside);
