# 08-full promises: enter PID CMD runs one more command in a container, and it
# may do there what the container's own command may, no more.
load helpers

enter() { timeout -k 5 60 "$ENTER" "$@" 3>&-; }

setup() {
    ENTER=$BATS_TMPDIR/enter
    ln -sf "$PROG" "$ENTER"
    export MARK=$$.$RANDOM$RANDOM
    requires_step
    before=$(host_state)
}

@test "it joins every namespace" {
    start sleep 300
    expect 0 enter "$pid" sh -c 'for ns in cgroup ipc mnt net pid user uts; do
        readlink /proc/self/ns/$ns; done'
    assert_equal "$output" "$(for ns in cgroup ipc mnt net pid user uts; do
        namespace "$pid" $ns; done)" "setns(2) with a pidfd"
}

@test "it joins the cgroup: its limits hold" {
    requires cgroup2
    start sleep 300
    expect 0 enter "$pid" probe fork 40
    assert_equal "$output" 18 "the command, 19 of us: CLONE_INTO_CGROUP"
}

@test "its root directory is that of the container, and it starts there" {
    start sleep 300
    echo here >"$ROOTFS/mark"
    expect 0 enter "$pid" sh -c 'pwd; cat /mark'
    rm "$ROOTFS/mark"
    assert_equal "$output" $'/\nhere' "setns(2), chroot(2), chdir(2)"
}

@test "its root directory is right without root, too" {
    program=("$PROG" --without root "${program[@]:1}")
    start sleep 300
    expect 0 enter "$pid" ls /bin/probe
}

@test "it has the user, the capabilities, no_new_privs and the filter" {
    start sh -c 'grep -E "^(Uid|Gid|Groups|Cap|NoNew|Seccomp)" /proc/self/status; sleep 300; :' sh
    expect 0 enter "$pid" grep -E "^(Uid|Gid|Groups|Cap|NoNew|Seccomp)" /proc/self/status
    assert_equal "$output" "$(cat "$BATS_TMPDIR/out.$$")" "as the container's own command"
}

@test "it has the user of --user, and no capability" {
    program=("$PROG" --user 5:6 "${program[@]:1}")
    start sleep 300
    expect 0 enter "$pid" sh -c 'id -u; id -g; grep CapEff /proc/self/status'
    assert_equal "$output" $'5\n6\nCapEff:\t0000000000000000' "Uid in /proc/PID/status"
}

@test "it cannot do what the container's command cannot" {
    start sleep 300
    expect 1 enter "$pid" mount -t tmpfs none /mnt
    expect 1 enter "$pid" hostname changed
    expect 1 enter "$pid" unshare -U true
}

@test "what the container has without a layer, it has without, too" {
    program=("$PROG" --without caps --without seccomp --without nnp "${program[@]:1}")
    start sleep 300
    expect 0 enter "$pid" sh -c 'mount -t tmpfs none /mnt && umount /mnt
        grep -E "NoNewPrivs|Seccomp:" /proc/self/status | tr -d "\n"'
    assert_equal "$output" $'NoNewPrivs:\t0Seccomp:\t0' "read /proc/PID/status"
}

@test "the environment is clean, no descriptor is inherited, limits hold" {
    start sleep 300
    exec 9</etc
    SECRET=1 expect 0 enter "$pid" sh -c 'echo $SECRET $HOSTNAME; ls /proc/self/fd | wc -l; ulimit -n'
    exec 9<&-
    assert_equal "$output" $'handmade\n4\n1025' "as the container's own command"
}

@test "nobody inside can look into it while it joins" {
    requires strace
    program=("$PROG" --without user "${program[@]:1}")
    start sh -c 'while :; do for p in /proc/[0-9]*; do case $(readlink $p/exe) in
        "" | /bin/*) ;; *) echo "its program is on the host" ;; esac; done; done' sh
    expect 0 timeout 60 strace -f -qq -o /dev/null -e trace=chroot \
        -e inject=chroot:delay_enter=1000000 "$ENTER" "$pid" true
    assert_equal "$(sort -u "$BATS_TMPDIR/out.$$")" "" "PR_SET_DUMPABLE 0, before it joins"
}

@test "the exit status is the command's; 127, 126 and 128 + n as ever" {
    start sleep 300
    expect 42 enter "$pid" sh -c 'exit 42'
    PATH=/usr/bin:/bin expect 127 enter "$pid" no-such-command
    expect 126 enter "$pid" /etc/passwd
    expect 137 enter "$pid" sh -c 'kill -KILL $$'
}

@test "a signal reaches the command" {
    start sleep 300
    env --default-signal=TERM "$ENTER" "$pid" sleep 299.5 3>&- &
    wait_until pgrep -x -f 'sleep 299.5'
    kill -TERM $!
    wait_until is_gone $!
    run wait $!
    assert_equal "$status" 143 "128 + n"
    wait_until no_process 'sleep 299.5'
}

@test "a signal reaches a command that catches it, and it decides" {
    start sleep 300
    env --default-signal=TERM "$ENTER" "$pid" sh -c 'trap "exit 9" TERM
        echo ready; while :; do sleep 0.1; done' >"$TOOLS/said" 3>&- &
    wait_until grep -q ready "$TOOLS/said"
    kill -TERM $!
    wait_until is_gone $!
    run wait $!
    assert_equal "$status" 9 "forward SIGTERM"
}

@test "its status arrives even if the caller ignores SIGCHLD" {
    start sleep 300
    expect 42 env --ignore-signal=CHLD "$ENTER" "$pid" sh -c 'exit 42'
}

@test "inside, nothing of it but the command is to be seen" {
    start sleep 300
    expect 0 enter "$pid" sh -c 'set -- /proc/[0-9]*; echo $#'
    assert_equal "$output" 2 "PID 1, and this sh: the keeper is on the host"
}

@test "killed, it takes its command along, and the container lives on" {
    start sleep 300
    "$ENTER" "$pid" probe linger 299.6 3>&- &
    wait_until pgrep -x -f 'probe linger 299.6'
    kill -KILL $!
    wait_until no_process 'probe linger 299.6'
    run is_gone "$pid"
    assert_equal "$status" 1 "the container is not its child"
}
no_process() { ! pgrep -x -f "$1"; }

@test "on a terminal, it has one of the container's, and Ctrl-C reaches it" {
    start sleep 300
    expect 0 timeout -k 5 60 "$TOOLS/pty" -- "$ENTER" "$pid" tty
    assert_match "$output" "^/dev/pts/[0-9]+" "as the container's own command"
    expect 130 timeout -k 5 60 "$TOOLS/pty" see=ready type=$'\003' -- \
        "$ENTER" "$pid" sh -c 'echo ready; exec cat'
}

@test "a process that is not there, or in no container, gives 125 and its number" {
    expect 125 enter 4194305 true
    assert_match "$output" "4194305: No such process" "name it, and why"
    expect 125 enter $$ true
    assert_match "$output" "process $$ is in no container" "name it, and why"
}

@test "wrong usage gives 125 and the usage" {
    for args in "" "1" "x true" "0 true" "-1 true" "1x true"; do
        expect 125 enter $args
        assert_match "$output" "^usage: enter PID CMD" "say how to call it"
    done
}

@test "the number of a process is a number of a process" {
    for number in 4294967297 0x1 -1 1x ''; do
        expect 125 "$ENTER" "$number" true
        assert_match "$output" "^usage: " "at most PID_MAX_LIMIT, in decimal"
    done
}

@test "a command that is a link to our descriptors is not a program of the host" {
    start sleep 300
    for fd in {3..12}; do
        for way in "$fd/../../../../../../..$(command -v true)" "$fd/bin/probe"; do
            ln -sfn "/proc/self/fd/$way" "$ROOTFS/way"
            status=0
            enter "$pid" /way euid || status=$?
            [[ $status == 12[67] ]] || fail "descriptor $way: ended with $status"
        done
    done
    rm "$ROOTFS/way"
}

@test "a caller that has closed 0, 1 and 2 opens no way to our descriptors" {
    start sleep 300
    for fd in 0 1 2; do
        ln -sfn "/proc/self/fd/$fd/bin/probe" "$ROOTFS/way"
        status=0
        enter "$pid" /way euid <&- >&- 2>&- || status=$?
        [[ $status == 12[67] ]] || fail "enter, descriptor $fd: ended with $status"
        container /way euid <&- >&- 2>&- || status=$?
        [[ $status == 12[67] ]] || fail "container, descriptor $fd: ended with $status"
    done
    rm "$ROOTFS/way"
}

@test "PID 1 may have more groups than a page has room for" {
    start probe groups 3000 sleep 300
    expect 0 enter "$pid" id -u
    assert_equal "$output" 0 "read /proc/PID/status to its end"
}

@test "its standard output can be opened again" {
    start sleep 300
    output=$(enter "$pid" sh -c 'echo out >/dev/stdout' | cat)
    assert_equal "$output" out "fchown(2) a pipe of the caller's"
}

@test "each call that fails is one line, with 125" {
    requires strace
    start sleep 300
    for call in setns chroot fchdir clone3 pidfd_open prctl capset seccomp; do
        expect 125 timeout 60 strace -f -qq -o /dev/null \
            -e inject="$call:error=EPERM:when=1" "$ENTER" "$pid" true
        assert_match "$output" "^enter: .*Operation not permitted" "name the call"
    done
}
