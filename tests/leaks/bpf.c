// Load a program into the host's kernel: the smallest, and it is attached to
// nothing. bpf(2)
#include <linux/bpf.h>
#include <stdint.h>

#include "leaks.h"

static void inside(char *unused)
{
    static const struct bpf_insn program[] = {
        {.code = BPF_ALU64 | BPF_MOV | BPF_K}, // r0 = 0
        {.code = BPF_JMP | BPF_EXIT},
    };
    union bpf_attr attr = {
        .prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
        .insns = (uintptr_t)program,
        .insn_cnt = 2,
        .license = (uintptr_t) "",
    };

    (void)unused;
    answer(syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr)), "bpf");
}

LEAK(.name = "bpf", .inside = inside);
