# usage: awk -f diffs.awk DIFF >PAGE.html
#
# Unified diffs, one after the other, as one page for the projector: light and
# dark, and it fetches nothing. A diff begins with a line "= STEP BEFORE", or
# "= STEP" if all of it is new. To find one's way without a mouse: each step is
# a heading, and links lead from step to step.
function html(text) {
    gsub(/&/, "\\&amp;", text)
    gsub(/</, "\\&lt;", text)
    return text
}
function link(step, text) {
    return "<a href=\"#" step "\">" text "</a>"
}
# As it is read out: the sign is in the text, for those who see no colour.
function line(tag, text) {
    body = body "<" tag ">" html(text) "</" tag ">"
}
function finish(    i) {
    if (!steps) return
    page = page "<section aria-labelledby=\"" step "\">\n<h2 id=\"" step "\">" step "</h2>\n" \
        "<p>" (before == "" ? "All of it" : "Since " link(before, before)) \
        ": " added " lines added, " removed " removed</p>\n" \
        "<pre tabindex=\"0\" role=\"region\" aria-label=\"" step \
        (before == "" ? ", the program" : ", the changes") "\">" body "</pre>\n</section>\n"
    list = list "<li>" link(step, step) "</li>\n"
}
/^= / {
    finish()
    steps++
    step = $2
    before = $3
    body = ""
    added = removed = 0
    next
}
/^(---|\+\+\+) / && body == "" { next }
/^@@/ { line("b", $0); next }
/^\+/ { line("ins", $0); added++; next }
/^-/ { line("del", $0); removed++; next }
{ body = body html($0) "\n" }
END {
    finish()
    print "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">"
    print "<meta name=\"viewport\" content=\"width=device-width\">"
    print "<title>Handmade containers: what each step adds</title>\n<style>"
    print ":root { color-scheme: light dark; scroll-padding-top: 1rem }"
    print "body { font: 20px/1.4 sans-serif; max-width: 72rem; margin: auto; padding: 1rem;"
    print "  color: light-dark(#1f2328, #f0f6fc); background: light-dark(#fff, #0d1117) }"
    print "a { color: light-dark(#0550ae, #79b8ff) }"
    print "ul { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; list-style: none; padding: 0 }"
    print "pre { font-size: 18px; line-height: 1.35; overflow-x: auto; padding: 1rem;"
    print "  border: 1px solid light-dark(#59636e, #9198a1) }"
    print "ins, del, b { display: block; text-decoration: none; font-weight: 400 }"
    print "ins { background: light-dark(#d2f8da, #12351f); color: light-dark(#04260f, #c9f7d3) }"
    print "del { background: light-dark(#ffdcd8, #4d1518); color: light-dark(#5c0d0b, #ffdcd8) }"
    print "b { background: light-dark(#eef3f8, #1c2733); color: light-dark(#24415c, #a9c7e8) }"
    print "@media print { :root { color-scheme: light }"
    print "  section { break-before: page } body { max-width: none; padding: 0 }"
    print "  ins, del, b { print-color-adjust: exact }"
    print "  pre { font-size: 8.5pt; white-space: pre-wrap; overflow-wrap: anywhere; border: 0; padding: 0 } }"
    print "</style>\n</head>\n<body>\n<main>\n<h1>What each step adds</h1>"
    print "<nav aria-label=\"Steps\">\n<ul>\n" list "</ul>\n</nav>"
    printf "%s", page
    print "</main>\n</body>\n</html>"
}
