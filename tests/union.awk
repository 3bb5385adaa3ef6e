# usage: awk -f union.awk TAP...
#
# Several runs of one suite, on machines that have not all that it needs: what
# passed anywhere has passed, what failed anywhere has failed. Names the tests
# that were skipped everywhere. The last line counts: "N passed, N failed,
# N skipped". Exit status: 0 if none failed, none was skipped and some passed.
!/^(not )?ok [0-9]+ / { next }
{
    failed_here = /^not ok /
    skipped_here = / # skip/
    name = $0
    sub(/^(not )?ok [0-9]+ /, "", name)
    sub(/ # skip.*/, "", name)
    if (!(name in state)) state[name] = "skipped"
    if (failed_here) state[name] = "failed"
    else if (!skipped_here && state[name] == "skipped") state[name] = "passed"
}
END {
    for (name in state) {
        count[state[name]]++
        if (state[name] == "skipped") print "skipped everywhere: " name
    }
    printf "%d passed, %d failed, %d skipped\n", count["passed"], \
        count["failed"], count["skipped"]
    exit count["failed"] + count["skipped"] > 0 || count["passed"] == 0
}
