# What the test files share. Works with every bats from 1.2.1 on.
#
# STEP is the step under test (05-chroot), PROG its program, or that which EMULATED
# names, and ROOTFS a root filesystem: tests/run sets STEP and ROOTFS. A test knows of the program only what it
# promises: how it is called, and what the kernel then says of the command.

TESTS=$BATS_TEST_DIRNAME
STEP=${STEP:-$(basename "$BATS_TEST_FILENAME" .bats)}
PROG=${EMULATED:-${TESTS%/*}/steps/$STEP/container}
PATH=$TOOLS:$PATH:/usr/sbin:/sbin

load needs

# Where cgroup v2 is mounted, and may we set limits there?
cgroup_root=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
has_limits() { [ -z "$(lacks cgroup2)" ]; }

# The container program, and what comes before the command.
program=("$PROG")
[[ $STEP < 08 ]] || has_limits || program+=(--without cgroup)
[[ $STEP < 05 ]] || program+=("$ROOTFS")

# container CMD [ARG]...: run the program under test, but not for ever: SIGKILL
# ends all of its process group, and SIGTERM would not end a PID 1.
container() { timeout -s KILL 60 "${program[@]}" "$@" 3>&-; }

# with "OPTION..." CMD [ARG]...: the same, with options; 08 has them.
with() {
    # shellcheck disable=SC2086 # one word an option
    timeout -s KILL 60 "${program[@]:0:${#program[@]}-1}" $1 "$ROOTFS" "${@:2}" 3>&-
}

# without LAYER CMD [ARG]...: leave the layer out.
without() { with "--without $1" "${@:2}"; }

# Let root inside do what 08 would forbid him.
allow_all() {
    [[ $STEP < 08 ]] ||
        program=("$PROG" --without caps --without seccomp "${program[@]:1}")
}

# add OPTION...: give the program these options, too, from here on.
add() { program=("${program[@]:0:${#program[@]}-1}" "$@" "$ROOTFS"); }

# What the step needs to make any container. A file of tests that has a
# requires_step() of its own has tests that need less.
requires_step() { requires "$STEP"; }

# fail TEXT...: end the test, saying why.
fail() {
    printf '%s\n' "$@" >&2
    return 1
}

# assert_equal GOT WANT HINT
assert_equal() {
    [ "$1" = "$2" ] || fail "got:  $1" "want: $2" "hint: $3"
}

# assert_match GOT REGEX HINT
assert_match() {
    [[ $1 =~ $2 ]] || fail "got:  $1" "want: a match of $2" "hint: $3"
}

# hint TEXT: what to do if one of the next expect or wait_until fails.
hint() { hint=$1; }

# expect STATUS CMD...: run it as bats' run does, and look at its status.
expect() {
    local want=$1
    shift
    status=0
    output=$("$@" 2>&1) || status=$?
    IFS=$'\n' read -r -d '' -a lines <<<"$output" || true
    [ "$status" -eq "$want" ] ||
        fail "${*:0:20}" "ended with $status, want $want; it printed:" "$output" \
            "${hint:+hint: $hint}"
}

# wait_until CMD...: until it is true; 15 seconds at most, or PATIENCE.
wait_until() {
    local end=$((SECONDS + ${PATIENCE:=15}))
    until "$@"; do
        [ $SECONDS -lt $end ] || fail "waited for $PATIENCE seconds: $*" \
            "${hint:+hint: $hint}" || return
        sleep 0.02
    done
}

# start CMD [ARG]...: run the program in the background, with one argument
# more by which the command is found from outside: a number, so that sleep
# takes it. Sets started, the program's PID, and pid, the command's.
start() {
    token=0.00$RANDOM$RANDOM$RANDOM
    "${program[@]}" "$@" "$token" >"$BATS_TMPDIR/out.$$" 2>&1 3>&- &
    started=$!
    wait_until has_started
}

# The command: it has the token, and runs another program than ours.
command_pid() {
    local p
    for p in $(grep -lzx "0[.]${token#0.}" /proc/[0-9]*/cmdline 2>/dev/null |
        tr -dc '0-9\n' | sort -n); do
        [ "$(readlink "/proc/$p/exe")" = "$PROG" ] || { echo "$p" && return; }
    done
}
has_started() { pid=$(command_pid) && [ -n "$pid" ]; }

# A shell starts its background programs with SIGINT and SIGQUIT ignored, and
# nohup(1) all with SIGHUP.
start_with_signals() {
    local unignored=("${program[@]}")
    program=(env --default-signal=HUP,INT,QUIT,TERM "${program[@]}")
    start "$@"
    program=("${unignored[@]}")
}

# ends_with STATUS HINT: wait for what start has started.
ends_with() {
    local status=0
    wait_until is_gone "$started"
    wait "$started" || status=$?
    started=
    assert_equal "$status" "$1" "$2"
}

# Is there no such process, or only a zombie?
is_gone() { ! grep -qs '^State:.[^ZX]' "/proc/$1/status"; }

# namespace PID TYPE: the inode that names it; see namespaces(7).
namespace() { readlink "/proc/$1/ns/$2"; }

# own_namespaces PID: those that are not ours.
own_namespaces() {
    local ns own=
    for ns in cgroup ipc mnt net pid time user uts; do
        [ "$(namespace "$1" $ns)" = "$(namespace self $ns)" ] || own+=" $ns"
    done
    echo ${own:-none}
}

# The namespaces that the step gives a command of its own.
namespaces_of_step() {
    case $STEP in
    00* | 01*) echo none ;;
    02*) echo uts ;;
    03*) echo pid uts ;;
    04* | 05*) echo mnt pid uts ;;
    06* | 07*) echo mnt net pid uts ;;
    08*) echo $(has_limits && echo cgroup) ipc mnt net pid user uts ;;
    esac
}

# fault CALL N [NAME]: what the program does when its Nth CALL fails; NAME is how
# its message has the call, if otherwise.
fault() {
    local log=$BATS_TMPDIR/strace.$$
    output=$(timeout -k 5 60 strace -f -qq -o "$log" -e "trace=$1" \
        -e "inject=$1:error=EPERM:when=$2" "${program[@]}" true 2>&1) &&
        status=0 || status=$?
    grep -q INJECTED "$log" || fail "there is no call of $1 number $2"
    rm -f "$log"
    # Where the programs are built with ASan, it does not know a stack of ours.
    output=$(grep -v -e 'ASan is ignoring requested' -e 'False positive error' \
        -e github.com/google/sanitizers <<<"$output") || true
    IFS=$'\n' read -r -d '' -a lines <<<"$output" || true
    [ "$status" -eq 125 ] || fail "$1 failed, and it ended with $status, want 125;" \
        "it printed:" "$output" "hint: look at what $1 returns; exit(125)"
    assert_match "$output" "^${PROG##*/}: .*${3:-$1}.*: Operation not permitted" \
        "one line names the call, the thing and the reason"
    assert_equal "$(printf '%s\n' "${lines[@]:1}" | grep -c "not permitted")" 0 \
        "one failure, one message"
}

# What a run leaves as it was: hostname, mounts, interfaces, groups, terminal.
host_state() {
    cat /proc/sys/kernel/hostname /proc/self/mountinfo
    stat -c '%n %a %u:%g' /dev/null /dev/zero /dev/full /dev/tty 2>/dev/null || true
    echo /sys/class/net/*
    find "$cgroup_root" -name 'handmade-[0-9]*' 2>/dev/null || true
    stty -a 2>/dev/null </dev/tty || true
}

# Processes that this test started: they have inherited its mark, or its root
# filesystem is theirs.
survivors() {
    grep -lz "^MARK=$MARK\$" /proc/[0-9]*/environ 2>/dev/null
    find /proc/[0-9]*/root/bin/probe -samefile "$ROOTFS/bin/probe" 2>/dev/null
}
no_survivors() { [ -z "$(survivors)" ]; }
end_survivors() {
    # shellcheck disable=SC2046 # one word a process
    kill -KILL $(survivors | tr -dc '0-9\n')
    fail "hint: no process outlives its container"
}

setup() {
    hint=
    export MARK=$$.$RANDOM$RANDOM
    requires_step
    before=$(host_state)
}

# After each test the host is as it was, or the test fails. When the command
# ends, so does the program; up to 06, the other way round does not hold.
teardown() {
    [ -n "$before" ] || return 0 # it was skipped
    if [ -n "$started" ]; then
        kill -KILL "$pid" || true
        wait_until is_gone "$started" || kill -KILL "$started"
        wait "$started" || true
    fi 2>/dev/null
    # shellcheck disable=SC2046 # one word a job
    kill $(jobs -p) 2>/dev/null || true
    wait
    rm -f "$BATS_TMPDIR/out.$$"
    wait_until no_survivors || end_survivors
    PATIENCE=2 wait_until host_as_before 2>/dev/null ||
        fail "$(diff <(echo "$before") <(host_state))" \
            "hint: what a run changes on the host, it changes back"
}
host_as_before() { [ "$(host_state)" = "$before" ]; }
