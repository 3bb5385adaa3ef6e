# usage: awk -v out=DIR -f decks.awk DECK.md...
#
# The decks as they are rendered, in DIR: each with its place in the course on every
# slide, and on its last one a link to the next; and all of them as one, course.md.
function dots(step,    i, text) {
    for (i = 0; i <= 8; i++)
        text = text (step == "" ? "○" : i < step ? "●" : i == step ? "◉" : "○")
    return text
}
# header FILE: the nine steps, and this one's name.
function header(file,    step, name) {
    name = file
    sub(/\.md$/, "", name)
    sub(/-/, " ", name)
    step = file ~ /^[0-9]/ ? substr(file, 1, 2) + 0 : file ~ /^closing/ ? 9 : ""
    return dots(step) "  " name
}
function finish(next_file) {
    if (file == "") return
    if (next_file != "") {
        name = next_file
        sub(/\.md$/, "", name)
        print "\n<div class=\"next\"><a href=\"" name ".html\">next: " name "</a></div>" > (out "/" file)
    }
    close(out "/" file)
}
BEGIN { course = out "/course.md" }
FNR == 1 {
    finish(FILENAME)
    file = FILENAME
    front = 0
}
/^---$/ && front < 2 {
    if (++front == 2) {
        print "header: \"" header(file) "\"" > (out "/" file)
        if (file ~ /^opening/) {
            print "header: \"" header(file) "\"" > course
            print > course
        } else {
            print "\n---\n\n<!-- header: \"" header(file) "\" -->" > course
        }
    } else if (file ~ /^opening/) print > course
    print > (out "/" file)
    next
}
{
    print > (out "/" file)
    if (front == 2 || file ~ /^opening/) print > course
}
END { finish("") }
