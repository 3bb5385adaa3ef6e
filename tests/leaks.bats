# What the list of leaks promises: an answer is true, the README has them all,
# and 08 closes what its layers are said to close.
#
# All is measured once, before the first test; the tests read the answers. Where
# ONLY some steps are tested, those and 00 are measured, and the layer that has
# limits: the others are no different on another machine.

load needs
leaks=$BATS_TEST_DIRNAME/leaks
answers=$BATS_TMPDIR/leaks
cd "$BATS_TEST_DIRNAME/.." || exit

# What the machine must be as, afterwards.
machine() {
    cat /proc/sys/kernel/{hostname,core_pattern} /proc/sys/vm/overcommit_ratio
    cat /proc/self/mountinfo
    cut -d: -f1,2 /proc/self/cgroup
    find /sys/fs/cgroup -maxdepth 2 -type d \
        \( -name 'handmade-[0-9]*-[0-9]*' -o -name 'handmade-leaks*' \)
    echo "${TMPDIR:-/tmp}"/handmade-leaks.* /{,tmp/,dev/}.leaks-*
    ipcs -a 2>/dev/null || true
}

setup_file() {
    [ -z "$(step_lacks 08)$(lacks user)" ] || return 0
    machine >"$BATS_TMPDIR/machine"
    rm -rf "$answers"
    [ -z "$ONLY" ] || export STEPS="00 08 ${ONLY//-[a-z-]/}" LAYERS=cgroup
    tests/leaks/run -a -o "$answers" >"$BATS_TMPDIR/table" 2>"$BATS_TMPDIR/errors" 3>&- ||
        cp "$BATS_TMPDIR/errors" "$BATS_TMPDIR/unmeasured"
}

setup() {
    requires 08 user
    [ ! -e "$BATS_TMPDIR/unmeasured" ] || empty "$(cat "$BATS_TMPDIR/unmeasured")"
}

# empty TEXT HINT: is there nothing to complain of?
empty() {
    [ -z "$1" ] || { printf '%s\n' "$1" "hint: ${2:-no answers}"; return 1; }
}

has_limits() { [ -z "$(lacks cgroup2)" ]; }
disk_is_readable() {
    local disk node=$BATS_TMPDIR/disk
    disk=$(awk '$1 ~ /^[0-9]/ { print $1, $2; exit }' /proc/partitions)
    # shellcheck disable=SC2086 # two numbers
    mknod "$node" b $disk && head -c 1 "$node" >"$node.byte" 2>&1
}

# What this machine has not, found without the probes.
not_here() {
    [ -e /proc/kcore ] || echo kcore
    [ -e /proc/sysrq-trigger ] || echo sysrq
    [ -e /proc/modules ] || echo module
    disk_is_readable || printf '%s\n' device mknod
    [ -e /sys/power/pm_freeze_timeout ] || echo sysfs
    [ -e /proc/sys/fs/mqueue ] || echo mqueue
    grep -q '^[^|/]' /proc/sys/kernel/core_pattern || echo core
    grep -qv ':/$' /proc/self/cgroup || echo cgroup
    # The machine's first cgroup namespace has this number, PROC_CGROUP_INIT_INO.
    [ "$(readlink /proc/self/ns/cgroup)" = 'cgroup:[4026531835]' ] || echo release_agent
}

# What holes says holds of a machine where these ask for privilege.
privileged() {
    [ "$(cat /proc/sys/kernel/dmesg_restrict)" = 1 ] || echo dmesg
    [ "$(cat /proc/sys/kernel/unprivileged_bpf_disabled)" != 0 ] || echo bpf
}

names() { awk '/^[^#]/ { print $1 }' "$leaks/holes"; }

# settings: the holes whose setting is measured.
settings() {
    awk -F ' *[|] *' -v only="${ONLY:+cgroup}" \
        '/^[^#]/ && (only == "" || $3 ~ only) { print $1 }' "$leaks/holes"
}

# missing: the layers of holes that this 08 has not.
missing() {
    awk -F ' *[|] +' '/^[^#]/ { print $3 }' "$leaks/holes" | tr -s '+ ' '\n' |
        grep -vxF -e - -e ! -f "$answers/layers" | sort -u | tr '\n' ' '
}

# unlike FILE...: where the answers are not as holes says.
unlike() {
    awk -v left_out="$(has_limits || echo cgroup)" -v missing="$(missing)" \
        -f "$leaks/expect.awk" "$leaks/holes" "$answers/00" "$@" |
        grep -Ev ": ($(privileged | paste -sd'|')) is" || true
}

@test "every probe has a line in holes, and every line its probe" {
    run diff <(names | sort) <(cd "$leaks" && basename -s .c -- *.c |
        grep -vx -e main -e inside)
    empty "$output" "tests/leaks/holes, and tests/leaks/NAME.c"
}

@test "without a container, every hole is open" {
    empty "$(awk -F '\t' '$2 != "open"' "$answers/00" |
        grep -vwF "$(not_here; echo none)")" "the probe does not find its hole"
}

@test "where a hole is known to be closed, its probe says so" {
    [ "$(cat "$answers"/closed.* | wc -l)" = "$(settings | wc -l)" ]
    empty "$(awk -F '\t' '$2 != "closed"' "$answers"/closed.*)" \
        "the last column of tests/leaks/holes has the setting"
}

@test "every probe has its answer, in every step that runs here" {
    cd "$answers"
    steps=(0[!7])
    ! has_limits || steps=(0?)
    empty "$(awk -F '\t' '$2 == "?"' "${steps[@]}")" "it could not be tried"
    [ "$(cat "${steps[@]}" | wc -l)" = $((${#steps[@]} * $(names | wc -l))) ]
}

@test "once closed, a hole stays closed" {
    cd "$answers"
    empty "$(awk -F '\t' '
        FNR == 1 { file = FILENAME }
        BEGIN { rank["open"] = 1; rank["shut"] = 2; rank["closed"] = 3 }
        $2 == "?" { next }
        rank[$2] < rank[was[$1]] { print $1 ": " was[$1] " before, " $2 " in " file }
        { was[$1] = $2 }' 0?)" "each step has all that the one before has"
}

@test "08 closes every hole that its layers are said to close" {
    empty "$(unlike "$answers/08")" "tests/leaks/holes says what closes it"
}

@test "08 without a layer opens the holes of that layer, and no other" {
    empty "$(cd "$answers" && unlike $(ls | grep -x 'without[.][^+]*'))" \
        "tests/leaks/holes says which are whose"
}

@test "a hole that several layers close needs all of them left out" {
    empty "$(cd "$answers" && unlike without.*+*)" \
        "tests/leaks/holes says which layers close it"
}

@test "the README has the answers" {
    sed -n '/^| what a process/,/^$/p' README.md >"$BATS_TMPDIR/readme"
    run awk -F ' *[|] *' -v OFS='|' '
        FNR == NR { want[FNR] = $0; next }
        FNR == 1 { for (i = 1; i <= NF; i++) column[$i] = i
                   split(want[1], heads, / *[|] */) }
        { n = split(want[FNR], cells, / *[|] */)
          for (i = 1; i <= n; i++) {
              has = $(column[heads[i]])
              if (cells[i] != "?" && cells[i] != has)
                  print $2 ", " heads[i] ": README has " has ", measured " cells[i]
          } }
        END { if (FNR < NR - FNR) print "lines are missing" }' \
        "$answers/table.md" <(sed '/^$/d' "$BATS_TMPDIR/readme")
    empty "$output" "tests/vm/run 'make -s && tests/leaks/run -m' prints the table"
}

@test "afterwards, the machine is as it was" {
    run diff "$BATS_TMPDIR/machine" <(machine)
    empty "$output" "what is tried is tried on canaries"
    empty "$(ls -l /proc/[0-9]*/exe 2>/dev/null | grep handmade-leaks)" \
        "no process outlives its probe"
}

@test "make leaks is plain in a pipe, and in colour on a terminal" {
    HOLES=hostname run make -s leaks PROG='unshare -u'
    [ "$status" = 0 ]
    [[ $output =~ rename\ the\ host\ +closed\ +shut$'\n' ]]
    HOLES=hostname run script -qec "make -s leaks PROG='unshare -n'" /dev/null
    [[ $output == *$'\e[32mclosed'*$'\e[31mopen'* ]]
}

@test "make leaks PROG names what is not installed, and measures what is" {
    run make -s leaks PROG=no-such-program
    [ "$status" = 2 ]
    [[ $output == *"no no-such-program here"* ]]
    HOLES='file env' run make -s leaks PROG=unshare
    [[ $output == *$'\nread a file of the host '*' closed'*$'\n'*' open'* ]]
}

@test "as an ordinary user, make leaks says that it needs root" {
    run setpriv --reuid 65534 --clear-groups tests/leaks/run
    [ "$status" = 2 ]
    [[ $output == *"needs root"* ]]
}
