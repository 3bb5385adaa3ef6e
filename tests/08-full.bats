# 08-full promises: what is still open in 07 is closed, and --without LAYER
# opens it again.
load helpers

# The fourteen capabilities, as /proc/PID/status has them.
fourteen=00000000a80425fb

# status NAME: the command's line in its /proc/self/status.
status() { awk -v name="$1:" '$1 == name { print $2 }' "/proc/$pid/status"; }

# start_with "OPTION..." CMD...: start, with options.
start_with() {
    local plain=("${program[@]}")
    # shellcheck disable=SC2206 # one word an option
    program=("$PROG" $1 "${program[@]:1}")
    start "${@:2}"
    program=("${plain[@]}")
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

@test "root inside is 655360000 outside, or the first of a later range; without user, root" {
    start sleep 300
    first=$(status Uid)
    [ "$first" -ge 655360000 ] || fail "got: $first" "want: 655360000 or more"
    assert_equal $(((first - 655360000) % 65536)) 0 "map 0 to 655360000 in /proc/PID/uid_map"
    assert_equal "$(status Gid)" "$first" "the same in /proc/PID/gid_map"
    expect 0 without user awk '{ print $2, $3 }' /proc/self/uid_map
    assert_equal "$output" "0 4294967295" "--without user: no CLONE_NEWUSER"
}

@test "65536 users and groups are there inside" {
    expect 0 container cat /proc/self/uid_map /proc/self/gid_map
    assert_match "$output" "^ *0 +655[0-9]+ +65536"$'\n'" *0 +655[0-9]+ +65536$" \
        "0 to 65535 inside are 655360000 and above outside"
}

@test "files look right inside, and new ones are right outside" {
    expect 0 container stat -c '%u %g' /bin/cat
    assert_equal "$output" "0 0" "MOUNT_ATTR_IDMAP"
    expect 0 container sh -c 'touch /tmp/new && chown 5:6 /tmp/new'
    assert_equal "$(stat -c '%u %g' "$ROOTFS/tmp/new")" "5 6" \
        "the IDs on the disk are those inside"
    rm -f "$ROOTFS/tmp/new"
}

@test "no group of the caller is left" {
    program=(setpriv --groups 5,6 "${program[@]}")
    expect 0 container sh -c 'grep Groups: /proc/self/status'
    assert_match "$output" $'^Groups:\t *$' "setgroups(2)"
}

@test "a file system that cannot shift IDs is told, and what helps" {
    mkdir "$TOOLS/ramfs" && mount -t ramfs none "$TOOLS/ramfs"
    ROOTFS=$TOOLS/ramfs
    expect 125 with "" true
    umount "$TOOLS/ramfs" && rmdir "$TOOLS/ramfs"
    assert_match "$output" "MOUNT_ATTR_IDMAP: Invalid argument.*--without user" \
        "name the call, and the layer to leave out"
}

@test "nobody climbs out of /; without root, the classic way leads out" {
    echo secret >"$TOOLS/secret"
    expect 1 container probe escape "$TOOLS/secret"
    expect 0 without root probe escape "$TOOLS/secret"
    assert_equal "$output" secret "chroot(2) alone: see its man page"
}

@test "inside, the mount table has the container's own mounts, and no more" {
    expect 0 container awk '{ print $2 }' /proc/self/mounts
    assert_equal "$(grep -vxE '/(proc|sys)/.*' <<<"$output" | sort | xargs)" \
        "/ /dev /dev/full /dev/mqueue /dev/null /dev/pts /dev/random /dev/shm /dev/tty /dev/urandom /dev/zero /proc /sys" \
        "pivot_root(2), umount2(2) the old root"
}

@test "inside, /dev has what a container needs, and no more" {
    expect 0 container ls /dev
    assert_equal "$(xargs <<<"$output")" \
        "fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero" \
        "a tmpfs with six devices, five links, three mounts"
    expect 0 container sh -c 'for x in fd stdin stdout stderr ptmx; do readlink /dev/$x; done'
    assert_equal "$(xargs <<<"$output")" "/proc/self/fd /proc/self/fd/0 /proc/self/fd/1 \
/proc/self/fd/2 pts/ptmx" "symlink(2)"
}

@test "the devices work, and are those of the host" {
    expect 0 container sh -c 'head -c 3 /dev/zero | wc -c; echo x >/dev/null;
        head -c 2 /dev/urandom | wc -c; echo x 2>/dev/null >/dev/full || echo full'
    assert_equal "$output" $'3\n2\nfull' "mount them, do not make files"
}

@test "its mounts have the flags that take most away" {
    expect 0 container cat /proc/self/mounts
    for mount in "/proc proc rw,nosuid,nodev,noexec" \
        "/dev tmpfs rw,nosuid,nodev,noexec" "/dev/pts devpts rw,nosuid,noexec" \
        "/dev/shm tmpfs rw,nosuid,nodev,noexec" \
        "/dev/mqueue mqueue rw,nosuid,nodev,noexec" \
        "/sys sysfs ro,nosuid,nodev,noexec"; do
        assert_match "$output" " $mount" "mount(2)"
    done
    assert_match "$output" " size=65536k|size=65536k" "/dev/shm has 64 MiB"
}

@test "a device node does nothing, whoever made it; without mounts, it works" {
    mknod -m 666 "$ROOTFS/zero" c 1 5
    expect 1 container head -c 1 /zero
    expect 0 without mounts head -c 1 /zero
    rm "$ROOTFS/zero"
}

@test "a device node cannot be made; without user, it can, and does nothing" {
    expect 1 container mknod /zero c 1 5
    expect 1 without user sh -c 'mknod /zero c 1 5 && head -c 1 /zero'
    rm "$ROOTFS/zero" || fail "without user, mknod(2) works: CAP_MKNOD"
}

@test "inside, /sys can be read only; without mounts, it is not there" {
    expect 1 container mkdir /sys/fs/x
    assert_match "$output" "Read-only" "MS_RDONLY"
    expect 0 without mounts ls /sys
    assert_equal "$output" "" "ROOTFS has an empty one"
}

@test "inside, /proc/sys can be read only; without masks, root writes there" {
    # shellcheck disable=SC2016 # the inner shell expands it
    same='echo "$(cat /proc/sys/kernel/shmall)" | tee /proc/sys/kernel/shmall'
    expect 1 container sh -c "$same"
    assert_match "$output" "Read-only" "mount it on itself, MS_RDONLY"
    expect 0 without masks sh -c "$same"
}

@test "what is masked reads empty; without masks, it does not" {
    expect 0 container sh -c 'cat /proc/timer_list /proc/interrupts; ls /sys/firmware'
    assert_equal "$output" "" "bind /dev/null on it, or an empty tmpfs"
    expect 0 without masks sh -c 'cat /proc/interrupts; ls /sys/firmware'
    [ -n "$output" ] || fail "--without masks: it is the host's"
}

@test "every mask is asked for, whether this kernel has the file or not" {
    requires strace
    asked=$(timeout 60 strace -f -qq -e 'trace=newfstatat,faccessat,?faccessat2' \
        "${program[@]}" true 2>&1 3>&- | grep -o '"[^"]*"')
    for path in kcore acpi asound interrupts keys latency_stats sched_debug scsi \
        softirqs timer_list timer_stats firmware devices/virtual/powercap kernel/irq \
        devices/system/cpu/cpu0/thermal_throttle bus irq sys sysrq-trigger fs; do
        assert_match "$asked" "\"$path\"" "the tables in masks.c"
    done
}

@test "/proc/kcore reads empty" {
    [ -e /proc/kcore ] || skip "needs /proc/kcore"
    expect 0 container cat /proc/kcore
    assert_equal "$output" "" "bind /dev/null on it"
}

@test "1025 files, no core; without rlimits, as many as the caller may" {
    ulimit -S -n 1000 && ulimit -H -n 2000
    expect 0 container sh -c 'ulimit -n; ulimit -c; ulimit -H -n'
    assert_equal "$output" $'1025\n0\n1025' "setrlimit(2)"
    expect 0 without rlimits sh -c 'ulimit -n; ulimit -H -n'
    assert_equal "$output" $'1000\n2000' "--without rlimits: the caller's"
}

@test "fewer files than 1025, if the caller has no more" {
    ulimit -n 500
    expect 0 container sh -c 'ulimit -n'
    assert_equal "$output" 500 "a hard limit cannot be raised"
}

@test "the environment is clean; without env, it is the caller's" {
    expect 0 env -i SECRET=1 TERM=vt100 "${program[@]}" env
    assert_equal "$(grep -v '^\(SHLVL\|PWD\|_\)=' <<<"$output" | sort | xargs)" \
        "HOME=/root HOSTNAME=handmade PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=vt100" \
        "PATH, HOME, TERM and HOSTNAME"
    SECRET=1 expect 0 without env sh -c 'echo $SECRET'
    assert_equal "$output" 1 "--without env: the caller's"
}

@test "no descriptor is inherited; without fds, each one is" {
    exec 9</etc
    expect 0 container sh -c 'ls /proc/self/fd | wc -l'
    assert_equal "$output" 4 "0, 1, 2 and that of ls: close_range(2)"
    expect 0 without fds sh -c 'ls /proc/self/fd/9/passwd'
    exec 9<&-
}

@test "fourteen capabilities in all five sets; without caps, all of them" {
    start sleep 300
    for set in CapInh CapPrm CapEff CapBnd CapAmb; do
        assert_equal "$(status $set)" $fourteen "capset(2), prctl(2)"
    done
    expect 0 without caps grep CapEff /proc/self/status
    assert_equal "${output#*:?}" "$(printf %016x $(((2 << $(cat /proc/sys/kernel/cap_last_cap)) - 1)))" \
        "--without caps: those of root in its user namespace"
}

@test "no new privileges; without nnp, a set-user-ID program has them" {
    cp "$ROOTFS/bin/probe" "$ROOTFS/bin/setuid-probe"
    chmod 4755 "$ROOTFS/bin/setuid-probe"
    expect 0 with "--user 7" setuid-probe euid
    assert_equal "$output" 7 "PR_SET_NO_NEW_PRIVS"
    expect 0 with "--user 7 --without nnp" setuid-probe euid
    rm "$ROOTFS/bin/setuid-probe"
    assert_equal "$output" 0 "--without nnp: execve(2) makes it root"
}

@test "killed, the program takes the command along; not without parent-death" {
    start sleep 300
    kill -KILL "$started"
    wait_until is_gone "$pid"
    start_with "--without parent-death" sleep 300
    kill -KILL "$started"
    wait "$started" || true
    run is_gone "$pid"
    kill -KILL "$pid"
    assert_equal "$status" 1 "--without parent-death: it lives on"
}

@test "the status arrives even if the caller ignores SIGCHLD" {
    program=(env --ignore-signal=CHLD "${program[@]}")
    expect 42 container sh -c 'exit 42'
}

@test "when the program is killed, everything in the container dies" {
    start sh -c 'sleep 300 <&- >&- 2>&- & exec sleep 300 "$0"'
    kill -KILL "$started"
    wait_until no_survivors
}

@test "killed, it also takes a command along that would not go" {
    start probe linger
    kill -KILL "$started"
    wait_until is_gone "$pid"
}

@test "a signal reaches a command that catches it, and it decides" {
    for signal in HUP INT QUIT TERM; do
        start_with_signals sh -c 'trap "exit 9" HUP INT QUIT TERM; echo ready
            while :; do sleep 0.1; done'
        wait_until grep -q ready "$BATS_TMPDIR/out.$$"
        kill -$signal "$started"
        ends_with 9 "forward SIG$signal"
    done
}

# awaits: has the command nothing to do but to wait?
awaits() { grep -q '^State:.S' "/proc/$pid/status"; }

@test "a signal reaches a command that waits for it in sigwaitinfo" {
    [ -e /proc/self/syscall ] || skip "needs /proc/PID/syscall"
    start_with_signals probe await
    wait_until awaits
    kill -TERM "$started"
    ends_with 9 "meanwhile it is not in SigBlk: look at /proc/PID/syscall"
}

@test "a signal ends a command that does not catch it: 128 + n" {
    start_with_signals sleep 300
    kill -INT "$started"
    ends_with 130 "PID 1 does not get it: end the container"
}

@test "200 starts in a row leave nothing" {
    for _ in $(seq 200); do
        container true || fail "a start failed"
    done
}

@test "64 starts, 16 at a time, leave nothing" {
    start_one() { timeout -k 5 60 "$@" true || echo failed; }
    export -f start_one
    expect 0 xargs -P 16 -I{} bash -c 'start_one "$@"' sh "${program[@]}" < <(seq 64)
    assert_equal "$output" "" "each one succeeds"
}

@test "two containers have users of their own" {
    start sleep 300
    expect 0 container awk '{ print $2 }' /proc/self/uid_map
    [ "$output" != "$(status Uid)" ] || fail "both are $output" "hint: a range each"
}

@test "its users are not those that subuid(5) gives to somebody" {
    echo "somebody:655000000:1000000" >"$TOOLS/subuid"
    touch_subuid='[ -e /etc/subuid ] || exit 77; mount --bind "$0" /etc/subuid && exec "$@"'
    run unshare -m sh -c "$touch_subuid" "$TOOLS/subuid" "${program[@]}" \
        awk '{ print $2 }' /proc/self/uid_map
    [ "$status" != 77 ] || skip "needs an /etc/subuid"
    assert_match "$output" '^65[67]' "read /etc/subuid and /etc/subgid"
    [ "$output" -ge 656000000 ] || fail "$output is somebody's"
}

@test "a line of subuid(5) that cannot be read hides none behind it" {
    requires mounts
    # All IDs that 08 may take are somebody's.
    printf '# see: subuid(5)\n\nsomebody:655360000:1223688192\n' >"$BATS_TMPDIR/subuid"
    expect 125 unshare -m sh -c 'mount --bind "$0" /etc/subuid && exec "$@"' \
        "$BATS_TMPDIR/subuid" "${program[@]}" true
    rm "$BATS_TMPDIR/subuid"
    assert_match "$output" "no user IDs are free" "read each line"
}

@test "its standard output can be opened again, and stays whose it is if it is a file" {
    output=$(container sh -c 'echo out >/dev/stdout; echo err >/dev/stderr' 2>&1 | cat)
    assert_equal "$output" $'out\nerr' "fchown(2) a pipe of the caller's"
    container true >"$TOOLS/out"
    assert_equal "$(stat -c %u "$TOOLS/out")" "$(id -u)" "a file is not ours to give away"
    rm "$TOOLS/out"
}

@test "nobody changes the host's devices by the container's, or by a mask" {
    before_mode=$(stat -c %a /dev/null /dev/full | xargs)
    for without in hostname=x user; do
        case $without in user) run without user chmod 600 /dev/null /dev/full /proc/kcore ;;
        *) run container chmod 600 /dev/null /dev/full /proc/kcore ;; esac
        assert_equal "$status" 1 "the mounts of devices and masks are read-only"
    done
    assert_equal "$(stat -c %a /dev/null /dev/full | xargs)" "$before_mode" "chmod(1) inside"
    expect 1 container chmod 600 /proc/interrupts
    assert_match "$output" "Read-only file system" "so is what the masks are copies of"
}

@test "a mask is empty, whatever ROOTFS has as /dev/null" {
    program=("$PROG" --without mounts "${program[@]:1}")
    rm -rf "$ROOTFS/dev/null"
    ln -s /etc/passwd "$ROOTFS/dev/null"
    expect 0 container sh -c 'cat /proc/interrupts /proc/timer_list'
    rm "$ROOTFS/dev/null"
    assert_equal "$output" "" "an empty file of our own"
}

@test "a crash does not run the host's program for core dumps" {
    expect 0 container sh -c 'grep "Max core file size" /proc/self/limits'
    assert_match "$output" "size +1 +1 " "RLIMIT_CORE is 1: core(5)"
}

@test "installed set-user-ID, it refuses to run" {
    cp "$PROG" "$TOOLS/setuid" && chmod 4755 "$TOOLS/setuid"
    expect 125 setpriv --reuid 54321 --clear-groups "$TOOLS/setuid" "$ROOTFS" true
    rm "$TOOLS/setuid"
    assert_match "$output" "must not be set-user-ID" "AT_SECURE in getauxval(3)"
}

@test "root of a user namespace is an ordinary user" {
    expect 0 unshare -Ur "$PROG" --without cgroup "$ROOTFS" cat /proc/self/uid_map
    assert_match "$output" "^ *0 +0 +1$" "read /proc/self/uid_map"
    program=(unshare -Ur "$PROG" --without cgroup "$ROOTFS")
    start sleep 300
    assert_match "$(readlink "/proc/$started/exe")" "^/memfd:" \
        "the file is root's inside: run from the sealed copy"
}

@test "a file system mounted in ROOTFS that cannot shift IDs is nobody's" {
    # shellcheck disable=SC2016 # the inner shell expands it
    run unshare -m sh -c 'mount -t proc proc "$ROOTFS/mnt" && exec "$@"' sh \
        "${program[@]}" stat -c %u /mnt/version
    assert_equal "$status$output" 065534 "shift the others"
}

@test "a program for another processor is no script: 126, and one line" {
    { head -c 18 "$TOOLS/probe" && printf '\377\377' && tail -c +21 "$TOOLS/probe"; } \
        >"$ROOTFS/bin/foreign"
    chmod 755 "$ROOTFS/bin/foreign"
    for cmd in foreign /bin/foreign; do
        expect 126 container "$cmd"
        assert_match "$output" "^container: execvp /[a-z/]*foreign: Exec format error$" \
            "execvp(3) would have sh read it"
    done
    expect 0 container sh -c 'echo "echo read by sh" >/tmp/plain && chmod +x /tmp/plain'
    expect 0 container /tmp/plain
    expect 0 with "--env PATH=/nowhere:/tmp:/bin" plain
    rm "$ROOTFS/bin/foreign" "$ROOTFS/tmp/plain"
}

@test "a ROOTFS of somebody whom the map has not is told" {
    owner=$(stat -c %u:%g "$ROOTFS")
    chown 70000 "$ROOTFS"
    run container true
    chown "$owner" "$ROOTFS"
    assert_match "$output" "ROOTFS belongs to user 70000" "fstat(2) ROOTFS"
}

@test "what a host lacks or forbids is told in words that help" {
    requires strace
    for call in clone3:ENOSYS:clone3 pivot_root:EINVAL:initramfs; do
        IFS=: read -r call err word <<<"$call"
        expect 125 strace -f -qq -o /dev/null -e "trace=$call" \
            -e "inject=$call:error=$err" "${program[@]}" true
        assert_match "$output" "$call.*$word|clone: .*$word" "remedies[] in handmade.h"
    done
}
