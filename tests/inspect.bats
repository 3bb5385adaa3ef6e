# What common/inspect promises: of every container that a step has made, which
# namespaces are its own and which are shared, and what else the kernel tells.
STEP=04-mount-proc
PROG=
load helpers

inspect=$TESTS/../common/inspect

# A user, who may not enter the home that we may be in.
nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
copy_for_nobody() {
    mkdir -p "$TOOLS/common" "$TOOLS/steps"
    cp "$inspect" "$TOOLS/common"
    inspect=$TOOLS/common/inspect
}

# Some of the tests need no container.
requires_step() { :; }

# step STEP: start makes containers of it.
step() {
    requires "$1"
    STEP=$1
    PROG=$(realpath "$TESTS/../steps/$1/container")
    program=("$PROG")
    [[ $STEP < 08 ]] || has_limits || program+=(--without cgroup)
    [[ $STEP < 05 ]] || program+=("$ROOTFS")
}

# look: sets shown, what is said of all containers. Others than ours may run.
look() { shown=$("$inspect"); }
about() { awk -v pid="$1" '/^PID / { on = ($2 == pid) } on' <<<"$shown"; }
# marked MARK: the namespaces of $pid that are so marked.
marked() { echo $(about "$pid" | awk -v mark="$1" '$4 == mark { print $1 }'); }

# shows_both: own and shared, as the kernel has them.
shows_both() {
    local own
    look
    own=$(own_namespaces "$pid")
    assert_equal "$(marked own)" "${own#none}" "what the kernel says is own"
    assert_equal "$(marked shared)" "$(echo $(ls /proc/self/ns |
        grep -vx -e '.*_for_.*' $(printf ' -e %s' $own)))" "all others"
}

@test "00 makes no container, but PID= shows its command: all is shared" {
    step 00-exec
    start sleep 300
    run make -s -C "$TESTS/.." inspect PID="$pid"
    assert_equal "$(grep -c 'own$' <<<"$output")" 0 "nothing is its own"
    assert_match "$output" "^PID $pid here: sleep 300" "say which command"
}

@test "01: all is shared" {
    step 01-clone-wait
    start sleep 300
    shows_both
    assert_match "$(about "$pid")" "made by PID $started: .*01-clone-wait/container" "say by whom"
}

@test "02: uts is its own, and the hostname" {
    step 02-uts
    start sleep 300
    shows_both
    assert_match "$(about "$pid")" "hostname +handmade" "as nsenter(1) sees it"
}

@test "03: pid is its own, and one process has two PIDs" {
    step 03-pid
    start sleep 300
    shows_both
    assert_match "$(about "$pid")" "^PID $pid here, 1 inside: sleep 300" "NSpid"
}

@test "04: mnt is its own" {
    step 04-mount-proc
    start sleep 300
    shows_both
    assert_match "$(about "$pid")" "root +/, which is $(awk '
        $5 == "/" { print $4 }' /proc/self/mountinfo) of" "still the host's files"
}

@test "05: the root directory is ROOTFS" {
    step 05-chroot
    start sleep 300
    shows_both
    assert_match "$(about "$pid")" "root +$ROOTFS" "as /proc/PID/root has it"
}

@test "06: net is its own" {
    step 06-net
    start sleep 300
    shows_both
}

@test "08: ipc is its own, and the root is a mount of ROOTFS" {
    step 08-full
    start sleep 300
    shows_both
    assert_match "$(about "$pid")" "root +/, which is [^ ]*/rootfs of" "as the mount table has it"
}

@test "with an init, PID 1 is shown, not its child" {
    step 03-pid
    program+=("$TESTS/../steps/01-clone-wait/container")
    start sleep 300
    look
    assert_match "$(about "$pid")" "^PID $pid here, 1 inside: .*01-clone-wait" "PID 1"
    assert_equal "$(grep -c "inside: sleep" <<<"$shown")" 0 "not its child"
}

@test "every container that is running is shown" {
    step 02-uts
    start sleep 300
    first=$pid first_program=$started
    step 03-pid
    start sleep 300
    look
    assert_match "$(about "$first")" "^PID $first here: sleep" "the first"
    assert_match "$(about "$pid")" "^PID $pid here, 1" "the second"
    kill "$first_program"
}

@test "the program's PID stands for its command's" {
    step 03-pid
    start sleep 300
    run "$inspect" "$started"
    assert_match "$output" "^PID $pid here, 1 inside" "what it has made"
}

@test "no container: 1, and how to start one" {
    requires 04
    run unshare -p -f --mount-proc "$inspect"
    [ "$status" = 1 ] || fail "$output"
    assert_match "$output" "sudo steps/04-mount-proc/container sleep" "how to start one"
}

@test "no such process, and no number: 1 and 2" {
    run "$inspect" 999999999
    [ "$status" = 1 ] || fail "$output"
    assert_match "$output" "there is no process 999999999" "name it"
    run "$inspect" sleep
    [ "$status" = 2 ] || fail "$output"
    assert_match "$output" "^usage: inspect" "say how to call it"
}

@test "what an ordinary user may not read is a ?, and sudo helps" {
    requires user
    step 02-uts
    start sleep 300
    copy_for_nobody
    run "${nobody[@]}" "$inspect"
    [ "$status" = 0 ] || fail "$output"
    assert_match "$output" "uts +[0-9]+ +[?] +[?]"$'\n' "no guess"
    assert_match "$output" "hostname +[?]" "no guess"
    assert_match "$output" "PID $pid here: sleep" "the rest is there"
    assert_match "$output" "sudo make inspect" "the remedy"
}

@test "an ordinary user reads all of a process of his own" {
    requires user userns
    start_plain "${nobody[@]}" unshare -r -u sleep 300
    copy_for_nobody
    run "${nobody[@]}" "$inspect" "$plain"
    assert_match "$output" "user +[0-9]+ +[0-9]+ +own"$'\n'"  uts +[0-9]+ +[0-9]+ +own" "user and uts"
    assert_match "$output" "user IDs +0 is 65534 here" "the map"
    assert_equal "$(grep -c '[?]' <<<"$output")" 0 "nothing is unknown"
}

@test "capabilities have names: all, none, a few, all but a few" {
    requires user caps
    start_plain setpriv --bounding-set -all,+chown,+kill,+checkpoint_restore sleep 300
    run "$inspect" "$plain"
    assert_match "$output" "bounding +3: chown kill checkpoint_restore"$'\n' "CapBnd"
    start_plain setpriv --bounding-set -mknod,-syslog sleep 300
    run "$inspect" "$plain"
    assert_match "$output" "capabilities +all but .*mknod syslog" "CapEff"
    start_plain setpriv --reuid=65534 --clear-groups sleep 300
    run "$inspect" "$plain"
    assert_match "$output" "capabilities +none"$'\n' "CapEff"
}

@test "no_new_privs and seccomp are told, on and off" {
    around=(no strict "a filter") # what we have of a container around us
    start_plain sleep 300
    run "$inspect" "$plain"
    assert_match "$output" "no_new_privs +no"$'\n'"  seccomp +${around[$(awk '
        $1 == "Seccomp:" { print $2 }' /proc/self/status)]}" "both off"
    ${CC:-cc} -x c -o "$TOOLS/filter" - <<-'END'
	#include <linux/filter.h>
	#include <linux/seccomp.h>
	#include <sys/prctl.h>
	#include <unistd.h>
	int main(int argc, char **argv)
	{
	    struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	    struct sock_fprog filter = {1, &allow};
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
	    return execvp(argv[argc > 1], argv + 1);
	}
	END
    start_plain "$TOOLS/filter" sleep 300
    run "$inspect" "$plain"
    assert_match "$output" "no_new_privs +yes"$'\n'"  seccomp +a filter" "both on"
}

# start_plain CMD...: without a container; plain is the PID of its last word's.
start_plain() {
    "$@" >/dev/null 2>&1 3>&- &
    plain=$!
    wait_until sleeps "$plain"
}
sleeps() { [ "$(cat "/proc/$1/comm")" = sleep ]; }
