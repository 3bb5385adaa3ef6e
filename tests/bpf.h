// bpf.h - runs a seccomp filter as the kernel does, for one call.
#ifndef BPF_H
#define BPF_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "../common/handmade.h"

// The verdict of the filter: SECCOMP_RET_ALLOW and so on. Adds to *steps, if
// it is there, how many instructions that took.
static inline uint32_t run_filter(const struct sock_fprog *filter,
                                  const struct seccomp_data *data,
                                  int *steps)
{
    uint32_t a = 0;

    for (int pc = 0; pc < filter->len; pc++) {
        const struct sock_filter *i = &filter->filter[pc];
        bool yes = false;
        if (steps)
            ++*steps;
        switch (i->code) {
        case BPF_LD | BPF_W | BPF_ABS:
            memcpy(&a, (const char *)data + i->k, sizeof(a));
            continue;
        case BPF_ALU | BPF_AND | BPF_K:
            a &= i->k;
            continue;
        case BPF_RET | BPF_K:
            return i->k;
        case BPF_JMP | BPF_JEQ | BPF_K:
            yes = a == i->k;
            break;
        case BPF_JMP | BPF_JGT | BPF_K:
            yes = a > i->k;
            break;
        case BPF_JMP | BPF_JGE | BPF_K:
            yes = a >= i->k;
            break;
        case BPF_JMP | BPF_JSET | BPF_K:
            yes = a & i->k;
            break;
        default:
            die("instruction %d has code %#x", pc, i->code);
        }
        pc += yes ? i->jt : i->jf;
    }
    die("the filter has no end");
}

#endif
