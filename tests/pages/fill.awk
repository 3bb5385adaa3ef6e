# usage: awk -f fill.awk PAGE.md >NEW
#
# The page with those of its blocks that are taken from the sources filled
# anew, in the project's directory:
#
#   ```c file=PATH             the whole file
#   ```c file=PATH#NAME        the function NAME, and the comment above it
#   ```c file=PATH#NAME#NAME   two of them, or more
#   ```diff from=STEP to=STEP  what the second adds to the first
#
# and, for slides, less of it:
#
#   ```c ... lines=A..B        from the line with A in it to the next with B;
#                              "_" stands for a space too
#   ```diff ... of=NAME,NAME   what is added in these functions
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
# Is this the first line of the function NAME?
function begins(text, name) {
    return text ~ ("^[a-z].*[ *]" name "\\(") && text !~ /;$/
}
function excerpt(ref,    part, parts, i, n) {
    parts = split(ref, part, "#")
    n = split(word("lines"), end, /\.\./)
    if (n && n != 2) wrong("lines=A..B is what it takes")
    within = n ? 0 : 2
    if (parts == 1) copy(part[1], "")
    for (i = 2; i <= parts; i++) {
        if (i > 2) print ""
        copy(part[1], part[i])
    }
    if (within != 2 && within != 3) wrong("no such lines are at " ref)
}
function copy(path, name,    text, comment, on, found) {
    on = name == ""
    while ((getline text < path) > 0) {
        if (name != "" && begins(text, name)) {
            on = found = 1
            show(comment)
        }
        comment = text ~ /^\/\// ? comment text "\n" : ""
        if (on) { show(text "\n"); found = 1 }
        if (name != "" && text == "}") on = 0
    }
    close(path)
    if (!found) wrong("nothing is at " path (name != "" ? "#" : "") name)
}
# Print the text if it lies within lines=A..B. "within" is 0 before, 1 in it, 3
# behind it; 2 if all is wanted.
function show(text) {
    if (!within && has(text, end[1])) within = 1
    if (within == 1 || within == 2) printf "%s", text
    if (within == 1 && has(text, end[2])) within = 3
}
function has(text, part) {
    gsub(/ /, "_", text)
    return index(text, part)
}
function difference(from, to,    command, text, n) {
    from = "steps/" from "/container.c"
    to = "steps/" to "/container.c"
    if (word("of") != "") { n = part_of(from, to, word("of")) }
    else {
        command = "diff -U3 " from " " to
        while ((command | getline text) > 0)
            if (++n > 2) print text
        close(command)
    }
    if (!n && word("of") == "") wrong("no difference between " from " and " to)
}
# The hunks that change these functions, each with a line around it and its
# function's name; returns how many.
function part_of(from, to, names,    wanted, owner, name, text, i, line, command, hunk, of, shown, listed, changed) {
    for (i = split(names, listed, ","); i; i--) wanted[listed[i]]
    while ((getline text < to) > 0) {
        line++
        if (match(text, /[a-z_]+\(/) && text ~ /^[a-z].*\)$/)
            name = substr(text, RSTART, RLENGTH - 1)
        if (name in wanted) owner[line] = name
        if (text == "}") name = ""
    }
    close(to)
    command = "diff -U1 " from " " to
    while ((command | getline text) > 0) {
        if (text ~ /^@@/) {
            if (of != "") { printf hunk, of; shown++ }
            line = new_line(text)
            hunk = text " %s()\n"
            of = ""
            continue
        }
        if (text ~ /^(---|\+\+\+) /) continue
        if (text ~ /^[-+]/ && line in owner) changed[of = owner[line]]
        gsub(/%/, "%%", text)
        hunk = hunk text "\n"
        if (text !~ /^-/) line++
    }
    if (of != "") { printf hunk, of; shown++ }
    close(command)
    for (name in wanted)
        if (!(name in changed)) wrong(to " changes no " name "()")
    return shown
}
# The number in "+NUMBER" of a hunk's first line.
function new_line(text) {
    sub(/^@@ -[0-9,]* \+/, "", text)
    return text + 0
}
old && /^```/ { old = 0 }
old { next }
{ print }
/^```c .*file=/ { excerpt(word("file")); old = 1 }
/^```diff .*from=/ { difference(word("from"), word("to")); old = 1 }
END { exit bad }
