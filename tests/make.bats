# What the Makefile's targets promise to those who type them.

load needs

setup() { cd "$BATS_TEST_DIRNAME/.." || return; }

prints() {
    [[ $output == *"$1"* ]] || { echo "got: $output" "want: $1"; return 1; }
}
ended() {
    [ "$status" -eq "$1" ] || { echo "got: $status, $output" "want: $1"; return 1; }
}

# make run makes one in this folder.
makes_rootfs() { [ -e rootfs ] || [ -w . ] || skip "needs a folder that can be written"; }

@test "make help names every target" {
    run make help
    ended 0
    for target in $(sed -n '/^\.PHONY: /,/[^\\]$/ { s/^\.PHONY://; s/\\$//; p; }' Makefile); do
        prints "make $target "
    done
}

@test "the template for Macs installs what the quick start does" {
    quick=$(sed -n 's/^apt-get update && \(apt-get install .*\) && make test$/\1/p' README.md)
    grep -qx "    $quick" common/lima.yaml || prints "$quick"
}

@test "make diff takes 05 and 05-chroot, and says the same" {
    run make -s diff STEP=05
    ended 0
    prints "+    if (chroot(c->rootfs) == -1)"
    [ "$output" = "$(make -s diff STEP=05-chroot)" ]
}

@test "make diff WORD=1 shows the changed words" {
    requires git
    run make -s diff STEP=05 WORD=1
    ended 0
    prints "if (argc < [-2-]{+3+})"
}

@test "make diff works without git" {
    mkdir -p "$BATS_TMPDIR/no-git"
    for tool in make sh diff dirname sed sort awk cat; do
        ln -sf "$(command -v $tool)" "$BATS_TMPDIR/no-git/$tool"
    done
    PATH=$BATS_TMPDIR/no-git run make -s diff STEP=03
    rm -r "$BATS_TMPDIR/no-git"
    ended 0
    prints "+    clone_flags |= CLONE_NEWPID;"
}

@test "make diff says in one line how many lines" {
    run make -s diff STEP=05
    [[ ${lines[0]} == *'05-chroot: +16 -3' ]] || prints '05-chroot: +16 -3'
}

@test "make diff has colours and a pager on a terminal, and none with NO_COLOR" {
    PAGER='sed s/^/page:/' run "$TOOLS/pty" -- make -s diff STEP=03
    prints $'page:\033[32m+'
    NO_COLOR=1 PAGER=cat run "$TOOLS/pty" -- make -s diff STEP=03
    [[ $output != *$'\033'* ]] || prints 'no colour'
}

@test "make diff SIDE=1 shows both programs, the change between them" {
    run make -s diff STEP=03 SIDE=1
    prints '>      clone_flags |= CLONE_NEWPID;'
}

@test "make history makes a commit and a tag of each step" {
    requires git
    run make -s history DIR="$BATS_TMPDIR/history"
    ended 0
    [ "$(git -C "$BATS_TMPDIR/history" tag | xargs)" = "$(cd steps && echo [0-9]*)" ]
    run git -C "$BATS_TMPDIR/history" log --format=%s -S CLONE_NEWPID --pickaxe-regex -- steps/container/container.c
    prints '03 pid: as PID 1'
    run make -s history DIR="$BATS_TMPDIR/history"
    rm -rf "$BATS_TMPDIR/history"
    prints 'is not empty; name another directory'
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

# A repository of the course alone, to carry edits in; the test goes there.
course() {
    requires git
    copy=$(mktemp -d) && cp -r Makefile README.md common steps slides tests "$copy"
    cd "$copy" && git init -q && git add . &&
        git -c user.name=n -c user.email=e commit -qm course
}

@test "make carry takes an edit to every later step, page and slide, and again" {
    course
    sed -i 's/Only our UTS/Carried, our UTS/' steps/02-uts/container.c
    run make -s carry STEP=02
    ended 0
    run grep -lr 'Carried, our' steps slides
    [ "${#lines[@]}" = 10 ] || prints "7 programs, 2 pages, 1 deck"
    sed -i 's/Carried, our/Twice, our/' steps/02-uts/container.c
    run make -s carry STEP=02
    ended 0
    run grep -lr 'Twice, our' steps slides
    rm -r "$copy"
    [ "${#lines[@]}" = 10 ] || prints "7 programs, 2 pages, 1 deck"
}

@test "make carry changes only the step that an edit does not fit, until it is mended" {
    course
    sed -i 's/set_hostname/name_host/' steps/02-uts/container.c
    run make -s carry STEP=02
    ended 2
    prints "do not fit 08-full"
    [ "$(git diff --name-only)" = "steps/02-uts/container.c
steps/08-full/container.c" ]
    run make -s carry STEP=02
    ended 2
    prints "mend these first"
    git show HEAD:steps/08-full/container.c | sed 's/set_hostname/name_host/' \
        >steps/08-full/container.c
    run make -s carry STEP=02
    ended 0
    prints "08-full: taken as you have edited it"
    prints "07-cgroups: done"
    prints "names what is gone: steps/talks.md"
    prints "now: make lint test"
    grep -h '[^t]name_host' steps/07-cgroups/container.c
    rm -r "$copy"
}

@test "make carry takes a step that needs no edit as it is, after it has asked" {
    course
    sed -i 's/nearly all signals blocked/all signals blocked/' steps/07-cgroups/container.c
    run make -s carry STEP=07
    ended 2
    prints "do not fit 08-full"
    git checkout -q steps/08-full/container.c
    run make -s carry STEP=07
    ended 0
    [ "$(git diff --name-only steps/*/container.c)" = steps/07-cgroups/container.c ]
    rm -r "$copy"
}

@test "make carry without edits says so" {
    course
    run make -s carry STEP=02
    ended 2
    prints "02-uts/container.c has no edits"
    rm -r "$copy"
}

@test "where git cannot tell the edits, make carry says that, not that there are none" {
    requires git
    copy=$(mktemp -d) && cp -r Makefile common steps "$copy" && cd "$copy"
    run make -s carry STEP=02
    ended 2
    prints "git repository"
    prints "carry: git cannot say what was edited"
    mkdir none && ln -s "$(command -v dirname)" "$(command -v sh)" none
    PATH=$PWD/none run common/carry 02-uts
    rm -r "$copy"
    ended 1
    prints "carry: no git here; install it"
}

@test "make run without a terminal shows the container from inside" {
    requires 08
    makes_rootfs
    run make -s run </dev/null
    ended 0
    prints $'+ hostname\nhandmade'
    prints $'\n    1 root '
    prints 'inet 127.0.0.1/8'
}

@test "make run without a terminal shows the limits" {
    requires 08 cgroup2
    makes_rootfs
    run make -s run </dev/null
    ended 0
    prints $'pids.max: 20\nmemory.max: 104857600\nmemory.swap.max: 0\ncpu.max: 50000 100000'
}

@test "where no container can be made, make run goes on in make vm's machine" {
    copy=$(mktemp -d) && cp -r common "$copy" && cd "$copy"
    mkdir -p tests/vm
    printf '#!/bin/sh\necho "asked: $*"' >tests/vm/run
    printf '#!/bin/sh\nprintf "container: clone: no\\nmore\\n" >&2; exit 125' >refuses
    chmod +x tests/vm/run refuses
    run common/run ./refuses rootfs </dev/null
    rm -r "$copy"
    ended 0
    [ "$output" = $'container: clone: no; in a virtual machine, then:\nasked: -l common/run ./refuses rootfs' ] ||
        prints 'one line, and the machine'
}

@test "make vm's command may have any words in it" {
    copy=$(mktemp -d) && cp Makefile "$copy" && cd "$copy"
    mkdir -p tests/vm steps/08-full common
    touch common/handmade.h steps/08-full/{container.c,container,enter}
    printf '#!/bin/sh\nprintf "<%%s>" "$@"' >tests/vm/run
    chmod +x tests/vm/run
    run make -s vm CMD="echo \$HOME 'a  b' \"c\" \$((1 + 1))"
    rm -r "$copy"
    ended 0
    prints "<-l><echo \$HOME 'a  b' \"c\" \$((1 + 1))>"
}
