// config - says to crun and runc what 08 does: a config.json of equal
// isolation, on stdout.
//
//   config PROFILE ROOTFS CMD [ARG]...
//
// PROFILE is core, full or user; with -limits at its end, for a machine that
// has cgroup v2; with -docker before that, for three architectures, as
// Docker's and podman's profile for seccomp has them, and not this one.
//
//   config filter
//
// prints 08's seccomp filter as an array in C: floor.c loads it ready-made.
//
// Paths and capabilities are taken from 08's own tables; of the calls, 08's
// filter is asked. The build makes capabilities.h: {"CAP_CHOWN", CAP_CHOWN},
// and so on, and calls.h.
#define _GNU_SOURCE
#include <linux/audit.h>
#include <linux/capability.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "../../steps/08-full/layers.h"
#include "../bpf.h"

#ifdef __x86_64__
#define ARCH AUDIT_ARCH_X86_64
#else
#define ARCH AUDIT_ARCH_AARCH64
#endif

static const struct {
    const char *name;
    int number;
} capabilities[] = {
#include "capabilities.h"
}, calls[] = {
#include "calls.h"
};

bool left_out[LAYERS];
struct options options;

int proc, sys; // masks.c covers what is there; we do not call it

// What the filter has to say to a call whose first argument is this one.
static bool allows(int nr, uint64_t argument)
{
    static const struct sock_fprog *filter;
    struct seccomp_data data = {.nr = nr, .arch = ARCH, .args = {argument}};

    if (filter == NULL)
        filter = build_filter();
    return run_filter(filter, &data, NULL) == SECCOMP_RET_ALLOW;
}

// The calls that are allowed for some arguments: print_seccomp() has them.
static bool is_conditional(int nr)
{
    return nr == SYS_clone || nr == SYS_socket || nr == SYS_personality ||
           nr == SYS_ioctl;
}

// The flags of clone(2) that make a namespace, and are refused.
static unsigned new_namespace(void)
{
    unsigned refused = 0;

    for (int bit = 0; bit < 32; bit++)
        if (!allows(SYS_clone, UINT32_C(1) << bit))
            refused |= UINT32_C(1) << bit;
    return refused;
}

// JSON has no comma after the last.
static void list(bool *more, const char *text)
{
    printf("%s%s", *more ? "," : "", text);
    *more = true;
}

static void strings(bool *more, const char *dir, const char *const *name)
{
    for (; *name; name++) {
        list(more, "\"");
        printf("%s%s\"", dir, *name);
    }
}

// What we have now: no runtime can give more.
static uint64_t own_capabilities(void)
{
    char line[256];
    unsigned long long set = 0;

    FILE *file = fopen("/proc/self/status", "r");
    if (file == NULL)
        die("open /proc/self/status");
    while (fgets(line, sizeof(line), file))
        sscanf(line, "CapBnd: %llx", &set);
    fclose(file);
    return set;
}

static void print_capabilities(uint64_t set, size_t sets_to_fill)
{
    static const char *const sets[] = {"bounding", "effective", "permitted",
                                       "inheritable", "ambient"};

    printf("\"capabilities\":{");
    for (size_t i = 0; i < sets_to_fill; i++) {
        bool more = false;
        printf("%s\"%s\":[", i ? "," : "", sets[i]);
        for (size_t j = 0; j < LENGTH(capabilities); j++)
            if (set >> capabilities[j].number & 1) {
                list(&more, "\"");
                printf("%s\"", capabilities[j].name);
            }
        printf("]");
    }
    printf("}");
}

static void print_process(bool core, char **argv)
{
    printf("\"process\":{\"user\":{\"uid\":0,\"gid\":0},\"cwd\":\"/\","
           "\"env\":[\"PATH=/bin\",\"HOME=/root\"],\"args\":[");
    bool more = false;
    strings(&more, "", (const char *const *)argv);
    printf("],");
    if (!core)
        printf("\"noNewPrivileges\":true,\"rlimits\":["
               "{\"type\":\"RLIMIT_NOFILE\",\"hard\":1025,\"soft\":1025},"
               "{\"type\":\"RLIMIT_CORE\",\"hard\":0,\"soft\":0}],");
    if (core)
        print_capabilities(own_capabilities(), 3);
    else
        print_capabilities(default_capabilities, 5);
    printf("},\n");
}

static void print_mounts(void)
{
    printf(
        "\"hostname\":\"handmade\",\"mounts\":["
        "{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\","
        "\"options\":[\"nosuid\",\"nodev\",\"noexec\"]},\n"
        "{\"destination\":\"/dev\",\"type\":\"tmpfs\",\"source\":\"tmpfs\","
        "\"options\":[\"nosuid\",\"noexec\",\"strictatime\",\"mode=755\","
        "\"size=64k\"]},\n"
        "{\"destination\":\"/dev/pts\",\"type\":\"devpts\","
        "\"source\":\"devpts\",\"options\":[\"nosuid\",\"noexec\","
        "\"newinstance\",\"ptmxmode=0666\",\"mode=0620\"]},\n"
        "{\"destination\":\"/dev/shm\",\"type\":\"tmpfs\","
        "\"source\":\"shm\",\"options\":[\"nosuid\",\"nodev\",\"noexec\","
        "\"mode=1777\",\"size=64m\"]},\n"
        "{\"destination\":\"/dev/mqueue\",\"type\":\"mqueue\","
        "\"source\":\"mqueue\",\"options\":[\"nosuid\",\"nodev\","
        "\"noexec\"]},\n"
        "{\"destination\":\"/sys\",\"type\":\"sysfs\",\"source\":\"sysfs\","
        "\"options\":[\"nosuid\",\"nodev\",\"noexec\",\"ro\"]}],\n");
}

static void print_rule(const char *name, const char *op, unsigned index,
                       unsigned value)
{
    printf(",\n{\"names\":[\"%s\"],\"action\":\"SCMP_ACT_ALLOW\","
           "\"args\":[{\"index\":%u,\"value\":%u,\"op\":\"%s\"}]}",
           name, index, value, op);
}

// 08's filter in the words of the specification, as near as these come: of
// several values of one argument they can allow each, but not refuse each;
// so of socket's families and of ioctl's requests only one is refused.
static void print_seccomp(bool docker)
{
    bool more = false;

    printf(",\n\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\","
           "\"defaultErrnoRet\":%d,\"architectures\":[%s],\"syscalls\":["
           "{\"action\":\"SCMP_ACT_ALLOW\",\"names\":[",
           EPERM,
#ifdef __x86_64__
           docker ? "\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\","
                    "\"SCMP_ARCH_X32\""
                  : "\"SCMP_ARCH_X86_64\""
#else
           docker ? "\"SCMP_ARCH_AARCH64\",\"SCMP_ARCH_ARM\""
                  : "\"SCMP_ARCH_AARCH64\""
#endif
    );
    for (size_t i = 0; i < LENGTH(calls); i++)
        if (allows(calls[i].number, 0) && !is_conditional(calls[i].number)) {
            list(&more, "\"");
            printf("%s\"", calls[i].name);
        }
    printf("]},\n{\"names\":[\"clone3\"],\"action\":\"SCMP_ACT_ERRNO\","
           "\"errnoRet\":%d}",
           ENOSYS);
    printf(",\n{\"names\":[\"clone\"],\"action\":\"SCMP_ACT_ALLOW\","
           "\"args\":[{\"index\":0,\"value\":%u,\"valueTwo\":0,"
           "\"op\":\"SCMP_CMP_MASKED_EQ\"}]}",
           new_namespace());
    print_rule("socket", "SCMP_CMP_NE", 0, AF_VSOCK);
    print_rule("ioctl", "SCMP_CMP_NE", 1, TIOCSTI);
    print_rule("personality", "SCMP_CMP_EQ", 0, 0xffffffff);
    print_rule("personality", "SCMP_CMP_EQ", 0, PER_LINUX);
    print_rule("personality", "SCMP_CMP_EQ", 0, PER_LINUX32);
    print_rule("personality", "SCMP_CMP_EQ", 0, UNAME26);
    print_rule("personality", "SCMP_CMP_EQ", 0, PER_LINUX32 | UNAME26);
    printf("]}");
}

static void print_linux(const char *profile)
{
    static const char map[] =
        "[{\"containerID\":0,\"hostID\":655360000,\"size\":65536}]";
    bool user = strncmp(profile, "user", 4) == 0;
    bool limits = strstr(profile, "-limits") != NULL;

    printf("\"linux\":{\"namespaces\":[{\"type\":\"mount\"},"
           "{\"type\":\"pid\"},{\"type\":\"ipc\"},{\"type\":\"uts\"},"
           "{\"type\":\"network\"}%s%s]",
           limits ? ",{\"type\":\"cgroup\"}" : "",
           user ? ",{\"type\":\"user\"}" : "");
    if (user)
        printf(",\n\"uidMappings\":%s,\"gidMappings\":%s", map, map);
    if (limits)
        printf(",\n\"resources\":{\"pids\":{\"limit\":20},\"memory\":"
               "{\"limit\":104857600,\"swap\":104857600},"
               "\"cpu\":{\"quota\":50000,\"period\":100000}}");
    if (strncmp(profile, "core", 4) != 0) {
        bool more = false;
        printf(",\n\"maskedPaths\":[");
        strings(&more, "/proc/", masked_in_proc);
        strings(&more, "/sys/", masked_in_sys);
        printf("],\n\"readonlyPaths\":[");
        more = false;
        strings(&more, "/proc/", read_only_in_proc);
        printf("]");
        print_seccomp(strstr(profile, "-docker") != NULL);
    }
    printf("}}\n");
}

static int print_filter(void)
{
    const struct sock_fprog *filter = build_filter();

    for (int i = 0; i < filter->len; i++)
        printf("{%#x, %d, %d, %#x},\n", filter->filter[i].code,
               filter->filter[i].jt, filter->filter[i].jf,
               filter->filter[i].k);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "filter") == 0)
        return print_filter();
    if (argc < 4)
        usage("PROFILE ROOTFS CMD [ARG]..., or filter");
    printf("{\"ociVersion\":\"1.0.2\",\"root\":{\"path\":\"%s\"},\n",
           argv[2]);
    print_process(strncmp(argv[1], "core", 4) == 0, argv + 3);
    print_mounts();
    print_linux(argv[1]);
    return 0;
}
