/* SPDX-License-Identifier: Apache-2.0 */
/* The guest policy as people write it, and what is weak about one. */
#ifndef SEVKIT_OWNER_POLICY_H
#define SEVKIT_OWNER_POLICY_H

#include <stddef.h>

#include <sevkit/error.h>

#include "wire/policy.h"

/*
 * A policy is 32 bits that the owner chooses and the firmware enforces for the
 * guest's life (SEV API, chapter 3; formats.md 3). It is fixed by the session:
 * a host can't start the guest with another one, and it enters the measurement.
 *
 * In text it is a number (decimal or 0x), or names with commas between them:
 * nodbg, noks, es, nosend, domain, sev, and api=MAJOR.MINOR for the oldest
 * firmware API it may run on: "nodbg,noks,es,nosend,api=1.51". Each name at
 * most once; case does not matter. "0" is the policy with no bit.
 */
#define POLICY_TEXT_LEN     64
#define POLICY_DEFAULT      0x0fu /* nodbg, noks, es, nosend */
#define POLICY_WEAKNESS_MAX 8

/* Fails (SEVK_USAGE) on anything else, also on reserved bits (6 to 15). */
SEVK_MUST_CHECK bool policy_parse(const char *text, uint32_t *ret,
                                  struct sevk_error *err);

/* SEVK_USAGE when a reserved bit is set: no firmware starts such a guest. */
SEVK_MUST_CHECK bool policy_check_reserved(uint32_t policy,
                                           struct sevk_error *err);

/* Names as above, "0" if none; reserved bits show as "reserved=0x40". */
void policy_format(uint32_t policy, char ret_text[static POLICY_TEXT_LEN]);

enum policy_weakness_id {
    POLICY_WEAK_DEBUG,   /* no NODBG: the host reads and writes memory */
    POLICY_WEAK_SHARING, /* no NOKS: another guest can get the same key */
    POLICY_WEAK_NO_ES,   /* registers are open, vCPUs are not measured */
    POLICY_WEAK_SEND,    /* the host may send it to a key of its own */
    POLICY_WEAK_NO_API,  /* any firmware version may run it */
    POLICY_WEAK_OLD_API, /* also one that is known to give keys away may */
};

struct policy_weakness {
    enum policy_weakness_id id;
    bool serious;         /* launch refuses it without --allow-weak-policy */
    const char *sentence; /* static; without a full stop */
};

/* Fills RET and returns how many there are. Not serious are all but the first
 * two: they are said, not refused. */
size_t policy_weaknesses(uint32_t policy,
                         struct policy_weakness ret[POLICY_WEAKNESS_MAX]);

#endif
