/* SPDX-License-Identifier: Apache-2.0 */
/* The chip: what the factory burns in, and what is derived from it. */
#ifndef SEVKIT_FW_CHIP_H
#define SEVKIT_FW_CHIP_H

#include <sevkit/error.h>

#include "base/file.h"
#include "base/secret.h"
#include "crypto/ec.h"
#include "fw/profile.h"
#include "wire/amd_cert.h"
#include "wire/sev_cert.h"

/* DIR/chip (platform.h). Release with chip_clear(), also as OWN(). */
#define CHIP_KEY_LEN 32
#define CHIP_ID_LEN  64

struct chip {
    int64_t created; /* date of manufacture, seconds since 1970 */
    struct fw_profile profile;
    struct sevk_secret key; /* the chip-unique key */
    size_t amd_len;         /* of each of ARK and ASK */
    uint8_t ark[AMD_CERT_MAX_LEN];
    uint8_t ask[AMD_CERT_MAX_LEN];
    uint8_t cek[SEV_CERT_LEN]; /* signed by the ASK */
};

void chip_clear(struct chip *chip);

/*
 * A new chip: a key from RNG, ARK and ASK of its own whose private halves are
 * gone when this returns, the CEK signed. Takes the time of two RSA keys. FRESH
 * is empty before, and again when it fails.
 */
SEVK_MUST_CHECK bool chip_manufacture(const struct fw_profile *profile,
                                      struct rng rng, int64_t now,
                                      struct chip *fresh,
                                      struct sevk_error *err);

/* The file's name within a platform's directory. */
#define CHIP_FILE "chip"

SEVK_MUST_CHECK bool chip_load(const char *dir, struct chip *ret,
                               struct sevk_error *err);

/* Adds DIR/chip and the public copies (ark, ask, ask_ark, cek) to SET. */
SEVK_MUST_CHECK bool chip_save(const struct chip *chip, const char *dir,
                               struct file_set *set, struct sevk_error *err);

/* The CEK's key pair: formats.md 1.5. */
SEVK_MUST_CHECK bool chip_derive_cek(const struct sevk_secret *key,
                                     struct p384_key **ret,
                                     struct sevk_error *err);

/* What GET_ID returns for it: X || Y of the chip key's secp256k1 point. */
SEVK_MUST_CHECK bool chip_id(const struct chip *chip,
                             uint8_t ret[static CHIP_ID_LEN],
                             struct sevk_error *err);

#endif
