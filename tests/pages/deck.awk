# usage: awk -f deck.awk slides/DECK.md...
#
# Has a deck the form of all decks, and will each slide be wholly to be seen?
# Prints what is not as it has to be, one line each. The heights are those of
# slides/theme.css, in pixels of 720; "make slides" measures them where there
# is a browser. Exit status: 0 it has, 1 it has not.
function wrong(line, text) {
    print page ":" line ": " text
    bad = 1
}
function start() {
    page = FILENAME
    folder = page
    sub(/[^\/]*$/, "", folder)
    is_step = page ~ /[0-9][0-9]-[a-z0-9-]*\.md$/
    front = slides = pictures = fence = note = 0
    split("", said)
    split("", kinds)
}
function begin_slide() {
    slides++
    first = FNR
    top = 56
    heading = minutes = notes = 0
    lines_of_code = 0
}
function end_slide() {
    if (!slides) return
    if (heading != 1) wrong(first, "a slide has one heading")
    if (notes != 1) wrong(first, "a slide has one comment, with its notes")
    if (!minutes) wrong(first, "the notes begin with how many minutes: \"2 min\"")
    if (lines_of_code > 16)
        wrong(first, lines_of_code " lines of code; a slide has 16 at most")
    if (top > 704) wrong(first, "does not fit: " top - 704 " pixels too high")
    if (slides == 1 && is_step && !pictures) wrong(first, "a promise has a picture")
}
function finish(    n) {
    if (page == "") return
    end_slide()
    if (front < 2) wrong(1, "there is no front matter")
    n = split("marp: true|theme: handmade|paginate: true|lang: en", needed, "|")
    for (; n; n--) if (!(needed[n] in said)) wrong(1, "\"" needed[n] "\" is missing")
    n = split("hole|change|demonstration|question", needed, "|")
    for (; n && is_step; n--)
        if (!(needed[n] in kinds)) wrong(FNR, "no slide is the " needed[n] ": in its notes, \"1 min: the " needed[n] "\"")
    if (is_step && slides > most()) wrong(FNR, slides " slides; it has " most() " at most")
    if (is_step && kind != "question") wrong(first, "the last slide is the question for the room")
    if (fence || note) wrong(FNR, "a block or a comment is not closed")
}
# 07 has two functions that matter; 08 has an attacker, and four walls.
function most() {
    return page ~ /07-/ ? 7 : page ~ /08-/ ? 9 : 6
}
function height_of(picture,    text, box) {
    sub(/#.*/, "", picture)
    while ((getline text < (folder picture)) > 0)
        if (match(text, /viewBox="0 0 [0-9]+ [0-9]+"/)) {
            split(substr(text, RSTART, RLENGTH - 1), box, " ")
            close(folder picture)
            text = 1152 * box[4] / box[3]
            return 16 + (text > 400 ? 400 : text)
        }
    wrong(FNR, "a picture is an SVG file that is there")
    return 0
}
FNR == 1 { finish(); start() }
/^---$/ && !fence && front < 2 { if (++front == 2) begin_slide(); next }
front < 2 { said[$0]; next }
/^---$/ && !fence && !note { end_slide(); begin_slide(); next }
/^```/ && !fence {
    fence = FNR
    top += 34
    if ($0 !~ /^```console( cgroup2)?$/ && $0 !~ /^```c file=[^ ]+( lines=[^ ]+)?$/ &&
        $0 !~ /^```diff from=[^ ]+ to=[^ ]+( of=[^ ]+)?$/)
        wrong(FNR, "nothing tests a block " $0)
    next
}
/^```/ { fence = 0; top += 17; next }
fence {
    top += 28.6
    lines_of_code++
    if (length($0) > 77) wrong(FNR, "longer than 77 columns")
    next
}
/^<!--$/ { note = FNR; notes++; next }
note && /^-->$/ { note = 0; next }
note && FNR == note + 1 {
    if (/^[0-9]+ min(: the [a-z]+)?$/) minutes = $1
    kind = $4
    kinds[kind]
    next
}
note {
    if (!/^(Ask|Demo|Note): / && !/^  [^ ]/) wrong(FNR, "a note is an Ask, a Demo or a Note")
    next
}
/<!--/ { wrong(FNR, "a comment is a line <!--, notes, and a line -->") }
{
    # What Marp would make a formula or a picture from the network of.
    rest = $0
    gsub(/`[^`]*`/, "", rest)
    if (rest ~ /\$/) wrong(FNR, "a $ outside of `...` begins a formula")
    if (rest ~ /:[a-z_]+:/ || rest ~ /\360/) wrong(FNR, "an emoji is fetched from the network")
    if (rest ~ /!\[\]/) wrong(FNR, "a picture needs a text that says what it shows")
}
/^# / { heading++; top += 96; next }
/^## / {
    heading++
    top += 76
    if (/^## (The|A) [a-z]+(:|$)/) wrong(FNR, "a heading says what the slide says")
    next
}
/^!\[/ {
    pictures++
    match($0, /\]\([^)]*\)$/)
    top += height_of(substr($0, RSTART + 2, RLENGTH - 3))
    next
}
/^\| --- / { next }
/^\| / { top += 58; next }
/^$/ { next }
{ top += 45 }
END { finish(); exit bad }
