/* SPDX-License-Identifier: Apache-2.0 */
/* A session: fresh transport keys, wrapped so that one platform can open them. */
#ifndef SEVKIT_OWNER_SESSION_H
#define SEVKIT_OWNER_SESSION_H

#include <sevkit/error.h>

#include "base/random.h"
#include "base/secret.h"
#include "crypto/ec.h"
#include "owner/chain.h"
#include "wire/session_buf.h"
#include "wire/sev_cert.h"

/*
 * The owner makes two keys of 16 bytes: the TIK, under which the platform will
 * MAC its measurement, and the TEK, under which the owner will encrypt the
 * launch secret. They reach the firmware through a Diffie-Hellman agreement
 * between a key pair of this session's own (its public half is the GODH
 * certificate) and the platform's PDH (SEV API 2.2; formats.md 2).
 *
 * Who may open them: whoever has the PDH's private key. So the PDH must be a
 * genuine platform's: session_create() wants the verdict that says so. And who
 * may use them: the keys are good for ONE start. Firmware accepts the same
 * session again, and the second guest would answer with the same keys.
 */
#define SESSION_KEY_LEN 16

struct session {
    struct sevk_secret tek;
    struct sevk_secret tik;
    uint8_t godh[SEV_CERT_LEN];    /* public; both signature slots empty */
    uint8_t blob[SESSION_BUF_LEN]; /* public: the "session" of libvirt */
    uint32_t policy;
};

#define SESSION(name) OWN(session_clear) struct session name = { 0 }

/* Wipes; the empty value stays. Functions that fill a session clear it first. */
void session_clear(struct session *session);

/*
 * Makes a session for the platform whose chain was verified: VERDICT must be
 * "yes" and about CHAIN's own PDH, else SEVK_REFUSED. POLICY's reserved bits
 * must be 0 (SEVK_USAGE). Everything random comes from RNG, in this order: the
 * GODH scalar, nonce, TEK, TIK, IV; so a test's generator gives a test's
 * session.
 */
SEVK_MUST_CHECK bool session_create(const struct chain_verdict *verdict,
                                    const struct chain *chain, uint32_t policy,
                                    struct rng rng, struct session *ret,
                                    struct sevk_error *err);

/*
 * The same for a PDH certificate (2084 bytes) that nothing vouches for: anyone
 * who can make a key pair can open this session. Only for the drop-in of a
 * program that works this way. Callers warn.
 */
SEVK_MUST_CHECK bool session_create_unverified(struct bytes pdh,
                                               uint32_t policy, struct rng rng,
                                               struct session *ret,
                                               struct sevk_error *err);

/*
 * The steps of the agreement, which tests hold against published values.
 * MINE is the GODH key; TEK and TIK have 16 bytes each. RET_BLOB gets what the
 * firmware unwraps.
 */
SEVK_MUST_CHECK bool session_wrap(
    const struct p384_key *mine, const struct ec_point *pdh,
    const uint8_t nonce[static 16], const uint8_t iv[static 16],
    const struct sevk_secret *tek, const struct sevk_secret *tik,
    uint32_t policy, uint8_t ret_blob[static SESSION_BUF_LEN],
    struct sevk_error *err);

/* The second half of session_wrap: from the shared secret Z (48 bytes). */
SEVK_MUST_CHECK bool session_wrap_shared(const struct sevk_secret *z,
                                         struct session_buf *inout,
                                         const struct sevk_secret *tek,
                                         const struct sevk_secret *tik,
                                         uint32_t policy,
                                         struct sevk_error *err);

#endif
