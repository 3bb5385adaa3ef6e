# What "make check" promises, as in check.bats, where there is cgroup v2.

@test "a program of another hand passes as 07, and in all that comes before" {
    [ "$(id -u)" = 0 ] || skip "needs root"
    tree=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
    grep -qsw memory "$tree/cgroup.controllers" ||
        skip "needs cgroup2 with its controllers"
    cd "$BATS_TEST_DIRNAME/.."
    PATH=${PATH//"${BATS_LIBEXEC:-/usr/libexec/bats-core}:"/} # see check.bats
    mine=$BATS_TMPDIR/mine
    "${CC:-cc}" -Wall -Wextra -DSTEP=7 tests/learner.c -o "$mine"
    run make -s check STEP=07 PROG="$mine"
    echo "$output"
    [ "$status" = 0 ]
    [[ $output == *'ok 1 07-cgroups: the output is'*' 0 failed, '* ]]
    [ -z "$(find "$tree" -name 'learner-*')" ]
}
