# usage: awk -v dir=DIR -f cases.awk PAGE.md
#
# Takes a page apart: what it has the reader do becomes numbered files in DIR.
#
#   N.at     PAGE:LINE
#   N.cmd    what follows "$ ", and the lines that follow "> "
#   N.in     what is typed into that command, after "# " or "host# "
#   N.want   what the terminal shows then
#   N.need   what the machine must have: the words after ```console
#   N.edit   the lines of a ```diff edit=FILE block; N.file has FILE
#
# Exit status: 1 if a block is no transcript; stderr says which line.
function begin(    stem) {
    stem = sprintf("%s/%03d", dir, ++n)
    print FILENAME ":" FNR > (stem ".at")
    return stem
}
function wrong(text) {
    print FILENAME ":" FNR ": " text > "/dev/stderr"
    bad = 1
}
function close_case() {
    if (command == "") return
    for (i = 1; i <= files; i++) close(command suffix[i])
    command = ""
}
BEGIN { files = split(".cmd .in .want .need", suffix, " ") }

/^```/ && !inside {
    inside = NR
    console = $1 == "```console"
    need = $0
    sub(/^```console ?/, "", need)
    edit = ""
    if ($1 == "```diff" && sub(/^edit=/, "", $2)) {
        edit = begin()
        print $2 > (edit ".file")
    }
    next
}
/^```/ { close_case(); inside = 0; next }
!inside { next }
edit { print > (edit ".edit"); next }
!console { next }
/^\$ / {
    close_case()
    command = begin()
    print substr($0, 3) > (command ".cmd")
    print need > (command ".need")
    printf "" > (command ".want")
    printf "" > (command ".in")
    typing = 0
    next
}
command == "" { wrong("no command before this line: " $0); next }
/^> / && !typing { print substr($0, 3) > (command ".cmd"); next }
sub(/^host# /, "# ") || /^# / {
    print substr($0, 3) > (command ".in")
    typing = 1
}
{ print > (command ".want") }
END { if (inside) wrong("the block is not closed"); exit bad }
