# usage: awk -f fill.awk PAGE.md >NEW
#
# The page with those of its blocks that are taken from the sources filled
# anew, in the project's directory:
#
#   ```c file=PATH             the whole file
#   ```c file=PATH#NAME        the function NAME, and the comment above it
#   ```c file=PATH#NAME#NAME   two of them, or more
#   ```diff from=STEP to=STEP  what the second adds to the first
#   ... lines=A..B             from the line with A in it to the next with B;
#                              "_" stands for a space too
#   ... of=NAME,NAME           what is added in these functions, or in the "top"
#   | [STEP] ... | +12 |       how many lines it adds to the step of the row before
#
# Exit status: 1 if there is no such source, or if a step's page shows what the
# step adds in parts and leaves one out; stderr says which.
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
# How many lines the step of this row of a table adds to that of the row before.
function row_step() { return substr($2, 2, index($2, "]") - 2) }
function added(    command, text, n) {
    command = "diff -U0 steps/" row "/container.c steps/" row_step() "/container.c"
    while ((command | getline text) > 0) n += text ~ /^\+[^+]/ || text == "+"
    close(command)
    return n
}
# What one step adds to another, without line numbers, which would change
# whenever a step before them grows: a hunk's first line has the functions that it
# changes.
function difference(from, to,    command, text, i, wanted, listed) {
    from = "steps/" from "/container.c"
    to = "steps/" to "/container.c"
    for (i = split(word("of"), listed, ","); i; i--) wanted[listed[i]]
    split("", changed)
    own(from, was)
    own(to, is)
    command = "diff -U" (word("of") == "" ? 3 : 1) " " from " " to
    while ((command | getline text) > 0) {
        if (text ~ /^@@/) {
            hunk(wanted)
            split(text, listed, /[-+, ]+/)
            old_line = listed[2]
            new_line = text
            sub(/.*\+/, "", new_line)
            new_line += 0
        } else if (text !~ /^(---|\+\+\+) /) {
            lines[++n] = text
            owner[n] = text ~ /^-/ ? was[old_line] : is[new_line]
            if (text !~ /^\+/) old_line++
            if (text !~ /^-/) new_line++
        }
    }
    close(command)
    hunk(wanted)
    for (i in wanted)
        if (!(i in changed)) wrong(to " changes no " i "()")
    if (word("of") == "" && !shown) wrong("no difference between " from " and " to)
    shown = 0
}
# Whose the lines of a program are: a function's, with the comment above it and
# the empty line below it; else the top's.
function own(path, owner,    text, before, line, start, name, i) {
    split("", owner)
    name = "top"
    while ((getline text < path) > 0) {
        owner[++line] = name
        if (before !~ /^\/\//) start = line
        if (text ~ /^[a-z].*[a-z_]+\(.*\)$/) {
            match(text, /[a-z_]+\(/)
            name = substr(text, RSTART, RLENGTH - 1)
            for (i = start; i <= line; i++) owner[i] = name
        }
        before = text
    }
    close(path)
}
# Print the hunk in lines[1..n]: all of it, or what is in the functions that are
# wanted, with a line around it.
function hunk(wanted,    i, first, all) {
    all = word("of") == ""
    for (i = 1; i <= n; i++)
        if (lines[i] !~ /^ /) adds[owner[i]]
    for (i = 1; i <= n + 1; i++) {
        if (i <= n && (all || lines[i] ~ /^ / || owner[i] in wanted)) {
            if (!first) first = i
        } else if (first) {
            part(first, i - 1)
            first = 0
        }
    }
    n = 0
}
# Print lines[first..last], if one of them is changed.
function part(first, last,    i, names, before) {
    for (i = first; i <= last; i++)
        if (lines[i] !~ /^ / && owner[i] != before) {
            before = owner[i]
            changed[before]
            told[before]
            names = names (names == "" ? "" : ", ") \
                (before == "top" ? "top of the file" : before "()")
        }
    if (before == "") return
    if (length(names) > 68) sub(/, .*, /, " to ", names)
    print "@@ " names " @@"
    for (i = first; i <= last; i++) print lines[i]
    shown = 1
}
old && /^```/ { old = 0 }
old { next }
/^\| \[[0-9][0-9]-.*\| \+[0-9]+ \|/ { sub(/\| \+[0-9]+ \|/, "| +" added() " |") }
/^\| \[[0-9][0-9]-/ { row = row_step() }
{ print }
/^```c .*file=/ { excerpt(word("file")); old = 1 }
/^```diff .*from=/ { difference(word("from"), word("to")); old = 1 }
# A step's page that shows what the step adds in parts shows all of them.
END {
    for (name in adds)
        if (FILENAME ~ /^steps\/.*README/ && !(name in told))
            wrong("nothing shows what is added in " name)
    exit bad
}
