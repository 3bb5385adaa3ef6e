// Fill memory that no limit counts: what waits in the buffers of a netlink
// socket. Each refused message comes back whole, and nobody reads it.
// SO_MEMINFO in socket(7), NLMSG_ERROR in netlink(7)
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include "leaks.h"

#define MUCH (64 << 10) // a limit of 64 KiB would have been felt

static void inside(char *unused)
{
    static char message[16 << 10];
    struct nlmsghdr *header = (struct nlmsghdr *)message;
    unsigned int memory[SK_MEMINFO_VARS] = {0};
    socklen_t size = sizeof(memory);

    (void)unused;
    int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    if (fd == -1)
        answer_closed("socket NETLINK_ROUTE");
    header->nlmsg_len = sizeof(message);
    header->nlmsg_type = RTM_NEWLINK;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    for (int i = 0; i < 8; i++)
        send(fd, message, sizeof(message), MSG_DONTWAIT);
    if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory, &size) == -1)
        answer_closed("getsockopt SO_MEMINFO");
    errno = 0;
    answer(memory[SK_MEMINFO_RMEM_ALLOC] > MUCH ? 0 : -1,
           "the messages take little");
}

LEAK(.name = "netlink", .inside = inside);
