// docker - runs a command with what docker run leaves to root: fourteen
// capabilities, and the calls that a filter lets through. Both are 08's.
//
//   docker CMD [ARG]...
#define _GNU_SOURCE
#include <unistd.h>

#include "../steps/08-full/layers.h"

bool left_out[LAYERS];
struct options options;

int main(int argc, char **argv)
{
    if (argc < 2)
        usage("CMD [ARG]...");
    load_filter(); // while we are privileged: no_new_privs would stop sudo
    set_capabilities(default_capabilities, 0);
    execvp(argv[1], argv + 1);
    die_exec(argv[1]);
}
