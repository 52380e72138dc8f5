/* SPDX-License-Identifier: Apache-2.0 */
/* Manufactures a virtual platform in a directory, and reads one back. */
#ifndef SEVKIT_FW_PLATFORM_H
#define SEVKIT_FW_PLATFORM_H

#include <sevkit/error.h>

#include "base/clock.h"
#include "base/random.h"
#include "fw/profile.h"
#include "wire/amd_cert.h"
#include "wire/sev_cert.h"

/*
 * A platform is one directory (mode 0700):
 *
 *   DIR/chip        what the factory burns in: the profile, the chip-unique
 *                   key, the public ARK and ASK and the signed CEK. 0600,
 *                   never changed.
 *   DIR/state       what the firmware keeps: OCA, PEK and PDH with their
 *                   private keys, who owns the platform. 0600, replaced
 *                   atomically.
 *   DIR/run/state   what lives only while the platform is up: its state,
 *                   handles, ASIDs. No keys. Made on demand (fw.h).
 *   DIR/….cert      public copies for people and programs, 0644: ark, ask,
 *                   ask_ark (ASK, then ARK, as AMD's server sends it), cek
 *                   (signed, as AMD's server sends it), oca, pek, pdh.
 *                   Nothing is read back from them; they are written anew
 *                   whenever the firmware changes what they show.
 *
 * The root is the platform's own: ARK and ASK get key ids that begin with the
 * ASCII bytes "SEVKIT-V" (8 random bytes follow), so that a virtual platform
 * can't be taken for a real one, and their private keys are forgotten as soon
 * as the CEK is signed. The CEK is derived from the chip-unique key
 * (formats.md 1.5); OCA, PEK and PDH are made by the firmware's own PEK_GEN.
 *
 * Files carry a version and the least version of a reader that understands
 * them, and a checksum: a damaged one is reported with the firmware status
 * SECURE_DATA_INVALID and never used.
 */
#define PLATFORM_KEY_ID_PREFIX     "SEVKIT-V"
#define PLATFORM_KEY_ID_PREFIX_LEN 8

/*
 * Makes a platform. All or none: when it fails, nothing is left. DIR may be
 * missing or an empty directory; its parent exists. SEVK_REFUSED when there is
 * something in it. CLOCK gives the date of manufacture. Two RSA keys are made,
 * which takes a second or more with 4096 bits.
 */
SEVK_MUST_CHECK bool platform_create(const char *dir,
                                     const struct fw_profile *profile,
                                     struct rng rng, struct clock clock,
                                     struct sevk_error *err);

/* Whether DIR holds a platform (by the look of it). */
bool platform_exists(const char *dir);

/* The profile that the platform in DIR was made with. */
SEVK_MUST_CHECK bool platform_load_profile(const char *dir,
                                           struct fw_profile *ret,
                                           struct sevk_error *err);

/*
 * Lets the platform in DIR take platforms for genuine whose root is ARK: its
 * guests with policy SEV may be sent there. Real processors have one root in
 * common; each virtual one has its own, and trusts no other by itself. The
 * roots are in DIR/trusted.cert, one ARK after the other. SEVK_INPUT when ARK
 * is no self-signed ARK.
 */
#define PLATFORM_TRUSTED_FILE "trusted.cert"
SEVK_MUST_CHECK bool platform_trust(const char *dir, struct bytes ark,
                                    struct sevk_error *err);

/*
 * All certificates of the platform in DIR, as bytes, from its own store (not
 * from the public copies). The CEK is the signed one; PDH_CERT_EXPORT gives it
 * without its signature, as real firmware does (formats.md 1.1). Some 11 KiB:
 * allocate it.
 */
struct platform_certs {
    uint8_t ark[AMD_CERT_MAX_LEN];
    uint8_t ask[AMD_CERT_MAX_LEN];
    size_t amd_len; /* of each of the two: 832 or 1600 */
    uint8_t cek[SEV_CERT_LEN];
    uint8_t oca[SEV_CERT_LEN];
    uint8_t pek[SEV_CERT_LEN];
    uint8_t pdh[SEV_CERT_LEN];
};

SEVK_MUST_CHECK bool platform_load_certs(const char *dir,
                                         struct platform_certs *ret,
                                         struct sevk_error *err);

#endif
