/* SPDX-License-Identifier: Apache-2.0 */
/* The platform's changing identity: OCA, PEK and PDH. */
#ifndef SEVKIT_FW_IDENTITY_H
#define SEVKIT_FW_IDENTITY_H

#include <sevkit/error.h>

#include "base/cursor.h"
#include "base/file.h"
#include "base/random.h"
#include "base/secret.h"
#include "crypto/ec.h"
#include "fw/chip.h"
#include "wire/sev_cert.h"

/* DIR/state (platform.h). Release with identity_clear(), also as OWN(). */
struct identity {
    bool external; /* owned by an OCA that is not the platform's own */
    struct sevk_secret oca_scalar; /* empty when external */
    struct sevk_secret pek_scalar;
    struct sevk_secret pdh_scalar;
    uint8_t oca[SEV_CERT_LEN];
    uint8_t pek[SEV_CERT_LEN];
    uint8_t pdh[SEV_CERT_LEN];
    struct p384_key *pek_key_; /* made of the scalar when first wanted */
    struct p384_key *pdh_key_;
};

void identity_clear(struct identity *identity);
void identity_move(struct identity *to, struct identity *from);

/* What PEK_GEN makes (formats.md 1.6): OCA signed by itself, PEK by OCA and
 * CEK, PDH by PEK. FRESH is empty before, and again when it fails. */
SEVK_MUST_CHECK bool identity_generate(const struct chip *chip, struct rng rng,
                                       struct identity *fresh,
                                       struct sevk_error *err);

/* What PDH_GEN makes: FROM with another PDH. */
SEVK_MUST_CHECK bool identity_renew_pdh(const struct identity *from,
                                        const struct chip *chip, struct rng rng,
                                        struct identity *ret,
                                        struct sevk_error *err);

/*
 * What PEK_CERT_IMPORT makes (formats.md 1.6): FROM's PEK as PEK has it, with
 * the CEK's signature put into the slot that the OCA's leaves free; OCA as the
 * owner; another PDH. The certificates were checked before.
 */
SEVK_MUST_CHECK bool identity_import(const struct identity *from,
                                     const struct chip *chip, struct rng rng,
                                     const uint8_t pek[static SEV_CERT_LEN],
                                     const uint8_t oca[static SEV_CERT_LEN],
                                     struct identity *ret,
                                     struct sevk_error *err);

/* Private keys, owned by IDENTITY. */
SEVK_MUST_CHECK bool identity_pek_key(struct identity *identity,
                                      const struct p384_key **ret,
                                      struct sevk_error *err);
SEVK_MUST_CHECK bool identity_pdh_key(struct identity *identity,
                                      const struct p384_key **ret,
                                      struct sevk_error *err);

/* The payload of the platform's file and of an INIT_EX area (nv.h): secret. */
#define IDENTITY_PACKED_LEN (4 + 3 * P384_LEN + 3 * SEV_CERT_LEN)

void identity_pack(const struct identity *identity, struct wr *to);
/* False when the bytes, though whole, do not make an identity. */
bool identity_unpack(struct rd *from, struct identity *ret);

/*
 * The platform's own identity, and that of an INIT_EX area as the processes of
 * the platform share it while it is up.
 */
#define IDENTITY_FILE    "state"
#define IDENTITY_NV_FILE "nv-state"

/* See store_read() for the errors; errno ENOENT: there is none. */
SEVK_MUST_CHECK bool identity_load(const char *dir, struct identity *ret,
                                   struct sevk_error *err);
SEVK_MUST_CHECK bool identity_load_file(const char *dir, const char *file,
                                        struct identity *ret,
                                        struct sevk_error *err);

/* Adds DIR/state (or DIR/FILE) and, behind it, the public copies to SET. */
SEVK_MUST_CHECK bool identity_save(const struct identity *identity,
                                   const char *dir, struct file_set *set,
                                   struct sevk_error *err);
SEVK_MUST_CHECK bool identity_save_file(const struct identity *identity,
                                        const char *dir, const char *file,
                                        struct file_set *set,
                                        struct sevk_error *err);

/*
 * Makes DIR/state be missing, and the public copies: PLATFORM_RESET. False when
 * the file is still there.
 */
bool identity_erase(const char *dir);

/*
 * Moves a damaged DIR/state out of the way, to DIR/state.damaged: the firmware
 * has none any more, and a person can look at what is left. False when the
 * file is still there.
 */
bool identity_set_aside(const char *dir);

/*
 * Writes the public copies anew where they differ: a process may have died
 * between replacing the state and replacing them. They are for show, so it is
 * no fault of the platform's when it can't be done.
 */
void identity_refresh_copies(const struct identity *identity, const char *dir);

/*
 * Removes the temporary files that a process left which died while it saved:
 * they hold private keys. Only while nobody else saves (under the main lock).
 */
void identity_remove_leftovers(const char *dir);

#endif
