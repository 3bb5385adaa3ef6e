# 01-clone-wait promises: the command is a child, and its end is noticed.
load helpers

@test "the command is a process of its own" {
    start sleep 300
    assert_match "$pid" "^[0-9]+$" "the command is there"
    [ "$pid" != "$started" ] || fail "it is the program" "hint: clone() a child for it"
}

@test "the program ends when the command has ended, not before" {
    hint "waitpid(2) before you return"
    # To a file: who reads a pipe waits for the command, too.
    container sh -c 'sleep 0.2; echo the end' >"$BATS_TMPDIR/out.$$"
    assert_equal "$(cat "$BATS_TMPDIR/out.$$")" "the end" "waitpid(2) before you return"
}

@test "a container that cannot be made gives 125 and names clone" {
    requires strace
    fault '/^clone3?$' 1 '(fork|clone)'
}
