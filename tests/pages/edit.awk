# usage: awk -f edit.awk EDIT FILE >NEW
#
# FILE with an edit: a unified diff without headers. The lines that begin with
# a space or "-" stand in FILE together, exactly once; those with "-" go, those
# with "+" come. A line "@@ ..." begins another such place. Exit status: 1 if
# there is not exactly one such place.
function wrong(text) { print ARGV[1] ": " text > "/dev/stderr"; bad = 1 }
FILENAME == ARGV[1] {
    if (/^@@/ || !hunks) { hunks++; if (/^@@/) next }
    edit[hunks, ++length_of[hunks]] = $0
    next
}
{ line[++lines] = $0 }
# Does the hunk stand at line i? How many lines of FILE it takes is in "taken".
function stands(h, i,    k, text) {
    taken = 0
    for (k = 1; k <= length_of[h]; k++) {
        text = edit[h, k]
        if (text ~ /^\+/) continue
        if (i + taken > lines || line[i + taken] != substr(text, 2)) return 0
        taken++
    }
    return taken > 0
}
END {
    for (h = 1; h <= hunks; h++) {
        places = 0
        for (i = 1; i <= lines; i++)
            if (stands(h, i)) { places++; at[i] = h; size[i] = taken }
        if (places != 1) wrong("these lines stand at " places " places:\n" edit[h, 1])
    }
    if (!hunks) wrong("it is empty")
    if (bad) exit 1
    for (i = 1; i <= lines; i++) {
        if (!(i in at)) { print line[i]; continue }
        for (k = 1; k <= length_of[at[i]]; k++)
            if (edit[at[i], k] !~ /^-/) print substr(edit[at[i], k], 2)
        i += size[i] - 1
    }
}
