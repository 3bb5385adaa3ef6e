# What "cc *.c" promises: every step builds alone, everywhere, and no compiler
# has a word to say.

load needs
cd "$BATS_TEST_DIRNAME/../steps" || exit

# builds CC [FLAG]...: every step, without a word.
builds() {
    local step
    for step in [0-9]*; do
        (cd "$step" && "$@" ./*.c -o "$BATS_TMPDIR/built") || return
    done >"$BATS_TMPDIR/words" 2>&1
    rm -f "$BATS_TMPDIR/built"
    run cat "$BATS_TMPDIR/words"
    [ -z "$output" ] || { echo "$output"; return 1; }
}

@test "cc *.c -o container is enough, in each step" {
    builds cc
}

@test "gcc has no warning, in C11 and in its own C" {
    requires gcc
    builds gcc -std=c11 -O2 -Wall -Wextra -Wpedantic
    builds gcc -Wall -Wextra -Wpedantic
}

@test "clang has no warning, in C11 and in its own C" {
    requires clang
    builds clang -std=c11 -O2 -Wall -Wextra -Wpedantic
    builds clang -Wall -Wextra -Wpedantic
}

# Debian's musl has no <linux/...>: after its own headers, the host's.
kernel_headers=(-idirafter /usr/include -idirafter "/usr/include/$(uname -m)-linux-gnu")

@test "musl has no warning" {
    requires musl-gcc
    builds musl-gcc -Wall -Wextra -Wpedantic "${kernel_headers[@]}"
    builds musl-gcc -static -Wall -Wextra -Wpedantic "${kernel_headers[@]}"
}

@test "for arm64, gcc has no warning" {
    requires aarch64-linux-gnu-gcc
    builds aarch64-linux-gnu-gcc -Wall -Wextra -Wpedantic
}

# Of gcc 13 and later, it takes a standard input that dup2(2) makes for a leak.
@test "gcc's analyzer finds nothing" {
    requires gcc
    builds gcc -fanalyzer -Wno-analyzer-fd-leak
}

@test "the programs need no library but libc" {
    requires readelf
    cc 08-full/*.c -o "$BATS_TMPDIR/built"
    run sh -c 'readelf -d "$0" | grep NEEDED' "$BATS_TMPDIR/built"
    [ "${#lines[@]}" = 1 ] || { echo "$output"; return 1; }
}
