/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit cert sign-csr: sign a platform's PEK, apart from the platform. */
#include "base/file.h"
#include "base/own.h"
#include "cli/owner_key.h"
#include "cli/verb.h"
#include "owner/oca.h"

struct options {
    const char *oca;
    const char *key;
    const char *passphrase_file;
};

static const struct opt rows[] = {
    { .name = "oca",
      .arg = "CERT",
      .help = "the owner's certificate",
      .set = opt_set_string,
      .at = offsetof(struct options, oca),
      .required = true },
    { .name = "key",
      .arg = "FILE",
      .help = "its private key, PEM or DER",
      .set = opt_set_string,
      .at = offsetof(struct options, key),
      .required = true },
    { .name = "passphrase-file",
      .arg = "FILE",
      .help = "the key's passphrase; else the terminal is asked",
      .set = opt_set_string,
      .at = offsetof(struct options, passphrase_file) },
};

static bool read_cert(const char *path, const char *what, struct buf *ret,
                      struct sevk_error *err)
{
    return file_read(path, SEV_CERT_LEN, what, ret, err);
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    struct out *out = call->out;
    OWN(p384_key_free) struct p384_key *key = NULL;
    OWN(buf_free) struct buf oca = { 0 };
    OWN(buf_free) struct buf csr = { 0 };
    uint8_t pek[SEV_CERT_LEN];
    uint8_t digest[SHA256_LEN];

    if (!read_cert(o->oca, "OCA certificate", &oca, err) ||
        !read_cert(call->args[0], "signing request", &csr, err) ||
        !owner_key_read(o->key, o->passphrase_file, &key, err) ||
        !oca_sign_csr(key, buf_bytes(&oca), buf_bytes(&csr), pek, err) ||
        !file_replace(call->args[1], 0644, BYTES_OF(pek), err)) {
        return false;
    }
    sha256(BYTES_OF(pek), digest);
    out_text(out, out->tree, "certificate", call->args[1]);
    out_hex(out, out->tree, "sha256_hex", BYTES_OF(digest));
    return true;
}

const struct verb verb_cert_sign_csr = {
    .noun = "cert",
    .verb = "sign-csr",
    .summary = "sign a platform's PEK as its owner",
    .args = "CSR CERT",
    .min_args = 2,
    .max_args = 2,
    VERB_OPTIONS(struct options),
    .run = run,
};
