# usage: awk -f fill.awk PAGE.md >NEW
#
# The page with those of its blocks that are taken from the sources filled
# anew, in the project's directory:
#
#   ```c file=PATH             the whole file
#   ```c file=PATH#NAME        the function NAME, and the comment above it
#   ```diff from=STEP to=STEP  what the second adds to the first
#
# Exit status: 1 if there is no such source; stderr says which line.
function word(key,    i) {
    for (i = 2; i <= NF; i++)
        if (index($i, key "=") == 1) return substr($i, length(key) + 2)
}
function wrong(text) {
    print FILENAME ":" FNR ": " text > "/dev/stderr"
    bad = 1
}
function excerpt(ref,    part, text, comment, on, found) {
    split(ref, part, "#")
    on = !part[2]
    while ((getline text < part[1]) > 0) {
        if (part[2] && text ~ ("^[a-z].*[ *]" part[2] "\\(") && text !~ /;$/) {
            on = 1
            printf "%s", comment
        }
        comment = text ~ /^\/\// ? comment text "\n" : ""
        if (on) { print text; found = 1 }
        if (part[2] && text == "}") on = 0
    }
    close(part[1])
    if (!found) wrong("nothing is at " ref)
}
function difference(from, to,    command, text, n) {
    command = "diff -U3 steps/" from "/container.c steps/" to "/container.c"
    while ((command | getline text) > 0)
        if (++n > 2) print text
    close(command)
    if (!n) wrong("no difference between " from " and " to)
}
old && /^```/ { old = 0 }
old { next }
{ print }
/^```c .*file=/ { excerpt(word("file")); old = 1 }
/^```diff .*from=/ { difference(word("from"), word("to")); old = 1 }
END { exit bad }
