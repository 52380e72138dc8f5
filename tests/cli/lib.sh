# SPDX-License-Identifier: Apache-2.0
# What the tests of the verbs share. Each is a script that is called with the
# program in SEVKIT and the source tree in SOURCE, and begins with
#     . "$(dirname "$0")/lib.sh"
#     verb NOUN VERB
# It checks one thing after the other, says what went wrong and goes on; finish
# ends it, with status 1 if anything did.
set -u
export LC_ALL=C
unset NO_COLOR
: "${SEVKIT:?}" "${SOURCE:?}"

# "python3" may be a version manager's script, which takes longer than what is
# asked here dozens of times: the interpreter itself is looked up once.
PYTHON=$(python3 -I -c 'import sys; print(sys.executable)')

T=$(mktemp -d)
trap 'chmod -R u+w "$T"; rm -rf "$T"' EXIT
checks=0 faults=0

fault() {
    faults=$((faults + 1))
    printf 'FAULT: %s\n' "$*" >&2
    [ ! -s "$T/.out" ] || sed 's/^/    stdout: /' "$T/.out" | head -20 >&2
    [ ! -s "$T/.err" ] || sed 's/^/    stderr: /' "$T/.err" | head -20 >&2
}

check() { # DESCRIPTION COMMAND...
    local what=$1
    shift
    checks=$((checks + 1))
    "$@" || fault "$what"
}

finish() {
    echo "$checks checks, $faults faults"
    [ "$checks" -gt 0 ] && [ "$faults" -eq 0 ]
    exit
}

verb() { noun=$1 verb=$2; }

# Now and then LeakSanitizer can't stop a thread that is just ending, and fails
# itself at the end of a program that did well: then it is asked once more.
leak_search_failed() {
    grep -q 'LeakSanitizer has encountered a fatal error' "$T/.err"
}

# run STATUS WORDS...: the verb with these words; its output is kept.
run() {
    local want=$1 got=0
    shift
    "$SEVKIT" "$noun" "$verb" "$@" >"$T/.out" 2>"$T/.err" </dev/null || got=$?
    if leak_search_failed; then
        got=0
        "$SEVKIT" "$noun" "$verb" "$@" >"$T/.out" 2>"$T/.err" </dev/null ||
            got=$?
    fi
    checks=$((checks + 1))
    [ "$got" -eq "$want" ] ||
        fault "'$noun $verb $*' ended with $got, not $want"
}

out_has() { check "stdout lacks '$1'" grep -qF -- "$1" "$T/.out"; }
out_is() { check "stdout is not '$1'" [ "$(cat "$T/.out")" = "$1" ]; }
out_lacks() { check "stdout has '$1'" not grep -qF -- "$1" "$T/.out"; }
out_empty() { check "stdout is not empty" [ ! -s "$T/.out" ]; }
err_has() { check "stderr lacks '$1'" grep -qF -- "$1" "$T/.err"; }
err_empty() { check "stderr is not empty" [ ! -s "$T/.err" ]; }
not() { ! "$@"; }
hex() { od -An -v -tx1 | tr -d ' \n'; }

# Exactly one line on stderr, which begins with the program's name.
one_line() {
    check "stderr is not one line" [ "$(wc -l <"$T/.err")" -eq 1 ]
    check "stderr does not begin with 'sevkit: '" \
        grep -q '^sevkit: .' "$T/.err"
}

# fails STATUS PART WORDS...: one line that has PART, and no result.
fails() {
    local want=$1 part=$2
    shift 2
    run "$want" "$@"
    one_line
    err_has "$part"
    out_empty
}

# json EXPRESSION: stdout is one JSON object of this verb, as "o", and the
# Python expression is true of it.
json() {
    check "JSON: not $1" "$PYTHON" -I -S -c '
import json, sys
o = json.load(open(sys.argv[1]))
assert o["schema"] == sys.argv[2], o["schema"]
sys.exit(not eval(sys.argv[3]))' "$T/.out" "sevkit.$noun.$verb/1" "$1"
}

# fails_json STATUS CATEGORY WORDS...: the same failure with --json.
fails_json() {
    local want=$1 category=$2
    shift 2
    run "$want" "$@" --json
    one_line
    json "o['error']['status'] == $want"
    json "o['error']['category'] == '$category'"
    json "o['error']['message'] in open('$T/.err').read()"
}

# help_lists OPTION...: help exits 0 and lists these options and no others
# (beside those that all verbs have).
help_lists() {
    local listed
    run 0 --help
    err_empty
    out_has "usage: sevkit $noun $verb"
    listed=$(sed -n '/^Options:/,/^$/s/^  \(-., \)\{0,1\}--\([a-z0-9-]*\).*/\2/p' "$T/.out" |
        sort | tr '\n' ' ')
    check "help lists: $listed" \
        [ "$listed" = "$(printf '%s\n' "$@" | grep . | sort | tr '\n' ' ')" ]
    fails 2 "unknown option '--bogus'" --bogus
    fails_json 2 usage --bogus
}

# full_stdout WORDS...: a full or closed stdout is a failure of the host.
full_stdout() {
    local got=0
    "$SEVKIT" "$noun" "$verb" "$@" >/dev/full 2>"$T/.err" || got=$?
    check "with a full stdout, status $got" [ "$got" -eq 4 ]
    one_line
    got=0
    "$SEVKIT" "$noun" "$verb" "$@" >&- 2>"$T/.err" || got=$?
    check "with a closed stdout, status $got" [ "$got" -eq 4 ]
    one_line
}

mode_is() { check "$2 has not mode $1" [ "$(stat -c %a "$2")" = "$1" ]; }
size_is() { check "$2 has not $1 bytes" [ "$(stat -c %s "$2")" = "$1" ]; }
absent() { check "$1 exists" [ ! -e "$1" ]; }

# flipped FILE OFFSET: the bytes of FILE with the lowest bit of one changed.
flipped() {
    python3 -I -c '
import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[int(sys.argv[2])] ^= 1
sys.stdout.buffer.write(data)' "$@"
}

# The folder holds these names and no others.
holds() {
    local dir=$1 names
    shift
    names=$(ls -A "$dir" | sort | tr '\n' ' ')
    check "$dir holds: $names" \
        [ "$names" = "$(printf '%s\n' "$@" | grep . | sort | tr '\n' ' ')" ]
}

# on_small_disk COMMAND...: with an empty file system of two pages at $T/small.
on_small_disk() {
    mkdir -p "$T/small"
    if mount -t tmpfs -o size=8k,mode=0700 sevkit-test "$T/small" 2>"$T/.err"
    then
        "$@"
        umount "$T/small"
    else
        echo "not checked on a full disk, for only root can make one" >&2
    fi
}

# A small virtual platform in $T/platform, its chain in $T/chain.
make_platform() {
    "$SEVKIT" platform create --quiet --profile naples-0.17 "$T/platform" \
        >/dev/null &&
        "$SEVKIT" platform export --virtual "$T/platform" --full "$T/chain" \
            >/dev/null || { fault "no virtual platform"; finish; }
}
