/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of the signatures that SEV certificates carry. */
#ifndef SEVKIT_OWNER_SEV_SIGNATURE_H
#define SEVKIT_OWNER_SEV_SIGNATURE_H

#include "owner/chain.h"

/*
 * formats.md 1.2. True when CHILD carries, in either slot, a signature by
 * PARENT's key that holds over its body as received, and both have the key that
 * their role (PDH to CEK) asks for. Otherwise RET_REASON says why not.
 */
bool sev_signature_holds(struct bytes child, enum chain_role child_role,
                         struct bytes parent, enum chain_role parent_role,
                         char ret_reason[static CHAIN_REASON_LEN]);

/* The CEK's signature, which is an RSA key's. */
enum cek_signature {
    CEK_NO_SLOT, /* none by an ASK of this size of key */
    CEK_BAD,     /* there is one, but it does not hold; or malformed bytes */
    CEK_HOLDS,
};

enum cek_signature cek_signature_check(struct bytes cek, struct bytes ask);

/* Both slots are empty, as the firmware exports it. */
bool cek_is_unsigned(struct bytes cek);

#endif
