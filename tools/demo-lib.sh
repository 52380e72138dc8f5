# SPDX-License-Identifier: Apache-2.0
# What the demos share: a folder, a lab, and commands shown as they are run.
# Sourced by each, with its own arguments.

top=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "${1:-$top/build}" && pwd) || exit 3
sevkit=$build/bin/sevkit
# The paths of sockets are short, so the lab is not below TMPDIR.
work=$(mktemp -d /tmp/sevkit-demo.XXXXXX) || exit 4
lab=$work/lab

# Debian's programs run with Debian's interpreters, whatever else is installed.
PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
mkdir "$work/bin"
ln -s "$sevkit" "$work/bin/sevkit"
client_path=$work/bin:/usr/bin:/bin:/usr/sbin:/sbin

finish()
{
    local status=$?
    trap - EXIT
    "$sevkit" lab stop --quiet --dir "$lab" >/dev/null || status=4
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

bold=
plain=
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$(printf '\033[1m')
    plain=$(printf '\033[0m')
fi

fail()
{
    printf 'demo: %s\n' "$*" >&2
    exit 4
}

headline()
{
    printf '\n%s%s%s\n\n' "$bold" "$*" "$plain"
}

# Paths that differ from run to run are shown by their last part.
short()
{
    sed -e "s#$lab/##g" -e "s#$work/##g" -e "s#$build/tests/guest/##g" \
        -e "s#$build/##g"
}

# A command as one would type it, on as many lines as it takes.
prompt()
{
    local line="  \$" word words
    read -ra words <<<"$*"
    for word in "${words[@]}"; do
        if [ $((${#line} + ${#word})) -gt 88 ]; then
            printf '%s \\\n' "$line"
            line="     "
        fi
        line+=" $word"
    done
    printf '%s\n' "$line"
}

# show STATUS COMMAND...: prints the command, runs it as the lab's client, and
# ends the demo unless it ended with STATUS. A command line for the shell is
# one word, with its blanks.
show()
{
    local expected=$1 status words
    shift
    mapfile -t words < <(printf '%s\n' "$@" | short)
    prompt "${words[@]}"
    [ $# -gt 1 ] || set -- sh -c "$1"
    (cd "$work" && "$sevkit" lab run --dir "$lab" -- \
        env "PATH=$client_path" "$@") 2>&1 | short | fold -s -w 90 |
        sed -e '/^ *$/d' -e 's/ *$//' -e 's/^/    /'
    status=${PIPESTATUS[0]}
    [ "$status" = "$expected" ] ||
        fail "that ended with status $status, not $expected"
    [ "$status" = 0 ] || printf '    (exit status %s)\n' "$status"
}

# again COMMAND...: the same for one whose output was seen before.
again()
{
    local words
    mapfile -t words < <(printf '%s\n' "$@" | short)
    prompt "${words[@]}"
    (cd "$work" && "$sevkit" lab run --dir "$lab" -- \
        env "PATH=$client_path" "$@") >/dev/null 2>&1 ||
        fail "that ended with status $?"
}

# console NAME PATTERN [SECONDS]: waits for a line on the guest's serial console.
console()
{
    local i line
    for ((i = 0; i < ${3:-60} * 20; i++)); do
        if line=$(tr -d '\r' <"$work/$1.console" | grep -E -m1 "$2"); then
            printf '  the serial console of %s:\n' "$1"
            printf '%s\n' "$line" | fold -s -w 90 | sed -e 's/ *$//' -e 's/^/    /'
            return
        fi
        sleep 0.05
    done
    fail "the console of '$1' does not say '$2'"
}
