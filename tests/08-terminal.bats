# 08-full promises: what it is started on is a terminal, and the command gets
# one of its own. What --without terminal opens again, the tests show, too.
load helpers

# terminal [STEP]... -- CMD...: run the program on a terminal: tests/pty.c.
# That the terminal is as it was afterwards, pty sees to.
terminal() {
    local steps=()
    until [ "$1" = -- ]; do steps+=("$1") && shift; done
    on_terminal "${steps[@]}" -- "${program[@]}" "${@:2}"
}
on_terminal() (
    set -o pipefail
    timeout -k 5 60 "$TOOLS/pty" "$@" 3>&- | tr -d "\r"
)

# A job for the shell inside: it says that it runs, and what it reads.
job=$'sh -c \'echo rea""dy; while read -r x; do echo "got $x"; done\'\r'
# In the run= of a STEP: the relay, and the command.
relay="\$(pgrep -o -P \$PID -x '${PROG##*/}')"
cat="\$(pgrep -P \$PID -x cat)"
# A command, and how it looks when it runs, and the relay, too.
prints=(sh -c "echo ready; exec cat")
running=(see=ready type=$'go\r' see=$'go\r\ngo\r\n')

@test "inside, standard input is a terminal; without terminal, the caller's" {
    expect 0 terminal -- stat -Lc %d /proc/self/fd/0
    [ "$output" != "$(stat -c %d /dev/pts)" ] || fail "hint: devpts, newinstance"
    add --without terminal
    expect 0 terminal -- stat -Lc %d /proc/self/fd/0
    assert_equal "$output" "$(stat -c %d /dev/pts)" "inherited from outside"
}

@test "inside, there is one terminal, and that is the controlling one" {
    expect 0 terminal -- sh -c 'tty; echo /dev/pts/*; echo here >/dev/tty'
    assert_equal "$output" $'/dev/pts/0\n/dev/pts/0 /dev/pts/ptmx\nhere' \
        "open /dev/pts/ptmx, TIOCSCTTY"
}

@test "inside, the terminal belongs to the user of --user" {
    add --user 5
    expect 0 terminal -- sh -c 'echo here >"$(tty)" && : <>/dev/ptmx'
    assert_equal "$output" here "fchown(2) the slave; ptmxmode=0666, for others"
}

@test "inside, the window is as large as outside, also when that changes" {
    expect 0 terminal see='24 80' size=50 see='50 80' -- \
        sh -c 'trap "stty size; exit 0" WINCH; stty size; sleep 300 & wait'
}

@test "inside, the terminal has the settings of the caller's" {
    expect 0 on_terminal -- sh -c 'stty intr ^X; "$@"; stty intr ^C' sh \
        "${program[@]}" stty -a
    assert_match "$output" "intr = \^X" "tcgetattr outside, tcsetattr inside"
    assert_match "$output" "[^-]icanon" "those that it had before it became raw"
}

@test "a command cannot leave the caller's terminal raw; without terminal, it can" {
    expect 0 terminal -- stty raw
    add --without terminal
    expect 99 terminal -- stty raw
}

@test "a command cannot type into the caller's terminal; without terminal, it can" {
    grep -qsx 0 /proc/sys/dev/tty/legacy_tiocsti && skip "the kernel forbids it"
    add --without seccomp
    caller='"$@"; echo READY; read -r line; echo "got $line"'
    expect 0 on_terminal see=READY type=$'mine\r' -- sh -c "$caller" sh \
        "${program[@]}" probe type $'evil\n'
    assert_match "$output" "got mine" "setsid(2), and no descriptor of it"
    add --without terminal
    expect 0 on_terminal see=READY type=$'mine\r' -- sh -c "$caller" sh \
        "${program[@]}" probe type $'evil\n'
    assert_match "$output" "got evil" "TIOCSTI: see ioctl_tty(2)"
}

@test "a session of its own, also where there is no terminal" {
    expect 0 container awk '{ print $6 }' /proc/self/stat
    assert_equal "$output" 1 "setsid(2)"
    expect 0 without terminal awk '{ print $6 }' /proc/self/stat
    assert_equal "$output" 0 "the caller's session is not to be seen inside"
}

@test "Ctrl-C ends what the shell inside has started, and nothing else" {
    expect 7 terminal see='# ' type="$job" see=ready type=$'\003' see='# ' \
        type=$'echo $?\r' see=130 type=$'exit 7\r' -- sh
}

@test "Ctrl-C does nothing to PID 1, by the kernel's rule; with --init, it ends" {
    expect 0 terminal "${running[@]}" type=$'\003' see=^C \
        type=$'here\r' see=$'here\r\nhere' type=$'\004' -- "${prints[@]}"
    add --init
    expect 130 terminal "${running[@]}" type=$'\003' -- "${prints[@]}"
}

@test "Ctrl-Z stops what the shell inside has started, and fg continues it" {
    expect 7 terminal see='# ' type=$'sleep 300 &\r' see='# ' \
        type="$job" see=ready type=$'\032' see=Stopped see='# ' \
        type=$'jobs\r' see=Running see='# ' type=$'fg %2\r' see=$'fg %2\r\n' \
        type=$'here\n' see='got here' type=$'\003' see='# ' \
        type=$'exit 7\r' -- sh
}

@test "Ctrl-Z does not stop a command that nobody could continue" {
    expect 0 terminal "${running[@]}" type=$'\032' see=^Z \
        type=$'here\r' see=$'here\r\nhere' type=$'\004' -- "${prints[@]}"
    add --init
    expect 0 terminal "${running[@]}" type=$'\032' see=^Z \
        type=$'here\r' see=$'here\r\nhere' type=$'\004' -- "${prints[@]}"
}

@test "the terminal is as it was when the command was killed" {
    expect 137 terminal "${running[@]}" run="kill -KILL $cat" -- "${prints[@]}"
}

@test "the terminal is as it was when the program was killed" {
    expect 137 terminal "${running[@]}" run='kill -KILL $PID' -- "${prints[@]}"
}

@test "the terminal is as it was when the program was killed alone" {
    add --without parent-death
    expect 137 terminal "${running[@]}" run='kill -KILL $PID' -- "${prints[@]}"
}

@test "the terminal is as it was when the program was told to end" {
    expect 143 terminal "${running[@]}" run='kill -TERM $PID' -- "${prints[@]}"
}

@test "the keeper has nothing open but a socket and a pidfd" {
    # It would keep the relay from its end of file, and the terminal raw.
    expect 0 terminal "${running[@]}" type=$'\004' \
        run='ls -l /proc/$(pgrep -P $PID -x keeper)/fd >"$TOOLS/fds"' -- "${prints[@]:0:2}" \
        'echo ready; cat; sleep 0.3'
    assert_equal "$(sed -n 's/.*-> //p' "$TOOLS/fds" | grep -vc '/dev/pts')" 2 "$(cat "$TOOLS/fds")"
}

@test "the terminal is as it was when the relay was killed" {
    expect 1 terminal "${running[@]}" run="kill -KILL $relay" -- "${prints[@]}"
}

@test "the relay goes on when it is told to end" {
    expect 0 terminal "${running[@]}" run="kill -HUP $relay" \
        run="kill -INT $relay" run="kill -TERM $relay" \
        type=$'here\r' see=$'here\r\nhere' type=$'\004' -- "${prints[@]}"
}

@test "the terminal is as it was when there was no container" {
    program[-1]=/nonexistent
    expect 125 terminal -- true
}

@test "after a stop, whatever a shell has set meanwhile, it goes on" {
    raw='until stty -a | grep -q -- -isig; do sleep 0.02; done'
    expect 0 terminal "${running[@]}" run='kill -STOP -$PID' \
        run='stty sane </proc/$PID/fd/0' run='kill -CONT -$PID' \
        run="( $raw ) </proc/\$PID/fd/0" \
        type=$'here\r' see=$'here\r\nhere' type=$'\004' \
        run='until [ ! -e /proc/$PID/fd/0 ]; do sleep 0.02; done' -- "${prints[@]}"
    assert_equal "$(grep -c here <<<"$output")" 2 "raw, or it echoes, too"
}

@test "when the terminal is closed, the container ends" {
    expect 129 terminal "${running[@]}" hang -- "${prints[@]}"
    expect 129 on_terminal "${running[@]}" hang -- sh -c 'trap "" HUP; exec "$@"' \
        sh "${program[@]}" "${prints[@]}"
    add --init
    expect 129 terminal "${running[@]}" hang -- "${prints[@]}"
}

@test "a megabyte comes out as it went in" {
    numbers='yes 1234567 | head -n 125000'
    expect 0 terminal -- sh -c "$numbers"
    assert_equal "$(md5sum <<<"$output")" "$(sh -c "$numbers" | md5sum)" \
        "read until EIO: then the slave is closed, and the master empty"
}

@test "what a command prints last comes out" {
    expect 0 terminal see=ready run="relay=$relay; kill -STOP \$relay
        command=\$(pgrep -P \$PID -x sh); kill -TERM \$command
        while [ -e /proc/\$command ]; do sleep 0.02; done
        kill -CONT \$relay" see=last -- sh -c 'trap "echo last; exit 0" TERM
        echo ready; sleep 300 & wait'
}

@test "a long text goes in as it was typed" {
    text=$(printf %0100000d 7)
    expect 0 terminal see=ready type="$text" -- \
        sh -c 'stty raw -echo; echo ready; head -c 100000 | md5sum'
    assert_match "$output" "$(printf %s "$text" | md5sum)" "short writes, EAGAIN"
}

@test "input may be a pipe: the terminal is the command's own all the same" {
    expect 0 on_terminal -- sh -c 'echo text | "$@"' sh "${program[@]}" \
        sh -c 'cat; readlink /proc/self/fd/1; readlink /proc/self/fd/2'
    assert_equal "$output" $'text\n/dev/pts/0\n/dev/pts/0' "isatty(3) on 1 and 2"
}

@test "output may be a file: it gets no carriage returns" {
    expect 0 on_terminal -- sh -c '"$@" >"$0"' "$TOOLS/file" "${program[@]}" \
        sh -c 'tty; echo error >&2'
    assert_equal "$(cat "$TOOLS/file")" /dev/pts/0 "isatty(3) on 1"
    assert_equal "$output" error "what is for the terminal goes to it"
}

@test "in the background, the command runs, and has nothing to read" {
    expect 0 on_terminal -- bash -mc '"$@" & wait $!' bash "${program[@]}" \
        sh -c 'cat; echo done'
    assert_match "$output" done "tcgetpgrp(3) says who is in the foreground"
}

@test "the exit status comes through" {
    expect 3 terminal -- sh -c 'exit 3'
    expect 127 terminal -- /nonexistent
    assert_match "$output" "/nonexistent: No such file" "what we say is relayed"
}

# fault_on_terminal CALL N: what the program does when its Nth CALL fails.
fault_on_terminal() {
    expect 125 on_terminal -- strace -f -qq -o /dev/null -e "trace=$1" \
        -e "inject=$1:error=EPERM:when=$2" "${program[@]}" true
    assert_match "$output" "${PROG##*/}: .*: Operation not permitted" \
        "say which call has failed, and why"
}

@test "if there is no terminal to be had, that is said, with 125" {
    requires strace
    fault_on_terminal setsid 1
    fault_on_terminal socketpair 1
    fault_on_terminal signalfd4 1
    fault_on_terminal recvmsg 1
    fault_on_terminal fchown 1
    fault_on_terminal sendmsg 1
}

# What the caller sees, carriage returns and all.
exactly() { timeout -k 5 60 "$TOOLS/pty" "$@" 3>&- | od -c -An | tr -d ' \n'; }

@test "no descriptor is the caller's terminal, wherever the others lead" {
    for redirection in '</dev/null' '</dev/null >"$0"' '</dev/null 2>"$0"' '2>"$0"'; do
        expect 0 on_terminal -- bash -c '"$@" '"$redirection" "$TOOLS/file" "${program[@]}" \
            sh -c 'for fd in 0 1 2; do [ ! -t $fd ] || stat -Lc %d /proc/self/fd/$fd; done >/dev/shm/x
                ! grep -x '"$(stat -c %d /dev/pts)"' /dev/shm/x'
    done
    for start in 'setsid -w' ''; do
        expect 0 on_terminal -- bash -mc "$start"' "$@" & wait $!' bash "${program[@]}" \
            sh -c 'for fd in 0 1 2; do [ ! -t $fd ] || stat -Lc %d /proc/self/fd/$fd; done >/dev/shm/x
                ! grep -x '"$(stat -c %d /dev/pts)"' /dev/shm/x'
    done
}

@test "what is typed for another is not read: input elsewhere, or in the background" {
    caller='"$@" & p=$!; wait $p; read -r line; echo "got $line"'
    expect 0 on_terminal see=ready type=$'mine\r' see='got mine' -- bash -c "$caller </dev/tty" \
        bash "${program[@]}" sh -c 'echo ready >&2; cat /dev/tty & sleep 1; kill $!'
}

@test "in a pipe, the lines are as the terminal has them, and less gets its keys" {
    expect 0 exactly -- bash -c '"$@" | cat' bash "${program[@]}" \
        sh -c 'echo one; echo two; sleep 0.2'
    assert_equal "$output" 'one\r\ntwo\r\n' "raw only if the command is on the terminal"
    expect 0 on_terminal see=READY type=q see=key -- bash -c '"$@" | {
        stty -icanon -echo </dev/tty; echo READY; k=$(head -c 1 </dev/tty)
        stty icanon echo </dev/tty; echo "key $k"; }' bash "${program[@]}" sh -c 'while echo; do sleep 0.1; done'
    assert_match "$output" "key q" "somebody else has set its attributes"
}

@test "a shell in a pipe has its prompt, and what is typed" {
    expect 0 on_terminal see='# ' type=$'echo he""re\r' see=here see='# ' \
        type=$'exit 3\r' -- bash -c '"$@" | cat' bash "${program[@]}" sh -i
}

@test "what others print meanwhile begins at the left" {
    expect 0 exactly see=ready run='printf "x\ny\n" >/proc/$PID/fd/2' type=$'\004' -- \
        "${program[@]}" "${prints[@]}"
    assert_match "$output" 'x\\r\\ny\\r\\n' "leave OPOST alone"
    assert_match "$output" 'ready\\r\\n' "and print no carriage return twice"
    [[ $output != *'\r\r'* ]] || fail "$output"
}

@test "with --init, where another session has the terminal" {
    add --init
    expect 0 on_terminal -- setsid -w "${program[@]}" sh -c 'echo fine'
    assert_match "$output" fine "TIOCSCTTY fails with EPERM"
}

@test "who prints without end does not hold the program when the command has ended" {
    start sleep 300
    begin=$SECONDS
    expect 0 on_terminal see=ready -- "${PROG%container}enter" "$pid" \
        sh -c 'trap "" HUP; yes >/dev/tty & echo ready; exit 0'
    [ $((SECONDS - begin)) -le 10 ] || fail "it took $((SECONDS - begin)) seconds"
}
