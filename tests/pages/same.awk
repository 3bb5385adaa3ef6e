# usage: awk -f same.awk NUMBERS WANT GOT
#
# Does GOT read like WANT? A number of four digits or more stands for some
# number: the same digits for the same number, other digits for another one. A
# line "..." stands for any lines. NUMBERS remembers, from one comparison to the
# next, which number stands for which; it is written if GOT reads like WANT.
# Exit status: 0 it does, 1 it does not.
function bind(w, g) {
    if (w in here || g in there) return here[w] == g
    here[w] = g
    there[g] = w
    bound[++top] = w
    return 1
}
function undo(mark) {
    for (; top > mark; top--) {
        delete there[here[bound[top]]]
        delete here[bound[top]]
    }
}
# Are these two lines alike?
function alike(w, g,    a, b) {
    while (match(w, /[0-9][0-9][0-9][0-9]+/)) {
        if (substr(g, 1, RSTART - 1) != substr(w, 1, RSTART - 1)) return 0
        a = substr(w, RSTART, RLENGTH)
        g = substr(g, RSTART)
        w = substr(w, RSTART + RLENGTH)
        if (!match(g, /^[0-9]+/)) return 0
        b = substr(g, 1, RLENGTH)
        g = substr(g, RLENGTH + 1)
        if (!bind(a, b)) return 0
    }
    return w == g
}
# Are the lines from want[i] and from got[j] on?
function fits(i, j,    mark) {
    if (i > wants) return j > gots
    if (want[i] == "...") {
        for (; j <= gots + 1; j++)
            if (fits(i + 1, j)) return 1
        return 0
    }
    mark = top
    if (j <= gots && alike(want[i], got[j]) && fits(i + 1, j + 1)) return 1
    undo(mark)
    return 0
}
BEGIN { top = 0 }
FILENAME == ARGV[1] { here[$1] = $2; there[$2] = $1; next }
FILENAME == ARGV[2] { want[++wants] = $0; next }
{ got[++gots] = $0 }
END {
    if (!fits(1, 1)) exit 1
    for (w in here) print w, here[w] > ARGV[1]
}
