# 05-chroot promises: / is ROOTFS, and nothing of the host's files is there.
load helpers

@test "inside, / is ROOTFS" {
    start sleep 300
    assert_equal "$(stat -Lc %d:%i "/proc/$pid/root")" \
        "$(stat -c %d:%i "$ROOTFS")" "chroot(2) to ROOTFS"
}

@test "inside, the working directory is /" {
    hint "chdir(\"/\")"
    expect 0 container sh -c 'pwd; ls -di . / | cut -d" " -f1'
    assert_equal "${lines[0]} ${lines[1]}" "/ ${lines[2]}" "chdir(\"/\")"
}

@test "inside, a file of the host cannot be reached" {
    echo secret >"$TOOLS/secret"
    hint "chroot(2), then chdir(2)"
    expect 1 container sh -c "cat '$TOOLS/secret' ../../../..'$TOOLS/secret'"
    assert_equal "$(grep -c secret$ <<<"$output")" 0 "chroot(2), then chdir(2)"
}

@test "inside, /proc is our own, on a directory of ROOTFS" {
    expect 0 container sh -c 'echo /proc/[0-9]*'
    assert_equal "$output" /proc/1 "mount proc after chroot(2)"
    assert_equal "$(ls "$ROOTFS/proc")" "" "what is mounted inside stays there"
}

@test "a ROOTFS that is not there gives 125, its name and the remedy" {
    hint "look at what chroot(2) returns; exit(125)"
    expect 125 "${program[@]:0:${#program[@]}-1}" /no/such/rootfs true
    assert_match "$output" "/no/such/rootfs: No such file" "name it, and why"
    assert_match "$output" "make rootfs" "say how to make one: make rootfs"
}

@test "a ROOTFS that is a file gives 125, its name and the reason" {
    hint "look at what chroot(2) returns; exit(125)"
    expect 125 "${program[@]:0:${#program[@]}-1}" /etc/passwd true
    assert_match "$output" "/etc/passwd: Not a directory" "name it, and why"
}

@test "a ROOTFS without a command gives 125 and the usage" {
    hint "look at argc before you use argv; exit(125)"
    expect 125 "${program[@]}"
    assert_match "$output" "^usage: .*ROOTFS CMD" "say how to call it: usage: ..."
}
