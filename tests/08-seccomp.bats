# 08's layer seccomp promises: of the system calls, the container has those
# that Docker's containers have. --without seccomp shows who it is that says
# no: the kernel would have looked at the arguments.
load helpers

# What the layers user and caps refuse as well is only seen without them.
alone=("${program[@]:0:${#program[@]}-1}" --without user --without caps
    "$ROOTFS")

# refused NAME...: EPERM from the filter, and something else without it.
refused() {
    local program=("${alone[@]}")
    expect 0 container probe call "$@"
    assert_equal "$(grep -v ': EPERM$' <<<"$output")" "" "EPERM for each"
    assert_equal "${#lines[@]}" $# "one line for each"
    expect 0 without seccomp probe call "$@"
    assert_equal "$(grep ': EPERM$' <<<"$output")" "" "none by the kernel"
}

# filter ARG...: our program, run by hand; see filter.c.
filter() {
    [ -x "$TOOLS/filter" ] ||
        ${CC:-cc} -O1 -o "$TOOLS/filter" "$TESTS/filter.c" \
            "$TESTS/../steps/08-full/seccomp.c"
    "$TOOLS/filter" "$@"
}

# verdict WANT FIELD=VALUE...: of the filter.
verdict() { assert_equal "$(filter "${@:2}")" "$1" "filter ${*:2}"; }

@test "the command runs under a filter; without seccomp, under none" {
    expect 0 container grep '^Seccomp:' /proc/self/status
    assert_equal "$output" $'Seccomp:\t2' "SECCOMP_SET_MODE_FILTER"
    expect 0 without seccomp grep '^Seccomp:' /proc/self/status
    assert_equal "$output" $'Seccomp:\t0' "no filter"
}

@test "mounts and namespaces are refused, by the old calls and the new" {
    refused mount umount2 pivot_root fsopen fsconfig fsmount fspick \
        move_mount open_tree mount_setattr setns unshare unshare,0x10000000
}

@test "modules, other kernels and programs in the kernel are refused" {
    refused init_module,0,0,0 finit_module delete_module kexec_file_load \
        bpf
}

@test "keys, io_uring, perf and userfaultfd are refused" {
    refused keyctl keyctl,0,-3,0 add_key request_key io_uring_setup \
        io_uring_enter io_uring_register perf_event_open userfaultfd
}

@test "the machine's names, clock, swap, quotas, log and power are refused" {
    refused sethostname setdomainname settimeofday clock_settime swapon \
        swapoff quotactl acct syslog reboot
}

@test "files by handle, others' descriptors and memory policy are refused" {
    refused open_by_handle_at fanotify_init kcmp pidfd_getfd \
        process_madvise mbind get_mempolicy set_mempolicy migrate_pages \
        move_pages
}

# CLONE_THREAD alone is invalid: nothing is started.
@test "clone is refused with each of the namespaces, and only then" {
    refused clone,0x30000 clone,0x2010000 clone,0x4010000 clone,0x8010000 \
        clone,0x10010000 clone,0x20010000 clone,0x40010000
    expect 0 container probe call clone,0x10000
    assert_equal "$output" "clone,0x10000: other" "CLONE_NEW... only"
}

@test "clone3 is not there, and a thread starts all the same" {
    expect 0 container probe call clone3
    assert_equal "$output" "clone3: ENOSYS" "libc then takes clone"
    expect 0 container probe thread
    assert_equal "$output" "hello from a thread" "ENOSYS, not EPERM"
    expect 0 without seccomp probe call clone3
    assert_equal "$output" "clone3: other" "no filter"
}

@test "nobody types into a terminal, whatever the upper half says" {
    refused ioctl,-1,0x5412 ioctl,-1,0x541c ioctl,-1,0x100005412 \
        ioctl,-1,0xffffffff0000541c
    expect 0 container probe call ioctl,-1,0x5401
    assert_equal "$output" "ioctl,-1,0x5401: other" "TIOCSTI, TIOCLINUX only"
}

@test "a personality that weakens the layout of memory is refused" {
    refused personality,0x40000 personality,0x400000
    expect 0 container probe call personality,8 personality,0xffffffff \
        personality,0x20008 personality,0
    assert_equal "$(grep -vc ': ok$' <<<"$output")" 0 "those of the profile"
}

@test "a socket into the hypervisor is refused, and a packet socket by its old name" {
    refused socket,40,9999,0 socket,38,9999,0
    refused socket,2,10,0 socket,2,524298,0 # SOCK_PACKET, SOCK_CLOEXEC
    expect 0 container probe call socket,1,1,0 socket,2,1,0 socket,16,3,0
    assert_equal "$(grep -vc ': ok$' <<<"$output")" 0 "AF_UNIX, AF_INET, ..."
}

@test "calls that have a capability of their own are left to it" {
    expect 0 container probe call chroot ptrace,0x4206,0
    assert_equal "$(grep -c ': other$' <<<"$output")" 2 "the kernel answers"
}

@test "a call that is not there yet is not there" {
    expect 0 container probe call 400 600 10000 0x40000027
    assert_equal "$(grep -vc ': ENOSYS$' <<<"$output")" 0 "ENOSYS, not EPERM"
}

@test "a 32-bit call kills; without seccomp, it does not" {
    "$TOOLS/probe" int80 || skip "needs x86-64 with 32-bit calls"
    expect 159 container probe int80
    expect 0 without seccomp probe int80
}

@test "the program judges every number as Docker's profile does" {
    expect 0 filter list
    assert_equal "$output" "" "refused[] and others[]"
}

@test "the program judges every address family as the profile does, but for two" {
    expect 0 filter sockets
    assert_equal "$output" "$(echo {0..11} {13..16} 18 21 22 24 {26..33} 35 \
        36 39 {41..43} 45) " "not AF_DECnet, AF_ALG, AF_VSOCK, ..., nor AF_PACKET, AF_XDP"
    verdict allow nr=socket arg0=0x900000002
    verdict EPERM nr=socket arg0=0x900000028
}

@test "the program knows a packet socket by its old name, with flags or without" {
    verdict EPERM nr=socket arg0=2 arg1=10
    verdict EPERM nr=socket arg0=2 arg1=0x8080a
    verdict allow nr=socket arg0=2 arg1=0x80802
}

@test "the program looks at the architecture first" {
    verdict allow nr=getpid
    verdict kill nr=getpid arch=i386
    verdict kill nr=10000 arch=arm
}

@test "the program looks at the half of an argument that the kernel does" {
    verdict EPERM nr=ioctl arg1=0x100005412
    verdict EPERM nr=clone arg0=0x110000000
    verdict allow nr=clone arg0=0x1000000000000000
    verdict allow nr=ioctl arg1=TCGETS
    verdict EPERM nr=personality arg0=0x100040000
}

@test "the program is short, and the way to a verdict shorter" {
    read -r instructions most < <(filter size)
    [ "$instructions" -le 200 ] || fail "$instructions instructions"
    [ "$most" -le 32 ] || fail "a verdict after $most instructions"
}

@test "if the filter cannot be loaded, that is said, with 125" {
    requires strace
    fault seccomp 1
}
