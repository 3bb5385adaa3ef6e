# What "make test-vm" makes of what the machines say. The machines are not
# there: in a copy, tests/vm/run prints what it is asked, and what $root or $user
# has it say.

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
teardown() { rm -r "$copy"; }

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

# asked_without TOOL...: a command in a machine, where none of these is installed.
asked_without() {
    mkdir "$copy/bin"
    for tool in sh apt-get awk cat cc cp df dirname id kill mktemp rm uname; do
        [[ " $* " == *" $tool "* ]] || ln -s "$(command -v "$tool" || echo /bin/true)" "$copy/bin/$tool"
    done
    PATH=$copy/bin run tests/vm/run true
    rm -r "$copy/bin"
    ended 125 "$output"
    [ "${#lines[@]}" = 1 ] || ended 125 "one line"
}

@test "where no machine can be had, one line says what to install" {
    asked_without linux.uml
    prints "install"
    asked_without linux.uml apt-get
    prints "qemu"
}
