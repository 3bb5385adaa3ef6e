// filter - writes 08's seccomp filter to standard output, as bubblewrap's
// option --seccomp takes it.
#define _GNU_SOURCE
#include <linux/filter.h>

#include "../../steps/08-full/layers.h"

bool left_out[LAYERS];

int main(void)
{
    const struct sock_fprog *filter = build_filter();
    const size_t n = filter->len;

    if (fwrite(filter->filter, sizeof(*filter->filter), n, stdout) != n ||
        fflush(stdout) == EOF)
        die("write the filter");
    return 0;
}
