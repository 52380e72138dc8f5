# SPDX-License-Identifier: Apache-2.0
# What scenarios about "vm launch" share. Sourced after lib.sh and guest.sh.

TRUST=(--trust "$SEVKIT_PLATFORM/ask_ark.cert"
    --chain "$SEVKIT_PLATFORM/cek.cert")

# What the test guest prints of the secret in the file $T/passphrase.
printf 'correct horse battery staple' >passphrase
LUKS_GUID=736869e5-84f0-4973-92ec-06879ce3da0b
SECRET_LINE="^secret $LUKS_GUID sha256=$(sha256sum <passphrase | cut -d' ' -f1)"

# A measured kernel: the test guest hashes it and does not run it.
{ head -c 20000 /dev/zero && echo kernel; } >kernel
LINE='console=ttyS0 quiet'
MEASURED=(kernel_hashes=yes kernel="$T/kernel" cmdline="$LINE")
OURS=(--firmware "$GUEST" --kernel kernel --cmdline "$LINE"
    --secret luks-key:passphrase)

# launch NAME OPTION...: $T/NAME.xml, with the lab's platform trusted.
launch()
{
    local name=$1
    shift
    sevkit vm launch "${TRUST[@]}" "$@" "$name.xml"
}

# nothing_of NAME: no VM of that name, and no secret on its console.
nothing_of()
{
    wait_for 20 domain_is_gone "$1" && ! grep -qa '^secret [0-9a-f]' \
        "$1.console"
}

# refuse SENTENCE STATUS PATTERN NAME OPTION...: launch ends with this status
# and a sentence, and nothing is left.
refuse()
{
    local sentence=$1 status=$2 pattern=$3 name=$4
    shift 4
    expect_status "$sentence: refused, and told why" "$status" "$pattern" \
        launch "$name" "$@"
    check "$sentence: nothing is left" nothing_of "$name"
}

# json_is FILE EXPRESSION: of the object "o" in FILE, a Python expression.
json_is()
{
    python_of_debian -c 'import json, sys
o = json.load(open(sys.argv[1]))
sys.exit(0 if eval(sys.argv[2]) else 1)' "$1" "$2"
}
