# usage: awk -v left_out='LAYER...' -v missing='LAYER...' -f expect.awk
#            HOLES 00 FILE...
#
# Compares answers about 08 with what holes says of its layers: FILE is what
# was answered without the layers of its name (without.a+b, or 08: all there)
# and without those of left_out. Prints what differs. Passed over are holes
# that 00 does not leave open: they are not on this machine; and those that
# turn on layers of missing, which 08 cannot leave out.
function predicted(name, out,    n, sets, s, m, layers, l, opens) {
    if (opened[name] == "!") return "open"
    n = split(opened[name], sets, " ")
    for (s = 1; s <= n; s++) {
        opens = 1
        m = split(sets[s], layers, "+")
        for (l = 1; l <= m; l++) if (!index(out, " " layers[l] " ")) opens = 0
        if (opens) return "open"
    }
    return "closed"
}
FNR == 1 { files++ }
files == 1 && /^[^#]/ {
    split($0, part, / *[|] +/)
    opened[part[1]] = part[3]
}
files == 2 { split($0, part, /\t/); here[part[1]] = part[2] == "open" }
files > 2 && FNR == 1 {
    set = FILENAME
    if (!sub(/.*without\./, "", set)) set = ""
    out = set
    gsub(/[+]/, " ", out)
    out = " " out " " left_out " "
}
files > 2 {
    split($0, part, /\t/)
    want = predicted(part[1], out)
    if (!here[part[1]] || want != predicted(part[1], out missing " ")) next
    compared++
    if (part[2] != want)
        printf "without %s: %s is %s, want %s (%s)\n", set ? set : "nothing",
            part[1], part[2], want, part[3]
}
END { if (!compared) print "nothing was compared" }
