/* SPDX-License-Identifier: Apache-2.0 */
/* How the firmware judges certificates that it is given. */
#ifndef SEVKIT_FW_CHAIN_H
#define SEVKIT_FW_CHAIN_H

#include "base/bytes.h"
#include "wire/amd_cert.h"
#include "wire/sev_cert.h"
#include "wire/status.h"

/*
 * formats.md 1.2, from the firmware's side: PEK_CERT_IMPORT and SEND_START ask
 * here. (A guest owner judges the same certificates with code of its own.)
 * Certificates are bytes as they were received. The answer is an enum
 * sev_status, and the first of these that applies:
 *
 *  1. BAD_SIGNATURE: a slot names a key and no algorithm, or the reverse.
 *     INVALID_CERTIFICATE: no slot names the parent's usage with an algorithm
 *     that fits its key. Either slot may hold the signature.
 *  2. INVALID_CERTIFICATE: version other than 1, reserved bytes, or a key that
 *     is not a point on P-384 of the algorithm its usage wants.
 *  3. INVALID_CERTIFICATE: the parent's usage may not sign this one: PDH comes
 *     from PEK, PEK from OCA or CEK, OCA from OCA, CEK from ASK.
 *  4. BAD_SIGNATURE: it does not verify over the body.
 */
uint32_t chain_check(const uint8_t cert[static SEV_CERT_LEN],
                     const uint8_t parent[static SEV_CERT_LEN]);

/* The same for a CEK under its ASK. */
uint32_t chain_check_cek(const uint8_t cek[static SEV_CERT_LEN],
                         const struct amd_cert *ask);

/*
 * Reads ASK || ARK (formats.md 1.4) and gives the ASK when both are good: the
 * ARK is one of TRUSTED (certificates one after the other) by key id and key,
 * and signs itself; the ASK is named and signed by it. INVALID_LENGTH when the
 * length is none that two such certificates have, INVALID_CERTIFICATE for
 * another root or malformed ones, BAD_SIGNATURE.
 */
uint32_t chain_read_roots(struct bytes ask_ark, struct bytes trusted,
                          struct amd_cert *ret_ask);

#endif
