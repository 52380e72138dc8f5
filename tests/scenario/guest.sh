# SPDX-License-Identifier: Apache-2.0
# What scenarios share that look into a guest, and at the processes around it.
# Sourced after lib.sh.

ARK=$SEVKIT_PLATFORM/ark.cert

# -- The owner's side ----------------------------------------------------------

# facts NAME: what libvirt says of the launch, in MEASUREMENT, API_MAJOR,
# API_MINOR, BUILD_ID and POLICY.
facts()
{
    local text
    text=$(virsh domlaunchsecinfo "$1") || return 1
    fact()
    {
        sed -n "s/^$1 *: *//p" <<<"$text"
    }
    MEASUREMENT=$(fact sev-measurement)
    API_MAJOR=$(fact sev-api-major)
    API_MINOR=$(fact sev-api-minor)
    BUILD_ID=$(fact sev-build-id)
    POLICY=$(fact sev-policy)
    [ -n "$MEASUREMENT" ]
}

# as_owner PROGRAM PREFIX OPTION...: the validator PROGRAM, offline, with the
# facts of the last "facts" and the keys of the session PREFIX.
as_owner()
{
    local program=$1 prefix=$2
    shift 2
    "$program" --measurement "$MEASUREMENT" --api-major "$API_MAJOR" \
        --api-minor "$API_MINOR" --build-id "$BUILD_ID" --policy "$POLICY" \
        --tik "${prefix}_tik.bin" --tek "${prefix}_tek.bin" "$@"
}

sevkit_validate()
{
    sevkit vm validate "$@"
}

# What SEV-ES measures of the vCPUs, in the options that both validators have.
MILAN=(--cpu-family 25 --cpu-model 1 --cpu-stepping 1)

DEBIAN_SAYS_NO='Measurement does not match'

# inject NAME PREFIX ADDRESS NAME-OR-GUID:FILE...: builds the packet for the
# last "facts" and hands it to libvirt. ADDRESS is decimal, or "" for the
# firmware's own area.
inject()
{
    local name=$1 prefix=$2 address=$3 secrets=() item
    shift 3
    for item; do
        secrets+=(--secret "$item")
    done
    sevkit secret build --session "$prefix" --measurement "$MEASUREMENT" \
        "${secrets[@]}" "$name.header" "$name.secret" &&
        virsh domsetlaunchsecstate "$name" --secrethdr "$name.header" \
            --secret "$name.secret" ${address:+--set-address "$address"}
}

# secret_table FILE NAME: the table as it has to lie in memory: one secret, the
# one with Linux' GUID for a LUKS passphrase, padded to 16 bytes (formats.md
# 8). Written apart from sevkit.
secret_table()
{
    python_of_debian - "$1" "$2" <<'PY'
import struct, sys, uuid
data = open(sys.argv[1], "rb").read()
table = uuid.UUID("1e74f542-71dd-4d66-963e-ef4287ff173b").bytes_le
luks = uuid.UUID("736869e5-84f0-4973-92ec-06879ce3da0b").bytes_le
entry = luks + struct.pack("<I", 20 + len(data)) + data
whole = table + struct.pack("<I", 20 + len(entry)) + entry
open(sys.argv[2], "wb").write(whole + bytes(-len(whole) % 16))
PY
}

# -- Memory --------------------------------------------------------------------

# guest_memory NAME ADDRESS LENGTH: bytes of the guest's RAM below 2 GiB. QEMU
# must execute the guest: its process holds what the guest sees, in a file
# without a name as large as the RAM. (What libvirt and the monitor show is
# ciphertext.)
guest_memory()
{
    local pid fd size
    pid=$(domain_pid "$1") || return 1
    size=$(virsh dominfo "$1" | sed -n 's/^Max memory: *\([0-9]*\) KiB/\1/p')
    for fd in /proc/"$pid"/fd/*; do
        case $(readlink "$fd") in
        /memfd:*)
            if [ "$(stat -Lc %s "$fd")" = $((size * 1024)) ]; then
                dd if="$fd" bs=64K iflag=skip_bytes,count_bytes \
                    skip="$2" count="$3" status=none
                return
            fi
            ;;
        esac
    done
    echo "guest_memory: no RAM of $size KiB among the files of $pid" >&2
    return 1
}

# -- Orders to the test guest --------------------------------------------------

# obedient_xml NAME [KEY=VALUE]...: domain_xml with a serial line that goes
# both ways: a socket at T/NAME.serial, and the log at T/NAME.console.
obedient_xml()
{
    local name=$1
    domain_xml "$@" | sed "s#<serial type='file'>.*#<serial type='unix'>\
<source mode='bind' path='$T/$name.serial'/>\
<log file='$T/$name.console' append='on'/></serial>#"
}

# order NAME LETTER
order()
{
    python_of_debian -c 'import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(sys.argv[2].encode())
s.shutdown(socket.SHUT_WR)
' "$T/$1.serial" "$2"
}

# How often the console has a line that matches.
console_count()
{
    grep -caE -e "$2" "$T/$1.console"
}

# console_has NAME COUNT PATTERN: at least that often; for wait_for.
console_has()
{
    [ "$(console_count "$1" "$3")" -ge "$2" ]
}

# -- Processes and files -------------------------------------------------------

# Every process below the lab's supervisor but its libvirtd: QEMUs and proxies.
processes_below()
{
    ps -A -o pid=,ppid=,stat= | awk -v top="$(lab_field supervisor_pid)" \
        -v not="$(lab_field libvirtd_pid)" '
        { parent[$1] = $2; state[$1] = $3 }
        END {
            for (p in parent) {
                for (q = p; q in parent && q != top; q = parent[q]);
                if (q == top && p != top && p != not && state[p] !~ /^Z/)
                    print p
            }
        }'
}

no_process_left()
{
    [ -z "$(processes_below)" ]
}

# proxy_pid NAME: the process that stands between libvirt and the VM's QEMU.
proxy_pid()
{
    local pid qemu
    qemu=$(domain_pid "$1")
    for pid in $(processes_below); do
        if [ "$pid" != "$qemu" ] &&
            tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" |
            grep -E "^guest=$1(,|\$)" >/dev/null; then
            printf '%s\n' "$pid"
            return 0
        fi
    done
    return 1
}

# How many guests the platform has.
guests()
{
    sevkit platform status --json --virtual "$SEVKIT_PLATFORM" |
        python_of_debian -c 'import json, sys
print(json.load(sys.stdin)["guests"])'
}

guests_are()
{
    [ "$(guests)" = "$1" ]
}

# The lab's files, but for logs and what libvirt remembers of its emulator.
lab_files()
{
    find "$SEVKIT_LAB" -type d \( -name log -o -name cache \) -prune -o \
        -print | sort
}

# nothing_left FILES: no process, no guest, and the files that "lab_files" wrote
# down. Says what is left.
nothing_left()
{
    wait_for 20 no_process_left || ps -o pid,args -p "$(processes_below |
        paste -sd,)"
    wait_for 20 guests_are 0 || echo "guests: $(guests)"
    wait_for 5 files_are "$1" || files_are "$1"
    no_process_left && guests_are 0 && files_are "$1" >/dev/null
}

files_are()
{
    diff "$1" <(lab_files)
}

# keys_nowhere PREFIX DIR...: TIK and TEK of the session are in no file below
# the directories (but their own): not raw, not in hex, not in base64.
keys_nowhere()
{
    python_of_debian - "$@" <<'PY'
import base64, os, sys
prefix, places = os.path.abspath(sys.argv[1]), sys.argv[2:]
own = [prefix + "_tik.bin", prefix + "_tek.bin"]
needles = []
for name in own:
    key = open(name, "rb").read()
    assert len(key) == 16
    needles += [key, key.hex().encode(), key.hex().upper().encode()]
    # In base64, whatever stands before and after it.
    for shift in range(3):
        text = base64.b64encode(bytes(shift) + key)
        needles.append(text[4:-4] if shift else text[:-4])
looked = found = 0
for place in places:
    for folder, _, files in os.walk(place):
        for name in files:
            path = os.path.join(folder, name)
            if os.path.abspath(path) in own or not os.path.isfile(path) \
                    or os.path.islink(path):
                continue
            looked += 1
            content = open(path, "rb").read()
            for needle in needles:
                if needle in content:
                    print("a key is in", path)
                    found = 1
print("looked into", looked, "files")
sys.exit(1 if found or looked == 0 else 0)
PY
}
