// Open a file of the host's by its inode number, which can be guessed: no
// path leads there, so no wall is in the way (the "shocker" of 2014).
// open_by_handle_at(2), CAP_DAC_READ_SEARCH in capabilities(7)
#define _GNU_SOURCE
#include "leaks.h"

static union {
    struct file_handle head;
    unsigned char bytes[sizeof(struct file_handle) + MAX_HANDLE_SZ];
} handle;

static void prepare(void)
{
    char path[PATH_MAX];
    int mount;

    snprintf(path, sizeof(path), "%s/secret", canary);
    handle.head.handle_bytes = MAX_HANDLE_SZ;
    if (name_to_handle_at(AT_FDCWD, path, &handle.head, &mount, 0) == -1)
        cannot("this file system has no handles");
    for (size_t i = 0; i < sizeof(handle); i++)
        sprintf(arg + 2 * i, "%02x", handle.bytes[i]);
}

static void inside(char *hex)
{
    char text[sizeof(secret)] = "";

    for (size_t i = 0; i < sizeof(handle); i++)
        sscanf(hex + 2 * i, "%2hhx", &handle.bytes[i]);
    // Any file of the same file system stands for it: this program.
    int fd = open_by_handle_at(open(self, O_RDONLY), &handle.head, O_RDONLY);
    if (fd == -1 || read(fd, text, sizeof(text) - 1) == -1)
        answer_closed("open_by_handle_at");
    answer_found(text);
}

LEAK(.name = "handle", .prepare = prepare, .inside = inside);
