# What common/inspect promises of control groups: limits, and whose group.
STEP=07-cgroups
load helpers

inspect=$TESTS/../common/inspect

@test "a container's group is shown with its limits" {
    requires cgroup2
    start sleep 300
    run "$inspect" "$pid"
    assert_match "$output" "cgroup +/[^,]*"$'\n'"    pids.max +20"$'\n'"    memory.max +104857600" "its own"
    assert_match "$output" "memory.swap.max +0"$'\n'"    cpu.max +50000 100000" "all four"
}

@test "a group that is ours too is said to be" {
    requires cgroup2
    sleep 300 3>&- &
    run "$inspect" $!
    assert_match "$output" "cgroup +/[^ ]*, as here" "no limits of its own"
}
