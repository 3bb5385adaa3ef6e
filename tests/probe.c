// probe - what the tests need and no shell has.
//
//   probe eat MIB        touches that much memory
//   probe fork N         starts N children that sleep; says how many it got
//   probe listen         listens on 127.0.0.1 and says the port; answers
//   probe connect PORT   asks there: prints what is answered
//   probe escape FILE    climbs out of a chroot(2), the classic way; reads FILE
//   probe linger         takes back its parent-death signal, and sleeps
//   probe await          waits for SIGTERM by sigwaitinfo(2); exits with 9
//   probe groups N CMD...
//                        runs CMD as a member of N groups
//   probe euid           prints its effective user ID
//   probe args ARG...    prints every argument, each in brackets
//   probe call NR[,ARG...]...
//                        makes each system call, by name or number, and says
//                        what comes of it; arguments not given are -1, so
//                        that the kernel, if asked, will not do it
//   probe int80          makes a 32-bit system call (x86-64)
//   probe thread         starts a thread
//   probe type TEXT      puts TEXT into the input of the terminal
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int eat(size_t mib)
{
    for (size_t i = 0; i < mib; i++) {
        char *p = malloc(1 << 20);
        if (!p)
            return 1;
        memset(p, 1, 1 << 20);
        *(volatile char *)p = 2;
    }
    return 0;
}

static int start_children(int n)
{
    int got = 0;

    for (int i = 0; i < n; i++) {
        pid_t pid = fork();
        if (pid == 0)
            return pause();
        if (pid > 0)
            got++;
    }
    printf("%d\n", got);
    return 0;
}

static int talk(const char *port)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET,
        .sin_port = htons(port ? atoi(port) : 0),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t len = sizeof(to);
    char answer[16] = "";

    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (port) {
        if (connect(s, (struct sockaddr *)&to, len) == -1) {
            perror("connect");
            return 1;
        }
        if (read(s, answer, sizeof(answer) - 1) == -1)
            return 1;
        puts(answer);
        return 0;
    }
    if (bind(s, (struct sockaddr *)&to, len) == -1 || listen(s, 1) == -1 ||
        getsockname(s, (struct sockaddr *)&to, &len) == -1) {
        perror("listen");
        return 1;
    }
    printf("%d\n", ntohs(to.sin_port));
    fflush(stdout);
    for (;;) {
        int peer = accept(s, NULL, NULL);
        if (peer == -1 || write(peer, "hello", 5) == -1)
            return 1;
        close(peer);
    }
}

// chroot(2): "The superuser can escape from a chroot jail by ..."
static int escape(const char *file)
{
    char text[64] = "";

    if (mkdir("/tmp/jail", 0700) == -1 || chroot("/tmp/jail") == -1)
        return 1;
    for (int i = 0; i < 64; i++)
        if (chdir("..") == -1)
            return 1;
    rmdir("tmp/jail");
    if (chroot(".") == -1)
        return 1;
    FILE *f = fopen(file, "r");
    if (!f || !fgets(text, sizeof(text), f))
        return 1;
    printf("%s", text);
    return 0;
}

#define CALL(name) {#name, SYS_##name}
static const struct {
    const char *name;
    long nr;
} calls[] = {
    CALL(acct), CALL(add_key), CALL(bpf), CALL(chroot), CALL(clock_settime),
    CALL(clone), CALL(clone3), CALL(delete_module), CALL(fanotify_init),
    CALL(finit_module), CALL(fsconfig), CALL(fsmount), CALL(fsopen),
    CALL(fspick), CALL(get_mempolicy), CALL(getpid), CALL(init_module),
    CALL(io_uring_enter), CALL(io_uring_register), CALL(io_uring_setup),
    CALL(ioctl), CALL(kcmp), CALL(kexec_file_load), CALL(kexec_load),
    CALL(keyctl), CALL(mbind), CALL(migrate_pages), CALL(mount),
    CALL(mount_setattr), CALL(move_mount), CALL(move_pages),
    CALL(open_by_handle_at), CALL(open_tree), CALL(perf_event_open),
    CALL(personality), CALL(pidfd_getfd), CALL(pivot_root),
    CALL(process_madvise), CALL(ptrace), CALL(quotactl), CALL(reboot),
    CALL(request_key), CALL(set_mempolicy), CALL(setdomainname),
    CALL(sethostname), CALL(setns), CALL(settimeofday), CALL(socket),
    CALL(swapoff), CALL(swapon), CALL(syslog), CALL(umount2),
    CALL(unshare), CALL(userfaultfd),
};

static const char *outcome(long result)
{
    if (result != -1)
        return "ok";
    return errno == EPERM ? "EPERM" : errno == ENOSYS ? "ENOSYS" : "other";
}

static int call(const char *text)
{
    char name[64];
    long nr = strtol(text, NULL, 0), arg[6] = {-1, -1, -1, -1, -1, -1};

    snprintf(name, sizeof(name), "%.*s", (int)strcspn(text, ","), text);
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
        if (!strcmp(name, calls[i].name))
            nr = calls[i].nr;
    if (nr == 0)
        return 2;
    const char *comma = strchr(text, ',');
    for (int i = 0; comma && i < 6; i++, comma = strchr(comma + 1, ','))
        arg[i] = strtoull(comma + 1, NULL, 0);
    printf("%s: %s\n", text,
           outcome(syscall(nr, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5])));
    return 0;
}

// getpid(2) as a 32-bit program calls it.
static int int80(void)
{
#ifdef __x86_64__
    long result = 20;

    __asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9",
                     "r10", "r11");
    return result != getpid();
#else
    return 2;
#endif
}

static void *hello(void *arg)
{
    puts("hello from a thread");
    return arg;
}

static int thread(void)
{
    pthread_t t;

    errno = pthread_create(&t, NULL, hello, NULL);
    if (errno) {
        perror("pthread_create");
        return 1;
    }
    return pthread_join(t, NULL);
}

// ioctl_tty(2): "Insert the given byte in the input queue."
static int type(const char *text)
{
    for (; *text; text++)
        if (ioctl(STDIN_FILENO, TIOCSTI, text) == -1) {
            perror("TIOCSTI");
            return 1;
        }
    return 0;
}

static int await(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return sigwaitinfo(&set, NULL) == SIGTERM ? 9 : 1;
}

static int with_groups(int n, char **argv)
{
    gid_t groups[65536];

    for (int i = 0; i < n; i++)
        groups[i] = 10000 + i;
    if (setgroups(n, groups) == -1)
        return 1;
    execvp(argv[0], argv);
    return 127;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    if (!strcmp(what, "eat"))
        return eat(atoi(argv[2]));
    if (!strcmp(what, "fork"))
        return start_children(atoi(argv[2]));
    if (!strcmp(what, "listen"))
        return talk(NULL);
    if (!strcmp(what, "connect"))
        return talk(argv[2]);
    if (!strcmp(what, "escape"))
        return escape(argv[2]);
    if (!strcmp(what, "int80"))
        return int80();
    if (!strcmp(what, "thread"))
        return thread();
    if (!strcmp(what, "call")) {
        for (int i = 2; i < argc; i++)
            if (call(argv[i]) != 0)
                return 2;
        return 0;
    }
    if (!strcmp(what, "await"))
        return await();
    if (!strcmp(what, "linger")) {
        prctl(PR_SET_PDEATHSIG, 0);
        return sleep(300);
    }
    if (!strcmp(what, "groups"))
        return with_groups(atoi(argv[2]), argv + 3);
    if (!strcmp(what, "euid")) {
        printf("%u\n", geteuid());
        return 0;
    }
    if (!strcmp(what, "type"))
        return type(argv[2]);
    if (!strcmp(what, "args")) {
        for (int i = 2; i < argc; i++)
            printf("[%s]", argv[i]);
        puts("");
        return 0;
    }
    return 2;
}
