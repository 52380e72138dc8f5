/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit cert oca: an owner's certificate authority, key and certificate. */
#include "owner/oca.h"
#include "base/file.h"
#include "base/own.h"
#include "cli/hold.h"
#include "cli/passphrase.h"
#include "cli/verb.h"
#include "crypto/ec_pem.h"

struct options {
    bool encrypt;
    const char *passphrase_file;
};

static const struct opt rows[] = {
    { .name = "encrypt",
      .help = "encrypt the key; asks on the terminal for a passphrase",
      .set = opt_set_flag,
      .at = offsetof(struct options, encrypt) },
    { .name = "passphrase-file",
      .arg = "FILE",
      .help = "encrypt the key with the passphrase in a file",
      .set = opt_set_string,
      .at = offsetof(struct options, passphrase_file) },
};

/* RET stays empty when the key is to be written as it is. */
static bool get_passphrase(const struct options *o, struct sevk_secret *ret,
                           struct sevk_error *err)
{
    if (o->passphrase_file != NULL) {
        return passphrase_from_file(o->passphrase_file, ret, err);
    }
    return !o->encrypt ||
           passphrase_from_terminal("the new key", true, ret, err);
}

static bool write_files(const char *cert_path, struct bytes cert,
                        const char *key_path, const struct sevk_secret *pem,
                        struct sevk_error *err)
{
    HOLD_SIGNALS(hold);
    OWN(file_set_drop) struct file_set set = { 0 };

    return file_set_add_secret(&set, key_path, pem, err) &&
           file_set_add(&set, cert_path, 0644, cert, err) &&
           file_set_commit(&set, err);
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    struct out *out = call->out;
    OWN(p384_key_free) struct p384_key *key = NULL;
    uint8_t cert[SEV_CERT_LEN];
    uint8_t digest[SHA256_LEN];
    SECRET(passphrase);
    SECRET(pem);

    if (!get_passphrase(o, &passphrase, err) ||
        !oca_make(rng_system(), &key, cert, err) ||
        !p384_key_write_pem(key, passphrase.n == 0 ? NULL : &passphrase, &pem,
                            err) ||
        !write_files(call->args[0], BYTES_OF(cert), call->args[1], &pem, err)) {
        return false;
    }
    sha256(BYTES_OF(cert), digest);
    out_text(out, out->tree, "certificate", call->args[0]);
    out_text(out, out->tree, "key", call->args[1]);
    out_flag(out, out->tree, "encrypted", passphrase.n > 0);
    out_hex(out, out->tree, "sha256_hex", BYTES_OF(digest));
    return true;
}

const struct verb verb_cert_oca = {
    .noun = "cert",
    .verb = "oca",
    .summary = "make an owner's certificate authority (OCA)",
    .args = "CERT KEY",
    .min_args = 2,
    .max_args = 2,
    VERB_OPTIONS(struct options),
    .run = run,
};
