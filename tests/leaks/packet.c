// Have a packet socket: it sees and sends whole frames of a network, and
// the memory of its ring is in no memory limit. packet(7)
#include <sys/socket.h>

#include "leaks.h"

static void inside(char *unused)
{
    (void)unused;
    if (socket(AF_INET, SOCK_PACKET, 0) != -1) // the old way to have one
        answer_open();
    answer(socket(AF_PACKET, SOCK_RAW, 0), "socket AF_PACKET");
}

LEAK(.name = "packet", .inside = inside);
