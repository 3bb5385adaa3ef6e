# usage: awk -v slide=N -v what=slide|notes -v total=N -v name=DECK -f present.awk DECK.md
#
# One slide for a terminal of 80 columns and 24 rows: headings bold, code as it is,
# diffs in colour, a picture's text in its place. Or its notes. With slide=0, prints
# how many there are.
function put(colour, text) {
    if (slide != n || note != (what == "notes")) return
    if (text == "" && blank) return
    blank = text == ""
    print colour text (colour == "" ? "" : plain)
}
# folded TEXT INDENT: the words of a text, as many a line as fit 78 columns.
function folded(colour, text, indent,    at) {
    for (; length(text) > 78 - length(indent); text = substr(text, at + 1)) {
        for (at = 78 - length(indent); at > 1 && substr(text, at, 1) != " ";) at--
        if (at == 1) at = 78 - length(indent)
        put(colour, indent substr(text, 1, at))
    }
    put(colour, indent text)
}
# A paragraph is put when it has ended: its lines are folded anew.
function end_paragraph() {
    if (paragraph != "") folded(note ? "\033[35m" : "", paragraph, "")
    paragraph = ""
}
BEGIN {
    bold = "\033[1m"
    plain = "\033[0m"
    blank = 1
    if (slide) printf "\033[H\033[2J"
}
NR == 1 && /^---$/ { front = 1; next }
front { if (/^---$/) { front = 0; n = 1 } next }
!code && /^---$/ { end_paragraph(); n++; next }
!code && /^<!--/ { end_paragraph(); note = 1; next }
note && /^-->/ { end_paragraph(); note = 0; next }
note && /^(Ask|Demo|Note): / { end_paragraph() }
note { sub(/^ +/, ""); paragraph = paragraph (paragraph == "" ? "" : " ") $0; next }
/^```/ { end_paragraph(); code = code ? "" : $1; next }
code == "```diff" && /^\+/ { put("\033[32m", "  " $0); next }
code == "```diff" && /^-/ { put("\033[31m", "  " $0); next }
code == "```diff" && /^@@/ { put("\033[36m", "  " $0); next }
code { put("", "  " $0); next }
/^#+ / { end_paragraph(); sub(/^#+ /, ""); put(bold, $0); next }
/^\| --- / { next }
/^\|/ {
    end_paragraph()
    gsub(/^\| | \|$/, "")
    split($0, cell, / \| /)
    folded("", sprintf("%-26s %s", cell[1], cell[2]), "")
    next
}
/^!\[/ {
    end_paragraph()
    sub(/^!\[/, "[picture: ")
    sub(/\]\([^)]*\)$/, "]")
    folded("", $0, "  ")
    next
}
/^$/ { end_paragraph(); put("", ""); next }
/^- / { end_paragraph() }
{ paragraph = paragraph (paragraph == "" ? "" : " ") $0 }
END {
    end_paragraph()
    if (!slide) print n
    else printf "\n\033[7m %s  %d/%d \033[0m  ? for the keys", name, slide, total
}
