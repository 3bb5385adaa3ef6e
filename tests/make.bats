# What the Makefile's targets promise to those who type them.

setup() { cd "$BATS_TEST_DIRNAME/.." || return; }

prints() {
    [[ $output == *"$1"* ]] || { echo "got: $output" "want: $1"; return 1; }
}
ended() {
    [ "$status" -eq "$1" ] || { echo "got: $status, $output" "want: $1"; return 1; }
}

@test "make help names every target" {
    run make help
    ended 0
    for target in $(sed -n '/^\.PHONY: /,/[^\\]$/ { s/^\.PHONY://; s/\\$//; p; }' Makefile); do
        prints "make $target "
    done
}

@test "make diff takes 05 and 05-chroot, and says the same" {
    run make -s diff STEP=05
    ended 0
    prints "+    if (chroot(c->rootfs) == -1)"
    [ "$output" = "$(make -s diff STEP=05-chroot)" ]
}

@test "make diff WORD=1 shows the changed words" {
    run make -s diff STEP=05 WORD=1
    ended 0
    prints "if (argc < [-2-]{+3+})"
}

@test "make diff works without git" {
    mkdir -p "$BATS_TMPDIR/no-git"
    for tool in make sh diff dirname sed sort; do
        ln -sf "$(command -v $tool)" "$BATS_TMPDIR/no-git/$tool"
    done
    PATH=$BATS_TMPDIR/no-git run make -s diff STEP=03
    rm -r "$BATS_TMPDIR/no-git"
    ended 0
    prints "+    clone_flags |= CLONE_NEWPID;"
}

@test "make diff STEP=00 says that nothing is before it" {
    run make -s diff STEP=00
    ended 0
    prints "the first step"
}

@test "a step that is not there is answered with those that are" {
    run make -s diff STEP=99
    ended 2
    prints "01-clone-wait 02-uts"
}

@test "make carry takes an edit to every later step" {
    command -v git >/dev/null || skip "needs git"
    copy=$(mktemp -d) && cp -r Makefile common steps "$copy" && cd "$copy"
    git init -q && git add . && git -c user.name=n -c user.email=e commit -qm c
    sed -i 's/Only our UTS/Carried, our UTS/' steps/02-uts/container.c
    run make -s carry STEP=02
    ended 0
    run grep -lr 'Carried, our' steps
    rm -r "$copy"
    [ "${#lines[@]}" = 7 ] || prints "the edit in 02 to 08"
}

@test "make run without a terminal shows the container from inside" {
    [ "$(id -u)" = 0 ] || skip "needs root"
    run make -s run </dev/null
    ended 0
    prints $'+ hostname\nhandmade'
    prints $'\n    1 root '
    prints 'inet 127.0.0.1/8'
}

@test "make run without a terminal shows the limits" {
    [ "$(id -u)" = 0 ] || skip "needs root"
    grep -qs memory /sys/fs/cgroup/cgroup.controllers ||
        skip "needs cgroup2 with its controllers"
    run make -s run </dev/null
    ended 0
    prints $'pids.max: 20\nmemory.max: 104857600\nmemory.swap.max: 0\ncpu.max: 50000 100000'
}
