/* SPDX-License-Identifier: Apache-2.0 */
/* Makes SEV certificates: a body for a key, signatures of other keys. */
#ifndef SEVKIT_FW_SIGN_H
#define SEVKIT_FW_SIGN_H

#include <sevkit/error.h>

#include "crypto/ec.h"
#include "crypto/rsa.h"
#include "fw/profile.h"
#include "wire/sev_cert.h"

/*
 * A certificate for KEY's public half: API of the firmware, algorithm by usage
 * (PDH: ECDH, others: ECDSA, with SHA-256), both slots empty (formats.md 1.1).
 */
void sign_begin_cert(const struct fw_profile *profile, uint32_t usage,
                     const struct p384_key *key, struct sev_cert *ret);

/* Signs CERT's body with SIGNER, whose usage is USAGE, into slot SLOT. */
SEVK_MUST_CHECK bool sign_cert(struct sev_cert *cert, size_t slot,
                               uint32_t usage, const struct p384_key *signer,
                               struct sevk_error *err);

/* The ASK's signature over a CEK, in slot 0. */
SEVK_MUST_CHECK bool sign_cert_rsa(struct sev_cert *cert,
                                   const struct rsa_key *ask,
                                   struct sevk_error *err);

#endif
