#!/usr/bin/env bats
# What common/mkrootfs promises. Each test works in a directory of its own,
# $box: what it makes is rootfs, and outside is what nothing may touch.

setup() {
    mkrootfs=$TOOLS/mkrootfs # where every user may go
    cp "$BATS_TEST_DIRNAME/../common/mkrootfs" "$mkrootfs"
    unset FROM TAR_OPTIONS
    box=$(mktemp -d)
    chmod 755 "$box"
    cd "$box" || return
    mkdir outside
    echo safe >outside/victim
    before=$(state_of outside)
}

teardown() {
    cd / && [ -n "$box" ] || return 0
    chmod -R u+rwX "$box"
    rm -rf "$box"
}

# ---- acting

# A build of rootfs from $1 (empty: the default), by means of what follows.
build() {
    from=$1
    shift
    run "$@" env FROM="$from" "$mkrootfs" rootfs
}

# Any user will do, as long as it is not root.
as_a_user() {
    [ "$(id -u)" != 0 ] || {
        chown 65534 "$box"
        set -- setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
    }
    "$@"
}

# In a mount namespace, $1 is done first: no mount of it reaches the host.
in_own_mounts() {
    first=$1
    shift
    unshare -m sh -c "$first && exec \"\$@\"" sh "$@"
}

inside() {
    run env PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot rootfs "$@"
}

# A small image in img: a shell that is never run, users, absolute links.
make_image() {
    mkdir -p img/bin img/etc img/usr/dev img/dev img/tmp
    echo shell >img/bin/sh
    echo 'root:x:0:0:the image has this:/root:/bin/sh' >img/etc/passwd
    ln -s /run/nothing/resolv.conf img/etc/resolv.conf
    ln -s /usr/bin/env img/env
    echo kept >img/usr/dev/file
    tar -C img -cf img.tar .
}

# Appends to evil.tar member $2 of directory $1.
add() {
    tar -C "$1" -rf evil.tar "$2"
}

# Appends to evil.tar a hard link called b, to what tar will find at $1.
link_to() {
    echo data >a && ln a b
    tar -rPf evil.tar --transform "s,^a\$,$1,hRS" a b
}

# A docker that has one image, says what it is asked, and does $1 on export.
fake_docker() {
    mkdir fake
    cat >fake/docker <<END
#!/bin/sh
echo "\$*" >>$box/asked
case \$1 in
create) [ "\$4" = image ] && echo id7 >"\$3" ;;
export) $1 ;;
esac
END
    chmod +x fake/docker
    PATH=$box/fake:$PATH
}

use_busybox_tar() {
    needs_busybox
    mkdir fake
    ln -s "$(command -v busybox)" fake/tar
    PATH=$box/fake:$PATH
}

# ---- needing

load needs

# For as_a_user.
needs_user() { [ "$(id -u)" != 0 ] || requires user; }

needs_busybox() {
    for each in /usr/bin /bin /usr/sbin /sbin; do
        ldd "$each/busybox" 2>&1 | grep -Eq 'not a dyn|statically' &&
            return
    done
    skip 'needs a static busybox (package busybox-static or busybox)'
}

# ---- asserting

differ() {
    printf '%s\n' "$1" "  got:  $2" "  want: $3" "  said: $output"
    return 1
}

status_is() {
    [ "$status" = "$1" ] || differ 'exit status' "$status" "$1"
}

says_only() {
    [ "$output" = "$1" ] || differ output "$output" "$1"
}

says() {
    [[ $output == *"$1"* ]] || differ output "$output" "... $1 ..."
}

holds() {
    [ "$(cat "$1")" = "$2" ] || differ "contents of $1" "$(cat "$1")" "$2"
}

mode_is() {
    got=$(stat -c %a "$1")
    [ "$got" = "$2" ] || differ "mode of $1" "$got" "$2"
}

is_link_to() {
    got=$(readlink "$1")
    [ "$got" = "$2" ] || differ "link $1" "$got" "$2"
}

is_directory() {
    for each in "$@"; do
        got=$(stat -c %F "$each")
        [ "$got" = directory ] || differ "$each" "$got" directory
    done
}

is_absent() {
    got=$(stat -c %F "$1" 2>/dev/null || echo absent)
    [ "$got" = absent ] || differ "$1" "$got" absent
}

state_of() {
    find "$1" -exec stat -c '%n %A %u %h %i %s %Y' {} + | sort
    cat "$1/victim"
}

# Nothing was added, linked, changed or lost in the directory outside.
outside_is_untouched() {
    got=$(state_of outside)
    [ "$got" = "$before" ] || differ 'outside' "$got" "$before"
}

# No rootfs, no rootfs.new.PID.
nothing_is_left() {
    got=$(find . -name 'rootfs*')
    [ -z "$got" ] || differ 'left behind' "$got" 'nothing'
}

only_rootfs_is_left() {
    got=$(echo rootfs*)
    [ "$got" = rootfs ] || differ 'left behind' "$got" rootfs
}

was_refused() {
    status_is 1
    says "$1"
    outside_is_untouched
    nothing_is_left
}

# ---- what is made

@test "without FROM, offline, there is a root filesystem whose sh runs" {
    requires chroot
    build ''
    status_is 0
    inside sh -c 'cd / && ls -d etc'
    [ "$output" = etc ] || differ 'ls inside' "$output" etc
}

@test "FROM=busybox: its programs run where no library is" {
    requires chroot netlink
    needs_busybox
    build busybox
    status_is 0
    is_absent rootfs/lib
    inside sh -c 'ls / && hostname && ip link && id && echo all ran'
    says 'all ran'
}

@test "FROM=host: the host's ls, ps, ip, mount and hostname run inside" {
    all='ls / && ps && ip link && mount && hostname && echo all ran'
    requires root netlink # whose PID namespace it is: it mounts proc
    build host
    run in_own_mounts 'mount -t proc proc rootfs/proc' chroot rootfs \
        /bin/sh -c "$all"
    status_is 0
    says 'all ran'
}

@test "FROM=host: ids have names inside" {
    requires chroot
    build host
    inside ls -ld /etc
    says 'root root'
}

@test "FROM=host: a program that is a link here is there by that name" {
    requires chroot
    build host
    inside awk 'BEGIN { print "awk", 6 * 7 }'
    says 'awk 42'
}

@test "FROM=host: a machine without ps hears what to install" {
    requires mounts
    : >not-a-program
    build host in_own_mounts "mount --bind not-a-program $(command -v ps)"
    was_refused 'ps is not here; install busybox-static'
}

@test "without FROM, a busybox that needs libraries is not used" {
    requires mounts
    needs_busybox
    build '' in_own_mounts \
        "for b in $(find -H /usr/bin /bin /usr/sbin /sbin -name busybox |
            tr '\n' ' '); do mount --bind $(command -v env) \$b; done"
    status_is 0
    says "from this machine's own programs"
}

@test "passwd has root, and resolv.conf, hosts and group are files" {
    build ''
    status_is 0
    run grep '^root:x:0:0:' rootfs/etc/passwd
    says '/root:/bin/sh'
    run ls rootfs/etc/resolv.conf rootfs/etc/hosts rootfs/etc/group
    status_is 0
}

@test "the mount points are directories" {
    build ''
    is_directory rootfs/dev rootfs/proc rootfs/sys rootfs/run rootfs/tmp
    is_directory rootfs/root rootfs/mnt rootfs/home rootfs/var/tmp
}

@test "modes do not depend on the umask" {
    build '' sh -c 'umask 077; exec "$@"' sh
    mode_is rootfs 755
    mode_is rootfs/bin 755
    mode_is rootfs/etc/passwd 644
    mode_is rootfs/tmp 1777
    mode_is rootfs/root 700
}

@test "an ordinary user can make one, from each source" {
    needs_user
    make_image
    build '' as_a_user
    status_is 0
    build host as_a_user
    status_is 0
    build img.tar as_a_user
    status_is 0
}

@test "a directory's name may have spaces, and slashes at its end" {
    run "$mkrootfs" 'root fs//'
    status_is 0
    is_directory 'root fs/proc'
    run "$mkrootfs" 'root fs'
    status_is 0
}

@test "its one line says what was made from what" {
    make_image
    build img.tar
    [ "$output" = 'made rootfs from img.tar' ] ||
        differ output "$output" 'made rootfs from img.tar'
}

# ---- images

@test "FROM=FILE.tar unpacks an image and keeps what is in it" {
    make_image
    build img.tar
    status_is 0
    holds rootfs/etc/passwd 'root:x:0:0:the image has this:/root:/bin/sh'
    holds rootfs/usr/dev/file kept
    is_link_to rootfs/env /usr/bin/env
}

@test "busybox tar unpacks an image too" {
    use_busybox_tar
    make_image
    build img.tar
    status_is 0
    holds rootfs/usr/dev/file kept
    is_link_to rootfs/env /usr/bin/env
}

@test "FROM=FILE.tar.gz" {
    make_image
    gzip img.tar
    build img.tar.gz
    status_is 0
    holds rootfs/bin/sh shell
}

@test "busybox tar: FROM=FILE.tar.gz" {
    use_busybox_tar
    make_image
    gzip img.tar
    build img.tar.gz
    status_is 0
    holds rootfs/bin/sh shell
}

@test "FROM=FILE.tar.xz" {
    requires xz
    make_image
    xz img.tar
    build img.tar.xz
    status_is 0
    holds rootfs/bin/sh shell
}

@test "FROM=FILE.tar.zst" {
    requires zstd
    make_image
    zstd -q img.tar
    build img.tar.zst
    status_is 0
    holds rootfs/bin/sh shell
}

@test "FROM=FILE may have a colon, a space, and a dash in front" {
    make_image
    mv img.tar './-my image:1.tar'
    build '-my image:1.tar'
    status_is 0
    holds rootfs/bin/sh shell
}

@test "an image without users gets root" {
    mkdir -p img/etc
    echo 'daemon:x:1:1::/:/bin/false' >img/etc/passwd
    tar -C img -cf img.tar .
    build img.tar
    run grep -c '' rootfs/etc/passwd
    says 2
    run grep '^root:x:0:0:' rootfs/etc/passwd
    status_is 0
}

@test "as root, the image's owners and setuid bits are kept" {
    requires user
    make_image
    chown 1234:56 img/bin/sh
    chmod 4755 img/bin/sh
    tar -C img -cf img.tar .
    build img.tar
    mode_is rootfs/bin/sh 4755
    run stat -c %u:%g rootfs/bin/sh
    says 1234:56
}

@test "as an ordinary user, the image's setuid bits are dropped" {
    needs_user
    make_image
    chmod 4755 img/bin/sh
    tar -C img -cf img.tar .
    build img.tar as_a_user
    mode_is rootfs/bin/sh 755
}

@test "an image's locked directories do not lock out their user" {
    needs_user
    make_image
    mkdir img/locked
    tar -C img -rf img.tar --mode=0 ./locked
    tar -C img -rf img.tar --mode=555 --no-recursion .
    build img.tar as_a_user
    status_is 0
    mode_is rootfs/locked 700
    build img.tar as_a_user
    status_is 0
}

@test "what an ordinary user's container locked is removed all the same" {
    needs_user
    build '' as_a_user
    as_a_user mkdir -p rootfs/locked/in
    chmod 0 rootfs/locked
    build '' as_a_user
    status_is 0
    only_rootfs_is_left
}

@test "an image without a shell is made, with a warning" {
    mkdir -p img/etc
    tar -C img -cf img.tar .
    build img.tar
    status_is 0
    says 'mkrootfs: img.tar has no /bin/sh'
}

@test "an image's device nodes are left out" {
    requires nodes
    mkdir -p evil/dev
    mknod evil/dev/disk b 1 0
    mknod evil/disk b 1 0
    tar -C evil -cf evil.tar .
    build evil.tar
    status_is 0
    is_absent rootfs/dev/disk
    is_absent rootfs/disk
}

@test "as root, the devices that every program counts on are there" {
    requires nodes
    build ''
    run stat -c '%a %t %T' rootfs/dev/null rootfs/dev/zero rootfs/dev/tty
    says $'666 1 3\n666 1 5\n666 5 0'
}

@test "an ordinary user gets an image with device nodes in dev" {
    requires nodes user
    mkdir -p evil/dev
    mknod evil/dev/null c 1 3
    tar -C evil -cf evil.tar .
    build evil.tar as_a_user
    status_is 0
    is_absent rootfs/dev/null
}

# ---- hostile images

@test "an absolute name is refused" {
    echo evil >a
    tar -cPf evil.tar --transform "s,^a\$,$box/outside/a," a
    build evil.tar
    was_refused "$box/outside/a would be outside"
}

@test "an absolute name is refused even with TAR_OPTIONS=-P" {
    echo evil >a
    tar -cPf evil.tar --transform "s,^a\$,$box/outside/victim," a
    build evil.tar env TAR_OPTIONS=-P
    was_refused 'would be outside'
}

@test "busybox tar: an absolute name stays inside" {
    use_busybox_tar
    echo evil >a
    /usr/bin/tar -cPf evil.tar --transform "s,^a\$,$box/outside/victim," a
    build evil.tar
    outside_is_untouched
}

@test "a name with .. is refused" {
    echo evil >a
    tar -cPf evil.tar --transform 's,^a$,x/../../../outside/a,' a
    build evil.tar
    was_refused 'x/../../../outside/a would be outside'
}

@test "a file through a symbolic link is refused" {
    mkdir -p one two/l
    ln -s "$box/outside" one/l
    echo evil >two/l/victim
    add one l
    add two l/victim
    build evil.tar
    was_refused 'not unpacked'
}

@test "a file through a relative symbolic link is refused" {
    mkdir -p one two/l
    ln -s ../../outside one/l
    echo evil >two/l/new
    add one l
    add two l/new
    build evil.tar
    was_refused 'not unpacked'
}

@test "a file through a symbolic link is refused, whatever TAR_OPTIONS" {
    mkdir -p one two/l
    ln -s "$box/outside" one/l
    echo evil >two/l/victim
    add one l
    add two l/victim
    build evil.tar env TAR_OPTIONS='-P --keep-directory-symlink'
    was_refused 'not unpacked'
}

@test "busybox tar: a file through a symbolic link is refused" {
    mkdir -p one two/l
    ln -s "$box/outside" one/l
    echo evil >two/l/victim
    add one l
    add two l/victim
    use_busybox_tar
    build evil.tar
    was_refused 'not unpacked'
}

@test "a file in the place of a symbolic link does not go through it" {
    mkdir one two
    ln -s "$box/outside/victim" one/l
    echo evil >two/l
    add one l
    add two l
    build evil.tar
    outside_is_untouched
}

@test "an archive whose own directory is a link is refused" {
    mkdir one
    ln -s "$box/outside" one/l
    tar -C one -cf evil.tar --transform 's,^l$,./,S' l
    build evil.tar
    outside_is_untouched
}

@test "a hard link to a file outside is refused" {
    link_to ../../outside/victim
    build evil.tar
    was_refused 'not unpacked'
}

@test "busybox tar: a hard link to a file outside is refused" {
    link_to ../../outside/victim
    use_busybox_tar
    build evil.tar
    was_refused 'a hard link leads out of the directory'
}

@test "busybox tar: a hard link through a symbolic link is refused" {
    mkdir one
    ln -s "$box/outside" one/l
    add one l
    link_to l/victim
    use_busybox_tar
    build evil.tar
    was_refused 'a hard link leads out of the directory'
}

@test "an image whose etc is a link is refused" {
    mkdir evil
    ln -s "$box/outside" evil/etc
    tar -C evil -cf evil.tar .
    build evil.tar
    was_refused 'etc in the image is a symbolic link'
}

@test "links in etc are not written through" {
    mkdir -p evil/etc
    ln -s "$box/outside/new" evil/etc/passwd
    ln -s "$box/outside/victim" evil/etc/hosts
    ln -s "$box/outside/victim" evil/etc/handmade
    tar -C evil -cf evil.tar .
    build evil.tar
    status_is 0
    outside_is_untouched
}

@test "resolv.conf becomes a file where the image has a link" {
    mkdir -p evil/etc
    ln -s "$box/outside/victim" evil/etc/resolv.conf
    tar -C evil -cf evil.tar .
    build evil.tar
    outside_is_untouched
    run find rootfs/etc/resolv.conf -type f
    says rootfs/etc/resolv.conf
}

@test "an image's own resolv.conf stays, and nobody complains of a broken pipe" {
    make_image
    rm img/etc/resolv.conf
    echo 'nameserver 192.0.2.53' >img/etc/resolv.conf
    tar -C img -cf img.tar .
    build img.tar sh -c 'trap "" PIPE; exec "$@"' sh # as its callers may
    says_only 'made rootfs from img.tar'
    run cat rootfs/etc/resolv.conf
    says_only 'nameserver 192.0.2.53'
}

@test "mount points become directories where the image has links" {
    mkdir evil
    ln -s "$box/outside" evil/tmp
    ln -s "$box/outside" evil/var
    ln -s / evil/proc
    tar -C evil -cf evil.tar .
    build evil.tar
    is_directory rootfs/tmp rootfs/var rootfs/proc
    outside_is_untouched
}

# ---- what is no image

@test "what docker save writes is named, with what to do instead" {
    layer=$(printf '%064d' 0)
    mkdir -p "save/$layer"
    echo '[]' >save/manifest.json
    : >"save/$layer/layer.tar"
    tar -C save -cf save.tar manifest.json "$layer"
    build save.tar
    was_refused 'docker export'
}

@test "an OCI layout is named too" {
    mkdir -p save/blobs/sha256
    echo '{}' >save/oci-layout
    tar -C save -cf save.tar .
    build save.tar
    was_refused 'in layers'
}

@test "a container that has a /manifest.json is one" {
    mkdir -p web/bin
    echo '{}' >web/manifest.json
    tar -C web -cf web.tar .
    build web.tar
    [ "$(cat rootfs/manifest.json)" = '{}' ]
}

@test "a file that is no archive is named" {
    echo 'this is text' >text.tar
    build text.tar
    was_refused 'text.tar is not a tar file'
}

@test "an empty archive is named" {
    : >empty.tar
    build empty.tar
    was_refused 'empty.tar'
}

@test "a damaged archive leaves nothing behind" {
    make_image
    gzip img.tar
    head -c 200 img.tar.gz >half.tar.gz
    build half.tar.gz
    was_refused 'half.tar.gz is not a tar file, or is damaged'
}

@test "a missing file is named, with what an image's name looks like" {
    build alpine
    was_refused 'FROM=docker:alpine'
}

@test "a directory is no image" {
    build outside
    was_refused 'FROM takes a tar file'
}

# ---- docker

@test "FROM=docker:IMAGE creates, exports and removes a container" {
    make_image
    fake_docker "cat $box/img.tar"
    build docker:image
    status_is 0
    holds rootfs/bin/sh shell
    run cat asked
    says 'export id7
rm -f id7'
}

@test "where docker is missing, podman does it" {
    make_image
    fake_docker "cat $box/img.tar"
    mkdir only
    mv fake/docker only/podman
    for each in awk cat chmod dirname env find grep head id ls mkdir mv rm \
        sed sh stat tar; do
        ln -s "$(type -P "$each")" only/
    done
    build docker:image env PATH="$box/only"
    says 'made rootfs from image, exported by podman'
}

@test "a daemon that does not run leaves nothing behind" {
    fake_docker 'echo "Cannot connect to the daemon" >&2; exit 1'
    build docker:image
    was_refused 'docker did not export image'
    says 'Cannot connect'
    run cat asked
    says 'rm -f id7'
}

@test "an image that docker does not have is named" {
    fake_docker true
    build docker:nosuch
    was_refused 'docker did not export nosuch'
}

@test "interrupted, it removes the container and leaves nothing behind" {
    # shellcheck disable=SC2016
    fake_docker 'kill -TERM $PPID'
    build docker:image
    status_is 143
    nothing_is_left
    run cat asked
    says 'rm -f id7'
}

# ---- what it does not replace

@test "its own directory is replaced, whole" {
    build ''
    echo old >rootfs/old
    build ''
    status_is 0
    is_absent rootfs/old
    only_rootfs_is_left
}

@test "an empty directory is replaced" {
    mkdir rootfs
    build ''
    status_is 0
    is_directory rootfs/proc
}

@test "a failure leaves the old one as it was" {
    build ''
    echo mine >rootfs/mine
    build missing.tar
    status_is 1
    holds rootfs/mine mine
    only_rootfs_is_left
}

@test "a directory with anything else in it is refused and kept" {
    run "$mkrootfs" outside
    status_is 1
    says 'outside is not empty and mkrootfs did not make it'
    outside_is_untouched
}

@test "a directory whose mark is a link is not its own" {
    mkdir outside/etc
    echo 'made by mkrootfs' >mark
    ln -s ../../mark outside/etc/handmade
    run "$mkrootfs" outside
    status_is 1
    holds outside/victim safe
}

@test "a symbolic link is refused and kept" {
    build ''
    ln -s rootfs link
    run "$mkrootfs" link
    status_is 1
    says 'link is a symbolic link'
    is_directory rootfs/proc
}

@test "a file is refused and kept" {
    run "$mkrootfs" outside/victim
    status_is 1
    says 'is not a directory'
    outside_is_untouched
}

@test "a directory that has something mounted below is refused and kept" {
    requires mounts
    run "$mkrootfs" 'root fs'
    run in_own_mounts "mount -t tmpfs none 'root fs/mnt'" \
        "$mkrootfs" 'root fs'
    status_is 1
    says 'mounted in it; unmount it first'
    says '/mnt'
    is_directory 'root fs/proc'
}

@test "a mount point stays, and what is in it is replaced" {
    requires mounts
    mkdir place
    run in_own_mounts "mount -t tmpfs none place" sh -c '
        "$0" place && touch place/old && "$0" place &&
            ls -A place | xargs && mountpoint place' "$mkrootfs"
    status_is 0
    says $'\nbin dev etc home mnt proc root run sbin sys tmp usr var\n'
    says 'place is a mountpoint'
}

@test "a mount point that holds something else is refused and kept" {
    requires mounts
    mkdir place
    run in_own_mounts "mount -t tmpfs none place && touch place/mine" sh -c '
        ! "$0" place && ls -A place' "$mkrootfs"
    status_is 0
    says 'is not empty and mkrootfs did not make it'
    [ "${lines[${#lines[@]} - 1]}" = mine ]
}

@test "/ is refused, and so are . and .." {
    for each in / // . .. ./ outside/..; do
        run "$mkrootfs" "$each"
        status_is 1
        says "$each may not be replaced"
    done
    outside_is_untouched
}

@test "a directory that has nowhere to be is named" {
    run "$mkrootfs" missing/rootfs
    status_is 1
    says 'missing/rootfs'
}

@test "wrong usage is one line and exit status 2" {
    run "$mkrootfs"
    status_is 2
    [ "${#lines[@]}" = 1 ] || differ 'lines' "${#lines[@]}" 1
    run "$mkrootfs" ''
    status_is 2
    run "$mkrootfs" a b
    status_is 2
    says usage
}
