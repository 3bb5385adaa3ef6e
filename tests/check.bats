# What "make check" promises: a right program passes, however it is written; of
# a wrong one, the first thing to mend is said, in words, on one screen, soon;
# and the machine that checks is never the one that is harmed.

load needs

setup() {
    cd "$BATS_TEST_DIRNAME/.." || return
    box=$(mktemp -d)
    chmod 755 "$box"
    mkdir -p "$box/mine/02"
    unset NO_COLOR STRICT SUDO_UID
    # bats puts its inner programs first in PATH; one of them is called bats,
    # and needs a shell function that make's shell does not pass on.
    PATH=${PATH//"${BATS_LIBEXEC:-/usr/libexec/bats-core}:"/}
}
teardown() { rm -rf "$box"; }

requires_namespaces() {
    [ "$(id -u)" = 0 ] || skip "needs root"
    unshare -muipnf mount -t proc none /proc || skip "needs namespaces"
}
says() {
    local text
    [ "$status" -eq "$1" ] || { echo "$output" "got: $status" "want: $1"; return 1; }
    for text in "${@:2}"; do
        [[ $output == *"$text"* ]] || { echo "$output"; echo "want: $text"; return 1; }
    done
}

# as_said STEP: the table of right and wrong programs, and what is said of each.
as_said() {
    tests/check/cases "$1" >"$box/said" 3>&-
    diff "tests/check/said/$1" "$box/said"
}

@test "00: right programs pass, and of wrong ones the first fault is said" {
    requires_namespaces # its programs call unshare(2) and clone3(2)
    as_said 00
}
@test "01: right programs pass, and of wrong ones the first fault is said" {
    requires_namespaces # its programs call unshare(2) and clone3(2)
    as_said 01
}
@test "02: right programs pass, and of wrong ones the first fault is said" {
    requires_namespaces
    as_said 02
}
@test "03: right programs pass, and of wrong ones the first fault is said" {
    requires_namespaces
    as_said 03
}
@test "04: right programs pass, and of wrong ones the first fault is said" {
    requires_namespaces
    as_said 04
}
@test "05: right programs pass, and of wrong ones the first fault is said" {
    requires_namespaces
    as_said 05
}
@test "06: right programs pass, and of wrong ones the first fault is said" {
    requires_namespaces
    as_said 06
}

# red STEP FLAG...: of a program with these mistakes, all that is not kept.
red() {
    ${CC:-cc} "${@:2}" tests/check/programs/talks.c -o "$box/red" 2>/dev/null
    TO_THE_END=1 LC_ALL=C tests/check/run "$1" "$box/red" 2>&1 | sed -n 's/^not yet //p' >>"$box/not-yet"
}

@test "each promise of 00 to 06 has a program that breaks it alone, or with its like" {
    requires_namespaces
    red 00 -DSTEP=0 -DREAD_INPUT -DFEW_ARGUMENTS -DFORKED -DNO_STATUS -DCHATTER
    red 01 -DSTEP=0
    red 01 -DSTEP=1 -DNO_WAIT
    red 06 -DSTEP=6 -DNO_NAME -DNO_UTS -DNO_PID -DNO_NS -DNO_REC -DNO_PROC -DNO_CHROOT -DNO_NET -DNO_LO
    red 05 -DSTEP=5 -DNO_CHDIR
    red 02 -DSTEP=2 -DWRONG_LIST
    sed -n '/step = 7/,$d; s/^ *[.]words = "\(.*\)",$/\1/p' tests/check/promises.c >"$box/words"
    [ "$(wc -l <"$box/words")" -gt 20 ]
    run grep -vxFf "$box/not-yet" "$box/words"
    says 1 ''
}

@test "the first failure of each fits on a screen of 24 lines by 80 columns" {
    run awk '/^== / { n = 0 } /^-- status 1/ && n > 24 || length($0) > 80 { print FILENAME, n, $0 } !/^== / { n++ }' tests/check/said/*
    says 0 ''
    [ -z "$output" ] || { echo "$output"; return 1; }
}

@test "what is said comes in time, and names no file or function of ours" {
    run grep -nE ' in [0-9]+ ms|bats|tests/|/tmp|/usr|\.c:|_[a-z]*\(\)' tests/check/said/*
    [ -z "$output" ] || { echo "$output"; return 1; }
}

@test "each page and section that is named to read is there" {
    sed -n 's/^#define PAGE0. "\(.*\)"/\1/p' tests/check/promises.c >"$box/pages"
    [ "$(wc -l <"$box/pages")" = 8 ]
    while read -r page; do
        grep -qx '## Reading the diff' "$page" && grep -qx '## Break it' "$page" || {
            echo "$page: no such section"
            return 1
        }
    done <"$box/pages"
}

@test "the course's own programs pass, the finish included" {
    requires_namespaces
    for step in 00-exec 01-clone-wait 02-uts 03-pid 04-mount-proc 05-chroot 06-net; do
        STRICT=1 run tests/check/run "$step" "steps/$step/container"
        says 0 "${step%%-*} does what it is about."
    done
}

# talk [FLAG]: a program as the talks have it, in mine/02.
talk() { ${CC:-cc} -DSTEP=2 "$@" tests/check/programs/talks.c -o "$box/mine/02/container" 2>/dev/null; }

@test "STRICT=1 asks for the finish, too" {
    requires_namespaces
    talk
    run make -s check PROG="$box/mine/02"
    says 0 'a command that is not there gives 127 (it gave 125)' 'The finish: 4 of 8'
    run make -s check PROG="$box/mine/02" STRICT=1
    says 2 '02 does what it is about' 'The finish: 4 of 8'
}

@test "STEP is taken from the directory, or asked for" {
    requires_namespaces
    talk
    run make -s check PROG="$box/mine/02/container"
    says 0 '02 does what it is about'
    cp "$box/mine/02/container" "$box/other"
    run make -s check PROG="$box/other"
    says 2 "which step? make check STEP=02 PROG=$box/other"
    run make -s check STEP=02-uts PROG="$box/other"
    says 0 '02 does what it is about'
}

@test "a .c file or a directory is compiled first" {
    requires_namespaces
    cp tests/check/programs/learner.c "$box/mine/02/container.c"
    sed -i '1i #define STEP 2' "$box/mine/02/container.c"
    run make -s check PROG="$box/mine/02/container.c"
    says 0 '02 does what it is about'
    sed -i 's/learner", 7/learner", 65/' "$box/mine/02/container.c"
    touch -d '10 seconds ago' "$box/mine/02/container"
    run make -s check PROG="$box/mine/02"
    says 2 'sethostname(learner): Invalid argument'
}

@test "if it does not compile, what the compiler says is shown" {
    echo 'int main(void) { return missing; }' >"$box/mine/02/container.c"
    run make -s check STEP=01 PROG="$box/mine/02"
    says 2 'It does not compile yet' "container.c:1:25: error:"
}

# In a directory like the project's, with a course's 01 and nobody's 02.
project() {
    cp -r Makefile common "$box"
    mkdir -p "$box/tests" "$box/steps"
    cp -r tests/check "$box/tests"
    cp -r steps/00-exec steps/01-clone-wait steps/02-uts "$box/steps"
    rm -r "$box/mine"
    cd "$box"
}

@test "make start begins with the course's step before, and never over work" {
    project
    run make -s start STEP=02
    says 0 "made mine/02/container.c from steps/01-clone-wait/container.c"
    cmp mine/02/container.c steps/01-clone-wait/container.c
    echo "// my work" >mine/02/container.c
    run make -s start STEP=02
    says 2 "mine/02 is there already, and stays as it is"
    [ "$(cat mine/02/container.c)" = "// my work" ]
}

@test "make start begins with your own step before, if that has passed" {
    project
    mkdir -p mine/01
    sed '1i #define STEP 1' tests/check/programs/learner.c >mine/01/container.c
    run make -s check PROG=mine/01
    says 0 '01 does what it is about'
    run make -s start STEP=02
    says 0 "made mine/02/container.c from mine/01/container.c"
    cmp mine/02/container.c mine/01/container.c
    rm -r mine/02
    echo "// not tried yet" >>mine/01/container.c
    run make -s start STEP=02
    says 0 "mine/01 has changed since it passed" "from steps/01-clone-wait/container.c"
}

@test "make start STEP=00 begins with an empty main, which compiles" {
    project
    run make -s start STEP=00
    says 0 "made mine/00/container.c from an empty main()"
    run make -s check PROG=mine/00
    says 2 "what is printed is the command's"
}

@test "make watch tries again at each save, and shows what has passed" {
    requires_namespaces
    [ -x "$TOOLS/pty" ] || skip "needs tests/run"
    project
    mkdir -p mine/02
    file=$box/mine/02/container.c
    sed '1i #define STEP 1' tests/check/programs/learner.c >"$file"
    LC_ALL=C.UTF-8 run "$TOOLS/pty" see='call sethostname(2)' \
        see='  01   02   03' run="sed -i 1s/1/2/ $file" \
        see='02 does what it is about' see='  01  [02]  03' \
        run="sed -i 's/int main/int mine/' $file" see='It does not compile yet' \
        see='undefined reference' see='  01  (02)  03' type=$'\003' -- tests/check/watch 02-uts ''
    says 0 ''
}

@test "without UTF-8 or colours, the marks are words" {
    cp steps/00-exec/container "$box/mine/02/container"
    NO_COLOR=1 LC_ALL=C.UTF-8 run make -s check STEP=00 PROG="$box/mine/02/container"
    says 0 'ok      the exit status is the command'
    LC_ALL=C run make -s check STEP=01 PROG="$box/mine/02/container"
    says 2 'not yet the command is a process of its own'
}

@test "no program, no such program, no step, 08: said in words" {
    run make -s check
    says 2 'which program? make check PROG=mine/02'
    run make -s check STEP=02 PROG="$box/mine/no"
    says 2 "there is no $box/mine/no; make start STEP=02 makes mine/02"
    run make -s check STEP=01 PROG="$box/mine/02"
    says 2 "there is no program and no .c file in $box/mine/02"
    touch "$box/mine/02/container"
    run make -s check STEP=01 PROG="$box/mine/02/container"
    says 2 "cannot be executed; chmod +x $box/mine/02/container"
    run make -s check STEP=08 PROG="$box/mine/02/container"
    says 2 "08 is there to be read and opened"
}

@test "not root: 02 and later say so, 00 and 01 do not need it" {
    requires user
    cp -r common tests/check steps/01-clone-wait "$box"
    mkdir "$box/tests" && mv "$box/check" "$box/tests"
    mv "$box/01-clone-wait/container" "$box/mine/02"
    cd "$box"
    run setpriv --reuid=65534 --regid=65534 --clear-groups \
        tests/check/run 02 mine/02/container
    says 2 'needs root' "sudo make check STEP=02 PROG=mine/02/container"
    TMPDIR=/tmp STRICT=1 run setpriv --reuid=65534 --regid=65534 --clear-groups \
        tests/check/run 01 mine/02/container
    says 0 '01 does what it is about.'
}

@test "where the kernel makes no namespaces, that is said" {
    [ "$(id -u)" = 0 ] || skip "needs root"
    talk
    run setpriv --bounding-set -sys_admin --inh-caps -sys_admin \
        tests/check/run 02 "$box/mine/02/container"
    says 2 'there can be no namespaces here' 'clone: Operation not permitted' 'make doctor'
}

@test "where there can be no namespaces, 00 and 01 are tried all the same" {
    [ "$(id -u)" = 0 ] || skip "needs root"
    STRICT=1 run setpriv --bounding-set -sys_admin --inh-caps -sys_admin \
        tests/check/run 01 steps/01-clone-wait/container
    says 0 '01 does what it is about. The finish: 7 of 7.'
}

@test "a check that is interrupted leaves nothing behind" {
    ${CC:-cc} -DSTEP=1 -DHANG tests/check/programs/talks.c -o "$box/mine/02/hang" 2>/dev/null
    mkdir "$box/tmp"
    TMPDIR=$box/tmp setsid -w timeout --foreground -s INT 1 \
        setsid -w env --default-signal=INT tests/check/run 01 "$box/mine/02/hang" 3>&- || true
    for i in {1..100}; do pgrep -f "$box/mine/02/hang" || break; sleep 0.05; done
    ! pgrep -f "$box/mine/02/hang"
    [ -z "$(ls "$box/tmp")" ]
}
