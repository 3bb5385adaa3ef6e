# 08-full promises: a ROOTFS that means harm gets nothing mounted, made or
# written outside of it, and no container.
load helpers

setup() {
    requires_step
    export MARK=$$.$RANDOM$RANDOM
    victim=$(mktemp -d "$BATS_TMPDIR/victim.XXXXXX")
    evil=$(mktemp -d "$BATS_TMPDIR/evil.XXXXXX")
    cp -a "$ROOTFS/." "$evil/"
    ROOTFS=$evil
    program=("$PROG")
    has_limits || program+=(--without cgroup)
    program+=("$evil")
    before=$(host_state)
    chmod 755 "$evil" "$victim"
    tree=$(find "$victim" /dev /etc -xdev | sort)
}

# Nothing but ROOTFS may have changed.
teardown_evil() {
    run diff <(echo "$tree") <(find "$victim" /dev /etc -xdev | sort)
    assert_equal "$output" "" "nothing is made outside of ROOTFS"
    run diff <(echo "$before") <(host_state)
    assert_equal "$output" "" "nothing is mounted outside of ROOTFS"
    rm -rf "$evil" "$victim"
}
teardown() { [ -z "$before" ] || teardown_evil; }

# evil_mount_point NAME TARGET: a link in place of the directory.
evil_link() {
    rm -rf "${evil:?}/$1"
    ln -s "$2" "$evil/$1"
    expect 125 container true
    assert_match "$output" "mount /$1: Too many levels of symbolic links" \
        "a mount point has to be a directory of ROOTFS itself"
}

@test "/proc, /dev or /sys as an absolute link to the host" {
    for name in proc dev sys; do
        evil_link $name "$victim"
        rm "$evil/$name" && mkdir "$evil/$name"
    done
}

@test "/proc, /dev or /sys as a link that climbs" {
    for name in proc dev sys; do
        evil_link $name "../../../../../../../..$victim"
        rm "$evil/$name" && mkdir "$evil/$name"
    done
}

@test "/proc, /dev or /sys as a link to nowhere, to itself, to another" {
    for name in proc dev sys; do
        evil_link $name /no/such/place
        evil_link $name $name
        evil_link $name tmp
        rm "$evil/$name" && mkdir "$evil/$name"
    done
}

@test "a file, or nothing, where a directory has to be" {
    for name in proc dev sys; do
        rm -rf "${evil:?}/$name"
        expect 125 container true
        assert_match "$output" "mount /$name: No such file.*directory $name" \
            "name it, and what to do"
        touch "$evil/$name"
        expect 125 container true
        assert_match "$output" "mount /$name: Not a directory" "name it, and why"
        rm "$evil/$name" && mkdir "$evil/$name"
    done
}

@test "what lies in its /dev does no harm: links, files, fifos, nodes" {
    rm -rf "$evil/dev" && mkdir "$evil/dev"
    ln -s "$victim/new" "$evil/dev/null"
    ln -s "$victim" "$evil/dev/pts"
    ln -s ../../../../../../..$victim "$evil/dev/shm"
    mkfifo "$evil/dev/tty"
    expect 0 container sh -c 'echo x >/dev/null && [ -c /dev/tty ] && [ -d /dev/pts ]'
}

@test "every other directory as a link to the host" {
    for name in etc home mnt root run tmp usr var; do
        rm -rf "${evil:?}/$name"
        ln -s "$victim" "$evil/$name"
    done
    expect 0 container /bin/true
}

@test "a shell that is a link out of ROOTFS is not found" {
    ln -s "../../../../../../../..$(command -v true)" "$evil/bin/way-out"
    ln -s "$(command -v true)" "$evil/bin/way-out-2"
    rm -rf "$evil/usr/bin"
    expect 127 container /bin/way-out-2
}

@test "ROOTFS itself as a link is that directory, and nothing else" {
    ln -s "$evil" "$evil-link"
    program=("${program[@]:0:${#program[@]}-1}" "$evil-link")
    expect 0 container ls /bin/probe
    rm "$evil-link"
}

@test "--workdir through a link does not lead out" {
    ln -s "../../../../../../../..$victim" "$evil/way"
    expect 125 with "--workdir /way" true
    assert_match "$output" "/way: No such file" "the old root is gone by then"
}

@test "--workdir is inside, even if the caller's descriptors are open" {
    exec 9</tmp
    expect 125 with "--without fds --workdir /proc/self/fd/9" true
    assert_match "$output" "getcwd in /proc/self/fd/9: No such" "getcwd(2) after chdir(2)"
    exec 9<&-
}

@test "--workdir through one of our descriptors does not lead out" {
    for fd in {3..20}; do
        ln -sfn "/proc/self/fd/$fd" "$evil/way"
        expect 125 with "--workdir /way" true
        assert_match "$output" "/way: No" "close_range(2) before chdir(2)"
    done
}

@test "CMD through one of our descriptors is not a program of the host" {
    for fd in {3..20}; do
        ln -sfn "/proc/self/fd/$fd/../../../../../../..$(command -v true)" "$evil/way"
        status=0
        container /way || status=$?
        [[ $status == 12[67] ]] || fail "descriptor $fd: ended with $status"
    done
}

@test "ROOTFS's owner changes /proc into a link while we mount on it" {
    swap() {
        while mv "$evil/proc" "$evil/was" && ln -s "$victim" "$evil/proc" &&
            rm "$evil/proc" && mv "$evil/was" "$evil/proc"; do
            true
        done
    }
    swap 3>&- &
    for i in {1..60}; do
        status=0
        output=$(container sh -c 'cat /proc/sys/kernel/ostype 2>&1') || status=$?
        [ "$status$output" = 0Linux ] || [ "$status" = 125 ] ||
            [[ $output == *"No such file"* ]] || fail "ended with $status: $output"
    done
    kill $!
    wait $! || true
    rm -rf "$evil/proc" "$evil/was"
}

@test "ROOTFS through a descriptor that the caller left open is not found" {
    exec 9<"$ROOTFS"
    program[-1]=/proc/self/fd/9
    expect 125 container true
    assert_match "$output" "/proc/self/fd/9: No such" "close_range(2) first of all"
    exec 9<&-
}

@test "no ROOTFS at all is not /" {
    program=("${program[@]:0:${#program[@]}-1}" "")
    expect 125 container true
    assert_match "$output" "open_tree : No such file" "an empty path is no path"
    expect 125 "$PROG" --without user --without cgroup "" true
}
