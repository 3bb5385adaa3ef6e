# usage: awk -f names.awk PAGE.md...
#
# What the pages name, one line each, for the script "names":
#   link FILE:LINE TARGET      a link, a picture
#   function FILE:LINE FUNCTION@TARGET   a link whose text is `FUNCTION()`
#   name FILE:LINE PATH        a file of ours, in `...`
#   make FILE:LINE TARGET      a target of the Makefile, in `...`
#   anchor FILE ANCHOR         a heading, as forges name it in links
function all(what, pattern, before, after,    text) {
    text = $0
    while (match(text, pattern)) {
        print what, FILENAME ":" FNR, \
            substr(text, RSTART + before, RLENGTH - before - after)
        text = substr(text, RSTART + RLENGTH)
    }
}
function functions(    text, part) {
    text = $0
    while (match(text, /\[`[a-z_0-9]+\(\)`\]\([^)]*\)/)) {
        part = substr(text, RSTART + 2, RLENGTH - 3)
        text = substr(text, RSTART + RLENGTH)
        sub(/\(\)`\]\(/, "@", part)
        print "function", FILENAME ":" FNR, part
    }
}
FNR == 1 { fence = 0; split("", seen) }
/^ *```/ { fence = !fence; next }
fence { next }
/^#+ / {
    anchor = tolower($0)
    sub(/^#+ +/, "", anchor)
    gsub(/[^a-z0-9_ -]/, "", anchor)
    gsub(/ /, "-", anchor)
    print "anchor", FILENAME, anchor (seen[anchor]++ ? "-" seen[anchor] - 1 : "")
}
{
    all("link", "\\]\\([^)]*\\)", 2, 1)
    all("link", "(src|href|srcset)=\"[^\"]*\"", index($0, "srcset=") ? 8 : index($0, "href=") ? 6 : 5, 1)
    all("link", "^\\[[^]]*\\]: .*$", index($0, "]: ") + 2, 0)
    functions()
    all("name", "`(steps|common|tests|slides|\\.ci)/[^` ]*`", 1, 1)
    all("make", "`make [a-z][a-z-]*", 6, 0)
}
