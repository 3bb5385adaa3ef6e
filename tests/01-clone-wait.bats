# 01-clone-wait promises: the command is a child. Its end is noticed, and it
# does not outlive the program.
load helpers

@test "the command is a process of its own" {
    start sleep 300
    assert_match "$pid" "^[0-9]+$" "the command is there"
    [ "$pid" != "$started" ] || fail "it is the program" "hint: clone() a child for it"
}

@test "the program ends when the command has ended, not before" {
    hint "waitpid(2) before you return"
    expect 0 container sh -c 'sleep 0.2; echo the end'
    assert_equal "$output" "the end" "waitpid(2) before you return"
}

@test "the status arrives even if the caller ignores SIGCHLD" {
    hint "signal(SIGCHLD, SIG_DFL) before you start the child"
    program=(env --ignore-signal=CHLD "${program[@]}")
    expect 42 container sh -c 'exit 42'
}

@test "when the program is killed, the command dies" {
    start sleep 300
    hint "prctl(PR_SET_PDEATHSIG, SIGKILL) in the child"
    kill -KILL "$started"
    wait_until is_gone "$pid"
}

@test "a container that cannot be made gives 125 and names clone" {
    requires strace
    fault '/^clone3?$' 1 clone
}
