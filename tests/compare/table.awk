# usage: awk -v format=text|json -v here='no-limits x86_64' -v kernel=...
#            -v columns='08 PROG...' -f table.awk VERSIONS DIFFERENCES FACTS
#
# Prints the facts side by side; what is equal is printed once. Looks for the reason
# of each difference, and for reasons of nothing. Exit status: 0 none is missing and
# none too much, else 1.

# number VERSION: 1.8.1 is 1008001.
function number(text,    part) {
    sub(/^[^0-9]*/, "", text)
    split(text, part, ".")
    return part[1] * 1000000 + part[2] * 1000 + part[3]
}
# holds ROW PROG PROFILE: is the row about these, and this machine?
function holds(r, prog, profile,    n, word, i, name, limit, has) {
    if (index(" " who[r] " ", " " prog " ") == 0) return 0
    n = split(when[r], word, " ")
    for (i = 1; i <= n; i++) {
        if (word[i] == "root" && profile == "rootless") return 0
        if (word[i] ~ /^(rootless|terminal)$/ && word[i] != profile) return 0
        if (word[i] ~ /^((no-)?limits|no-syscall|x86_64|aarch64)$/ &&
            index(" " here " ", " " word[i] " ") == 0) return 0
        if (match(word[i], /(<|>=)/)) {
            name = substr(word[i], 1, RSTART - 1)
            limit = number(substr(word[i], RSTART))
            has = name == "linux" ? number(kernel) : number(version[name])
            if ((name == "linux" || name == prog) && (has < limit) != (word[i] ~ /</))
                return 0
        }
    }
    return 1
}
# reason PROFILE FACT PROG: the row that explains the difference, or 0.
function reason(profile, fact, prog,    r, found) {
    for (r = 1; r <= rows; r++)
        if (fact ~ pattern[r] && holds(r, prog, profile) &&
            value(profile, fact, "08") ~ ours[r] &&
            value(profile, fact, prog) ~ theirs[r]) {
            used[r, prog, profile]++
            if (!found) found = r
        }
    return found
}
function value(profile, fact, prog) {
    return (profile, fact, prog) in values ? values[profile, fact, prog] : "-"
}
function quoted(text) {
    gsub(/[\\"]/, "\\\\&", text)
    return "\"" text "\""
}
# Who has not what 08 has: each with the number of its row.
function compare(profile, fact,    c, prog) {
    differ = 0
    for (c = 2; c <= n; c++) {
        prog = column[c]
        row[prog] = -1
        if ((profile, prog) in failed ||
            value(profile, fact, prog) == value(profile, fact, "08")) continue
        differ++
        row[prog] = reason(profile, fact, prog)
        if (row[prog]) explained++
        else missing[++unexplained] = profile ", " prog ": " fact " is " \
            value(profile, fact, prog) ", 08 has " value(profile, fact, "08")
    }
}
# Calls one after the other of which the same is to be said are printed as one.
function flush(    i) {
    if (first == "") return
    print "  " first (first == last ? "" : " to " substr(last, 6)) differing
    first = ""
}
function text_of(profile, fact,    c, i, groups, group, has, text) {
    if (!differ) {
        if (fact ~ /^call:/) same_calls[profile, value(profile, fact, "08")]++
        else { flush(); printf "  %s  %s\n", fact, value(profile, fact, "08") }
        return
    }
    for (c = 1; c <= n; c++) {
        if ((profile, column[c]) in failed) continue
        has = value(profile, fact, column[c])
        for (i = 1; i <= groups && group[i] != has; i++) ;
        if (i > groups) { group[++groups] = has; members[i] = "" }
        members[i] = members[i] (members[i] == "" ? "" : " ") column[c]
    }
    for (i = 1; i <= groups; i++)
        text = text sprintf("\n      %-20s %s", members[i], group[i])
    for (c = 2; c <= n; c++)
        if (row[column[c]] > 0 && !said[row[column[c]], profile, fact]++)
            text = text "\n      (" why[row[column[c]]] ")"
        else if (row[column[c]] == 0)
            text = text "\n      NOT EXPLAINED: " column[c]
    if (fact !~ /^call:/ || text != differing) flush()
    if (first == "") first = fact
    last = fact
    differing = text
}
function json_of(profile, fact,    c, more) {
    printf "%s\n{\"profile\":\"%s\",\"fact\":%s,\"values\":{", comma, profile, quoted(fact)
    comma = ","
    for (c = 1; c <= n; c++)
        if (!((profile, column[c]) in failed)) {
            printf "%s\"%s\":%s", more, column[c], quoted(value(profile, fact, column[c]))
            more = ","
        }
    printf "},\"reasons\":{"
    more = ""
    for (c = 2; c <= n; c++)
        if (row[column[c]] >= 0) {
            printf "%s\"%s\":%s", more, column[c],
                row[column[c]] ? quoted(why[row[column[c]]]) : "null"
            more = ","
        }
    printf "}}"
}
BEGIN { n = split(columns, column, " ") }
FNR == 1 { file++ }
FILENAME ~ /versions$/ {
    split($0, part, /\t/)
    version[part[1]] = part[2]
    next
}
FILENAME ~ /differences$/ {
    if ($0 !~ /^[^# ]/) next
    split($0, part, / +[|] +/)
    pattern[++rows] = "^(" part[1] ")$"
    who[rows] = part[2]; when[rows] = part[3]
    ours[rows] = "^(" part[4] ")$"; theirs[rows] = "^(" part[5] ")$"; why[rows] = part[6]
    line[rows] = part[1] " | " part[2] " | " part[3]
    next
}
{
    split($0, part, /\t/)
    if (part[3] == "cannot start") { failed[part[1], part[2]] = part[4]; next }
    values[part[1], part[3], part[2]] = part[4]
    ran[part[1], part[2]] = 1
    if (!seen[part[1], part[3]]++) order[++facts] = part[1] "\t" part[3]
}
END {
    if (format == "json") {
        printf "{\"kernel\":%s,\"here\":%s,\"versions\":{", quoted(kernel), quoted(here)
        for (c = 2; c <= n; c++)
            printf "%s\"%s\":%s", (c > 2 ? "," : ""), column[c], quoted(version[column[c]])
        printf "},\"facts\":["
    } else {
        print "Linux " kernel ", " here
        for (c = 2; c <= n; c++) print column[c] ": " version[column[c]]
    }
    for (i = 1; i <= facts; i++) {
        split(order[i], part, /\t/)
        if (part[1] != profile) flush()
        if (format == "text" && part[1] != profile) print "\n" part[1] ":"
        profile = part[1]
        compare(profile, part[2])
        if (format == "json") json_of(profile, part[2])
        else text_of(profile, part[2])
    }
    flush()
    for (r = 1; r <= rows; r++)
        for (c = 2; c <= n; c++)
            for (p = split("root rootless terminal", profiles, " "); p > 0; p--)
                if (ran[profiles[p], column[c]] && holds(r, column[c], profiles[p]) &&
                    !used[r, column[c], profiles[p]] && (" " when[r] " ") !~ / maybe / &&
                    (profiles[p] != "terminal" || when[r] ~ /terminal/))
                    stale[++unused] = profiles[p] ", " column[c] ": " line[r]
    if (format == "json") {
        print "\n],\"not_explained\":["
        for (i = 1; i <= unexplained; i++) print quoted(missing[i]) (i < unexplained ? "," : "")
        print "],\"no_longer_true\":["
        for (i = 1; i <= unused; i++) print quoted(stale[i]) (i < unused ? "," : "")
        print "],\"cannot_start\":["
        for (key in failed) {
            split(key, part, SUBSEP)
            print more quoted(part[1] ", " part[2] ": " failed[key])
            more = ","
        }
        print "]}"
    } else {
        print ""
        for (key in same_calls) {
            split(key, part, SUBSEP)
            print part[1] ": " same_calls[key] " calls are the same in all: " part[2] | "sort"
        }
        close("sort")
        for (key in failed) {
            split(key, part, SUBSEP)
            print "cannot start: " part[1] ", " part[2] ": " failed[key]
        }
        for (i = 1; i <= unexplained; i++) print "not explained: " missing[i]
        for (i = 1; i <= unused; i++) print "no longer true: " stale[i]
        printf "%d differences are explained, %d are not; %d reasons are of nothing\n",
            explained, unexplained, unused
    }
    exit unexplained + unused > 0
}
