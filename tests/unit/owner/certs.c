/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates for tests: loaded, changed, signed anew. */
#include "unit/owner/certs.h"

#include "base/own.h"
#include "crypto/ec.h"
#include "lib/unit.h"
#include "lib/vector.h"

const char *const naples_chain[CHAIN_ROLES] = {
    "certs/naples/pdh.cert", "certs/naples/pek.cert", "certs/naples/oca.cert",
    "certs/naples/cek.cert", "certs/naples/ask.cert", "certs/naples/ark.cert",
};

const char *const made_chain[CHAIN_ROLES] = {
    "session/pdh.cert", "session/pek.cert", "session/oca.cert",
    "virtual/cek.cert", "virtual/ask.cert", "virtual/ark.cert",
};

const char *made_key(enum chain_role role)
{
    static const char *const keys[] = {
        "session/pdh_key.der",
        "session/pek_key.der",
        "session/oca_key.der",
        "session/cek_key.der",
    };

    return keys[role];
}

void cert_load(const char *vector, struct sev_cert *ret)
{
    OWN(buf_free) struct buf bytes = vector_load(vector);
    struct sevk_error err;

    assert_works(sev_cert_decode(buf_bytes(&bytes), ret, &err), &err);
}

void cert_sign(struct sev_cert *cert, size_t slot, enum chain_role parent,
               uint32_t usage, uint32_t algo)
{
    OWN(buf_free) struct buf der = vector_load(made_key(parent));
    OWN(p384_key_free) struct p384_key *key = NULL;
    uint8_t body[SEV_CERT_BODY_LEN];
    struct ec_signature signature;
    struct sevk_error err;

    assert_works(p384_key_parse(buf_bytes(&der), "key", &key, &err), &err);
    sev_cert_encode_body(cert, body);
    assert_works(
        p384_sign(key, algo == SEV_ALGO_ECDSA_SHA384 ? EC_SHA384 : EC_SHA256,
                  BYTES_OF(body), &signature, &err),
        &err);
    sev_cert_slot_set_ecdsa(&cert->slots[slot], usage, algo, signature.r,
                            signature.s);
}

void chain_put(struct chain *chain, const struct sev_cert *cert)
{
    uint8_t bytes[SEV_CERT_LEN];
    struct sevk_error err;

    sev_cert_encode(cert, bytes);
    assert_works(chain_add(chain, BYTES_OF(bytes), "made", &err), &err);
}

void chain_put_file(struct chain *chain, const char *vector)
{
    OWN(buf_free) struct buf bytes = vector_load(vector);
    struct sevk_error err;

    assert_works(chain_add(chain, buf_bytes(&bytes), vector, &err), &err);
}

struct chain *chain_of(const char *const parts[static CHAIN_ROLES],
                       unsigned int without)
{
    struct chain *chain = NULL;
    struct sevk_error err;

    assert_works(chain_new(&chain, &err), &err);
    for (unsigned int i = 0; i < CHAIN_ROLES; i++) {
        if ((without & 1u << i) == 0) {
            chain_put_file(chain, parts[i]);
        }
    }
    return chain;
}

struct trust trust_amd(void)
{
    struct trust trust = { 0 };
    struct sevk_error err;

    assert_works(trust_add_amd(&trust, &err), &err);
    return trust;
}

struct trust trust_made(void)
{
    OWN(buf_free) struct buf ark = vector_load("virtual/ark.cert");
    struct trust trust = trust_amd();
    struct sevk_error err;

    assert_works(trust_add(&trust, buf_bytes(&ark), "lab", &err), &err);
    return trust;
}

struct chain_verdict verdict_of(const struct chain *chain,
                                const struct trust *trust)
{
    struct chain_verdict verdict;
    struct sevk_error err;

    assert_works(chain_verify(chain, trust, &verdict, &err), &err);
    return verdict;
}
