# SPDX-License-Identifier: Apache-2.0
# What scenarios share whose firmware is an AmdSev build of OVMF. Sourced after
# lib.sh, guest.sh and launch.sh.

AMDSEV=$BUILD/ovmf/OVMF.amdsev.fd

# flip_bit FILE OFFSET OUT
flip_bit()
{
    python_of_debian - "$@" <<'PY'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[int(sys.argv[2])] ^= 1
open(sys.argv[3], "wb").write(data)
PY
}

# The firmware prints the escape sequences of a terminal, and nothing else.
console_is_silent()
{
    ! sed 's/\x1b\[[0-9;=]*[A-Za-z]//g' "$T/$1.console" | tr -d '\r\n ' |
        grep -qa .
}

# nothing_ran NAME: the VM is gone, and not one byte is on its console.
nothing_ran()
{
    wait_for 20 domain_is_gone "$1" && [ ! -s "$1.console" ]
}

# registers NAME: what the (emulated) processor's registers hold. On a SEV-ES
# host nobody could ask.
registers()
{
    virsh qemu-monitor-command "$1" --hmp 'info registers'
}

# firmware_refuses NAME: OVMF refuses a kernel by a loop without end: it says
# nothing, the processor does not sleep (HLT=0), and the instruction pointer
# stays within the few bytes of the loop. Looks twenty times.
firmware_refuses()
{
    local i first='' at text
    for ((i = 0; i < 20; i++)); do
        text=$(registers "$1") || return 1
        grep -q 'HLT=0' <<<"$text" || return 1
        at=$((0x$(sed -n 's/.*RIP=\([0-9a-f]*\).*/\1/p' <<<"$text")))
        first=${first:-$at}
        ((at >= first - 16 && at <= first + 16)) || return 1
    done
}

# boots_without_loop NAME PATTERN: for wait_for; writes down each time that the
# firmware looked as if it refused.
boots_without_loop()
{
    firmware_refuses "$1" && : >"$T/.false-alarm"
    console_says "$1" "$2" && [ ! -e "$T/.false-alarm" ]
}

# evil_host DIR: an emulator for <emulator>, whose QEMU boots something else
# than what was measured: DIR/what names kernel, initrd or cmdline, DIR/other
# holds the other file's path, or the other command line.
evil_host()
{
    local dir=$T/$1
    mkdir -p "$dir/run" &&
        cp "$BUILD/bin/sevkit-qemu" "$dir/qemu-system-x86_64" || return 1
    printf '{"platform": "%s", "run": "%s", "qemu": "%s"}\n' \
        "$SEVKIT_PLATFORM" "$dir/run" "$dir/evil-qemu" \
        >"$dir/sevkit-qemu.conf"
    cat >"$dir/evil-qemu" <<'SH'
#!/bin/bash
here=$(dirname "$0")
what=$(cat "$here/what")
other=$(cat "$here/other")
args=()
previous=
for word; do
    case $what$previous in
    kernel-kernel | initrd-initrd | cmdline-append) word=$other ;;
    kernel-fw_cfg) word=name=etc/boot/kernel,file=$other ;;
    esac
    args+=("$word")
    previous=$word
done
exec /usr/bin/qemu-system-x86_64 "${args[@]}"
SH
    printf 'nothing\n' >"$dir/what"
    : >"$dir/other"
    chmod 755 "$dir/evil-qemu"
}
