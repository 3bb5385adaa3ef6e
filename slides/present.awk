# usage: awk -v slide=N -v notes=0|1 -v total=N -f present.awk DECK.md
#
# One slide for the terminal: headings bold, code as it is, diffs in colour, a
# picture's text in its place. With slide=0, prints how many there are.
function put(colour, text) {
    if (slide == n) print colour text (colour == "" ? "" : plain)
}
BEGIN {
    bold = "\033[1m"
    plain = "\033[0m"
    if (slide) printf "\033[H\033[2J"
}
NR == 1 && /^---$/ { front = 1; next }
front { if (/^---$/) { front = 0; n = 1 } next }
!code && /^---$/ { n++; next }
!code && /^<!--/ { note = 1; if (notes) put("", ""); next }
note && /^-->/ { note = 0; next }
note { if (notes) put("\033[35m", "  " $0); next }
/^```/ { code = code ? "" : $1; next }
code == "```diff" && /^\+/ { put("\033[32m", "    " $0); next }
code == "```diff" && /^-/ { put("\033[31m", "    " $0); next }
code == "```diff" && /^@@/ { put("\033[36m", "    " $0); next }
code { put("", "    " $0); next }
/^#+ / { sub(/^#+ /, ""); put(bold, $0); next }
/^\| --- / { next }
/^!\[/ {
    sub(/^!\[/, "[picture: ")
    sub(/\]\([^)]*\)$/, "]")
    for (; length($0) > 76; $0 = substr($0, at + 1)) {
        for (at = 76; at > 1 && substr($0, at, 1) != " ";) at--
        put("", substr($0, 1, at - 1))
    }
}
{ put("", $0) }
END {
    if (!slide) print n
    else printf "\n\033[7m %d/%d \033[0m", slide, total
}
