# SPDX-License-Identifier: Apache-2.0
# What scenarios share. Each sources this file first: . "$(dirname "$0")/lib.sh"
#
# A scenario is one script that prints a line for each thing it shows:
#
#     ok - sentence
#     not ok - sentence
#
# with what it saw on lines that begin with "#". tests/scenario/run starts a
# lab, runs the scenarios in it one after the other, and counts. It sets:
#
#   BUILD            the build directory; $BUILD/bin is in PATH
#   MODE             system or session
#   SEVKIT_LAB       the lab's directory; "sevkit lab … --dir $SEVKIT_LAB"
#   SEVKIT_PLATFORM  the virtual platform's
#   T                a directory for this scenario's files, removed afterwards
#   KERNEL           a Debian kernel; empty where none could be had
#
# and LIBVIRT_DEFAULT_URI, so that virsh, sevkit and python's libvirt talk to
# the lab. The commands see the host name of the machine: for the lab they are
# "another machine". What a scenario leaves running is destroyed afterwards,
# and counts as a failure unless it calls "may_leave_domains".
set -uo pipefail

GUEST=$BUILD/tests/guest/guest.img
OVMF=/usr/share/OVMF/OVMF_CODE_4M.fd
cd "$T" || exit 1

# -- Saying what was seen ------------------------------------------------------

ok()
{
    printf 'ok - %s\n' "$*"
}

# not_ok SENTENCE: what was seen comes from standard input, or there is none.
not_ok()
{
    printf 'not ok - %s\n' "$*"
    [ -t 0 ] || sed 's/^/# /' | head -n 40
}

# check SENTENCE COMMAND...: the command ends with 0.
check()
{
    local sentence=$1
    shift
    if "$@" >"$T/.seen" 2>&1; then
        ok "$sentence"
    else
        { printf 'status %s of: %s\n' "$?" "$*"; cat "$T/.seen"; } |
            not_ok "$sentence"
        return 1
    fi
}

# check_not SENTENCE COMMAND...: the command ends with another status.
check_not()
{
    local sentence=$1
    shift
    if "$@" >"$T/.seen" 2>&1; then
        { printf 'status 0 of: %s\n' "$*"; cat "$T/.seen"; } |
            not_ok "$sentence"
        return 1
    fi
    ok "$sentence"
}

# check_says SENTENCE PATTERN COMMAND...: it ends with 0, and its output has a
# line that matches the extended regular expression.
check_says()
{
    expect_status "$1" 0 "$2" "${@:3}"
}

# check_equal SENTENCE EXPECTED SEEN
check_equal()
{
    if [ "$2" = "$3" ]; then
        ok "$1"
    else
        printf 'expected: %s\nseen:     %s\n' "$2" "$3" | not_ok "$1"
        return 1
    fi
}

# expect_status SENTENCE STATUS PATTERN COMMAND...: exactly this status, and
# output (with errors) that has a line matching PATTERN. STATUS "any" is any
# status but 0.
expect_status()
{
    local sentence=$1 expected=$2 pattern=$3 status
    shift 3
    "$@" >"$T/.seen" 2>&1
    status=$?
    if { [ "$status" = "$expected" ] ||
        { [ "$expected" = any ] && [ "$status" != 0 ]; }; } &&
        grep -qE -e "$pattern" "$T/.seen"; then
        ok "$sentence"
        return 0
    fi
    {
        printf 'expected status %s and: %s\n' "$expected" "$pattern"
        printf 'seen status %s of: %s\n' "$status" "$*"
        cat "$T/.seen"
    } | not_ok "$sentence"
    return 1
}

# expect_refused SENTENCE PATTERN COMMAND...: it does not end with 0, and says
# a sentence that matches PATTERN.
expect_refused()
{
    expect_status "$1" any "$2" "${@:3}"
}

# not_applicable SENTENCE: what can't be shown here, and why. It is counted.
not_applicable()
{
    printf 'not applicable - %s\n' "$*"
}

# give_up SENTENCE: for what everything after it depends on. What was seen comes
# from standard input, or there is none.
give_up()
{
    not_ok "$@"
    exit 1
}

# -- Waiting -------------------------------------------------------------------

# wait_for SECONDS COMMAND...: until the command ends with 0; false when it
# does not in time. Asks 20 times a second; nothing waits longer than it must.
wait_for()
{
    local until=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000))
    shift
    until "$@" >/dev/null 2>&1; do
        if ((${EPOCHREALTIME/[.,]/} > until)); then
            return 1
        fi
        sleep 0.05
    done
}

# console_says NAME PATTERN: for wait_for.
console_says()
{
    grep -qaE -e "$2" "$T/$1.console"
}

# The state as libvirt words it: "paused", "running", "shut off".
domain_state()
{
    virsh domstate "$1" 2>/dev/null | head -n 1
}

domain_is()
{
    [ "$(domain_state "$1")" = "$2" ]
}

domain_is_gone()
{
    ! virsh domstate "$1" >/dev/null 2>&1
}

# domain_pid NAME: the process id of its QEMU.
domain_pid()
{
    sevkit lab status --json --dir "$SEVKIT_LAB" |
        python_of_debian -c 'import json, sys
for d in json.load(sys.stdin)["domains"]:
    if d["name"] == sys.argv[1]: print(d["pid"])' "$1"
}

# lab_field NAME [DIR]: a field of the lab's status ("libvirtd_pid").
lab_field()
{
    sevkit lab status --json --dir "${2:-$SEVKIT_LAB}" |
        python_of_debian -c 'import json, sys
print(json.load(sys.stdin).get(sys.argv[1], ""))' "$1"
}

process_is_gone()
{
    local state
    state=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -c1)
    [ -z "$state" ] || [ "$state" = Z ]
}

# -- Debian's own programs -----------------------------------------------------

# Another python3 in PATH may lack the modules that Debian's programs need.
python_of_debian()
{
    PATH=/usr/bin:/bin /usr/bin/python3 "$@"
}

# Debian's validator, not ours of the same name. A "no" counts only with its
# own sentence: a python without lxml ends with the status of a mismatch.
debian_validate()
{
    PATH=/usr/bin:/bin /usr/bin/virt-qemu-sev-validate "$@"
}

# -- Sessions and domains ------------------------------------------------------

# The platform's certificates, from PDH to ARK, as options of sevkit.
platform_chain()
{
    local name
    for name in pdh pek oca cek ask ark; do
        printf -- '--chain\n%s\n' "$SEVKIT_PLATFORM/$name.cert"
    done
    printf -- '--trust\n%s\n' "$SEVKIT_PLATFORM/ark.cert"
}

# make_session PREFIX POLICY [OPTION...]: fresh keys for one start.
make_session()
{
    local prefix=$1 policy=$2 chain
    shift 2
    mapfile -t chain < <(platform_chain)
    sevkit session create "${chain[@]}" --policy "$policy" --out "$prefix" "$@"
}

# domain_xml NAME [KEY=VALUE]...: prints the XML of a small VM, by default with
# SEV, policy 3, no session, the test guest as firmware. Keys:
#
#   type=kvm memory=128 vcpus=1 cpu=EPYC-Milan machine=q35
#   firmware=FILE    loader as stateless pflash; "efi" asks libvirt to choose
#   sev=no           no launchSecurity at all
#   policy=3 cbitpos= reduced= session=PREFIX kernel_hashes=yes
#   kernel= initrd= cmdline=
#   serial=FILE      (default $T/NAME.console), or "pty"
#   locked=no        no locked memory (a session instance never has)
#   devices=XML on_reboot=destroy
domain_xml()
{
    local name=$1 pair
    local type=kvm memory=128 vcpus=1 cpu=EPYC-Milan machine=q35 sev=yes
    local firmware=$GUEST policy=3 cbitpos='' reduced='' session=''
    local kernel_hashes='' kernel='' initrd='' cmdline=''
    local serial=$T/$name.console locked=yes devices='' on_reboot=restart
    shift
    for pair; do
        case ${pair%%=*} in
        type | memory | vcpus | cpu | machine | sev | firmware | policy | \
            cbitpos | reduced | session | kernel_hashes | kernel | initrd | \
            cmdline | serial | locked | devices | on_reboot)
            printf -v "${pair%%=*}" %s "${pair#*=}"
            ;;
        *)
            echo "domain_xml: no such key: $pair" >&2
            return 2
            ;;
        esac
    done
    printf "<domain type='%s'>\n  <name>%s</name>\n" "$type" "$name"
    printf "  <memory unit='MiB'>%s</memory>\n  <vcpu>%s</vcpu>\n" \
        "$memory" "$vcpus"
    if [ "$locked" = yes ] && [ "$MODE" = system ]; then
        printf "  <memtune><hard_limit unit='MiB'>%s</hard_limit></memtune>\n" \
            $((memory + 1024))
        printf "  <memoryBacking><locked/></memoryBacking>\n"
    fi
    if [ "$firmware" = efi ]; then
        printf "  <os firmware='efi'>\n    <loader stateless='yes'/>\n"
    else
        printf "  <os>\n    <loader readonly='yes' type='pflash' "
        printf "stateless='yes'>%s</loader>\n" "$firmware"
    fi
    printf "    <type arch='x86_64' machine='%s'>hvm</type>\n" "$machine"
    [ -n "$kernel" ] && printf "    <kernel>%s</kernel>\n" "$kernel"
    [ -n "$initrd" ] && printf "    <initrd>%s</initrd>\n" "$initrd"
    [ -n "$cmdline" ] && printf "    <cmdline>%s</cmdline>\n" "$cmdline"
    printf "  </os>\n  <features><acpi/></features>\n"
    printf "  <cpu mode='custom' match='exact' check='none'>"
    printf "<model>%s</model></cpu>\n" "$cpu"
    printf "  <on_reboot>%s</on_reboot>\n  <devices>\n" "$on_reboot"
    if [ "$serial" = pty ]; then
        printf "    <serial type='pty'/>\n"
    else
        : >"$serial"
        printf "    <serial type='file'><source path='%s'/></serial>\n" \
            "$serial"
    fi
    printf "    <memballoon model='none'/>\n%s\n  </devices>\n" "$devices"
    if [ "$sev" = yes ]; then
        printf "  <launchSecurity type='sev'%s>\n" \
            "${kernel_hashes:+ kernelHashes='$kernel_hashes'}"
        [ -n "$cbitpos" ] && printf "    <cbitpos>%s</cbitpos>\n" "$cbitpos"
        [ -n "$reduced" ] &&
            printf "    <reducedPhysBits>%s</reducedPhysBits>\n" "$reduced"
        printf "    <policy>%s</policy>\n" "$policy"
        if [ -n "$session" ]; then
            printf "    <dhCert>%s</dhCert>\n" "$(cat "${session}_godh.b64")"
            printf "    <session>%s</session>\n" \
                "$(cat "${session}_session.b64")"
        fi
        printf "  </launchSecurity>\n"
    fi
    printf "</domain>\n"
}

# start_paused NAME [KEY=VALUE]...: makes the XML and creates the VM, paused.
start_paused()
{
    domain_xml "$@" >"$T/$1.xml" && virsh create --paused "$T/$1.xml"
}

# Scenarios that are about what is left say that they leave it.
may_leave_domains()
{
    : >"$T/.may-leave-domains"
}
