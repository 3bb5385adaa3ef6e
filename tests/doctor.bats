# What common/doctor promises: it says what is wrong here and what helps, which
# steps work, and changes nothing. Each machine that is not this one is made of
# this one, in namespaces, and only for the doctor.

setup() {
    doctor=$(cd "$BATS_TEST_DIRNAME/../common" && pwd -P)/doctor
    box=$(mktemp -d)
    chmod 755 "$box"
    unset CODESPACES REMOTE_CONTAINERS SUDO_UID SUDO_GID
    quick_compiler
}
teardown() { rm -rf "$box"; }

# What the doctor compiles is the same in every test: once is enough.
quick_compiler() {
    export real_cc=${CC:-cc} compiled=$BATS_TMPDIR/doctor-programs
    export CC=$BATS_TMPDIR/doctor-cc
    mkdir -p "$compiled"
    cat >"$CC" <<-'END'
	#!/bin/bash
	out=${!#} dir=${out%/*}
	[[ $out == */container ]] || exec $real_cc "$@"
	file=$compiled/${dir##*/}-${out##*/}
	[ -e "$file" ] || $real_cc "${@:1:$#-1}" "$file" || exit
	cp "$file" "$out"
	END
    chmod 755 "$CC"
}

load needs

# says STATUS TEXT...: it ends so, and prints all this.
says() {
    local text
    [ "$status" -eq "$1" ] || { echo "$output" "got: $status" "want: $1"; return 1; }
    for text in "${@:2}"; do
        [[ $output == *"$text"* ]] || { echo "$output"; echo "want: $text"; return 1; }
    done
}
says_not() { [[ $output != *"$1"* ]] || { echo "$output"; echo "too much: $1"; return 1; }; }

# ---- machines

# after COMMAND: where COMMAND was done, in a mount namespace.
after() { unshare -m sh -c "$1"' && exec timeout 60 sh "$2"' sh "$1" "${2-$doctor}"; }

# without PROGRAM...: where PATH finds no such programs.
without() {
    local program file hide=:
    for program; do
        while read -r file; do
            [[ $file == "$box"/* ]] || hide+=" && mount --bind /dev/null $file"
        done < <(PATH=$PATH:/usr/sbin:/sbin type -ap "$program" | xargs -r realpath | sort -u)
    done
    after "$hide"
}

# in_folder COMMAND OPTIONS: where the course lies in a file system so mounted.
in_folder() {
    after "mount -t ${1%:*} none $box && cp -r '${doctor%/*}' '${doctor%/*/*}/steps' $box &&
        mount -o remount,bind,${1#*:} $box" "$box/common/doctor"
}

# in_chroot COMMAND [WRAPPER...]: in a chroot with this machine's files, in
# which COMMAND was done. There nobody makes user namespaces.
in_chroot() {
    after "${2:-:} && mount -t tmpfs none /mnt && cd /mnt && mkdir root && cd root &&
        for file in /*; do
            if [ -L \$file ]; then cp -P \$file .
            elif [ -d \$file ] && [ \$file != /mnt ]; then
                mkdir ./\$file && mount --rbind \$file ./\$file
            fi
        done && $1 && exec chroot . sh '$doctor'"
}

# An ordinary user.
as_user() { setpriv --reuid=1000 --regid=1000 --clear-groups timeout 60 "$@"; }

# called NAME: where uname(1) answers so to -s, -r, -m.
called() {
    printf '#!/bin/sh\ncase $1 in -s) echo %s;; -r) echo %s;; *) echo %s;; esac' \
        "$@" >"$box/uname"
    chmod 755 "$box/uname"
    PATH=$box:$PATH run sh "$doctor"
}

# ---- as it is

@test "here, the doctor says which steps work, and they do" {
    requires root
    CC=$real_cc make -s -C "${doctor%/*}/.."
    run sh "$doctor"
    says "$status" 'as root       00 01 02 03 04 05 06'
    "${doctor%/*}/../steps/06-net/container" "${ROOTFS:-/}" true
}

@test "make doctor is the doctor" {
    run make -s -C "${doctor%/*}/.." doctor
    [[ $output == *'The steps that work here'* ]]
}

@test "an argument gives 2 and the usage" {
    run sh "$doctor" nonsense
    says 2 'usage: doctor'
}

# A copy of the course's programs, and for us its doctor.
course() {
    cp -r "${doctor%/*}" "${doctor%/*/*}/steps" "$box"
    doctor=$box/common/doctor
}

@test "it changes nothing" {
    course
    before=$(state)
    TMPDIR=$box run sh "$box/common/doctor"
    run diff <(echo "$before") <(state)
    says 0
}
state() {
    cat /proc/self/mountinfo /proc/sys/kernel/hostname /proc/sys/user/max_*
    find /sys/fs/cgroup -type d -name '*doctor*'
    find /sys/fs/cgroup -name cgroup.subtree_control -exec cat {} +
    sed 's/:.*//' /proc/net/dev
    find "$box" -printf '%p %s %M %u\n' | sort
}

@test "ended by a signal, it leaves nothing" {
    mkdir "$box/tmp"
    printf '#!/bin/sh\ntouch %s && exec sleep 0.3' "$box/started" >"$box/cc"
    chmod 755 "$box/cc"
    CC=$box/cc TMPDIR=$box/tmp sh "$doctor" >/dev/null 3>&- &
    until [ -e "$box/started" ]; do sleep 0.02; done
    kill -TERM $!
    wait $! || status=$?
    output=$(ls "$box/tmp")
    says 143
    [ -z "$output" ] || says 143 'an empty directory'
}

@test "busybox's shell and bash read it as dash does" {
    requires busybox
    run busybox sh "$doctor"
    [[ $output == *'The steps that work here'* ]]
    run bash --posix "$doctor"
    [[ $output == *'The steps that work here'* ]]
}

@test "colour is for terminals, and not for those who want none" {
    requires script
    requires root
    run sh "$doctor"
    says_not $'\033'
    run on_terminal
    [[ $output == *$'\033[32mok\033[0m'* ]]
    NO_COLOR=1 run on_terminal
    says_not $'\033'
}
on_terminal() { timeout -k 5 60 script -qec "sh '$doctor'" /dev/null </dev/null 3>&-; }

# ---- the machine

@test "macOS: use a virtual machine" {
    called Darwin 23.1 arm64
    says 1 'FAIL  this is Darwin, not Linux' 'use a virtual machine' \
        'without root  none'
}

@test "WSL 1: make it WSL 2" {
    called Linux 4.4.0-19041-Microsoft x86_64
    says 1 'FAIL  WSL 1 has no Linux kernel' 'wsl --set-version' 'without root  none'
}

@test "WSL 2 is named" {
    called Linux 5.15.153.1-microsoft-standard-WSL2 x86_64
    [[ $output == *'ok    WSL 2'* ]]
}

@test "a kernel before 5.12 runs neither 07 nor 08" {
    called Linux 5.10.0-30-amd64 x86_64
    says 1 'FAIL  Linux 5.10.0-30-amd64: 07 needs 5.14 or newer, 08 5.12' \
        'update it, or make vm' 'without root  00 01'$'\n'
}

@test "a kernel before 5.14 does not run 07, and 08 without cgroup" {
    requires root
    called Linux 5.13.0 x86_64
    says 1 'FAIL  Linux 5.13.0: 07 needs 5.14 or newer' \
        'as root       00 01 02 03 04 05 06, 08 --without cgroup'$'\n'
}

@test "a processor nobody has tried is named" {
    called Linux 6.1.0 riscv64
    [[ $output == *'note  riscv64: the course is made for x86_64 and aarch64'* ]]
}

@test "a codespace, and a dev container: --privileged" {
    CODESPACES=true run sh "$doctor"
    [[ $output == *'note  this is a codespace'*'"runArgs": ["--privileged"]'* ]]
    REMOTE_CONTAINERS=true run sh "$doctor"
    [[ $output == *'note  this is a dev container'* ]]
}

@test "a container is named, by Docker's mark or Podman's" {
    requires root
    run unshare -p -f --mount-proc sh -c 'unshare -m sh "$0"' "$doctor"
    [[ $output == *'note  this is a'*'ontainer'*'docker run --privileged'* ]]
    run unshare -p -f --mount-proc bash -c "$(declare -f after in_chroot); doctor='$doctor'; in_chroot 'touch .dockerenv'"
    [[ $output == *'note  this is a Docker container'* ]]
    run unshare -p -f --mount-proc bash -c "$(declare -f after in_chroot); doctor='$doctor'; in_chroot 'mount -t tmpfs none run && touch run/.containerenv'"
    [[ $output == *'note  this is a Podman container'* ]]
}

# ---- the tools

@test "no compiler: nothing works, and how to get one" {
    CC=no-such-cc run sh "$doctor"
    says 1 'FAIL  there is no C compiler, no-such-cc' ' gcc' 'without root  none'
}

@test "a compiler without a C library" {
    requires gcc
    CC="$box/cc"
    printf '#!/bin/sh\nexec gcc -nostdinc "$@"' >"$CC" && chmod 755 "$CC"
    run sh "$doctor"
    says 1 "FAIL  $CC cannot compile a program: " 'without root  none'
}

@test "a C library without the kernel's headers, as musl's wrapper: 08 fails" {
    requires musl-gcc
    CC=musl-gcc run sh "$doctor"
    says 1 'ok    musl-gcc compiles' \
        'FAIL  08: musl-gcc does not compile it: linux/' 'without root  00 01'$'\n'
    [[ $output =~ CC=\'([^\']*)\' ]]
    CC=${BASH_REMATCH[1]} run sh "$doctor"
    says "$status" "ok    musl-gcc -idirafter"
    says_not 'does not compile'
}

@test "CC of two words" {
    CC="env $CC" run sh "$doctor"
    says "$status" "ok    env $CC compiles"
}

@test "a compiler that makes nothing static" {
    printf '#!/bin/sh\n[ "$1" != -static ] && exec %s "$@"' "$CC" >"$box/cc"
    chmod 755 "$box/cc"
    CC=$box/cc run sh "$doctor"
    [[ $output == *"note  $box/cc makes no static program: make test needs one"* ]]
}

@test "missing programs are named, with what misses them" {
    requires root
    run without make git bats strace ip ps
    says "$status" 'note  there is no make: ' 'note  there is no git: ' \
        'note  there is no bats: ' 'note  there is no strace: ' \
        'note  there is no ip: ' 'note  there is no ps: '
}

@test "how to install is said in the system's own words" {
    requires root
    run with_packages_of apt-get
    says "$status" ' apt-get install iproute2'
    run with_packages_of dnf
    says "$status" ' dnf install iproute'
    run with_packages_of pacman
    says "$status" ' pacman -S iproute2'
    run with_packages_of apk
    says "$status" ' apk add iproute2'
    run with_packages_of none
    says "$status" ' install iproute2 (or'
}
with_packages_of() {
    printf '#!/bin/sh\n' >"$box/$1"
    chmod 755 "$box/$1"
    PATH=$PATH:$box without $(printf '%s\n' apt-get dnf pacman apk ip |
        grep -vx -e "$1")
    rm "$box/$1"
}

@test "no static busybox: this machine's programs make the ROOTFS" {
    requires root
    run without busybox
    [[ $output == *'note  there is no static busybox: make rootfs takes programs'*'ok    00 01 02 03 04 05'* ]]
}

@test "no static busybox and no ldd: no ROOTFS" {
    requires root
    run without busybox ldd
    says 1 'FAIL  there is nothing to make a ROOTFS of: mkrootfs: ldd is not here' \
        'as root       00 01 02 03 04'$'\n'
}

@test "nowhere to try things in" {
    requires root
    run after "mount --bind '${doctor%/*}' /mnt && unset TMPDIR &&
        for dir in /tmp /dev/shm /var/tmp; do mount -t tmpfs -o noexec none \$dir; done" \
        /mnt/doctor
    says 1 'FAIL  no directory to try things in' 'TMPDIR='
}

# ---- the folder

@test "a folder mounted noexec: nothing built there runs" {
    requires root
    run in_folder tmpfs:noexec
    says 1 'FAIL  its file system is mounted noexec' 'copy the course' 'without root  none'
}

@test "a folder mounted nosuid is noted" {
    requires root
    run in_folder tmpfs:nosuid
    [[ $output == *'note  its file system is mounted nosuid'* ]]
}

@test "scripts that lost their mode" {
    course
    chmod -x "$box"/common/*
    run sh "$box/common/doctor"
    says 1 'FAIL  its scripts lost their mode' 'chmod +x'
}

@test "a file system that knows no idmapped mounts: 08 without user" {
    requires root
    run in_folder ramfs:rw
    says 1 'FAIL  08: mount_setattr MOUNT_ATTR_IDMAP: Invalid argument' \
        'This file system cannot shift IDs.' '--without user'
}

# ---- the programs

@test "a root without CAP_SYS_ADMIN: as in a container" {
    requires root
    run setpriv --bounding-set -sys_admin sh "$doctor"
    says 1 'FAIL  02 03 04 05 06' 'A container around us forbids it. Run: make vm' \
        'as root       00 01'$'\n'
}

@test "namespaces limited to none: the steps that need them do not work" {
    requires root
    run with_limits 0 pid
    says 1 ': clone: No space left on device' 'Look at the limits in /proc/sys/user' \
        'as root       00 01 02'$'\n'
    run with_limits 0 ipc
    says 1 'FAIL  08: clone: No space left' 'as root       00 01 02 03 04 05 06'
}
# with_limits N KIND...: in a user namespace in which there may be so many.
with_limits() {
    unshare -r -m sh -c 'limit=$1 doctor=$2 && shift 2 && for kind; do
        echo $limit >/proc/sys/user/max_${kind}_namespaces || exit
    done && exec sh "$doctor"' sh "$1" "$doctor" "${@:2}"
}

@test "a masked /proc: 04 does not work, nor what comes after it" {
    requires root
    run after 'mount -t tmpfs none /proc/tty && exec unshare -r sh "$2"'
    says 1 'FAIL  04 05 06' ': mount /proc: Operation not permitted' \
        'A container around us covers it.' 'as root       00 01 02 03'$'\n'
}

@test "no chroot(2)" {
    requires root
    run setpriv --bounding-set -sys_chroot sh "$doctor"
    says 1 'FAIL  05 06' ': chroot ' 'as root       00 01 02 03 04'
}

@test "a chroot: no mounts and no user namespaces" {
    requires root
    run in_chroot true
    says 1 'FAIL  04 05 06' ': mount / as private: ' 'a chroot forbids it: leave it' \
        'note  08: clone: ' 'without root  00 01'$'\n'
}

@test "the root of a user namespace is no machine's" {
    requires root
    run unshare -r sh "$doctor"
    says "$status" 'note  08 as an ordinary user: not tried: setpriv: set' \
        'be the root of the machine'
}

@test "no user namespaces for root" {
    requires root
    run with_limits 0 user
    says 1 'FAIL  08: clone: No space left'
}

# A course whose 08 is this program.
other_08() {
    course
    rm "$box"/steps/08-full/*
    echo "$1" >"$box/steps/08-full/container.c"
    rm -f "$compiled"/08-container
    run sh "$box/common/doctor"
    rm -f "$compiled"/08-container
}

@test "what 08 says is said, as root and without" {
    requires root
    other_08 '#include <stdio.h>
        int main(void) { fputs("container: move_mount /mnt: No such file\ncontainer: Make it.\n", stderr); return 125; }'
    says 1 $'FAIL  08: move_mount /mnt: No such file\n        Make it.\n' \
        $'note  08: move_mount /mnt: No such file\n' 'without root  00 01'$'\n'
}

@test "08 is tried without each layer that its message names" {
    requires root
    other_08 '#include <stdio.h>
        #include <string.h>
        int main(int argc, char **argv) {
            int user = 0, root = 0;
            for (int i = 1; i < argc; i++) {
                user |= !strcmp(argv[i], "user");
                root |= !strcmp(argv[i], "root");
            }
            if (user && root) return 0;
            fprintf(stderr, "container: no %s\ncontainer: Use --without %s.\n",
                    user ? "root" : "user", user ? "root" : "user");
            return 125; }'
    says 1 'FAIL  08: no user' 'FAIL  08: no root' ', 08 --without user --without root'$'\n'
}

@test "a program that was changed and does not compile" {
    course
    echo 'int main(void) { return nothing; }' >"$box/steps/03-pid/container.c"
    CC=$real_cc run sh "$box/common/doctor"
    says 1 "FAIL  03: $real_cc does not compile it: " 'git diff steps/03-pid'
}

@test "if not all steps work here, the last line but one is what make vm lacks" {
    requires root
    course
    mkdir -p "$box/tests/vm"
    printf '#!/bin/sh\necho "tests/vm/run: no machine: install it"; exit 125' >"$box/tests/vm/run"
    chmod 755 "$box/tests/vm/run"
    run setpriv --bounding-set -sys_admin sh "$box/common/doctor"
    says 1 $'\n  make vm       no machine: install it\n'
    echo '#!/bin/sh' >"$box/tests/vm/run"
    run setpriv --bounding-set -sys_admin sh "$box/common/doctor"
    says 1 $'\n  make vm       00 01 02 03 04 05 06 07 08\n'
}

# ---- without root

@test "no setpriv(1): no user can be tried" {
    requires root
    run without setpriv
    [[ $output == *'note  08 as an ordinary user: not tried: '*setpriv*util-linux* ]]
    says "$status" 'without root  00 01'$'\n'
}

@test "not root and no sudo" {
    requires root
    course # that a user may enter
    run after "for file in \$(command -v sudo); do mount --bind /dev/null \$file; done; exec setpriv --reuid=1000 --regid=1000 --clear-groups sh \$2"
    says 1 'FAIL  not root, and there is no sudo' 'become root with su' 'with sudo     none'
}

@test "not root, with sudo" {
    requires root
    course # that a user may enter
    give_sudo
    PATH=$box:$PATH run as_user sh "$doctor"
    [[ $output == *'ok    not root, but sudo is there'*'with sudo     00 01 02'* ]]
}
give_sudo() { printf '#!/bin/sh\n' >"$box/sudo"; chmod 755 "$box/sudo"; }

@test "not root, and sudo cannot work, or gives too little" {
    requires root
    course # that a user may enter
    give_sudo
    PATH=$box:$PATH run as_user setpriv --no-new-privs sh "$doctor"
    says 1 'FAIL  not root, and sudo cannot work here: no_new_privs' 'with sudo     none'
    PATH=$box:$PATH run setpriv --bounding-set -sys_admin setpriv --reuid=1000 --clear-groups sh "$doctor"
    says 1 'FAIL  not root, and sudo gives a root without CAP_SYS_ADMIN'
}

@test "user namespaces switched off" {
    requires root
    course # that a user may enter
    run as_user unshare -U -c --keep-caps sh -c 'echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --ambient-caps=-all --inh-caps=-all sh "$0"' "$doctor"
    says 1 'user namespaces are switched off: use sudo' 'sysctl user.max_user_namespaces=10000' 'without root  00 01'$'\n'
}

@test "user namespaces for root alone, as Debian 10 has them" {
    requires root
    run in_chroot 'mount -t tmpfs none proc/sys/kernel && echo 0 >proc/sys/kernel/unprivileged_userns_clone'
    [[ $output == *'user namespaces are for root alone'*'sysctl kernel.unprivileged_userns_clone=1'* ]]
}

@test "user namespaces without rights, as Ubuntu has them" {
    requires root
    run in_chroot 'mount -t tmpfs none proc/sys/kernel && echo 1 >proc/sys/kernel/apparmor_restrict_unprivileged_userns'
    [[ $output == *'AppArmor gives user namespaces no rights'*'sysctl kernel.apparmor_restrict_unprivileged_userns=0'* ]]
}

@test "a masked /proc, for an ordinary user" {
    requires root
    run after 'mount -t tmpfs none /proc/tty'
    [[ $output == *'note  08: mount /proc: Operation not permitted'*'covers it'* ]]
    says "$status" 'without root  00 01'$'\n'
}

# ---- control groups that any machine can fake

@test "v1, and a hybrid: the boot option" {
    requires root
    grep -q ' cgroup .*memory' /proc/mounts || skip "needs cgroup1"
    run sh "$doctor"
    says 1 'FAIL  07 08: open /sys/fs/cgroup/cgroup.subtree_control' \
        'systemd.unified_cgroup_hierarchy=1' ', 08 --without cgroup'
    called Linux 5.15.153.1-microsoft-standard-WSL2 x86_64
    says 1 'kernelCommandLine = cgroup_no_v1=all'
}

@test "no cgroup v2 mounted" {
    requires root
    run after 'umount -R /sys/fs/cgroup'
    says 1 'FAIL  07 08: open /sys/fs/cgroup' 'mount -t cgroup2 none /sys/fs/cgroup' \
        ', 08 --without cgroup'
}
