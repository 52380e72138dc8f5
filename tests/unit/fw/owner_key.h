/* SPDX-License-Identifier: Apache-2.0 */
/* A platform's owner for tests of the firmware: an OCA that signs CSRs. */
#ifndef SEVKIT_TESTS_FW_OWNER_KEY_H
#define SEVKIT_TESTS_FW_OWNER_KEY_H

#include "crypto/ec.h"
#include "unit/fw/rig.h"
#include "wire/sev_cert.h"

struct owner_key {
    struct p384_key *key;
    uint8_t oca[SEV_CERT_LEN]; /* signed by itself */
};

void owner_key_make(struct owner_key *ret, uint64_t seed);
void owner_key_drop(struct owner_key *owner); /* for OWN() */

/* A certificate for KEY, both slots empty; algorithm by usage. */
void owner_begin_cert(uint32_t usage, const struct p384_key *key,
                      struct sev_cert *ret);

/* SIGNER's signature over CERT's body, into SLOT. */
void owner_sign(struct sev_cert *cert, size_t slot, uint32_t usage,
                const struct p384_key *signer);

/* Signs a CSR: slot 0. */
void owner_sign_csr(const struct owner_key *owner, const uint8_t *csr,
                    uint8_t ret[static SEV_CERT_LEN]);

/* PEK_CSR into RET, and PEK_CERT_IMPORT, through the rig's memory. */
uint32_t do_csr(struct rig *rig, uint8_t ret[static SEV_CERT_LEN]);
uint32_t do_import(struct rig *rig, const uint8_t *pek, const uint8_t *oca);

#endif
