# What "make check" promises, as in check.bats, where there is cgroup v2.

setup() {
    [ "$(id -u)" = 0 ] || skip "needs root"
    grep -qsw memory /sys/fs/cgroup/cgroup.controllers ||
        skip "needs cgroup2 with its controllers"
    cd "$BATS_TEST_DIRNAME/.." || return
    before=$(groups_here)
}
groups_here() {
    find /sys/fs/cgroup -type d | sort
    cat /sys/fs/cgroup/cgroup.subtree_control
}
teardown() { [ -z "${before-}" ] || diff <(echo "$before") <(groups_here); }

@test "07: right programs pass, and of wrong ones the first fault is said" {
    tests/check/cases 07 >"$BATS_TMPDIR/said" 3>&-
    diff tests/check/said/07 "$BATS_TMPDIR/said"
}

@test "the course's own 07 passes, the finish included" {
    STRICT=1 run tests/check/run 07 steps/07-cgroups/container
    echo "$output"
    [ "$status" = 0 ]
}

@test "a check of 07 that is interrupted leaves no group behind" {
    ${CC:-cc} -DSTEP=7 -DHANG tests/check/programs/talks.c -o "$BATS_TMPDIR/mine" 2>/dev/null
    setsid -w timeout -s INT 3 env --default-signal=INT \
        tests/check/run 07 "$BATS_TMPDIR/mine" 3>&- || true
}

# red FLAG...: of a program with these mistakes, all that is not kept.
red() {
    ${CC:-cc} -DSTEP=7 "$@" tests/check/programs/talks.c -o "$BATS_TMPDIR/red" 2>/dev/null
    TO_THE_END=1 LC_ALL=C tests/check/run 07 "$BATS_TMPDIR/red" 2>&1 |
        sed -n 's/^not yet //p' >>"$BATS_TMPDIR/not-yet"
}

@test "each promise of 07 has a program that breaks it" {
    red -DNO_PIDS -DNO_MEMORY -DNO_CPU -DNO_KEEPER
    red -DNO_JOIN
    red -DLATE -DSAME_SIGNALS
    red -DGROUP_LEFT -DONE_NAME
    sed -n '/step = 7/,$ s/^ *[.]words = "\(.*\)",$/\1/p' tests/check/promises.c >"$BATS_TMPDIR/words"
    [ "$(wc -l <"$BATS_TMPDIR/words")" = 10 ]
    run grep -vxFf "$BATS_TMPDIR/not-yet" "$BATS_TMPDIR/words"
    echo "$output"
    [ "$status" = 1 ]
}
