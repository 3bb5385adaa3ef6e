# Prints what bench and calls have found, as tables or as JSON (-v format=).
# The other variables say how it was measured: see run.
BEGIN { FS = "\t" }

{
    key = $1 SUBSEP $2 SUBSEP $3
    row[++rows] = key
    failed[key] = 0
}
$1 == "calls" { calls[$2, $3] = $4; filter[$2, $3] = $5; next }
$1 == "start" || $1 == "exec" {
    median[key] = $4
    p90[key] = $5
    least[key] = $6
    cpu[key] = $7
    failed[key] = $8
    survived[key] = $9
}
$1 == "sleep" || $1 == "crowd" {
    median[key] = $4
    second[key] = $5
    failed[key] = $6
    survived[key] = $7
}
{
    all_failed += failed[key]
    left += survived[key]
}

function of(kind, profile, name) { return median[kind, profile, name] }

# What 08 has, divided by what another has.
function ratio(kind, profile, name,   ours) {
    ours = of(kind, profile, "08-full")
    if (ours <= 0 || of(kind, profile, name) <= 0)
        return "-"
    return sprintf("%.2f", ours / of(kind, profile, name))
}

# The same for rates, where more is better.
function times(profile, name,   its) {
    its = of("crowd", profile, name)
    if (its <= 0)
        return "-"
    return sprintf("%.1f", of("crowd", profile, "08-full") / its)
}

function ms(microseconds) {
    return microseconds < 0 ? "-" : sprintf("%.2f", microseconds / 1000)
}

function table(kind, profile, title,   i, part, n) {
    for (i = 1; i <= rows; i++) {
        split(row[i], part, SUBSEP)
        if (part[1] != kind || part[2] != profile)
            continue
        if (n++ == 0)
            print "\n" title
        line(kind, profile, part[3], row[i])
    }
}

function line(kind, profile, name, key) {
    printf "  %-14s", name
    if (kind == "sleep")
        printf "%8d %8d %8s", median[key], second[key],
            ratio(kind, profile, name)
    else if (kind == "crowd")
        printf "%8d %8s %8s", median[key], ms(second[key]),
            times(profile, name)
    else
        printf "%8s %8s %8s %8s", ms(median[key]), ms(p90[key]), ms(cpu[key]),
            profile == "steps" ? "" : ratio(kind, profile, name)
    if (kind == "start" && profile != "steps")
        printf " %7s %6s", number(calls, profile, name),
            number(filter, profile, name)
    else if (kind == "start")
        printf " %7s", number(calls, profile, name)
    print failed[key] ? "   " failed[key] " FAILED" : ""
}

function number(what, profile, name) {
    return (profile, name) in what ? what[profile, name] : "-"
}

function text() {
    printf "%s, Linux %s on %s, %d CPUs, load %s\n%d rounds, %d ms of " \
        "rest before each start\n", date, kernel, machine, cpus, load, rounds,
        rest
    gsub(/;$/, "", versions)
    gsub(/;/, ", ", versions)
    if (versions)
        print versions
    if (missing)
        print "not installed, and so not measured: " missing
    if (limits == "no")
        print "no cgroup v2 with controllers: 07-cgroups is left out, and " \
            "all limits are"
    columns = "                  median      p90      CPU    08 is   calls " \
        "filter"
    table("start", "steps", "From start to exit of /bin/true, in " \
        "milliseconds; system calls:\n                  median      p90" \
        "      CPU            calls")
    table("start", "core", "core: namespaces, root directory, /proc, /sys, " \
        "/dev\n" columns)
    table("start", "full", "full: and capabilities, seccomp, masks, rlimits" \
        (limits == "yes" ? ", limits" : "") "\n" columns)
    table("start", "user", "user: full, and a user namespace\n" columns)
    table("exec", "enter", "One more command in a running container (full), " \
        "in milliseconds:\n                  median      p90      CPU    08 is")
    table("sleep", "full", "Kept in memory while the command sleeps (full), " \
        "in KiB:\n                     Pss      Rss    08 is")
    table("crowd", "full", starts " starts, " jobs " at a time (full): " \
        "starts a second, milliseconds for one:\n" \
        "                    rate   median   08 has")
    printf "\n%d failed, %d left behind\n", all_failed, left
    notes()
}

function notes() {
    print "\n\"08 is\" is 08's median divided by the other's: 0.25 is a " \
        "quarter of the time."
    print "CPU is that of the program and of those it waits for; bubblewrap " \
        "and runc do not\nwait for all."
    print "What is not equal:"
    print "  floor        does what 08 does by the same calls, and looks " \
        "nothing up."
    print "  crun         has 08's namespaces, mounts, masks, capabilities, " \
        "rlimits and\n               allowed system calls; of ioctl, socket " \
        "and personality, it\n               refuses less. It writes down " \
        "what it runs, so that other " \
        "programs can\n               ask. In user it does not shift the IDs of ROOTFS."
    print "  crun-docker  is crun with seccomp for three architectures, as " \
        "docker and\n               podman ask for; 08 kills what is not of " \
        "this one."
    print "  runc         is as crun." (limits == "yes" ? "" : " It cannot " \
        "do without cgroups, and makes empty ones:\n               more " \
        "than 08 does here.")
    print "  bubblewrap   has no seccomp, masks, rlimits, limits; /sys is the " \
        "host's; in user\n               one ID. It stays as PID 1."
    print "  unshare      has chroot and /proc; no /dev, /sys, loopback, and " \
        "nothing of full."
    print "The kernel goes on clearing up (the network, above all) after the " \
        "exit: not measured."
}

function quoted(word) {
    gsub(/"/, "'", word)
    return "\"" word "\""
}

function json(   i, part, key, more) {
    printf "{\"date\":%s,\"kernel\":%s,\"machine\":%s,\"cpus\":%d,",
        quoted(date), quoted(kernel), quoted(machine), cpus
    printf "\"load\":%s,", load
    printf "\"rounds\":%d,\"rest_ms\":%d,\"starts\":%d,\"jobs\":%d,", rounds,
        rest, starts, jobs
    printf "\"limits\":%s,\"versions\":%s,\"missing\":%s,",
        limits == "yes" ? "true" : "false", quoted(versions), quoted(missing)
    printf "\"failed\":%d,\"left\":%d,\"results\":[", all_failed, left
    for (i = 1; i <= rows; i++) {
        key = row[i]
        split(key, part, SUBSEP)
        if (part[1] == "calls")
            continue
        printf "%s\n{\"kind\":%s,\"profile\":%s,\"name\":%s,", more,
            quoted(part[1]), quoted(part[2]), quoted(part[3])
        more = ","
        if (part[1] == "sleep")
            printf "\"pss_kib\":%d,\"rss_kib\":%d,", median[key], second[key]
        else if (part[1] == "crowd")
            printf "\"starts_per_s\":%d,\"median_us\":%d,", median[key],
                second[key]
        else
            printf "\"median_us\":%d,\"p90_us\":%d,\"least_us\":%d," \
                "\"cpu_us\":%d,", median[key], p90[key], least[key], cpu[key]
        if (part[1] == "start" && (part[2], part[3]) in calls)
            printf "\"calls\":%d,\"filter\":%d,", calls[part[2], part[3]],
                filter[part[2], part[3]]
        printf "\"failed\":%d,\"left\":%d}", failed[key], survived[key]
    }
    print "\n]}"
}

END {
    if (format == "json")
        json()
    else
        text()
    exit all_failed + left > 0
}
