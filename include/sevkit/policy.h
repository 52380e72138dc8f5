/* SPDX-License-Identifier: Apache-2.0 */
/* The guest policy: what a host may do with a guest, in 32 bits. */
#ifndef SEVKIT_POLICY_H
#define SEVKIT_POLICY_H

#include <stddef.h>

#include <sevkit/error.h>

SEVK_BEGIN_DECLS

/*
 * The owner chooses a policy when the session is made, and the firmware
 * enforces it for the guest's life (SEV API, chapter 3). A host can't start the
 * guest under another one: the session would not open, and the measurement
 * would be another.
 *
 * In the 32 bits, bit 0 is the lowest. Bits 6 to 15 are reserved and must be 0.
 * Bits 16 to 23 are the major, bits 24 to 31 the minor number of the oldest
 * firmware API that may run the guest. Where a policy travels as bytes, it is
 * little-endian; these functions take and give it as a number.
 *
 * In text it is a number (decimal, or hexadecimal with 0x), or names with
 * commas between them: nodbg, noks, es, nosend, domain, sev, and
 * api=MAJOR.MINOR. "nodbg,noks,es,nosend" is a good choice, and the one that
 * sevkit(1) makes when it is not told otherwise.
 *
 * Not checked here: whether the policy suits the guest's image or the host. A
 * policy with es needs a firmware image that can start vCPUs under SEV-ES.
 */

#define SEVK_POLICY_NODBG   0x01u /* the host can't debug the guest */
#define SEVK_POLICY_NOKS    0x02u /* no other guest gets its key */
#define SEVK_POLICY_ES      0x04u /* SEV-ES: registers too are encrypted */
#define SEVK_POLICY_NOSEND  0x08u /* it is not sent to another platform */
#define SEVK_POLICY_DOMAIN  0x10u /* sent within its owner's platforms only */
#define SEVK_POLICY_SEV     0x20u /* sent to SEV platforms only */
#define SEVK_POLICY_DEFAULT 0x0fu /* nodbg,noks,es,nosend */

/* Room enough for every policy's names, with the NUL. */
#define SEVK_POLICY_TEXT_LEN 64

/*
 * Reads TEXT, in either form. Case does not matter; each name stands there at
 * most once. SEVK_USAGE on anything else, also on reserved bits.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_policy_parse(const char *text,
                                                uint32_t *ret_policy,
                                                struct sevk_error *err);

/*
 * Writes the policy's names and a NUL into the ROOM bytes at RET_TEXT (at least
 * 1); "0" when no bit is set. Text that does not fit is cut.
 */
SEVK_API void sevk_policy_format(uint32_t policy, char *ret_text, size_t room);

/*
 * SEVK_USAGE when a reserved bit is set: no firmware starts such a guest.
 * SEVK_REFUSED when nodbg or noks is missing, unless ALLOW_WEAK: then the host
 * can read the guest, and a session or a secret for it is worth nothing.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_policy_check(uint32_t policy,
                                                bool allow_weak,
                                                struct sevk_error *err);

/* How many weaknesses this policy has. */
SEVK_API size_t sevk_policy_warning_count(uint32_t policy);

/*
 * The sentence about the weakness of that INDEX (from 0), without a full stop;
 * it is valid for the program's life. NULL when there are no more.
 * *RET_SERIOUS (unless NULL) tells whether sevk_policy_check() refuses it.
 */
SEVK_API const char *sevk_policy_warning(uint32_t policy, size_t index,
                                         bool *ret_serious);

SEVK_END_DECLS

#endif
