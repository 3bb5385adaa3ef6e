# What make compare promises: 08 makes the container that runc and crun make of equal
# settings, but for what tests/compare/differences explains. A difference that is not
# there fails, and so does a row of which nothing is true any more.
#
# All is measured once, before the first test, and read as JSON.

load needs
compare=$BATS_TEST_DIRNAME/compare
sheet=$BATS_TMPDIR/compare
cd "$BATS_TEST_DIRNAME/.." || exit

# What the machine must be as, afterwards.
machine() {
    cat /proc/self/mountinfo
    stat -c '%n %a %u:%g' /dev/null /dev/zero /dev/full /dev/tty
    find /sys/fs/cgroup -maxdepth 2 -type d \
        \( -name 'handmade-[0-9]*-[0-9]*' -o -name 'compare-*' \)
    echo "${TMPDIR:-/tmp}"/handmade-compare.*
    grep -lsF handmade-compare /proc/[0-9]*/cmdline || true
}

setup_file() {
    [ -z "$(step_lacks 08)$(lacks user)" ] || return 0
    machine >"$BATS_TMPDIR/machine"
    [ -z "$SKIPPED" ] || export PROFILES=root # in CI's machine with limits
    status=0
    "$compare/run" --json >"$sheet" 2>"$BATS_TMPDIR/errors" 3>&- || status=$?
    [ "$status" -le 1 ] || cp "$BATS_TMPDIR/errors" "$BATS_TMPDIR/unmeasured"
}

setup() {
    requires 08 user
    [ ! -e "$BATS_TMPDIR/unmeasured" ] || empty "$(cat "$BATS_TMPDIR/unmeasured")"
}

# empty TEXT HINT: is there nothing to complain of?
empty() {
    [ -z "$1" ] || { printf '%s\n' "$1" "hint: ${2:-make compare}"; return 1; }
}

# listed NAME PROFILE PROG: what this list of the sheet says of them.
listed() { sed -n "/\"$1\":\[/,/^\]/s/^,*\"$2, $3: \(.*\)\",*\$/\1/p" "$sheet"; }

# known PROG: does the table know this version?
known() {
    local version
    version=$(sed -n "s/.*\"versions\":{.*\"$1\":\"[^0-9]*\([0-9.]*\).*/\1/p" "$sheet")
    [[ " $(sed -n "s/^# known $1: //p" "$compare/differences") " == *" $version "* ]] ||
        skip "needs a $1 that tests/compare/differences knows, not $version"
}

# same PROFILE PROG: is each difference explained? Does each reason still hold?
same() {
    local why
    requires "$2"
    known "$2"
    why=$(listed cannot_start "$1" "$2")
    [ -z "$why" ] || skip "needs $2 that can start here ($why)"
    empty "$(listed not_explained "$1" "$2")" "tests/compare/differences has no reason"
    empty "$(listed no_longer_true "$1" "$2")" "these rows of it explain nothing"
}

@test "as root, 08 makes the container that crun makes" { same root crun; }
@test "as root, 08 makes the container that runc makes" { same root runc; }
@test "as root, 08 makes the container that bubblewrap makes" { same root bwrap; }
@test "without root, 08 makes the container that crun makes" { same rootless crun; }
@test "without root, 08 makes the container that runc makes" { same rootless runc; }
@test "without root, 08 makes the container that bubblewrap makes" { same rootless bwrap; }

@test "on a terminal, 08 makes the container that crun makes" { same terminal crun; }
@test "on a terminal, 08 makes the container that runc makes" { same terminal runc; }
@test "on a terminal, 08 makes the container that bubblewrap makes" { same terminal bwrap; }

@test "with limits, 08 makes the group that crun makes" { requires cgroup2; same root crun; }
@test "with limits, 08 makes the group that runc makes" { requires cgroup2; same root runc; }

@test "there is a sheet for each profile, with a verdict for every system call" {
    for profile in root rootless; do
        grep -q "^,*{\"profile\":\"$profile\",\"fact\":\"status:CapEff\",\"values\":{\"08\":\"00000000a80425fb\"" "$sheet"
        [ "$(grep -c "^,*{\"profile\":\"$profile\",\"fact\":\"call:[^\"]*\",\"values\":{\"08\":\"[a-zA-Z0-9 ]*\"" "$sheet")" -gt 550 ]
    done
}

@test "make compare prints what is equal once, and what differs with its reason" {
    requires bwrap
    run make -s compare PROG=bwrap
    [[ $output == *$'\n  hostname  handmade\n'* ]]
    [[ $output == *$'\n  env:PWD\n      08                   -\n      bwrap                /\n      (bubblewrap sets PWD.)\n'* ]]
}

@test "afterwards, the machine is as it was" {
    run diff "$BATS_TMPDIR/machine" <(machine)
    empty "$output" "end() in tests/compare/run"
}

@test "as an ordinary user, make compare says that it needs root" {
    run setpriv --reuid 65534 --clear-groups tests/compare/run
    [ "$status" = 125 ]
    [[ $output == *"needs root"* ]]
}
