#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A part of "robustness": a lab on a disk that is full. Run in a mount namespace
# of its own; the argument is where to mount a small disk.
. "$(dirname "$0")/lib.sh"

disk=$1
mkdir -p "$disk"
mount -t tmpfs -o size=32m,mode=755 small "$disk" ||
    give_up "a small disk can be mounted"
ok "a small disk is mounted"
SEVKIT_LAB=$disk/lab
SEVKIT_PLATFORM=$SEVKIT_LAB/platform
. "$(dirname "$0")/guest.sh"

lab()
{
    sevkit lab "$1" -q --dir "$SEVKIT_LAB" "${@:2}"
}

finish()
{
    lab stop
    umount "$disk"
}
trap finish EXIT

fill()
{
    dd if=/dev/zero of="$disk/filler" bs=64K status=none 2>/dev/null
    dd if=/dev/zero of="$disk/filler2" bs=1 count=65536 status=none 2>/dev/null
    [ "$(df --output=avail "$disk" | tail -n 1)" = 0 ]
}

nothing_of_lab()
{
    [ ! -e "$SEVKIT_LAB" ] && ! grep -q " $SEVKIT_LAB[/ ]" /proc/self/mountinfo
}

FULL='No space left|disk is full|disk full'

fill
expect_refused "a lab on a full disk does not start, and says why" "$FULL" \
    lab start
check "nothing of it is left" nothing_of_lab
rm -f "$disk"/filler*
check "with room it starts" lab start || give_up "a lab on a small disk"
export LIBVIRT_DEFAULT_URI VIRSH_DEFAULT_CONNECT_URI
LIBVIRT_DEFAULT_URI=$(lab_field uri)
VIRSH_DEFAULT_CONNECT_URI=$LIBVIRT_DEFAULT_URI

make_session ample 3 >/dev/null 2>&1
# The console and the description are elsewhere: they are not what is full.
domain_xml ample session=ample >ample.xml
check "a VM starts" virsh create --paused ample.xml
check "and ends" virsh destroy ample
lab_files >files-small.txt
fill
# libvirt is the first to write, and says which file it could not.
expect_refused "a VM on a full disk does not start, and says why" \
    "$FULL|failed to write" \
    virsh create --paused ample.xml
check "no process, guest or file of it is left" nothing_left files-small.txt
expect_refused "keys on a full disk are not made, and it says why" "$FULL" \
    make_session "$disk/keys" 3
check_equal "not even one file of them" "" "$(ls "$disk" | grep keys)"
check_says "the platform still tells its state" '"guests": *0' \
    sevkit platform status --json --virtual "$SEVKIT_PLATFORM"
rm -f "$disk"/filler*
check "with room the VM starts again" virsh create --paused ample.xml
facts ample
check "it is measured right" \
    as_owner sevkit_validate ample --firmware "$GUEST"
virsh destroy ample >/dev/null

# Stopping needs no room.
fill
check "the lab stops on a full disk" lab stop
check "nothing of it is left" nothing_of_lab
