#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# dracut: puts the launch secret where systemd-cryptsetup reads it.
#
# /etc/crypttab then names the file: "/run/sevkit/luks-key". See
# docs/encrypted-root.md for the whole line.

check()
{
    require_binaries sevkit-guest sevkit-key || return 1
    return 255 # only where it is asked for: --add sevkit
}

depends()
{
    echo crypt systemd
}

installkernel()
{
    hostonly='' instmods efi_secret msr
}

# The LUKS headers that crypttab's "header=FILE" names: measured with the initrd,
# while the disk's own is the host's to exchange.
install_headers()
{
    local options header
    while read -r _ _ _ options; do
        header=$(printf ',%s\n' "$options" |
            sed -n 's/.*,header=\([^,]*\).*/\1/p')
        [ -n "$header" ] && inst_simple "$header"
    done <"$dracutsysrootdir/etc/crypttab"
}

install()
{
    inst_multiple sevkit-guest sevkit-key cat grep mount modprobe poweroff \
        reboot
    local unit
    for unit in sevkit-key.service sevkit-failed@.service; do
        inst_simple "$moddir/$unit" "$systemdsystemunitdir/$unit"
    done
    inst_simple "$moddir/on-failure.conf" \
        "$systemdsystemunitdir/systemd-cryptsetup@.service.d/sevkit.conf"
    $SYSTEMCTL -q --root "$initdir" add-wants cryptsetup.target \
        sevkit-key.service
    install_headers
    # A disk that does not open must not end in a shell on the host's console.
    mkdir -p "$initdir/etc/cmdline.d"
    echo 'rd.shell=0 rd.emergency=poweroff' >"$initdir/etc/cmdline.d/90-sevkit.conf"
}
