# The diffs are the product: each step adds one idea to the one before it, and
# takes lines away only where what replaces them is the lesson.

load needs
cd "$BATS_TEST_DIRNAME/../steps" || exit

# What a step may add and remove, and why more than 22 lines, or why any.
#   01: the child, its stack, its end and ours: 2 lines move into the child
#   05: ROOTFS comes before CMD, so usage and argv change
#   07: two ideas, the group with its limits and the keeper that cleans up
#   08: a call for each layer; what was constant has an option; the stack, the
#       group and the keeper go into files of their own; chroot(2) is what
#       remains without pivot_root(2); main() is a list of what is built
budget() {
    case $1 in
    01*) echo 36 2 ;;
    05*) echo 22 3 ;;
    07*) echo 75 0 ;;
    08*) echo 69 81 ;;
    *) echo 22 0 ;;
    esac
}

# each_pair CMD: run it with every step and the one before; print what it says.
each_pair() {
    local before= step
    for step in [0-9]*; do
        [ -z "$before" ] || "$1" "$before" "$step"
        before=$step
    done
}

prints_nothing() {
    run "$@"
    [ -z "$output" ] || { echo "$output"; return 1; }
}

@test "no step adds or removes more lines than it has reason to" {
    requires git
    prints_nothing each_pair over_budget
}
over_budget() {
    set -- "$2" $(budget "$2") $(git diff --no-index --numstat "$1" "$2" -- |
        awk '/container.c/ { print $1, $2 }')
    [ "$4" -le "$2" ] || echo "$1 adds $4 lines, may add $2"
    [ "$5" -le "$3" ] || echo "$1 removes $5 lines, may remove $3"
}

@test "the README tells how many lines each step adds" {
    requires git
    prints_nothing each_pair lines_in_readme
}
lines_in_readme() {
    set -- "$2" $(git diff --no-index --numstat "$1/container.c" "$2/container.c")
    grep -q "^| \\[$1\\].* | +$2 | " ../README.md || echo "$1 adds $2 lines"
}

@test "every diff algorithm draws the same hunks" {
    requires git
    prints_nothing each_pair drawn_differently
}
drawn_differently() {
    local how
    for how in --minimal --patience --histogram --no-indent-heuristic; do
        cmp -s <(hunks git diff --no-index "$1" "$2") \
            <(hunks git diff --no-index $how "$1" "$2") ||
            echo "git diff $how draws $1 -> $2 in another way"
    done
    cmp -s <(hunks git diff --no-index "$1" "$2") <(hunks diff -u "$1" "$2") ||
        echo "diff -u draws $1 -> $2 in another way"
}
# hunks CMD... A B: the lines of the diff of their programs.
hunks() { "${@:1:$#-2}" "${@: -2:1}/container.c" "${@: -1}/container.c" | sed '1,/^+++/d; s/^\(@@.*@@\).*/\1/'; }

@test "a step differs from the one before in container.c and its page alone" {
    prints_nothing each_pair other_files
}
other_files() {
    diff -rq "$1" "$2" | grep -v -e '/container\.c ' -e '/README\.md ' \
        -e '/container differ' -e ': container$' -e '^Only in 08-full' \
        -e ': README\.md$' -e '\.svg$'
}

@test "the list at the top of step N has N + 1 lines, the last is the step" {
    prints_nothing each_pair list_is_off
}
list_is_off() {
    local list
    list=$(sed -n 's,^//   \([0-9][0-9]\) \([a-z-]*\) .*,\1-\2,p' "$2/container.c")
    [ "$list" = "$(ls -d [0-9]* | sed "/^$2\$/q")" ] || echo "$2: $list"
}

@test "no line is longer than 76 columns" {
    prints_nothing grep -nE '.{77}' */*.c ../common/handmade.h
}

@test "every function but main says whose it is: Child, Parent ..." {
    prints_nothing awk '
        /^[a-z].*\)$/ && !/^int main/ && head !~ /^\/\/ (Child|Parent|Relay|Init|Keeper)[:,] / {
            print FILENAME ": " $0
        }
        /^\/\// { if (last !~ /^\/\//) head = $0 }
        !/^\/\// && !/^[a-z]/ { head = "" }
        { last = $0 }' */*.c
}

@test "clang-format has nothing to change" {
    [[ $(clang-format --version 2>&1) == *" 14."* ]] || skip "needs clang-format 14"
    prints_nothing clang-format --dry-run -Werror */*.c ../common/handmade.h
}
