# usage: awk -f messages.awk errors=FILE README.md SOURCE...
#
# Are the messages that the README explains those of our programs? The first
# cell of a row below "When something goes wrong" has them, in `...`: a text in
# quotes in a SOURCE, in which %s, $name and the like stand for any, or such a
# text, ": " and a line of FILE, what the kernel says. Prints those that are
# not, and the remedies of handmade.h that the README does not have. Exit
# status: 0 none, 1 some.
function wrong(text) {
    print text
    bad = 1
}
# pattern TEXT: an expression for what it becomes when it is printed, after the
# program's name; nothing if it does not begin with four known letters.
function pattern(text,    i, c, made) {
    sub(/^%s: /, "", text)
    gsub(/\\n/, "", text)
    gsub(/%[a-z]+|\$[{][^}]*[}]|\$[(][^)]*[)]|\$[A-Za-z_]+|\$[0-9]/, "\001", text)
    if (text !~ /^[^\001][^\001][^\001][^\001]/) return ""
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        made = made (c == "\001" ? ".+" : index(".*+?(){}|^$[]\\", c) ? "\\" c : c)
    }
    return made
}
# keys LINE: the messages in the first cell of a row.
function keys(line) {
    line = substr(line, 1, index(substr(line, 2), " | "))
    while (match(line, /`[^`]+`/)) {
        key[++n] = substr(line, RSTART + 1, RLENGTH - 2)
        at[n] = FNR
        there[key[n]]
        line = substr(line, RSTART + RLENGTH)
    }
}
FILENAME == errors { error[$0]; next }
FILENAME ~ /README\.md$/ {
    if (/^## /) rows = $0 == "## When something goes wrong"
    if (rows && /^\| `/) keys($0)
    next
}
{
    line = $0
    while (match(line, /"([^"\\]|\\.)*"|'[^']*'/)) {
        text = substr(line, RSTART + 1, RLENGTH - 2)
        line = substr(line, RSTART + RLENGTH)
        last = text
        literal[pattern(text)]
    }
}
/remedies\[\] = \{/ { remedies = 1 }
remedies && /"\},$/ && !(last in there) { wrong("the README does not have: " last) }
/^\};/ { remedies = 0 }
END {
    for (i = 1; i <= n; i++) {
        known = 0
        said = key[i]
        cause = said
        sub(/.*: /, "", cause)
        if (cause in error) said = substr(said, 1, length(said) - length(cause) - 2)
        for (each in literal)
            if (each != "" && (said ~ ("^" each "$") || key[i] ~ ("^" each "$"))) {
                known = 1
                break
            }
        if (!known) wrong("README.md:" at[i] ": nothing says: " key[i])
    }
    if (!n) wrong("README.md: there are no messages")
    exit bad
}
