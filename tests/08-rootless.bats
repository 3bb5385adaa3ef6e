# 08-full promises: an ordinary user can start a container without sudo, and is
# root in it, and nobody else.
load helpers

# The user that runs the tests; or, if that is root, one who has no name. The
# ROOTFS is his own.
as_user=()
USER_ID=$(id -u) GROUP_ID=$(id -g)
if [ "$USER_ID" = 0 ]; then
    USER_ID=12345 GROUP_ID=12346
    as_user=(setpriv --reuid=$USER_ID --regid=$GROUP_ID --clear-groups)
fi

requires_step() { requires userns; }

setup() {
    requires_step
    hint=
    export MARK=$$.$RANDOM$RANDOM
    mine=$BATS_TMPDIR/mine
    cp -a "$ROOTFS" "$mine"
    rm -rf "${mine:?}"/dev/*
    chown -R "$USER_ID:$GROUP_ID" "$mine"
    cp "$PROG" "$BATS_TMPDIR/container"
    chmod 755 "$BATS_TMPDIR/container"
    ROOTFS=$mine
    program=("${as_user[@]}" "$BATS_TMPDIR/container" --without cgroup "$mine")
    before=$(host_state)
}

teardown() {
    [ -n "$before" ] || return 0
    # shellcheck disable=SC2046 # one word a job
    kill $(jobs -p) 2>/dev/null || true
    wait
    wait_until no_survivors || end_survivors
    rm -rf "$mine" "$BATS_TMPDIR/container" "$BATS_TMPDIR/enter"
    run diff <(echo "$before") <(host_state)
    assert_equal "$output" "" "what a run changes on the host, it changes back"
}

# start_rootless CMD...: as start; the command's program is not ours.
rootless_started() {
    pid=$(pgrep -x -f "$1") && [ "$(readlink "/proc/$pid/exe")" != "$BATS_TMPDIR/container" ]
}

@test "the user is root inside, and himself outside" {
    expect 0 container sh -c 'id -u; id -g'
    assert_equal "$output" $'0\n0' "CLONE_NEWUSER, uid_map, setgroups, gid_map"
    "${program[@]}" sleep 298.25 3>&- &
    wait_until rootless_started 'sleep 298.25'
    assert_equal "$(awk '/^Uid/ { print $2 }' "/proc/$pid/status")" $USER_ID \
        "0 inside is the user outside"
    kill %1
}

@test "the program's own file is out of reach: CMD as a link to it, and a library of ROOTFS" {
    "${program[@]}" sleep 298.75 3>&- &
    wait_until rootless_started 'sleep 298.75'
    parent=$(ps -o ppid= -p "$pid" | tr -d ' ')
    assert_match "$(readlink "/proc/$parent/exe")" "^/memfd:container" "memfd_create(2), fexecve(3)"
    kill %1
}

@test "nobody else is mapped" {
    expect 0 container cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups
    assert_match "$output" "^ *0 +$USER_ID +1"$'\n'" *0 +$GROUP_ID +1"$'\n'"deny$" \
        "one ID, and setgroups(2) given up"
    expect 125 with "--user 5" true
}

@test "every namespace is his own, and every restriction there" {
    expect 0 container sh -c 'hostname; ip link | grep -c "^[0-9]"; cat /proc/self/status'
    assert_match "$output" "^handmade"$'\n'"1"$'\n' "hostname and lo"
    assert_match "$output" "CapBnd:.00000000a80425fb" "fourteen capabilities"
    assert_match "$output" "NoNewPrivs:.1" "no new privileges"
    assert_match "$output" "Seccomp:.2" "the filter"
}

@test "its mounts are all there: proc, dev, pts, shm, mqueue, sys" {
    expect 0 container sh -c 'echo x >/dev/null; cat /dev/zero | head -c 1 | wc -c
        awk "{ print \$2 }" /proc/self/mounts'
    assert_match "$output" "/dev/pts.*/dev/shm.*/dev/mqueue.*/sys" "without root"
}

@test "files that he makes inside are his outside" {
    expect 0 container sh -c 'touch /root/new; stat -c "%u %g" /root/new'
    assert_equal "$output" "0 0" "root's inside"
    assert_equal "$(stat -c '%u %g' "$mine/root/new")" "$USER_ID $GROUP_ID" "his outside"
}

@test "what is not his he cannot read, as root inside neither" {
    requires user
    echo secret >"$mine/etc/secret"
    chmod 600 "$mine/etc/secret"
    chown 0:0 "$mine/etc/secret"
    expect 1 container cat /etc/secret
    assert_match "$output" "Permission denied" "CAP_DAC_OVERRIDE counts for mapped IDs"
}

@test "without --without cgroup, a line says that there are no limits" {
    program=("${as_user[@]}" "$BATS_TMPDIR/container" "$mine")
    expect 0 container true
    assert_equal "$output" "container: no limits, because only root can set them" "say it, and go on"
}

@test "limits that he asks for are not forgotten: 125" {
    program=("${as_user[@]}" "$BATS_TMPDIR/container" "$mine")
    expect 125 with "--memory 50m" true
    assert_match "$output" "^container: " "say what is missing"
}

@test "without user, he is told to use sudo" {
    expect 125 without user true
    assert_match "$output" "clone: Operation not permitted.*sudo" "say what to do"
}

@test "enter joins his container" {
    ln -s container "$BATS_TMPDIR/enter"
    "${program[@]}" sleep 298.5 3>&- &
    wait_until rootless_started 'sleep 298.5'
    expect 0 "${as_user[@]}" "$BATS_TMPDIR/enter" "$pid" sh -c 'id -u; hostname; grep CapBnd /proc/self/status'
    assert_equal "$output" $'0\nhandmade\nCapBnd:\t00000000a80425fb' "as root does"
    kill %1
}

@test "enter does not join another user's container" {
    requires user
    ln -s container "$BATS_TMPDIR/enter"
    "${program[@]}" sleep 298.75 3>&- &
    wait_until rootless_started 'sleep 298.75'
    expect 125 setpriv --reuid=54321 --regid=54321 --clear-groups \
        "$BATS_TMPDIR/enter" "$pid" true
    assert_match "$output" "Permission denied|Operation not permitted" "name it, and why"
    kill %1
}

@test "killed, the program takes the container along" {
    "${program[@]}" sleep 298.875 3>&- &
    wait_until rootless_started 'sleep 298.875'
    kill -KILL $!
    wait_until is_gone "$pid"
}
