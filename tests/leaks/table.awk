# usage: awk [-v markdown=yes] [-v colour=yes] [-v limits=yes]
#            [-v only=' NAME... '] -v columns='COLUMN...' -f table.awk HOLES [none] COLUMN...
#
# Makes the table of the answers. What is not open without any container, in
# "none" or 00, is not there on this machine: ?. So is, in 08's column on a machine
# without limits, what its cgroup layer helps to close: it was left out.
function cell(name, column) {
    if (answer[name, first] != "open") {
        note["not on this machine: " name " (" reason[name, first] ")"]
        return "?"
    }
    if (column == "08" && !limits && opened[name] ~ /cgroup/) {
        note["08 is without its cgroup layer here: no cgroup v2 with limits"]
        return "?"
    }
    if (answer[name, column] == "?")
        note[column ": " reason[name, column]]
    return answer[name, column]
}
function painted(text, width,    code) {
    code = text == "open" ? 31 : text == "closed" ? 32 : text == "shut" ? 33 : 35
    return sprintf("%s%-" width "s%s", colour ? "\033[" code "m" : "", text,
        colour ? "\033[0m" : "")
}
BEGIN { n = split(columns, column_names, " ") }
FNR == 1 { file = FILENAME; if (++files == 2) first = file }
files == 1 && /^[^#]/ {
    split($0, part, / *[|] +/)
    if (only != "" && only !~ " " part[1] " ") next
    names[++rows] = part[1]
    hole[part[1]] = part[2]
    opened[part[1]] = part[3]
    if (length(part[2]) > wide) wide = length(part[2])
}
files > 1 {
    split($0, part, /\t/)
    answer[part[1], file] = part[2]
    reason[part[1], file] = part[3]
}
END {
    if (markdown) {
        line = "| what a process in it can do | probe |"
        rule = "| --- | --- |"
        for (c = 1; c <= n; c++) { line = line " " column_names[c] " |"; rule = rule " --- |" }
        print line " `--without` |"
        print rule " --- |"
    } else {
        printf "%-" wide "s", ""
        for (c = 1; c <= n; c++) printf "  %-7s", column_names[c]
        print ""
    }
    for (r = 1; r <= rows; r++) {
        name = names[r]
        if (markdown)
            printf "| %s | [%s](tests/leaks/%s.c) |", hole[name], name, name
        else
            printf "%-" wide "s", hole[name]
        for (c = 1; c <= n; c++) {
            text = cell(name, column_names[c])
            count[text, c]++
            if (markdown) printf " %s |", text == "closed" ? "–" : text
            else printf "  %s", painted(text, c < n ? 7 : 0)
        }
        if (markdown) {
            text = opened[name]
            gsub(/\+/, " and ", text)
            gsub(/ /, ", ", text); gsub(/, and, /, " and ", text)
            printf " %s |", text == "-" || text == "!" ? "" : text
        }
        print ""
    }
    if (markdown) exit
    split("open shut", states, " ")
    for (s = 1; s <= 2; s++) {
        state = states[s]
        printf "%-" wide "s", state
        for (c = 1; c <= n; c++) printf "  %-7d", count[state, c]
        print ""
    }
    for (text in note) print "? " text | "sort"
}
