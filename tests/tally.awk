# Copies TAP, of several runs one after the other; then tells why tests were
# skipped, a line for each reason, and what took longest, of lines "# took N s:
# NAME"; the last line counts: "N passed, N failed, N skipped". Those of each run
# are left out. A test that was planned and never reported has failed, as has a
# run without any test. Exit status: 0 if none failed.
/^# [0-9]+ skipped: / || /^# make vm/ || /^# took longest: / { next }
/^# took [0-9]+ s: / { seconds[$5] += $3; print; next }
/^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ { next }
{ print; fflush() }
/^1\.\.[0-9]+$/ { planned += substr($1, 4) }
/^ok / && !/ # skip/ { passed++ }
/^ok / && / # skip/ {
    skipped++
    sub(/.* # skip */, "")
    if (!reasons[$0]++) order[++n] = $0
    if (/^needs (root|to |user |cgroup2)/) forbidden = 1
}
/^not ok / { failed++ }
END {
    lost = planned - passed - failed - skipped
    if (lost > 0) failed += lost
    for (i = 1; i <= n; i++)
        print "# " reasons[order[i]] " skipped: " order[i]
    for (i = 0; i < 3; i++) {
        most = ""
        for (name in seconds)
            if (most == "" || seconds[name] > seconds[most]) most = name
        if (seconds[most] >= 5)
            longest = longest (i ? ", " : "") most " " seconds[most] " s"
        delete seconds[most]
    }
    if (longest) print "# took longest: " longest
    if (forbidden) print "# make vm is a machine where the kernel forbids nothing; " \
        "make test-vm runs the tests there"
    printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
    exit failed > 0 || planned + 0 == 0
}
