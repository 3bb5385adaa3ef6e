# 08-full promises: what is still open in 07 is closed, and --without LAYER
# opens it again.
load helpers

# without LAYER CMD...: leave the layer out.
without() {
    local layer=$1
    shift
    timeout -k 5 60 "${program[@]:0:${#program[@]}-1}" --without "$layer" \
        "$ROOTFS" "$@"
}

@test "its IPC namespace is its own; without ipc, it is the host's" {
    host=$(readlink /proc/self/ns/ipc)
    expect 0 container readlink /proc/self/ns/ipc
    [ "$output" != "$host" ] || fail "hint: CLONE_NEWIPC"
    expect 0 without ipc readlink /proc/self/ns/ipc
    assert_equal "$output" "$host" "--without ipc: no CLONE_NEWIPC"
}

@test "it sees its group as /; without cgroup, it sees the host's" {
    requires cgroup2
    expect 0 container cat /proc/self/cgroup
    assert_equal "$output" "0::/" "CLONE_NEWCGROUP after joining the group"
    expect 0 without cgroup cat /proc/self/cgroup
    assert_equal "$output" "$(cat /proc/self/cgroup)" "no group of its own"
}

@test "inside, the mount table has / and /proc, and no more" {
    expect 0 container awk '{ print $2 }' /proc/self/mounts
    assert_equal "$output" $'/\n/proc' "pivot_root(2), umount2(2) the old root"
}

@test "nobody climbs out of /; without root, the classic way leads out" {
    echo secret >"$TOOLS/secret"
    expect 1 container probe escape "$TOOLS/secret"
    expect 0 without root probe escape "$TOOLS/secret"
    assert_equal "$output" secret "chroot(2) alone: see its man page"
}

@test "a layer that is not there gives 125 and the names of those that are" {
    expect 125 without nonsense true
    assert_match "$output" "nonsense.*ipc.*root.*cgroup" "say what is accepted"
}

@test "an option that is not there gives 125 and the usage" {
    expect 125 "$PROG" --nonsense "$ROOTFS" true
    assert_match "$output" "nonsense.*usage:" "say what is accepted"
}

@test "options behind ROOTFS are the command's" {
    expect 0 container probe args --without x
    assert_equal "$output" "[--without][x]" "getopt_long(3) with a +"
}

@test "if ROOTFS cannot be made the root, that is said, with 125" {
    requires strace
    fault pivot_root 1
    fault umount2 1
    fault chdir 1
}
