/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of signatures made with AMD's RSA keys: ARK and ASK. */
#include "owner/amd_signature.h"

#include "wire/sev_cert.h"

void amd_signature_key(const struct amd_cert *cert, struct rsa_public *ret)
{
    ret->n = cert->modulus_bits / 8;
    memcpy(ret->modulus, cert->modulus, sizeof ret->modulus);
    memcpy(ret->exponent, cert->exponent, sizeof ret->exponent);
}

/* One certificate and nothing behind it. */
static bool decode_whole(struct bytes in, struct amd_cert *ret)
{
    size_t len = 0;

    return amd_cert_decode(in, ret, &len, NULL) && len == in.n;
}

const char *amd_signature_fault(struct bytes cert, uint32_t cert_usage,
                                struct bytes parent)
{
    struct amd_cert child, signer;
    struct rsa_public key;
    struct bytes body;

    if (!decode_whole(cert, &child) || !decode_whole(parent, &signer)) {
        return "is malformed";
    }
    if (child.key_usage != cert_usage || signer.key_usage != SEV_USAGE_ARK) {
        return "is not a certificate of that kind";
    }
    if (memcmp(child.certifying_id, signer.key_id, sizeof signer.key_id) != 0) {
        return "names another key as its signer";
    }
    if (child.modulus_bits != signer.modulus_bits) {
        return "has a signature of another size than its signer's key";
    }
    body = bytes_make(cert.p, amd_cert_signed_len(child.modulus_bits));
    amd_signature_key(&signer, &key);
    /* formats.md 1.3: the signature covers everything before it. */
    return rsa_verify(&key, body, cert.p + body.n)
               ? NULL
               : "has a signature that does not hold";
}
