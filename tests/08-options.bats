# 08-full promises: options as docker run has them, and a line that helps for
# each value that is wrong.
load helpers

# Some of the tests need no container.
requires_step() { :; }

# limit FILE: what the group of the command has there.
limit() { cat "$cgroup_root$(cut -d: -f3 "/proc/$pid/cgroup")/$1"; }

@test "--hostname names the machine" {
    requires 08
    expect 0 with "--hostname box-1.example" hostname
    assert_equal "$output" box-1.example "sethostname(2)"
    expect 0 with "--hostname box" sh -c 'echo $HOSTNAME'
    assert_equal "$output" box "HOSTNAME in the environment"
}

@test "--memory, --pids-limit and --cpus set the limits" {
    requires 08 cgroup2
    program=("$PROG" --memory 64m --pids-limit 9 --cpus 0.25 "${program[@]:1}")
    start sleep 300
    assert_equal "$(limit memory.max)" $((64 << 20)) "memory.max"
    assert_equal "$(limit pids.max)" 9 "pids.max"
    assert_equal "$(limit cpu.max)" "25000 100000" "cpu.max"
}

@test "--pids-limit -1 is no limit" {
    requires 08 cgroup2
    program=("$PROG" --pids-limit -1 "${program[@]:1}")
    start sleep 300
    assert_equal "$(limit pids.max)" max "pids.max"
}

@test "--env sets a variable, or passes the caller's on" {
    requires 08
    export PASSED='two words'
    expect 0 with "--env A=1 --env PASSED --env NOT_SET --env=B=x=y" env
    assert_equal "$(grep -E '^(A|B|PASSED|NOT_SET)=' <<<"$output" | sort)" \
        $'A=1\nB=x=y\nPASSED=two words' "the last one wins over the clean ones"
}

@test "--workdir is where the command starts" {
    requires 08
    expect 0 with "--workdir /etc" pwd
    assert_equal "$output" /etc "chdir(2)"
    expect 125 with "--workdir /none" pwd
    assert_match "$output" "/none: No such file" "name it, and why"
}

@test "--workdir says when it is the user of --user who may not go there" {
    requires 08
    expect 125 with "--user 42 --workdir /root" pwd
    assert_equal "$output" "${PROG##*/}: chdir /root: user 42 may not go there" \
        "sudo would not help"
}

@test "--workdir does not follow a descriptor to the host" {
    requires 08
    exec 9</etc
    expect 125 with "--workdir /proc/self/fd/9" cat passwd
    exec 9<&-
}

@test "--user is who the command runs as, without a capability" {
    requires 08
    expect 0 with "--user 5:6" sh -c 'id -u; id -g; id -G; grep -E "Cap(Prm|Eff|Inh|Amb)" /proc/self/status | sort -u -k 2'
    assert_equal "${lines[*]:0:3}" "5 6 6" "setgroups(2), setresgid(2), setresuid(2)"
    assert_match "$output" $'Cap...:\t0000000000000000$' "all sets are empty"
    expect 0 with "--user 7" sh -c 'id -g; echo $HOME'
    assert_equal "$output" $'7\n/' "the group is the user, if there is none; HOME is no other's"
}

@test "--user nobody has mapped is refused, with 125" {
    requires 08
    expect 125 with "--user 70000" true
    assert_match "$output" "70000: Invalid argument" "name it, and why"
}

@test "--read-only: ROOTFS cannot be written, /dev/shm can" {
    requires 08
    expect 1 with --read-only touch /tmp/x
    assert_match "$output" "Read-only" "MOUNT_ATTR_RDONLY"
    expect 0 with --read-only touch /dev/shm/x
}

@test "--pid-file has the PID of the first process, once the command runs" {
    requires 08
    program=("$PROG" --pid-file "$BATS_TMPDIR/pid" "${program[@]:1}")
    start sleep 300
    wait_until [ -s "$BATS_TMPDIR/pid" ]
    assert_equal "$(cat "$BATS_TMPDIR/pid")" "$pid" "its PID outside"
    rm -f "$BATS_TMPDIR/pid"
}

@test "--pid-file that cannot be written gives 125, and no container" {
    requires 08
    requires strace
    program=(strace -f -qq -e trace=clone3 "${program[@]}")
    expect 125 with "--pid-file /no/such/dir/pid" true
    assert_match "$output" "/no/such/dir/pid: No such file" "name it, and why"
    [[ $output != *clone3* ]] || fail "find out before anything starts"
}

@test "--pid-file: no file, if there is no command" {
    requires root
    for failing in "--user 0 /no/such/command" "--workdir /no/such/dir true"; do
        # shellcheck disable=SC2086 # words
        set -- $failing
        expect $([ "$1" = --user ] && echo 127 || echo 125) "$PROG" \
            --pid-file "$BATS_TMPDIR/pid" "$1" "$2" "${program[@]:1}" "$3"
        [ ! -e "$BATS_TMPDIR/pid" ] || fail "there is one: $(cat "$BATS_TMPDIR/pid")"
    done
}

@test "--pid-file is no FIFO, no device and no link, and nothing starts" {
    requires root
    mkfifo "$BATS_TMPDIR/fifo"
    ln -s "$BATS_TMPDIR/victim" "$BATS_TMPDIR/link"
    for file in "$BATS_TMPDIR/fifo" "$BATS_TMPDIR/link" /dev/null; do
        expect 125 timeout 20 "$PROG" --pid-file "$file" "${program[@]:1}" sleep 300
        assert_match "$output" "$file: it has to be a file" "name it, and why"
    done
    [ ! -e "$BATS_TMPDIR/victim" ] || fail "the link was followed"
    rm "$BATS_TMPDIR/fifo" "$BATS_TMPDIR/link"
}

@test "--help fits one screen, and names every layer and every option" {
    expect 0 "$PROG" --help
    [ ${#lines[@]} -le 24 ] || fail "${#lines[@]} lines, 24 are a screen"
    assert_equal "$(awk 'length > 79' <<<"$output")" "" "79 columns"
    for word in $(sed -n 's/^    {"\([a-z-]*\)".*/--\1/p; s/.*= "\([a-z-]*\)",.*/\1/p' \
        "$TESTS/../steps/08-full/options.c"); do
        assert_match "$output" "$word" "tell it"
    done
}

@test "--version prints one line" {
    expect 0 "$PROG" --version
    assert_match "$output" '^container [0-9.]+$' "name and number"
}

@test "--help to a full disk is a failure" {
    expect 125 sh -c '"$0" --help >/dev/full' "$PROG"
}

# refused OPTION VALUE ACCEPTED: in one line, with 125.
refused() {
    expect 125 "$PROG" "$1" "$2" "$ROOTFS" true
    assert_match "$output" "$1 $2: .*$3" "name the option, the value, what is accepted"
    assert_equal "${#lines[@]}" 1 "one line"
}

@test "a wrong value gets one line: option, value, what is accepted" {
    for value in 0 -1 x 12x 1kk 99999999999g 9223372036854775808 ''; do
        refused --memory "$value" "number of bytes"
    done
    for value in 0 -2 x 1.5 ''; do refused --pids-limit "$value" "above 0"; done
    for value in 0 -1 x 0.001 4096 nan inf ''; do refused --cpus "$value" "0.01"; done
    for value in -x a_b "$(printf %064d 0)" ''; do refused --hostname "$value" letters; done
    for value in =x ''; do refused --env "$value" NAME=VALUE; done
    for value in root 1: 1:x -1 4294967295 1:2:3 ''; do refused --user "$value" UID; done
    for value in etc ''; do refused --workdir "$value" absolute; done
}

@test "a layer that is not there gives 125 and the names of those that are" {
    expect 125 "$PROG" --without nonsense "$ROOTFS" true
    assert_match "$output" "nonsense: .*user.*seccomp.*parent-death" "say what is accepted"
}

@test "an option that is not there gives 125 and the usage" {
    expect 125 "$PROG" --nonsense "$ROOTFS" true
    assert_match "$output" "nonsense.*usage:" "say what is accepted"
    expect 125 "$PROG" --memory
    assert_match "$output" "requires an argument.*usage:" "say what is missing"
}

@test "options behind ROOTFS are the command's" {
    requires 08
    expect 0 container probe args --without x
    assert_equal "$output" "[--without][x]" "getopt_long(3) with a +"
}
