/* SPDX-License-Identifier: Apache-2.0 */
/* The private key of an owner's OCA, and its certificate, from files. */
#include "cli/owner_key.h"

#include "base/file.h"
#include "cli/passphrase.h"
#include "crypto/ec_pem.h"
#include "wire/sev_cert.h"

bool owner_key_read(const char *path, const char *passphrase_file,
                    struct p384_key **ret, struct sevk_error *err)
{
    bool encrypted;
    SECRET(text);
    SECRET(passphrase);

    if (!secret_read_file(&text, path, 1, EC_PEM_MAX, "key", err)) {
        return false;
    }
    encrypted = p384_key_is_encrypted(secret_expose(&text));
    if (encrypted && passphrase_file != NULL) {
        if (!passphrase_from_file(passphrase_file, &passphrase, err)) {
            return false;
        }
    } else if (encrypted &&
               !passphrase_from_terminal("the key", false, &passphrase, err)) {
        return false;
    }
    return p384_key_read_pem(secret_expose(&text),
                             encrypted ? &passphrase : NULL, path, ret, err);
}

bool owner_cert_read(const char *path, uint32_t usage, const char *name,
                     struct buf *ret, struct sevk_error *err)
{
    OWN(buf_free) struct buf content = { 0 };
    struct sev_cert cert;

    if (!file_read(path, SEV_CERT_LEN, name, &content, err)) {
        return false;
    }
    if (!sev_cert_decode(buf_bytes(&content), &cert, err)) {
        return sevk_fail_in(err, "%s '%s'", name, path);
    }
    if (cert.pubkey_usage != usage) {
        return sevk_fail(err, SEVK_INPUT,
                         "'%s' is no %s certificate: its key usage is %Xh, "
                         "not %Xh",
                         path, name, cert.pubkey_usage, usage);
    }
    buf_free(ret);
    *ret = content;
    content = (struct buf){ 0 };
    return true;
}
