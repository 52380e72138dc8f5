#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Makes an initramfs of busybox whose init tells who it is and what it holds.
#
# usage: make-initramfs.sh OUT
#
# On the console (ttyS0) it says, a line each:
#
#   initramfs: running
#   initramfs: kernel VERSION
#   initramfs: cmdline TEXT
#   initramfs: secret sha256=HEX     when the command line has secret=ADDRESS,LENGTH
#   initramfs: done
#
# and then obeys "test=poweroff" or "test=reboot" on the command line, or waits.
#
# The kernel lets /dev/mem show only what is not its own RAM, so the page with
# the secret has to be taken out of it: "memmap=0x1000$ADDRESS nokaslr".
#
# The same busybox makes the same bytes.
set -euo pipefail

out=${1:?usage: make-initramfs.sh OUT}
busybox=$(command -v busybox) || {
    echo "make-initramfs.sh: no busybox; 'tools/install-deps' installs one" >&2
    exit 1
}
if ! LC_ALL=C readelf -l "$busybox" 2>/dev/null | grep -q INTERP; then :; else
    echo "make-initramfs.sh: '$busybox' is not static: install busybox-static" >&2
    exit 1
fi

root=$(mktemp -d)
trap 'rm -rf "$root" "$out.part"' EXIT
mkdir -p "$root"/{bin,dev,proc,sys}
cp "$busybox" "$root/bin/busybox"
for name in sh mount uname cat dd sha256sum sleep poweroff reboot cut printf; do
    ln -s busybox "$root/bin/$name"
done

cat >"$root/init" <<'INIT'
#!/bin/sh
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
exec </dev/ttyS0 >/dev/ttyS0 2>&1
cmdline=$(cat /proc/cmdline)
echo "initramfs: running"
echo "initramfs: kernel $(uname -r)"
echo "initramfs: cmdline $cmdline"
for word in $cmdline; do
    case $word in
    secret=*)
        at=${word#secret=}
        length=${at#*,}
        at=${at%,*}
        digest=$(dd if=/dev/mem bs=1 skip=$((at)) count=$((length)) \
            2>/dev/null | sha256sum | cut -d' ' -f1)
        echo "initramfs: secret sha256=$digest"
        ;;
    esac
done
echo "initramfs: done"
case " $cmdline " in
*' test=poweroff '*) poweroff -f ;;
*' test=reboot '*) reboot -f ;;
esac
while :; do
    sleep 1000
done
INIT
chmod 755 "$root" "$root"/{bin,dev,proc,sys} "$root/init" "$root/bin/busybox"

# Names in order, no times, no owners: nothing of this machine is in it.
find "$root" -exec touch -h -d @0 {} +
(cd "$root" && find . | LC_ALL=C sort |
    cpio --quiet --reproducible -o -H newc -R 0:0) | gzip -9n >"$out.part"
mv "$out.part" "$out"
