/* SPDX-License-Identifier: Apache-2.0 */
/* The legacy attestation report: what a running guest was launched as. */
#ifndef SEVKIT_OWNER_REPORT_H
#define SEVKIT_OWNER_REPORT_H

#include "base/error.h"

#include "wire/measure_buf.h"

/*
 * ATTESTATION (SEV API 6.8; formats.md 5) returns the launch digest and the
 * policy of a guest, a nonce of the caller's, and the PEK's signature over the
 * three. Unlike a measurement it takes no key of the owner's to check. It says
 * no more than its PEK is worth: who trusts it has judged the chain (chain.h).
 *
 * PEK is one whole certificate as received. *RET_YES is false, with the reason
 * in RET_REASON, when the signature is not that key's; malformed bytes are
 * SEVK_INPUT.
 */
#define REPORT_REASON_LEN 160
SEVK_MUST_CHECK bool report_verify(struct bytes report, struct bytes pek,
                                   struct attestation *ret, bool *ret_yes,
                                   char ret_reason[static REPORT_REASON_LEN],
                                   struct sevk_error *err);

#endif
