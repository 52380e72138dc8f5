/* SPDX-License-Identifier: Apache-2.0 */
/* Whom the owner trusts: the roots a chain may end in, and which chips. */
#ifndef SEVKIT_TRUST_H
#define SEVKIT_TRUST_H

#include <stddef.h>

#include <sevkit/error.h>

SEVK_BEGIN_DECLS

/*
 * A certificate chain proves something only if it ends in a root that the owner
 * trusts for reasons outside of the chain. Such a root is the public key of an
 * ARK (AMD root key), in AMD's certificate format. AMD's own, of Naples, Rome,
 * Milan, Genoa and Turin, are built into the library, with the ASK (AMD signing
 * key) that each signed, so that a chain without them can be completed.
 *
 * A new set trusts nobody. Most programs add AMD's roots and nothing else. A
 * virtual platform has a root of its own, which vouches for nothing but itself;
 * it is never built in, and a program that adds one should say so to its user
 * (sevk_verdict_is_virtual() tells it afterwards).
 *
 * Any genuine chip of AMD's satisfies AMD's roots, also one that stands in
 * an attacker's cellar. Whoever knows the chips of its provider pins them: then
 * no other is accepted.
 *
 * A set is made with sevk_trust_new() and released with sevk_trust_free().
 * Nothing points into it afterwards: verdicts keep what they need. Not checked:
 * revocation, of which SEV has none, and dates, which these certificates lack.
 */
struct sevk_trust;

/* The length of a platform id in bytes: a SHA-256 (see sevkit/chain.h). */
#define SEVK_PLATFORM_ID_LEN 32

/* An empty set, which trusts nobody. */
SEVK_API SEVK_MUST_CHECK bool sevk_trust_new(struct sevk_trust **ret_trust,
                                             struct sevk_error *err);

/* Releases the set and leaves NULL behind; NULL in *TRUST is fine. */
SEVK_API void sevk_trust_free(struct sevk_trust **trust);

/* Adds AMD's own roots. Fails only when memory is short. */
SEVK_API SEVK_MUST_CHECK bool sevk_trust_add_amd(struct sevk_trust *trust,
                                                 struct sevk_error *err);

/*
 * Adds one root from the N bytes at BYTES: an ARK, or an ASK and an ARK one
 * after the other (either order), in AMD's format. WHAT names it in messages
 * and verdicts. SEVK_INPUT on anything else, on an ARK that did not sign
 * itself, and on an ASK that this ARK did not sign.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_trust_add(struct sevk_trust *trust,
                                             const void *bytes, size_t n,
                                             const char *what,
                                             struct sevk_error *err);

/* The same from a file of at most 64 KiB. */
SEVK_API SEVK_MUST_CHECK bool sevk_trust_add_file(struct sevk_trust *trust,
                                                  const char *path,
                                                  struct sevk_error *err);

/*
 * From now on only platforms that were pinned are accepted; ID is one more of
 * them, 32 bytes as sevk_verdict_platform_id() gives them. SEVK_USAGE above 64.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_trust_pin_platform(
    struct sevk_trust *trust, const uint8_t id[SEVK_PLATFORM_ID_LEN],
    struct sevk_error *err);

/* How many roots are in the set. */
SEVK_API size_t sevk_trust_root_count(const struct sevk_trust *trust);

/*
 * The name of the root of that INDEX (from 0): "AMD Milan", "'my.cert'". It
 * lives until the set is changed or freed. NULL when there are no more.
 */
SEVK_API const char *sevk_trust_root_name(const struct sevk_trust *trust,
                                          size_t index);

SEVK_END_DECLS

#endif
