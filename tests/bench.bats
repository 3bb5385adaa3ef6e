# What make bench promises. Whether something is fast enough is no test: a
# machine that is busy would fail it.

bench=$BATS_TEST_DIRNAME/bench/run
cd "$BATS_TEST_DIRNAME/.." || exit

load needs

setup() {
    requires 08
    tools=$(mktemp -d) && chmod 755 "$tools"
    for tool in $needed; do ln -s "$(command -v "$tool")" "$tools"; done
    before=$(traces)
}
teardown() { rm -rf "$tools"; }

# What the bench needs; what it measures is not among it.
needed="sh bash env id awk sed grep cat find mktemp chmod rm cp mkdir mv ln diff
    dirname basename head tail tr cut sort uname nproc date seq sleep timeout
    unshare mount readlink ldd ls touch tar cc gcc as ld mkfifo mknod rmdir
    stat busybox"

# alone OPTION...: with no runtime in sight but those that a test has made up.
alone() {
    CC=cc TMPDIR=$tools PATH=$tools timeout -k 5 100 "$bench" --rounds 1 --starts 4 \
        --rest 1 "$@" 3>&-
}

# What a run could leave.
traces() {
    cat /proc/self/mounts
    find /sys/fs/cgroup -name '*handmade-bench*' -o -name 'floor-*'
    grep -lsF "$tools/" /proc/[0-9]*/cmdline /proc/[0-9]*/environ || true
}

# fake NAME: standard input is a program that looks like NAME.
fake() { cat >"$tools/$1" && chmod +x "$tools/$1"; }

prints() {
    [[ $output == *"$1"* ]] || { echo "got: $output" "want: $1"; return 1; }
}
ended() {
    [ "$status" -eq "$1" ] || { echo "got: $status, $output" "want: $1"; return 1; }
}

# The words for what has the value: JSON, or what is wrong with it.
is_json() {
    awk '{ text = text $0 } END {
        gsub(/"[^"]*"/, "s", text)
        gsub(/-?[0-9]+([.][0-9]+)?|true|false/, "v", text)
        do {
            was = text
            gsub(/s:[vs]/, "p", text)
            gsub(/[{](p(,p)*)?[}]/, "v", text)
            gsub(/\[([vs](,[vs])*)?\]/, "v", text)
        } while (text != was)
        if (text != "v")
            print text
        exit text != "v"
    }'
}

@test "make bench --json has numbers for each step and profile, and leaves nothing" {
    run alone --json
    ended 0
    is_json <<<"$output"
    for step in steps/0[0-6]*; do
        prints "\"profile\":\"steps\",\"name\":\"${step#*/}\",\"median_us\":"
    done
    for profile in core full user; do
        prints "\"profile\":\"$profile\",\"name\":\"floor\",\"median_us\":"
        prints "\"profile\":\"$profile\",\"name\":\"08-full\",\"median_us\":"
    done
    prints '"kind":"exec","profile":"enter","name":"08-full","median_us":'
    prints '"kind":"sleep","profile":"full","name":"08-full","pss_kib":'
    prints '"kind":"crowd","profile":"full","name":"08-full","starts_per_s":'
    prints '"missing":"crun runc bwrap nsenter strace","failed":0,"left":0'
    [ "$(traces)" = "$before" ] || { diff <(echo "$before") <(traces); return 1; }
    [ -z "$(ls -d "$tools"/handmade-bench.* 2>/dev/null)" ] || prints "no files"
}

@test "make bench says what failed, what is left behind, what is missing and what is not equal" {
    fake bwrap <<-'FAKE'
	#!/bin/sh
	case $* in *sleep*) exec sleep 600 ;; esac
	mkdir "${0%/*}/left" 2>/dev/null && exec sh -c 'sleep 517 >/dev/null 2>&1 &'
	mkdir "${0%/*}/failed" 2>/dev/null && echo "no luck" >&2 && exit 3
	exit 0
	FAKE
    run alone
    ended 1
    prints ", start: ended with 3: no luck"
    prints "   1 FAILED"
    prints "1 failed, 1 left behind"
    ! grep -lszx 517 /proc/[0-9]*/cmdline || prints "nobody left"
    prints "not installed, and so not measured: crun runc nsenter strace"
    prints "What is not equal:"
}

@test "make bench measures those of the runtimes that are there, and counts calls" {
    for tool in crun runc bwrap nsenter strace; do
        command -v $tool >/dev/null || skip "needs $tool"
        ln -s "$(command -v $tool)" "$tools"
    done
    run alone
    ended 0
    for tool in bubblewrap crun runc; do
        [ "$(grep -c "^  $tool  " <<<"$output")" -ge 5 ] || prints "$tool, 5 times"
    done
    read -r calls filter <<<"$(awk '/^full:/, /^user:/ {
        if ($1 == "08-full") print $6, $7 }' <<<"$output")"
    [[ $calls -gt 150 && $calls -le 330 ]] || prints "at most 330 system calls"
    [[ $filter -gt 20 && $filter -le 200 ]] || prints "a filter of at most 200"
    [ "$(traces)" = "$before" ] || { diff <(echo "$before") <(traces); return 1; }
}

@test "the floor and 08 make the same container, in each profile" {
    run alone --look
    ended 0
    prints "user 08-full own="
    [ "$(sed -n 's/ floor / /p' <<<"$output")" = \
        "$(sed -n 's/ 08-full / /p' <<<"$output")" ] || prints "the same"
}

@test "make bench has a word for wrong usage, and 125" {
    run "$bench" --rounds many
    ended 125
    prints "bench: --rounds many: it has to be a whole number above 0"
}
