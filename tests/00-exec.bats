# 00-exec promises: the command runs, and its caller cannot tell that there is
# a container around it: input, output, arguments and status are its own.
load helpers

@test "the output is the command's, and nothing else" {
    hint "execvp(3)"
    expect 0 container sh -c 'echo out; echo err >&2'
    assert_equal "$output" $'out\nerr' "print on stderr only when it fails"
}

@test "the input is the command's" {
    expect 0 container cat <<<"some text"
    assert_equal "$output" "some text" "leave standard input alone"
}

@test "arguments arrive unchanged" {
    expect 0 container probe args '' 'a b' '*' -- -x $'two\nlines' '$HOME'
    assert_equal "$output" $'[][a b][*][--][-x][two\nlines][$HOME]' \
        "hand argv to execvp(3) as it is"
}

@test "thousands of arguments arrive" {
    expect 0 container sh -c 'echo $#' sh $(seq 5000)
    assert_equal "$output" 5000 "hand argv to execvp(3) as it is"
}

@test "the exit status is the command's" {
    hint "return what the command returned: WEXITSTATUS(status), see wait(2)"
    expect 42 container sh -c 'exit 42'
    expect 0 container true
}

@test "a command killed by signal 9 gives 128 + 9" {
    start sleep 300
    kill -KILL "$pid"
    ends_with 137 "128 + n for death by signal n: see wait(2)"
}

@test "a command that is not there gives 127" {
    hint "if execvp(3) fails with ENOENT: exit(127), as a shell does"
    PATH=/usr/bin:/bin expect 127 container no-such-command
    assert_match "$output" "no-such-command: No such file" "name it, and why"
}

@test "a command that cannot be executed gives 126" {
    hint "if execvp(3) fails but not with ENOENT: exit(126), as a shell does"
    expect 126 container /etc/passwd
    assert_match "$output" "/etc/passwd: Permission denied" "name it, and why"
}

@test "a script whose interpreter is not there gives 127, and that is said" {
    echo '#!/no/interpreter' >"$ROOTFS/script"
    chmod 755 "$ROOTFS/script"
    expect 127 container "$(inside script)"
    rm "$ROOTFS/script"
    assert_match "$output" "interpreter \(#!\) or loader is missing" \
        "execve(2) fails with ENOENT for that, too"
}

# inside FILE: the path in the container of this file in ROOTFS.
inside() {
    case $STEP in
    0[0-4]*) echo "$ROOTFS/$1" ;;
    *) echo "/$1" ;;
    esac
}

@test "no command at all gives 125 and the usage" {
    hint "look at argc before you use argv; exit(125)"
    expect 125 "$PROG"
    assert_match "$output" "^usage: [^ ]+ $(arguments)CMD \[ARG\]\.\.\.$" \
        "say how to call it: usage: ..."
    assert_equal "$("$PROG" 2>/dev/null)" "" "stdout is the command's"
}

# What comes before the command, as the usage of the step has it.
arguments() {
    case $STEP in
    0[0-4]*) ;;
    0[5-7]*) echo "ROOTFS " ;;
    *) echo "\[OPTION\]\.\.\. ROOTFS " ;;
    esac
}

@test "SIGTERM ends it, with 143" {
    start sleep 300
    kill -TERM "$started"
    ends_with 143 "die of the signal, or exit with 128 + 15"
}

@test "its own namespaces are those of the step, and the rest the host's" {
    start sleep 300
    assert_equal "$(own_namespaces "$pid")" "$(namespaces_of_step)" \
        "the CLONE_NEW... flags of the step, each and no other"
}

@test "the host is as it was after 5 successes, a failure and 25 kills" {
    requires mounts
    run abuse
    assert_equal "$output" "" "what a run changes on the host, it changes back"
}

# In a mount namespace where / is shared, as it is under systemd. Prints what
# is no longer as it was. Kills are spread over the first 20 ms, the start.
abuse() {
    unshare --mount --propagation shared env BATS_TEST_DIRNAME="$TESTS" \
        STEP="$STEP" PROG="$PROG" bash "$TESTS/abuse.bash" 3>&-
}
