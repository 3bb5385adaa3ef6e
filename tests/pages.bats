# The pages tell the truth: what they have you type is typed, what they show is
# what is seen, and what they quote is in the sources. tests/pages/README.md
# says how a page is written for that.

load needs
cd "$BATS_TEST_DIRNAME/.." || exit

prints_nothing() {
    run "$@"
    [ -z "$output" ] || { echo "$output"; return 1; }
}

# true_page PAGE: do what it says, and compare. ONLY: as in tests/run.
true_page() {
    local step=${1#steps/}
    case " ${ONLY:-${step%/*}} README.md " in
    *" ${step%/*} "*) ;;
    *) skip "ONLY=$ONLY" ;;
    esac
    requires 08 user git
    run tests/pages/try "$1" 3>&-
    [ "$status" != 77 ] || skip "$output"
    [ "$status" = 0 ] || { echo "$output"; return 1; }
}

@test "the course's page tells the truth" {
    true_page README.md
}

@test "the page of 00-exec tells the truth" {
    true_page steps/00-exec/README.md
}

@test "the page of 01-clone-wait tells the truth" {
    true_page steps/01-clone-wait/README.md
}

@test "the page of 02-uts tells the truth" {
    true_page steps/02-uts/README.md
}

@test "the page of 03-pid tells the truth" {
    true_page steps/03-pid/README.md
}

@test "the page of 04-mount-proc tells the truth" {
    true_page steps/04-mount-proc/README.md
}

@test "the page of 05-chroot tells the truth" {
    true_page steps/05-chroot/README.md
}

@test "the page of 06-net tells the truth" {
    true_page steps/06-net/README.md
}

@test "the page of 07-cgroups tells the truth" {
    true_page steps/07-cgroups/README.md
}

@test "the page of 08-full tells the truth" {
    true_page steps/08-full/README.md
}

@test "each page is held to it" {
    for page in steps/*/README.md; do
        grep -q "^    true_page $page\$" "$BATS_TEST_FILENAME" ||
            { echo "$page needs a test here"; return 1; }
    done
}

@test "what the pages quote is in the sources: make pages" {
    prints_nothing tests/pages/fill check
}

@test "every page has the eight parts, and shows nothing untested" {
    prints_nothing awk -f tests/pages/form.awk steps/*/README.md
}

@test "what the pages link to and name is there" {
    prints_nothing tests/pages/names $(find . -name '*.md' -not -path './rootfs*' | sed 's,^\./,,')
}

@test "what the pages name in other programs is listed with its release" {
    prints_nothing tests/pages/elsewhere
}

@test "the README's messages are those of our programs, no remedy is left out" {
    printf '%s\n' '#include <stdio.h>' '#include <string.h>' \
        'int main(void) { for (int i = 1; i < 134; i++) puts(strerror(i)); }' |
        ${CC:-cc} -x c -o "$BATS_TMPDIR/errors" -
    "$BATS_TMPDIR/errors" >"$BATS_TMPDIR/errors.txt"
    prints_nothing awk -f tests/pages/messages.awk errors="$BATS_TMPDIR/errors.txt" \
        "$BATS_TMPDIR/errors.txt" README.md common/* steps/*/*.[ch] tests/run \
        tests/check/*.[ch] tests/check/run tests/vm/run tests/vm/qemu tests/*.bats \
        tests/*.bash
    rm "$BATS_TMPDIR"/errors*
}

@test "the README adds up the minutes that the pages take" {
    prints_nothing wrong_minutes
}
wrong_minutes() {
    local row step minutes all=0 sums=
    while IFS='|' read -r _ row _ _ _ minutes _; do
        step=${row#*\[} step=${step%%]*} minutes=${minutes// /}
        all=$((all + minutes)) sums="$sums ${step%%-*}:$all"
        [ ! -e "steps/$step/README.md" ] ||
            grep -q "^About $minutes minutes" "steps/$step/README.md" ||
            echo "$step is not about $minutes minutes"
    done < <(grep '^| \[0' README.md)
    for want in "00 to 03 ($(sum 03) minutes)" "00 to 07 ($(sum 07) minutes)" "$(sum 08) minutes in all"; do
        tr -s '\n ' ' ' <README.md | grep -qF "$want" || echo "README.md: $want"
    done
}
sum() { expr "$sums" : ".* $1:\([0-9]*\)"; }

@test "every picture has a title, a description, and colours for the dark" {
    for picture in $(find . -name '*.svg' -not -path './rootfs*'); do
        grep -q 'role="img"' "$picture" && grep -q '<title' "$picture" &&
            grep -q '<desc' "$picture" &&
            grep -q 'prefers-color-scheme: dark' "$picture" ||
            { echo "$picture lacks one"; return 1; }
        grep -q "${picture##*/}" $(find . -name '*.md') ||
            { echo "$picture is in no page"; return 1; }
    done
}

# page LINE...: a page with these lines.
page() { printf '%s\n' "$@" >"$BATS_TMPDIR/page.md"; }

# found CMD...: it finds that the page is wrong.
found() {
    run "$@" "$BATS_TMPDIR/page.md"
    rm "$BATS_TMPDIR/page.md"
    [ "$status" = 1 ] || { echo "$*: $status, want 1"; return 1; }
}

@test "a page that lies is found out" {
    requires 08 user git
    page '```console' '$ echo 7' 8 '```'
    found tests/pages/try
    page '```console' '$ pid=$$; echo $pid $pid' '20001 20002' '```'
    found tests/pages/try
    page '```diff edit=steps/00-exec/container.c' '-    usage("CMD");' '```'
    found tests/pages/try
}

@test "a broken link, a stale quote and a page without form are found out" {
    page 'See [it](no-such-file).'
    found tests/pages/names
    page 'See `steps/00-exec/no-such-file`.'
    found tests/pages/names
    cp steps/00-exec/container.c "$BATS_TMPDIR/page.c"
    page 'See [`usage()`](page.c), which is called there, not defined.'
    found tests/pages/names
    rm "$BATS_TMPDIR/page.c"
    page '```c file=steps/00-exec/container.c#main' 'int main(void)' '```'
    found tests/pages/fill check
    page '# A page'
    found awk -f tests/pages/form.awk
}

@test "a page that leaves out a part of what its step adds is found out" {
    fill=$PWD/tests/pages/fill.awk copy=$(mktemp -d)
    mkdir "$copy/steps" && cp -r steps/06-net steps/07-cgroups "$copy/steps"
    cd "$copy"
    sed -i '/of=child_exec/,/^```$/d' steps/07-cgroups/README.md
    run awk -f "$fill" steps/07-cgroups/README.md
    rm -r "$copy"
    [ "$status" = 1 ]
    [[ $output == *"nothing shows what is added in child_exec"* ]]
}
