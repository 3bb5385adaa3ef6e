# usage: awk -f form.awk steps/NN-NAME/README.md...
#
# Has a step's page the form of all pages? Prints what is not as it has to be,
# one line each. Exit status: 0 it has, 1 it has not.
function wrong(line, text) {
    print page ":" line ": " text
    bad = 1
}
function start() {
    page = FILENAME
    split(page, path, "/")
    step = substr(path[2], 1, 2)
    part = titles = courses = details = edits = fence = 0
    split("", shown)
    split("", where)
    split("", typed)
}
function finish(    number) {
    if (page == "") return
    if (part < parts) wrong(FNR, "the part \"" name[part + 1] "\" is missing")
    if (titles != 1) wrong(1, "a page has one title")
    if (!courses) wrong(1, "there is no line that links to the course")
    if (details) wrong(FNR, "<details> is not closed")
    if (!edits) wrong(FNR, "no experiment has an edit, as a ```diff edit= block")
    if (edit) wrong(edit, "no ```console block shows what the edit does")
    if (fence) wrong(fence, "this block is not closed")
    for (number in shown)
        if (shown[number] < 2 && !(number in typed))
            wrong(where[number], number " is shown once, which proves nothing:" \
                " show it again, or put \"...\"")
}
# The numbers of four digits and more in a line, which stand for others.
function numbers(text, typing,    number) {
    while (match(text, /[0-9][0-9][0-9][0-9]+/)) {
        number = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        if (typing) typed[number]
        else { shown[number]++; where[number] = FNR }
    }
}
BEGIN {
    parts = split("Goal and words to know|Before|What changed|" \
        "Reading the diff|Try it|Break it|In real runtimes|Man pages", name, "|")
}
FNR == 1 { finish(); start() }
/^```/ && !fence {
    fence = FNR
    kind = $1
    known = $0 ~ /^```console( [a-z0-9 ]+)?$/ || $0 ~ /^```c file=[^ ]+$/ ||
        $0 ~ /^```diff from=[^ ]+ to=[^ ]+( of=[^ ]+)?$/ || $0 ~ /^```diff edit=[^ ]+$/
    if (!known) wrong(FNR, "nothing tests a block " $0)
    if ($2 ~ /^edit=/) {
        edits++
        if (name[part] != "Break it") wrong(FNR, "edits are for \"Break it\"")
        edit = FNR
    } else if (kind == "```console") edit = 0
    next
}
/^```/ { fence = 0; next }
fence && kind == "```console" {
    if (!/^\[[0-9]+\] [0-9]+$/) numbers($0, $0 ~ /^([$>]|(host)?#) /)
    next
}
fence { next }
/^# / { titles++ }
/^## Go on$/ && name[part] == "Break it" { next } # some pages have it
/^## / {
    if (substr($0, 4) != name[++part])
        wrong(FNR, "here goes the part \"" name[part] "\"")
}
index($0, "[The course](../../README.md)") { courses++; next }
/<details>/ { details++; if (!/<summary>/) wrong(FNR, "its <summary> is missing") }
/<\/details>/ { details-- }
/!\[\]\(/ { wrong(FNR, "a picture needs a text that says what it shows") }
{
    rest = $0
    while (match(rest, /0[0-9]-[a-z]+/)) {
        if (substr(rest, RSTART, 2) > step)
            wrong(FNR, "a later step is for \"Next\" alone")
        rest = substr(rest, RSTART + RLENGTH)
    }
}
END { finish(); exit bad }
