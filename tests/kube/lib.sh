# SPDX-License-Identifier: Apache-2.0
# A cluster's double for the tests of verbs (server.py): cluster_start makes its
# certificates, its platform and its kubeconfigs in $T, and runs it; it ends
# with the script that reads this.
: "${KUBE_NODE:?}"

# key_and_cert NAME SUBJECT EXTENSION: by the CA in $T.
key_and_cert() {
    openssl ecparam -name prime256v1 -genkey -noout -out "$C/$1.key" &&
        openssl req -new -key "$C/$1.key" -subj "/CN=$2" -out "$C/$1.csr" &&
        openssl x509 -req -in "$C/$1.csr" -CA "$C/ca.pem" -CAkey "$C/ca.key" \
            -CAcreateserial -days 2 -extfile <(printf '%s' "$3") \
            -out "$C/$1.pem"
} 2>/dev/null

make_certs() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
        -keyout "$C/ca.key" -out "$C/ca.pem" -days 2 -subj /CN=test-ca \
        2>/dev/null
    key_and_cert server 127.0.0.1 'subjectAltName=IP:127.0.0.1'
    key_and_cert owner owner 'extendedKeyUsage=clientAuth'
}

# make_kubeconfig NAME USER-FIELDS...: one "key: value" a word.
make_kubeconfig() {
    local name=$1 field
    shift
    {
        printf 'apiVersion: v1\nkind: Config\ncurrent-context: test\n'
        printf 'contexts:\n- name: test\n  context: {cluster: c, user: u}\n'
        printf 'clusters:\n- name: c\n  cluster:\n'
        printf '    server: https://127.0.0.1:%s\n' "$PORT"
        printf '    certificate-authority: ca.pem\n'
        printf 'users:\n- name: u\n  user:\n'
        for field; do printf '    %s\n' "$field"; done
    } >"$C/$name"
}

cluster_start() {
    C=$T/cluster
    mkdir -m 700 "$C"
    make_certs
    "$SEVKIT" platform create --quiet "$T/platform" >/dev/null
    # The making of RSA keys is most of what a test costs: the smaller ones of
    # an older chip do where only another chain is wanted.
    "$SEVKIT" platform create --quiet --profile naples-0.17 \
        "$C/other-platform" >/dev/null
    "$SEVKIT" platform export --full --virtual "$T/platform" "$T/chain" >/dev/null
    FIRMWARE=$SOURCE/tests/vectors/ovmf/ovmf_AmdSev_suffix.bin
    # The same with one byte more before what is measured of its table.
    { head -c 16 /dev/zero; cat "$FIRMWARE"; } >"$C/other.fd"
    mkfifo "$C/stop"
    "$SOURCE/tests/kube/server.py" \
        "$SOURCE/src/kube/schema/openapi-vmi.json" "$KUBE_NODE" "$T/platform" \
        "$FIRMWARE" "$C" <"$C/stop" >"$C/out" 2>&1 &
    server_pid=$!
    exec 9>"$C/stop"
    until [ -s "$C/port" ]; do
        kill -0 "$server_pid" 2>/dev/null || { cat "$C/out" >&2; return 1; }
    done
    PORT=$(cat "$C/port")
    make_kubeconfig config "client-certificate: owner.pem" "client-key: owner.key"
    make_kubeconfig token "token: token-of-the-owner"
    export KUBECONFIG=$C/config
    trap 'cluster_stop; chmod -R u+w "$T"; rm -rf "$T"' EXIT
}

cluster_stop() {
    exec 9>&-
    wait "$server_pid"
    [ ! -s "$C/out" ] || sed 's/^/    server: /' "$C/out" >&2
}

# mode WORDS...: what the cluster does from now on.
mode() { printf '%s ' "$@" >"$C/mode.new" && mv "$C/mode.new" "$C/mode"; }
