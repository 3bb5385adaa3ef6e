# What a test may need: it is skipped, with the reason, where it is not to be had.
# Root in a container is not the root of a machine, so "needs" has tried.

# lacks NAME: prints what is needed, if this machine lacks it; nothing if not.
lacks() {
    local name why
    while IFS=$'\t' read -r name why; do
        [ "$name" != "$1" ] || echo "$why"
    done <"$TOOLS/lacks"
}

# step_lacks STEP: the same, of what any container of the step needs.
step_lacks() {
    lacks "${1%%-*}"
    [[ $1 != 07* ]] || lacks cgroup2
}

# requires NAME...: NAME is of those that "needs" tries; a step, 04 or
# 04-mount-proc; cgroup1, which is a machine without cgroup2; or a program. It
# takes tests/run to know.
requires() {
    local name why
    [ -e "$TOOLS/lacks" ] || skip "needs tests/run"
    for name; do
        case $name in
        root | caps | nodes | chroot | mounts | veth | netlink | user | userns | cgroup2) why=$(lacks "$name") ;;
        [0-9]*) why=$(step_lacks "$name") ;;
        cgroup1)
            why="cgroup1, or no cgroups"
            [ "$(lacks cgroup2)" != "cgroup2 with its controllers" ] || why=
            ;;
        *) command -v "$name" >/dev/null && why= || why=$name ;;
        esac
        [ -z "$why" ] || skip "needs ${why%%$'\n'*}"
    done
}
