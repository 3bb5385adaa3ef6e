// container - run a command in a container made by hand.
//
//   00 exec         run the command
#define _GNU_SOURCE
#include <unistd.h>

#include "../../common/handmade.h"

int main(int argc, char **argv)
{
    if (argc < 2)
        usage("CMD [ARG]...");

    execvp(argv[1], argv + 1);
    die_exec(argv[1]);
}
