# 03-pid promises: the container has its own process IDs.
load helpers

@test "inside, the command is PID 1, and its parent is 0" {
    expect 0 container sh -c 'echo $$ $PPID'
    assert_equal "$output" "1 0" "CLONE_NEWPID"
}

@test "one process has two PIDs, one outside and 1 inside" {
    start sleep 300
    assert_equal "$(awk '/^NSpid/ { print $2, $3 }' "/proc/$pid/status")" \
        "$pid 1" "NSpid in /proc/PID/status; CLONE_NEWPID"
}

@test "its PID namespace is its own" {
    start sleep 300
    assert_match "$(own_namespaces "$pid")" pid "CLONE_NEWPID"
}

@test "inside, no process of the host can be signalled" {
    hint "CLONE_NEWPID"
    expect 1 container sh -c "kill -0 $$ 2>/dev/null"
}

@test "when PID 1 ends, everything in the container ends" {
    hint "CLONE_NEWPID"
    expect 0 container sh -c 'sleep 300 <&- >&- 2>&- & exit 0'
    expect 0 no_survivors
}
