# What common/doctor promises of control groups, where there is cgroup v2 with
# its controllers.

setup() {
    doctor=$(cd "$BATS_TEST_DIRNAME/../common" && pwd -P)/doctor
    tree=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
    [ "$(id -u)" = 0 ] || skip "needs root"
    grep -qsw memory "$tree/cgroup.controllers" ||
        skip "needs cgroup2 with its controllers"
}

# says STATUS TEXT...: it ends so, and prints all this.
says() {
    local text
    [ "$status" -eq "$1" ] || { echo "$output" "got: $status" "want: $1"; return 1; }
    for text in "${@:2}"; do
        [[ $output == *"$text"* ]] || { echo "$output"; echo "want: $text"; return 1; }
    done
}

@test "where all is there, all nine steps work, and no group is left" {
    before=$(find "$tree" -type d; cat "$tree/cgroup.subtree_control")
    run sh "$doctor"
    says 0 'ok    07: a control group' 'as root       00 01 02 03 04 05 06 07 08'$'\n' \
        'without root  00 01 08'$'\n' '0 to fix'
    run diff <(echo "$before") <(find "$tree" -type d; cat "$tree/cgroup.subtree_control")
    says 0
}

@test "an ordinary user is told of the groups, and who divides them" {
    run setpriv --reuid=1000 --regid=1000 --clear-groups sh "$doctor"
    says "$status" 'ok    07: cgroup v2 at /sys/fs/cgroup has cpu, memory and pids' \
        'note  08: without root no limits' 'systemd-run --user --scope'
}

@test "mounted read-only, as in a container" {
    run unshare -m sh -c "mount -o remount,bind,ro $tree && sh $doctor"
    says 1 "FAIL  07: $tree is mounted read-only" 'use a virtual machine' '08 --without cgroup'
}

@test "not mounted" {
    run unshare -m sh -c "umount -R $tree && sh $doctor"
    says 1 'FAIL  07: cgroup v2 is not mounted' 'mount -t cgroup2 none /sys/fs/cgroup'
}

@test "a group with processes: EBUSY" {
    run nested cpu memory pids
    says 1 'FAIL  07: /sys/fs/cgroup has processes, so cpu memory pids cannot be switched on (EBUSY)' \
        'use a virtual machine'
}

@test "a tree without a controller" {
    run nested cpu pids
    says 1 'FAIL  07: cgroup v2 has no controller memory' 'cgroup_enable=memory'
}

@test "a tree in which no group may be made" {
    run nested 0
    says 1 'FAIL  07: no group can be made in'
}

@test "a tree whose files cannot be written" {
    file=$tree/cgroup.subtree_control
    run unshare -m sh -c "mount --bind /proc/version $file &&
        mount -o remount,bind,ro $file && sh $doctor"
    says 1 'FAIL  07: cgroup v2 cannot be written: ' 'Read-only file system'
}

# nested CONTROLLER...: in a container-like place, whose group is the root of
# the tree that it sees and has these controllers; 0: may have no groups in it.
nested() {
    local group=$tree/doctor-test rc=0
    mkdir -p "$group/root"
    if [ "$1" = 0 ]; then
        echo '+cpu +memory +pids' >"$group/cgroup.subtree_control"
        echo 0 >"$group/root/cgroup.max.descendants"
        echo '+cpu +memory +pids' >"$group/root/cgroup.subtree_control"
    else
        printf '+%s ' "$@" >"$group/cgroup.subtree_control"
    fi
    sh -c '[ "$3" = 0 ] || echo $$ >"$0/cgroup.procs"
        exec unshare -C -m sh -c "mkdir -p /run/doctor-test; mount --bind $0 /run/doctor-test; umount -R $1; mount --move /run/doctor-test $1 && exec sh $2"' \
        "$group/root" "$tree" "$doctor" "$1" || rc=$?
    rmdir "$group/root" "$group"
    return $rc
}
