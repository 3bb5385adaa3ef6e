# 02-uts promises: the container has its own hostname.
load helpers

@test "inside, the hostname is ours" {
    expect 0 container hostname
    [ "$output" != "$(uname -n)" ] ||
        fail "got:  $output, as outside" "hint: sethostname(2) before execvp(3)"
    assert_match "$output" '^handmade$' "sethostname(2) before execvp(3)"
}

@test "inside, the hostname can be changed; outside, it is what it was" {
    allow_all
    hint "CLONE_NEWUTS"
    expect 0 container sh -c 'hostname changed && hostname'
    assert_equal "$output" changed "the command may rename its machine"
    assert_equal "$(uname -n)" "${before%%$'\n'*}" "CLONE_NEWUTS"
}

@test "its UTS namespace is its own" {
    start sleep 300
    assert_match "$(own_namespaces "$pid")" uts "CLONE_NEWUTS"
}

@test "if sethostname fails, that is said, with 125" {
    requires strace
    fault sethostname 1
}
