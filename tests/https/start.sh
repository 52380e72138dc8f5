# SPDX-License-Identifier: Apache-2.0
# For scripts with a folder T and the source tree in SOURCE:
#     https_start serve ROOT      the servers of tests/https/serve, which gives
#                                 ROOT's files; their files are in $T/https
#     https_url NAME PATH         the address of one of them (peer.py)
#     https_stop
https_start() { # SCRIPT WORDS...
    local script=$1 tries=0
    shift
    mkdir -p "$T/https"
    mkfifo "$T/https/stop"
    : >"$T/https/ports"
    python3 -I "$SOURCE/tests/https/$script" "$T/https" "$@" \
        <"$T/https/stop" >"$T/https/ports" &
    https_pid=$!
    exec {https_fd}>"$T/https/stop"
    until grep -q '^ready' "$T/https/ports"; do
        kill -0 "$https_pid" && [ $((tries += 1)) -lt 1200 ] || return 1
        read -rt 0.05 <>"$T/https/stop" || true
    done
}

https_url() {
    local scheme=https port
    [ "$1" != plain ] || scheme=http
    port=$(sed -n "s/^$1 //p" "$T/https/ports")
    printf '%s://127.0.0.1:%s%s' "$scheme" "$port" "$2"
}

https_stop() {
    exec {https_fd}>&-
    wait "$https_pid"
}
