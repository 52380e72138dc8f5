/* SPDX-License-Identifier: Apache-2.0 */
/* An owner's certificate authority: the OCA that a platform's PEK is signed by. */
#ifndef SEVKIT_OWNER_OCA_H
#define SEVKIT_OWNER_OCA_H

#include "crypto/ec.h"
#include "owner/chain.h"

/*
 * A platform begins as its own owner: its OCA is a key that its firmware made.
 * To show whose it is, the owner makes an OCA key pair of its own, takes the
 * platform's signing request (PEK_CSR: the PEK's certificate with both slots
 * empty), signs it, and has the result and the OCA's certificate imported
 * (PEK_CERT_IMPORT; formats.md 1.6). The key need never be near the platform.
 *
 * The firmware accepts a certificate only if its body is, bit for bit, that of
 * the request. So signing changes nothing but the first slot; the second stays
 * empty for the CEK's signature, which the firmware adds.
 */

/*
 * A new key and its self-signed certificate: P-384, ECDSA with SHA-256, API
 * 0.0, as no firmware made it (formats.md 1.1).
 */
SEVK_MUST_CHECK bool oca_make(struct rng rng, struct p384_key **ret_key,
                              uint8_t ret_cert[static SEV_CERT_LEN],
                              struct sevk_error *err);

/*
 * Signs the request CSR with KEY, the key of the certificate OCA (one whole
 * certificate each, as received). Fails with SEVK_INPUT when OCA does not hold
 * by itself or is of another key, and when CSR is no request: not a PEK's
 * certificate with a usable key, or signed already.
 */
SEVK_MUST_CHECK bool oca_sign_csr(const struct p384_key *key, struct bytes oca,
                                  struct bytes csr,
                                  uint8_t ret_pek[static SEV_CERT_LEN],
                                  struct sevk_error *err);

#endif
