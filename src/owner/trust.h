/* SPDX-License-Identifier: Apache-2.0 */
/* Trust anchors: whose ARK a chain may end in. */
#ifndef SEVKIT_OWNER_TRUST_H
#define SEVKIT_OWNER_TRUST_H

#include <sevkit/error.h>

#include "base/bytes.h"
#include "wire/amd_cert.h"

/*
 * A chain proves something only if it ends in a root that the owner trusts for
 * reasons outside of the chain. Such a root is a public key: here an ARK in
 * AMD's format (formats.md 1.3), often with the ASK that it signed, so that a
 * chain without them (libvirt gives none) can be completed.
 *
 * AMD's roots of Naples, Rome, Milan, Genoa and Turin are built in. A virtual
 * platform's ARK has a key id that begins with the ASCII bytes "SEVKIT-V". It
 * vouches for nothing but itself, hence is never built in: it is trusted only
 * when the caller adds it, which the command line does for --trust alone.
 *
 * What is compared is everything that the ARK's signature covers, not the
 * signature: the Naples ARK was published with and without one.
 */
#define TRUST_NAME_LEN       96
#define TRUST_GENERATION_LEN 16
#define TRUST_ROOTS_MAX      64
#define TRUST_FILE_MAX       ((size_t)65536)

struct trust_root {
    char name[TRUST_NAME_LEN];             /* "AMD Milan", "'my.cert'" */
    char generation[TRUST_GENERATION_LEN]; /* "Milan"; "" if not AMD's */
    bool built_in;
    bool is_virtual;
    size_t ark_len;
    size_t ask_len; /* 0: only the ARK is known */
    uint8_t ark[AMD_CERT_MAX_LEN];
    uint8_t ask[AMD_CERT_MAX_LEN];
};

/* Starts with all zeros (which trusts nobody); released with trust_free(). */
struct trust {
    struct trust_root *roots;
    size_t n;
};

void trust_free(struct trust *trust); /* also for OWN() */

/* Adds AMD's own roots. Fails only when memory is short. */
SEVK_MUST_CHECK bool trust_add_amd(struct trust *trust, struct sevk_error *err);

/*
 * Adds one root: an ARK, or ASK || ARK (either order). WHAT names it in
 * messages and verdicts. Fails (SEVK_INPUT) on malformed bytes, on anything
 * else in them, on an ARK that did not sign itself, and on an ASK that this ARK
 * did not sign. A root of AMD's gets AMD's name, whatever WHAT is.
 */
SEVK_MUST_CHECK bool trust_add(struct trust *trust, struct bytes content,
                               const char *what, struct sevk_error *err);
SEVK_MUST_CHECK bool trust_add_file(struct trust *trust, const char *path,
                                    struct sevk_error *err);

/* Each of the N names is "amd" or a file; none at all means AMD's roots. */
SEVK_MUST_CHECK bool trust_add_names(struct trust *trust,
                                     const char *const *names, size_t n,
                                     struct sevk_error *err);

/*
 * The root whose ARK this is, NULL if none. ARK is one whole certificate as
 * received, or the old Naples one without its signature.
 */
const struct trust_root *trust_find(const struct trust *trust,
                                    struct bytes ark);

/*
 * The whole ARK for one that came without its signature: the built-in one with
 * the same signed bytes. Empty if there is none. Needs no trust: what it
 * returns is AMD's published certificate, valid for the program's life.
 */
struct bytes trust_complete_ark(struct bytes unsigned_ark);

/* "Milan" for an ARK of AMD's, trusted or not; "" for any other. */
const char *trust_generation(struct bytes ark);

/* True when the key id says that it belongs to a virtual platform. */
bool trust_is_virtual(const struct amd_cert *cert);

#endif
