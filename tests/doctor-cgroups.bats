# What common/doctor promises of control groups, where there is cgroup v2 with
# its controllers.

load needs

setup() {
    doctor=$(cd "$BATS_TEST_DIRNAME/../common" && pwd -P)/doctor
    tree=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
    requires root cgroup2
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
    says 0 'ok    00 01 02 03 04 05 06 07 08' 'without root  00 01 08'$'\n' '0 to fix'
    run diff <(echo "$before") <(find "$tree" -type d; cat "$tree/cgroup.subtree_control")
    says 0
}

@test "mounted read-only, as in a container" {
    run unshare -m sh -c "mount -o remount,bind,ro $tree && sh $doctor"
    says 1 'FAIL  07 08: open ' 'Read-only file system' \
        'A container around us owns the cgroups. Run: make vm' ', 08 --without cgroup'
}

@test "not mounted" {
    run unshare -m sh -c "umount -R $tree && sh $doctor"
    says 1 'FAIL  07 08: open ' 'mount -t cgroup2 none /sys/fs/cgroup'
}

@test "a group with processes: EBUSY" {
    run nested cpu memory pids
    says 1 'FAIL  07 08: write +cpu +memory +pids' 'Device or resource busy' \
        'Processes are in this group, as in a container. Run: make vm'
}

@test "a tree without a controller" {
    run nested cpu pids
    says 1 'FAIL  07 08: write +cpu +memory +pids' 'cgroup.controllers'
}

@test "a tree in which no group may be made" {
    run nested 0
    says 1 'FAIL  07' ': mkdir /sys/fs/cgroup/handmade-'
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
