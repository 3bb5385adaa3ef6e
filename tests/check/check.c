// check - tries a program's promises, and says what to do about the first
// that does not hold.
//
//   check STEP PROG ROOTFS
//
// STEP is a number, PROG a program; ROOTFS is used from 05 on, and shown as
// "rootfs". From the environment: STRICT, if it is 1, asks for the finish
// too; NO_COLOR. Exit status: 0 if the step's promises hold (and with
// STRICT=1 the finish), 1 if not, 2 if nothing could be tried.
#define _GNU_SOURCE
#include "check.h"

#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define WIDTH 78

static const char *const names[] = {
    "exec",       "clone-wait", "uts", "pid",
    "mount-proc", "chroot",     "net", "cgroups",
};

static bool to_the_end; // for our tests: the first failure is not the last

int step;
const char *prog, *rootfs;
struct report *report;

static const char *yes = "ok     ", *no = "not yet", *red = "", *green = "",
                  *bold = "", *plain = "";

static void choose_marks(void)
{
    const char *no_color = getenv("NO_COLOR");
    bool plainly = no_color && *no_color;

    setlocale(LC_CTYPE, "");
    if (!plainly && !strcmp(nl_langinfo(CODESET), "UTF-8")) {
        yes = "✓";
        no = "✗";
    }
    setlocale(LC_CTYPE, "C");
    if (!plainly && isatty(1)) {
        red = "\033[1;31m";
        green = "\033[32m";
        bold = "\033[1m";
        plain = "\033[0m";
    }
}

// Prints text in lines of at most WIDTH, the first after a label.
static void say(const char *label, const char *text)
{
    int column = 11;

    printf("  %s%-9s%s", bold, label, plain);
    while (*text) {
        size_t len = strcspn(text, " ");
        if (column > 11 && column + 1 + len > WIDTH)
            column = printf("\n%11s", "") - 1;
        else if (column > 11)
            column += printf(" ");
        for (; len > 0; text++, len--) {
            if (column >= WIDTH)
                column = printf("\n%11s", "") - 1;
            column += putchar(*text) != EOF;
        }
        text += strspn(text, " ");
    }
    putchar('\n');
}

static void show_failure(const struct promise *p)
{
    const char *expected =
        report->expected[0] ? report->expected : p->expected;

    printf("\n");
    say("Tried", report->tried);
    say("Came", report->came);
    say("Expected", expected);
    say("Next", report->next[0] ? report->next : p->next);
    say("Read", report->read[0] ? report->read : p->read);
    if (strstr(report->tried, " rootfs ") && access("rootfs", F_OK) == -1)
        say("", "(make rootfs builds the directory rootfs.)");
}

static void mark(bool kept, const char *words)
{
    printf("%s%s%s %s\n", kept ? green : red, kept ? yes : no, plain,
           words);
    fflush(stdout);
}

// Tries a list's promises of the steps FROM to TO. Returns whether all
// hold; shows those of one step line by line.
static bool try_all(const struct promise *list, int from, int to, bool show)
{
    bool all_hold = true;

    for (const struct promise *p = list; p->words; p++) {
        if (p->step < from || p->step > to || (p->alone && p->step != step))
            continue;
        try_out(p);
        if (report->state == ABSENT)
            continue;
        if (report->state == KEPT) {
            if (show)
                mark(true, p->words);
            continue;
        }
        mark(false, p->words);
        all_hold = false;
        if (to_the_end)
            continue;
        show_failure(p);
        break;
    }
    return all_hold;
}

static bool try_step(void)
{
    bool all_hold;
    char words[100] = "what the steps before it promise:";
    size_t len = strlen(words);

    all_hold = try_all(first, 0, step, true);
    if (all_hold || to_the_end)
        all_hold &= try_all(promises, step, step, true);
    for (int i = 0; i < step && (all_hold || to_the_end); i++) {
        all_hold &= try_all(promises, i, i, false);
        len += snprintf(words + len, sizeof(words) - len, " %02d", i);
    }
    if (step > 0 && all_hold)
        mark(true, words);
    return all_hold;
}

// The finish: each that is not there yet gets a line. Returns how many.
static int try_finish(int *total)
{
    int missing = 0;

    *total = 0;
    for (const struct promise *p = finish; p->words; p++) {
        if (p->step > step)
            continue;
        try_out(p);
        if (report->state == ABSENT)
            continue;
        (*total)++;
        if (report->state == KEPT)
            continue;
        if (missing++ == 0)
            printf(
                "\nStill missing for the finish (the course's own program "
                "has it):\n");
        printf("%s%s%s %s", red, no, plain, p->words);
        int room = WIDTH - (no[0] == 'n' ? 11 : 5) - (int)strlen(p->words);
        if (report->state == BROKEN && (int)strlen(report->came) > room)
            printf(" (%.*s...)\n", room - 3, report->came);
        else
            printf(" (%s)\n", report->came);
        fflush(stdout);
    }
    return missing;
}

int main(int argc, char **argv)
{
    int total, missing;
    const char *strict = getenv("STRICT");

    if (argc != 4)
        return 2;
    step = atoi(argv[1]);
    prog = argv[2];
    rootfs = argv[3];
    report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (report == MAP_FAILED)
        return 2;
    to_the_end = getenv("TO_THE_END") != NULL;
    choose_marks();
    signal(SIGPIPE, SIG_IGN);
    if (step >= 7)
        find_limits();
    if (!can_try() && step >= 2) {
        printf("check: there can be no namespaces here, so %02d cannot be "
               "tried.\n%s\nmake doctor says what helps; make vm opens a "
               "machine "
               "where it works.\n",
               step, report->came);
        return 2;
    }

    if (step >= 7 && !have_limits) {
        printf(
            "check: this machine has no cgroup v2 with its controllers, "
            "so %02d cannot be tried.\nmake doctor says what helps; make "
            "vm opens a machine where it works.\n",
            step);
        return 2;
    }

    printf("%s%02d %s%s: %s\n", bold, step, names[step], plain, prog);
    fflush(stdout);
    if (!try_step()) {
        leave_limits();
        return 1;
    }
    missing = try_finish(&total);
    leave_limits();
    printf("\n%s%s %02d does what it is about.%s", green, yes, step, plain);
    printf(" The finish: %d of %d.\n", total - missing, total);
    return missing && strict && !strcmp(strict, "1");
}
