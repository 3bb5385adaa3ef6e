# 08-full promises: with --init, PID 1 is ours, and does what the command
# would have to do in its place.
load helpers

# The command's parent, where it is PID 1.
init() { awk '/^PPid:/ { print $2 }' "/proc/$pid/status"; }

# orphan PID: the sleep that the command has left to it, once it is another.
orphan() { pgrep -P "$1" -x sleep | grep -vx "$pid"; }
has_orphan() { grep -qx sleep "/proc/$pid/comm" && orphan "$1" >/dev/null; }
has_none() { ! orphan "$1" >/dev/null; }

# Has the command printed this line?
has_printed() { grep -qsx "$1" "$BATS_TMPDIR/out.$$"; }

@test "with --init, the command is PID 2; without, PID 1" {
    expect 0 container sh -c 'echo $$'
    assert_equal "$output" 1 "without --init, nobody is between"
    add --init
    expect 0 container sh -c 'echo $$; cat /proc/1/comm'
    assert_equal "$output" "2"$'\n'"${PROG##*/}" "fork(2); the child executes"
}

@test "with --init, orphans do not stay zombies; without, they do" {
    leave_orphan='(sleep 300 &); exec sleep 300 "$0"'
    start sh -c "$leave_orphan"
    wait_until has_orphan "$pid"
    kill -KILL "$(orphan "$pid")"
    wait_until pgrep -P "$pid" -r Z
    kill -KILL "$pid"
    ends_with 137 "128+n"
    add --init
    start sh -c "$leave_orphan"
    wait_until has_orphan "$(init)"
    kill -KILL "$(orphan "$(init)")"
    wait_until has_none "$(init)"
}

# passes_on SIGNAL: PID 1 gets it, and the command hears of it.
passes_on() {
    kill -s "$1" "$(init)"
    wait_until has_printed "$1"
}

@test "with --init, the command gets the signals that PID 1 gets" {
    add --init
    start_with_signals sh -c 'for s in HUP INT QUIT USR1 TERM; do trap "echo $s" $s; done
        echo go; sleep 300 & until wait; do :; done'
    wait_until has_printed go
    passes_on HUP
    passes_on INT
    passes_on QUIT
    passes_on USR1
    passes_on TERM
}

@test "with --init, a signal to the program reaches the command" {
    add --init
    start_with_signals sh -c 'trap "exit 9" TERM; echo ready; while :; do sleep 0.1; done'
    wait_until has_printed ready
    kill -TERM "$started"
    ends_with 9 "PID 1 passes it on"
}

@test "with --init, a signal that comes while it starts is not lost" {
    add --init
    for delay in 0.001 0.002 0.004 0.008; do
        expect 143 timeout --preserve-status -k 20 -s TERM $delay "${program[@]}" sleep 10
    done
}

@test "with --init, the command does not hear of others' children" {
    add --init
    expect 0 container sh -c 'trap "echo CHLD" CHLD; trap "exit 0" WINCH
        kill -CHLD 1; kill -WINCH 1; while :; do :; done'
    assert_equal "$output" "" "SIGCHLD is PID 1's own"
}

@test "with --init, the status is the command's" {
    add --init
    expect 0 container true
    expect 5 container sh -c 'exit 5'
    expect 143 container sh -c 'kill -TERM $$'
    expect 137 container sh -c 'kill -KILL $$'
    expect 126 container /etc
    expect 127 container /nonexistent
}

@test "with --init, another's end is not the command's" {
    add --init
    expect 5 container sh -c '(sh -c "exit 3" &); sleep 0.1; exit 5'
}

@test "with --init, a command that is stopped has not ended" {
    add --init
    start sleep 300
    kill -STOP "$pid"
    wait_until grep -q '^State:.T' "/proc/$pid/status"
    kill -CONT "$pid"
    kill -TERM "$pid"
    ends_with 143 "waitpid(2) without WUNTRACED"
}

@test "with --init, all end with the command" {
    add --init
    expect 0 container sh -c 'sleep 300 & setsid sleep 300 & exit 0'
    no_survivors || fail "hint: the kernel kills them when PID 1 ends"
}

@test "with --init, Ctrl-C reaches the command once" {
    add --init
    count='trap "n=\$((n+1)); echo hit" INT; echo ready
        until [ "$line" ]; do read -r line; done; echo hits $n'
    expect 0 timeout -k 5 60 "$TOOLS/pty" see=ready type=$'\003' see=hit \
        type=$'end\r' -- "${program[@]}" sh -c "$count"
    assert_match "$output" "hits 1" "it is passed on, or comes from the terminal"
    expect 0 timeout -k 5 60 "$TOOLS/pty" -- "${program[@]}" \
        awk '{ print $8 }' /proc/self/stat
    assert_match "$output" ^2 "PID 1 is not in the foreground group: proc(5)"
}

@test "with --init, PID 1 has nothing open, and nothing to tell" {
    add --init
    export SECRET=secret
    start sleep 300
    assert_equal "$(ls "/proc/$(init)/fd")" "" "close_range(2)"
    # As root of the host, but for the capabilities: else another user's it is.
    expect 2 without user grep -c secret /proc/1/environ
    assert_match "$output" "Permission denied" "prctl(2), PR_SET_DUMPABLE"
}

@test "with --init, no signal changes for the command" {
    masks='/^Sig(Blk|Ign|Cgt)/'
    expect 0 container awk "$masks" /proc/self/status
    was=$output
    add --init
    expect 0 container awk "$masks" /proc/self/status
    assert_equal "$output" "$was" "as it was before PID 1 blocked all"
}
