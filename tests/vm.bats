# What "make test-vm" makes of what the machines say. The machines are not
# there: in a copy, tests/vm/run prints what it is asked, and what $root or $user
# has it say. And what "make vm" promises, with a machine.

setup() {
    cd "$BATS_TEST_DIRNAME/.." || return
    unset MAKEFLAGS FILES ONLY # those of a "make test FILES=..." around us
    copy=$(mktemp -d)
    mkdir -p "$copy/tests/vm"
    cp Makefile "$copy"
    cp tests/tally.awk tests/0*.bats "$copy/tests"
    cp tests/vm/suite "$copy/tests/vm"
    cat >"$copy/tests/vm/run" <<'FAKE'
#!/bin/sh
echo "asked: $*"
case " $* " in *' -u '*) eval "$user" ;; *) eval "$root" ;; esac
FAKE
    chmod +x "$copy/tests/vm/run"
    export root='echo 1..2; echo ok 1 one; echo ok 2 two; echo 2 passed, 0 failed, 0 skipped'
    export user='echo 1..1; echo "ok 1 one # skip no"; echo 0 passed, 0 failed, 1 skipped'
}
teardown() { rm -rf "$copy"; }

test_vm() { run make -s -C "$copy" test-vm "$@"; }
prints() {
    [[ $output == *"$1"* ]] || { echo "got: $output" "want: $1"; return 1; }
}
does_not_print() {
    [[ $output != *"$1"* ]] || { echo "got: $output" "not wanted: $1"; return 1; }
}
# ended STATUS LAST_LINE
ended() {
    local last
    last=$(grep -v '^make' <<<"$output" | tail -n 1)
    [ "$status" -eq "$1" ] && [ "$last" = "$2" ] ||
        { echo "got: $status, $output" "want: $1, $2"; return 1; }
}

@test "root's tests and the user's are counted in one line, the last" {
    test_vm
    ended 0 "2 passed, 0 failed, 1 skipped"
    does_not_print "2 passed, 0 failed, 0 skipped"
}

@test "a test that fails for the user alone has failed" {
    user='echo 1..1; echo not ok 1 one; exit 2'
    test_vm
    ended 2 "2 passed, 1 failed, 0 skipped"
}

@test "a machine that breaks down is a failure, whatever has passed" {
    user="$user; exit 125" test_vm
    ended 2 "2 passed, 0 failed, 1 skipped"
}

@test "out of time, the tests that are not reported have failed" {
    root='echo 1..5; echo ok 1 one; exit 124' test_vm
    ended 2 "1 passed, 4 failed, 1 skipped"
}

@test "a machine that runs no test is a failure" {
    root='' test_vm FILES=tests/07-cgroups.bats
    ended 2 "0 passed, 0 failed, 0 skipped"
}

@test "without a machine for root, none is tried for the user" {
    root='exit 125' test_vm
    does_not_print "as user"
}

@test "FILES are tested, by the user those that need no root" {
    test_vm FILES='tests/07-cgroups.bats tests/08-rootless.bats'
    prints "FILES=tests/07-cgroups.bats tests/08-rootless.bats"
    prints "FILES=tests/08-rootless.bats"
    test_vm FILES=tests/07-cgroups.bats
    does_not_print "-u"
}

@test "SYSTEMD=1 has both run under systemd" {
    test_vm SYSTEMD=1
    prints "asked: -t 7200 -s env"
    prints "asked: -t 7200 -u -s env"
    test_vm
    does_not_print "-s env"
}

# asked_without TOOL...: a command in a machine, where none of these is installed,
# and apt, which is asked whether it has them, says $packaged.
asked_without() {
    mkdir "$copy/bin"
    for tool in sh apt-cache apt-get awk cat cc cp df dirname id insmod kill mke2fs mktemp rm sed uname; do
        [[ " $* " == *" $tool "* ]] || ln -s "$(type -P "$tool" || echo /bin/true)" "$copy/bin/$tool"
    done
    [ -z "$packaged" ] || {
        rm "$copy/bin/apt-cache"
        printf '#!/bin/sh\n%s\n' "$packaged" >"$copy/bin/apt-cache"
        chmod +x "$copy/bin/apt-cache"
    }
    PATH=$copy/bin run tests/vm/run true
    rm -r "$copy/bin"
    ended 125 "$output"
    [ "${#lines[@]}" = 1 ] || ended 125 "one line"
}

@test "where no machine can be had, one line says what to install" {
    [ "$(uname -m)" = x86_64 ] || skip "needs x86-64"
    packaged=true asked_without linux.uml cc
    prints "apt-get install user-mode-linux gcc libc6-dev"
    packaged='' asked_without linux.uml apt-get
    prints "qemu"
}

@test "where apt has no User Mode Linux, QEMU's packages are named" {
    [ "$(uname -m)" = x86_64 ] || skip "needs x86-64"
    packaged='[ "$2" != user-mode-linux ]' asked_without linux.uml
    prints "qemu-system-x86 busybox-static cpio kmod"
}

# ---- make vm

# A project of its own, without steps. What the machine runs first says where
# its files are, and its processes have that in their command lines.
live() {
    command -v linux.uml >/dev/null || skip "needs linux.uml"
    [ ! -e /run/host/job ] || skip "needs a machine that is not one of ours"
    project="$copy/a project"
    mkdir -p "$project"/{common,tests/vm,steps/08-full}
    cp Makefile "$project"
    cp common/mkrootfs "$project/common"
    cp "$BATS_TEST_DIRNAME"/vm/* "$project/tests/vm"
    touch "$project"/{common/handmade.h,steps/08-full/{container.c,container,enter}}
    files='sed "s/.* host=\([^ ]*\).*/\1/" /proc/cmdline >files'
}
make_vm() { run make -s -C "$project" vm "$@"; }
# on_terminal [STEP]...: make vm on a terminal, and that in its shell (see pty.c).
on_terminal() {
    PATIENCE=60 run timeout -k 5 300 "$TOOLS/pty" size=33 see='leave it' see=/project \
        type="$files"$'\n' "$@" -- make -s -C "$project" vm
}
# nothing_left: no process of the machine, none of its files, no empty rootfs.
nothing_left() {
    local files end=$((SECONDS + 15))
    files=$(cat "$project/files")
    while grep -qsF "$files" /proc/[0-9]*/cmdline || [ -e "$files" ]; do
        [ $SECONDS -lt $end ] || { ls -d "$files"; return 1; }
        sleep 0.05
    done
    [ ! -e "$project/rootfs" ]
}

@test "make vm CMD: its output and status are handed on, its files are ours" {
    live
    echo outside >"$project/old"
    make_vm CMD="$files; cat old; echo \$((40 + 2)); echo inside >new; exit 3"
    ended 2 "42"
    prints $'outside\n42\n'
    prints 'Error 3'
    [ "$(cat "$project/new")" = inside ]
    nothing_left
}

@test "in make vm, who we are is who we are, and rootfs can shift IDs" {
    live
    want=$(id -u)
    command -v sudo >/dev/null || want=0
    make_vm CMD="$files; id -u; rootfs/bin/busybox df -T rootfs; make -s clean; ls -A rootfs"
    [ "${lines[0]}" = "$want" ] || prints "$want"
    prints ext4
    ended 0 "rm: cannot remove 'rootfs': Device or resource busy"
    nothing_left
}

@test "make vm is a shell on the terminal: its size, Ctrl-C, its status" {
    live
    on_terminal type=$'stty size; tty\n' see='33 80' see=/dev/tty \
        size=44 type=$'until stty size | grep 44; do :; done\n' see='44 80' \
        type=$'sh -c "echo o\"\"n; exec cat"\n' see=on type=$'\003' see=^C see=/project \
        type=$'echo is $?\n' see='is 130' type=$'exit 7\n'
    prints 'what you change here is changed there'
    prints 'Error 7'
    [ "$status" = 2 ]
    nothing_left
}

@test "when its terminal is closed, make vm leaves nothing but your work" {
    live
    on_terminal type=$'echo work >mine; echo o""n; cat\n' see=on hang
    [ "$(cat "$project/mine")" = work ]
    nothing_left
}

@test "killed, make vm leaves nothing but your work" {
    live
    on_terminal type=$'echo work >mine; echo o""n; cat\n' see=on \
        run='pkill -KILL -g $PID'
    [ "$(cat "$project/mine")" = work ]
    nothing_left
}

@test "in a project that may not be written, make vm has a copy" {
    live
    [ "$(id -u)" = 0 ] && [ -n "$TOOLS" ] || skip "needs root, and tests/run"
    mount --bind "$project" "$project" && mount -o remount,bind,ro "$project"
    make_vm CMD="touch new; df --output=source,fstype,target ."
    umount "$project"
    ended 0 "/dev/ubda      ext4 /project"
}

@test "make vm without a terminal and a command is one line" {
    live
    run make -s -C "$project" vm </dev/null
    prints 'no terminal here, and no command'
    ended 2 "${lines[0]}"
}
