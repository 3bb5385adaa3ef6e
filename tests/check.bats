# What "make check" promises: a learner's program passes, however it is
# written; a wrong one fails with a hint; a wrong call is answered in words.

setup() {
    cd "$BATS_TEST_DIRNAME/.." || return
    export PATIENCE=3 # for what never comes
    box=$(mktemp -d)
    chmod 755 "$box"
    # bats puts its inner programs first in PATH; one of them is called bats,
    # and needs a shell function that make's shell does not pass on.
    PATH=${PATH//"${BATS_LIBEXEC:-/usr/libexec/bats-core}:"/}
}
teardown() { rm -rf "$box"; }

requires() {
    [ "$1" != root ] || [ "$(id -u)" = 0 ] || skip "needs root"
    [ "$1" != run ] || [ -n "$TOOLS" ] || skip "needs tests/run"
}
says() {
    local text
    [ "$status" -eq "$1" ] || { echo "$output" "got: $status" "want: $1"; return 1; }
    for text in "${@:2}"; do
        [[ $output == *"$text"* ]] || { echo "$output"; echo "want: $text"; return 1; }
    done
}

# learner STEP [FLAG]...: the program that another hand would have written.
learner() { "${CC:-cc}" -Wall -Wextra -DSTEP="$1" "${@:2}" tests/learner.c -o "$box/mine"; }

@test "a program of another hand passes as 00, without root" {
    learner 0
    run make -s check STEP=00 PROG="$box/mine"
    says 0 ' 0 failed, '
}

@test "a program of another hand passes as 06, and in all that comes before" {
    requires root
    learner 6
    run make -s check STEP=06 PROG="$box/mine"
    says 0 'ok 1 06-net: the output is' 'lo cannot be raised' ' 0 failed, 0 skipped'
}

# hinted STEP TEST HINT: the program fails this test, with this hint. What is in
# around runs it.
hinted() {
    requires run
    MINE=yes STEP=$1 PROG=$box/mine run "${around[@]}" bats --tap -f "$2" "tests/$1.bats"
    says 1 "hint: " "$3"
}

@test "no child: 01 hints at clone" {
    learner 0
    hinted 01-clone-wait 'a process of its own' 'clone() a child for it'
}

@test "the same hostname: 02 hints at sethostname and CLONE_NEWUTS" {
    requires root
    learner 1
    hinted 02-uts 'the hostname is ours' 'sethostname(2) before execvp(3)'
    hinted 02-uts 'UTS namespace' 'CLONE_NEWUTS'
}

@test "the same process IDs: 03 hints at CLONE_NEWPID" {
    requires root
    learner 2
    hinted 03-pid 'is PID 1' 'CLONE_NEWPID'
    hinted 03-pid 'can be signalled' 'CLONE_NEWPID'
    hinted 03-pid 'when PID 1 ends' 'CLONE_NEWPID'
}

@test "the host's /proc: 04 hints at mount" {
    requires root
    learner 3
    hinted 04-mount-proc 'own processes only' 'mount a new proc on /proc'
    hinted 04-mount-proc 'mount namespace' 'CLONE_NEWNS'
    hinted 04-mount-proc 'no mount inside stays' 'MS_REC|MS_PRIVATE on /'
}

@test "the host's files: 05 hints at chroot" {
    requires root
    learner 5 -DNO_CHROOT
    hinted 05-chroot '/ is ROOTFS' 'chroot(2) to ROOTFS'
    hinted 05-chroot 'file of the host' 'chroot(2), then chdir(2)'
    hinted 05-chroot 'not there' 'look at what chroot(2) returns; exit(125)'
}

@test "the host's network: 06 hints at CLONE_NEWNET" {
    requires root
    learner 5
    hinted 06-net 'network namespace' 'CLONE_NEWNET'
    # A host may have lo alone, which does not tell.
    around=(unshare -n sh -c 'ip link add type veth && exec "$@"' sh)
    hinted 06-net 'no interface' 'CLONE_NEWNET'
    around=()
    hinted 06-net 'listener of the host' 'CLONE_NEWNET'
}

@test "a program that breaks promises fails, and the last line counts them" {
    wrong_statuses
    PATIENCE=1 run make -s check STEP=00 PROG="$box/mine"
    says 2 'not ok 7 00-exec: a command that is not there gives 127' 'failed, 0 skipped'
}
wrong_statuses() {
    printf '#!/bin/sh\n"$@" || exit 1\n' >"$box/mine"
    chmod 755 "$box/mine"
}

@test "wrong exit statuses: 00 hints at the right ones" {
    wrong_statuses
    hinted 00-exec "status is the command's" 'return what the command returned'
    hinted 00-exec 'not there' 'exit(127)'
    hinted 00-exec 'cannot be executed' 'exit(126)'
    hinted 00-exec 'no command at all' 'look at argc'
}

@test "a failure that goes unnoticed: the call is named" {
    command -v strace >/dev/null || skip "needs strace"
    requires root
    sed 's/if (sethostname("learner", 7))/if (sethostname("learner", 7) > 0)/' \
        tests/learner.c >"$box/mine.c"
    "${CC:-cc}" -DSTEP=2 "$box/mine.c" -o "$box/mine"
    hinted 02-uts 'if sethostname fails' 'look at what sethostname returns; exit(125)'
}

@test "no program, no such program, its source, its directory: said in words" {
    run make -s check STEP=02
    says 2 'which program? make check STEP=02 PROG=./mine'
    run make -s check STEP=02 PROG="$box/mine"
    says 2 "there is no $box/mine; compile it: cc -o mine mine.c"
    cp tests/learner.c "$box/mine.c"
    run make -s check STEP=02 PROG="$box/mine.c"
    says 2 "$box/mine.c is the source; compile it:" "cc -o $box/mine $box/mine.c"
    run make -s check STEP=02 PROG="$box"
    says 2 "$box is a directory" "PROG=$box/container"
    touch "$box/mine"
    run make -s check STEP=02 PROG="$box/mine"
    says 2 "$box/mine cannot be executed; chmod +x"
}

@test "not root: 02 and later say so, 00 and 01 do not need it" {
    requires root
    learner 2
    run setpriv --reuid=65534 --regid=65534 --clear-groups \
        tests/check 02-uts "$box/mine"
    says 2 'needs root' "sudo make check STEP=02 PROG=$box/mine"
}
