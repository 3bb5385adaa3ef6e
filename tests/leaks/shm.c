// Read the host's shared memory. shmop(2), ipc_namespaces(7)
#include <sys/ipc.h>
#include <sys/shm.h>

#include "leaks.h"

static void prepare(void)
{
    int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0666);
    if (id == -1)
        cannot("shmget");
    strcpy(shmat(id, NULL, 0), secret);
    sprintf(arg, "%d", id);
}

static void inside(char *id)
{
    char *text = shmat(atoi(id), NULL, SHM_RDONLY);
    if (text == (char *)-1)
        answer_closed("shmat");
    answer_found(text);
}

LEAK(.name = "shm", .prepare = prepare, .inside = inside);
