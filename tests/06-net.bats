# 06-net promises: the container has its own network, with a working loopback.
load helpers

@test "its network namespace is its own" {
    start sleep 300
    assert_match "$(own_namespaces "$pid")" net "CLONE_NEWNET"
}

@test "inside, there is no interface but lo" {
    start sleep 300
    assert_equal "$(awk -F: 'NR > 2 { print $1 }' "/proc/$pid/net/dev")" \
        "    lo" "CLONE_NEWNET"
}

@test "inside, 127.0.0.1 answers" {
    hint "raise lo: SIOCSIFFLAGS with IFF_UP"
    expect 0 container sh -c 'rm -f /tmp/port; probe listen >/tmp/port & until [ -s /tmp/port ]; do :; done; probe connect $(cat /tmp/port)'
    assert_equal "$output" hello "raise lo: SIOCSIFFLAGS with IFF_UP"
}

@test "inside, a listener of the host cannot be reached" {
    rm -f "$TOOLS/port"
    probe listen >"$TOOLS/port" 3>&- &
    wait_until test -s "$TOOLS/port"
    expect 0 probe connect "$(cat "$TOOLS/port")"
    hint "CLONE_NEWNET"
    expect 1 container probe connect "$(cat "$TOOLS/port")"
    assert_match "$output" "Connection refused" "CLONE_NEWNET, and lo is up"
    kill $!
}

@test "if lo cannot be raised, that is said, with 125" {
    requires strace
    fault socket 1
    fault ioctl 1
}

@test "no socket of ours reaches the command" {
    sockets='ls -l /proc/$$/fd | sed -n "s/.*-> socket/socket/p" | sort'
    expect 0 container sh -c "$sockets"
    assert_equal "$(comm -13 <(sh -c "$sockets") - <<<"$output" | grep socket)" "" \
        "SOCK_CLOEXEC, or close(2)"
}
