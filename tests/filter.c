// filter - runs 08's seccomp filter as the kernel does, for any call.
//
//   filter size      how many instructions it has, and takes at most
//   filter list      which numbers it judges otherwise than Docker
//   filter sockets   the address families that socket(2) may have
//   filter FIELD=VALUE...
//                    what becomes of a call: FIELD is nr, arch, arg0, arg1
//                    or arg2, VALUE a number or one of the names below
#define _GNU_SOURCE
#include <linux/audit.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "../steps/08-full/layers.h"
#include "bpf.h"

bool left_out[LAYERS];
static const struct sock_fprog *filter;

// What Docker's default profile allows a container with 08's capabilities:
// moby/profiles, seccomp/default.json at 02e898b (2026), as ranges of call
// numbers. The last is removexattrat, of Linux 6.13.
static const int allowed[][2] = {
#ifdef __x86_64__
    {0, 102},   {104, 133}, {135, 135}, {137, 138}, {140, 152}, {154, 154},
    {157, 162}, {186, 211}, {213, 226}, {228, 235}, {240, 245}, {247, 247},
    {251, 255}, {257, 271}, {273, 278}, {280, 297}, {299, 299}, {301, 303},
    {305, 307}, {309, 311}, {314, 319}, {322, 322}, {324, 334}, {424, 424},
    {434, 434}, {436, 437}, {439, 439}, {441, 441}, {444, 449}, {451, 458},
    {462, 466},
#else
    {0, 17},    {19, 38},   {43, 57},   {59, 59},   {61, 88},   {90, 96},
    {98, 103},  {107, 111}, {113, 115}, {117, 141}, {143, 160}, {163, 169},
    {171, 216}, {220, 223}, {226, 234}, {240, 240}, {242, 243}, {260, 261},
    {263, 264}, {266, 267}, {269, 271}, {274, 279}, {281, 281}, {283, 293},
    {424, 424}, {434, 434}, {436, 437}, {439, 439}, {441, 441}, {444, 449},
    {451, 458}, {462, 466},
#endif
};

// Numbers without a call, and clone3. At the end, all are.
static const int absent[][2] = {
#ifdef __x86_64__
    {335, 423},
    {435, 435},
#else
    {244, 259},
    {295, 423},
    {435, 435},
#endif
};

// The last call that the profile knows and <sys/syscall.h> too.
#if defined(SYS_removexattrat) && defined(SYS_lsm_list_modules)
#define NEWEST SYS_removexattrat
#elif defined(SYS_mseal) && defined(SYS_lsm_list_modules)
#define NEWEST SYS_mseal
#elif defined(SYS_futex_requeue)
#define NEWEST SYS_futex_requeue
#elif defined(SYS_process_mrelease)
#define NEWEST SYS_process_mrelease
#else
#define NEWEST SYS_mount_setattr
#endif

static const struct {
    const char *name;
    uint64_t value;
} names[] = {
    {"getpid", SYS_getpid},           {"clone", SYS_clone},
    {"socket", SYS_socket},           {"ioctl", SYS_ioctl},
    {"personality", SYS_personality}, {"TIOCSTI", TIOCSTI},
    {"TIOCLINUX", TIOCLINUX},         {"TCGETS", TCGETS},
    {"i386", AUDIT_ARCH_I386},        {"arm", AUDIT_ARCH_ARM},
};

// The architecture as the kernel reports it; the filter's own name for it may
// be wrong.
#ifdef __x86_64__
#define HERE 0xc000003e
#else
#define HERE 0xc00000b7
#endif

static const char *name_of(uint32_t action)
{
    switch (action) {
    case SECCOMP_RET_ALLOW:
        return "allow";
    case SECCOMP_RET_ERRNO | EPERM:
        return "EPERM";
    case SECCOMP_RET_ERRNO | ENOSYS:
        return "ENOSYS";
    case SECCOMP_RET_KILL_PROCESS:
        return "kill";
    }
    return "?";
}

static int steps; // how many instructions the last run took

static uint32_t run(const struct seccomp_data *data)
{
    steps = 0;
    return run_filter(filter, data, &steps);
}

static const char *verdict_of(int nr)
{
    return name_of(run(&(struct seccomp_data){.nr = nr, .arch = HERE}));
}

static bool in(int nr, const int (*ranges)[2], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (nr >= ranges[i][0] && nr <= ranges[i][1])
            return true;
    return false;
}

static const char *expected(int nr, int end)
{
    if (nr > end || nr < 0 || in(nr, absent, LENGTH(absent)))
        return "ENOSYS";
    return in(nr, allowed, LENGTH(allowed)) ? "allow" : "EPERM";
}

static int list(void)
{
    int end = 2048, differ = 0;

    while (strcmp(verdict_of(end), "ENOSYS") == 0)
        end--;
    if (end < NEWEST)
        differ += printf("ends with %d: want %d\n", end, NEWEST);
    for (int nr = -2048; nr < 2048; nr++)
        if (strcmp(verdict_of(nr), expected(nr, end)) != 0)
            differ += printf("%d: got %s, want %s\n", nr, verdict_of(nr),
                             expected(nr, end));
    for (int nr = 0; nr < 2048; nr++) // x32
        if (strcmp(verdict_of(0x40000000 | nr), "ENOSYS") != 0)
            differ += printf("x32 %d: got %s, want ENOSYS\n", nr,
                             verdict_of(0x40000000 | nr));
    return differ != 0;
}

static int size(void)
{
    int most = 0;

    for (int nr = 0; nr < 2048; nr++) {
        verdict_of(nr);
        if (steps > most)
            most = steps;
    }
    printf("%d %d\n", filter->len, most);
    return 0;
}

static int sockets(void)
{
    struct seccomp_data data = {.nr = SYS_socket, .arch = HERE};

    for (; data.args[0] < 1000; data.args[0]++)
        if (run(&data) == SECCOMP_RET_ALLOW)
            printf("%d ", (int)data.args[0]);
    return 0;
}

static uint64_t value_of(const char *text)
{
    for (size_t i = 0; i < LENGTH(names); i++)
        if (strcmp(text, names[i].name) == 0)
            return names[i].value;
    return strtoull(text, NULL, 0);
}

static int judge_call(char **field)
{
    struct seccomp_data data = {.arch = HERE};

    for (; *field; field++) {
        uint64_t value = value_of(strchr(*field, '=') + 1);
        if (strncmp(*field, "nr=", 3) == 0)
            data.nr = value;
        else if (strncmp(*field, "arch=", 5) == 0)
            data.arch = value;
        else
            data.args[(*field)[3] - '0'] = value;
    }
    puts(name_of(run(&data)));
    return 0;
}

int main(int argc, char **argv)
{
    filter = build_filter();
    if (argc > 1 && strcmp(argv[1], "size") == 0)
        return size();
    if (argc > 1 && strcmp(argv[1], "list") == 0)
        return list();
    if (argc > 1 && strcmp(argv[1], "sockets") == 0)
        return sockets();
    return judge_call(argv + 1);
}
