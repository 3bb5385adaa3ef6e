# 07-cgroups promises: the container has limits, from its first instruction on,
# and it goes when the program goes, with its group.
load helpers

# Some of the tests are for machines on which no container can be made.
requires_step() { requires "${STEP/07*/06}"; }

# The container's group: a directory of the host.
group() { echo "$cgroup_root$(cut -d: -f3 "/proc/$pid/cgroup")"; }
# limit FILE: what the group has there.
limit() { cat "$(group)/$1"; }

@test "its first instruction runs in a group of its own" {
    requires cgroup2
    expect 0 container cat /proc/self/cgroup
    [ "$output" != "$(cat /proc/self/cgroup)" ] ||
        fail "got: $output" "hint: cgroup.procs first, then execvp(3)"
}

@test "the limits are 20 processes, 100 MiB, no swap and half a CPU" {
    requires cgroup2
    start sleep 300
    assert_equal "$(limit pids.max)" 20 "pids.max"
    assert_equal "$(limit memory.max)" $((100 << 20)) "memory.max"
    assert_equal "$(limit memory.swap.max)" 0 "memory.swap.max"
    assert_equal "$(limit cpu.max)" "50000 100000" "cpu.max"
}

@test "a fork bomb stops at 20 processes" {
    requires cgroup2
    hint "pids.max 20"
    expect 0 container probe fork 40
    assert_equal "$output" 19 "19 children and their parent: pids.max"
}

# Each file that the program opens, and cgroup.procs among them, takes it 0.2 s
# longer; the container is not slower.
@test "the limits are there from the first instruction on, set late or not" {
    requires cgroup2 strace
    program=(strace -o /dev/null -e 'trace=/^open(at)?$'
        -e 'inject=/^open(at)?$:delay_enter=200000' "${program[@]}")
    expect 0 container probe fork 40
    assert_equal "$output" 19 "cgroup.procs first, then execvp(3)"
}

@test "a command that takes more memory than allowed is killed: 137" {
    requires cgroup2
    expect 0 container probe eat 50
    hint "memory.max 100M and memory.swap.max 0"
    expect 137 container probe eat 150
}

@test "a busy loop gets half a CPU" {
    requires cgroup2
    start sh -c 'while :; do :; done'
    wait_until throttled 10
    share=$(awk '/^usage_usec/ { used = $2 } /^nr_periods/ { n = $2 }
        END { print int(used / n / 1000) }' "$(group)/cpu.stat")
    assert_match "$share" '^(4[0-9]|5[0-9])$' "of each 100 ms, 50: cpu.max"
}
throttled() { [ "$(awk '/^nr_throttled/ { print $2 }' "$(group)/cpu.stat")" -ge "$1" ]; }

@test "the group is gone when the command has ended, however it ends" {
    requires cgroup2
    start sleep 300
    group=$(group)
    assert_equal "$(ls -d "$group")" "$group" "it is there now"
    kill -KILL "$pid"
    ends_with 137 "the command was killed"
    [ ! -e "$group" ] || fail "hint: rmdir(2) the group after waitpid(2)"
}

@test "the program does not return before its keeper has removed the group" {
    requires cgroup2
    start sleep 300
    keeper=$(pgrep -P "$started" -x keeper)
    kill -STOP "$keeper"
    kill -KILL "$pid"
    wait_until is_gone "$pid"
    ! PATIENCE=1 wait_until is_gone "$started" 2>/dev/null || fail "it has returned"
    kill -CONT "$keeper"
    ends_with 137 "waitpid(2) for the keeper"
}

@test "when the program is killed, everything in the container dies, and the group goes" {
    requires cgroup2
    start sh -c 'sleep 300 <&- >&- 2>&- & exec sleep 300 "$0"'
    group=$(group)
    hint "a process that waits for the program's end, and writes to cgroup.kill"
    kill -KILL "$started"
    wait_until no_survivors
    wait_until no_directory "$group"
}
no_directory() { [ ! -e "$1" ]; }

@test "when a signal ends the program, the container ends, and the group goes" {
    requires cgroup2
    for signal in HUP INT QUIT TERM; do
        start_with_signals sleep 300
        group=$(group)
        kill -$signal "$started"
        ends_with $((128 + $(kill -l $signal))) "die as the signal says"
        hint "after SIG$signal, as after SIGKILL: who removes the group?"
        wait_until no_directory "$group"
    done
}

@test "a SIGHUP that nohup ignores is ignored" {
    requires cgroup2
    program=(env --ignore-signal=HUP "${program[@]}")
    start sleep 300
    kill -HUP "$started"
    kill -TERM "$started"
    ends_with 143 "leave a signal ignored that was ignored"
}

# What ends a service ends all its processes, each by a SIGTERM; what ends a
# job, all in its process group, by a SIGKILL if it has to be.
@test "ended as a job or a service, the container ends, and the group goes" {
    requires cgroup2
    for signal in TERM KILL; do
        set -m
        start_with_signals sleep 300
        set +m
        group=$(group)
        hint "setsid(2), and block signals, in the process that removes the group"
        end_by_$signal
        wait_until is_gone "$pid"
        wait_until no_directory "$group"
    done
}

# shellcheck disable=SC2046 # one word a process
end_by_TERM() { kill -TERM "$started" $(pgrep -P "$started"); }
end_by_KILL() { kill -KILL -- "-$started"; }

@test "a run leaves the group of another run alone" {
    requires cgroup2
    start sleep 300
    expect 0 container true
    assert_equal "$(limit pids.current)" 1 "remove only what is yours, or dead"
}

@test "20 containers at a time get a group each" {
    requires cgroup2
    for i in {1..20}; do
        "${program[@]}" true 3>&- &
        runs+=($!)
    done
    for run in "${runs[@]}"; do wait "$run"; done
}

@test "without cgroup v2's controllers, that is said, with 125" {
    requires cgroup1
    expect 125 "$PROG" "$ROOTFS" true
    assert_match "$output" "cgroup v[12] is .*"$'\n'"?.*" "say what is missing"
}

@test "with cgroups mounted read-only, that is said, with 125" {
    requires cgroup2
    expect 125 private "mount -o remount,bind,ro $cgroup_root"
    assert_match "$output" "Read-only file system.*make vm" "name the file"
}

@test "with no cgroup v2 mounted, that is said, with 125" {
    requires cgroup2
    expect 125 private "umount -R $cgroup_root"
    assert_match "$output" "There is no cgroup v2. Run: mount" "say what is missing"
}

@test "in a group that has processes and no controllers, that is said, with 125" {
    requires cgroup2
    expect 125 nested "$cgroup_root/undelegated" cpu memory pids
    assert_match "$output" "cgroup.subtree_control: Device or resource busy" \
        "EBUSY: name the file"
}

@test "in a tree that lacks a controller, it is named, with 125" {
    requires cgroup2
    expect 125 nested "$cgroup_root/poor" cpu pids
    assert_match "$output" "[+]memory .*cgroup.controllers" "name the controller"
}

@test "if a limit cannot be set, that is said, with 125, and no group is left" {
    requires cgroup2 strace
    fault mkdir 1
    fault clone 1 fork # the keeper
    [[ $STEP == 08* ]] && fault clone3 1 clone || fault clone 2
}

# private COMMAND: run the program in mount namespace that COMMAND changed.
private() {
    unshare --mount --propagation private sh -c "$1 && shift && exec \"\$@\"" \
        sh "$1" "${program[@]}" true
}

# nested GROUP CONTROLLER...: run the program in a container-like place: GROUP
# is the root of the tree it sees, has it in it, and only these controllers.
nested() {
    local group=$1 rc=0
    shift
    mkdir -p "$group/root"
    printf '+%s\n' "$@" >"$group/cgroup.subtree_control" || return 1
    bash -c 'echo $$ >"$0/cgroup.procs" && exec unshare -C -m sh -c "
        umount -R $1 && mount -t cgroup2 none $1 && shift && exec \"\$@\"
        " sh "$@"' "$group/root" "$cgroup_root" "${program[@]}" true || rc=$?
    rmdir "$group/root" "$group"
    return $rc
}
