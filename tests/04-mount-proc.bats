# 04-mount-proc promises: the container has its own mounts, and a /proc of its
# own processes.
load helpers

@test "inside, /proc shows our own processes only" {
    expect 0 container sh -c 'echo /proc/[0-9]*'
    assert_equal "$output" /proc/1 "mount a new proc on /proc"
}

@test "inside, ps lists the command and nothing of the host" {
    hint "mount a new proc on /proc"
    expect 0 container ps -o pid,comm
    assert_match "$output" "^ *PID[^\n]*"$'\n'" +1 +ps$" "mount proc on /proc"
}

@test "its mount namespace is its own" {
    start sleep 300
    assert_match "$(own_namespaces "$pid")" mnt "CLONE_NEWNS"
}

@test "the host's /proc survives, even where / is shared" {
    hint "MS_REC|MS_PRIVATE on /, then mount proc"
    expect 0 with_shared_root "${program[@]}" true
    assert_equal "$output" "" "MS_REC|MS_PRIVATE before the first mount(2)"
}

@test "a mount inside does not show outside, even where / is shared" {
    allow_all
    hint "MS_REC|MS_PRIVATE on /, then mount proc"
    expect 0 with_shared_root "${program[@]}" mount -t tmpfs none /proc/fs
    assert_equal "$output" "" "MS_REC|MS_PRIVATE before the first mount(2)"
}

@test "no mount inside tells one outside, or hears from one" {
    start sleep 300
    assert_equal "$(grep -c -e 'shared:' -e 'master:' "/proc/$pid/mountinfo")" 0 \
        "MS_REC|MS_PRIVATE on /"
}

@test "inside, /proc has no programs, no devices and no set-user-ID files" {
    start sleep 300
    options=$(awk '$5 == "/proc" { print $6 }' "/proc/$pid/mountinfo" | tail -n 1)
    assert_match ",$options," ",nosuid,nodev,noexec," "MS_NOSUID, MS_NODEV, MS_NOEXEC"
}

@test "if the mounts cannot be made private, that is said, with 125" {
    requires strace
    fault mount 1
}

@test "if /proc cannot be mounted, that is said, with 125" {
    requires strace
    fault '/^(fsmount|mount)$' "$([[ $STEP == 08* ]] && echo 1 || echo 2)" mount
}

# with_shared_root CMD...: run it where / is shared, as it is under systemd;
# print what it has changed in the mount table, or done to /proc.
with_shared_root() {
    unshare --mount --propagation shared bash -c '
        before=$(cat /proc/self/mountinfo)
        "$@"
        [ -e "/proc/$$/status" ] || echo "/proc has lost us"
        diff <(echo "$before") /proc/self/mountinfo
    ' bash "$@"
}
