/* SPDX-License-Identifier: Apache-2.0 */
/* The launch secret: what the guest gets once its measurement is believed. */
#ifndef SEVKIT_OWNER_LAUNCH_SECRET_H
#define SEVKIT_OWNER_LAUNCH_SECRET_H

#include <sevkit/error.h>

#include "base/buf.h"
#include "base/guid.h"
#include "base/random.h"
#include "base/secret.h"
#include "owner/firmware.h"
#include "wire/packet.h"

/*
 * Secrets travel as one table of GUIDed entries (formats.md 8), padded with
 * zeros to a multiple of 16, encrypted with the TEK and MACed with the TIK
 * together with the measurement: the firmware writes them into the memory of
 * the one guest that has this measurement, and of no other. Where in memory is
 * not authenticated.
 *
 * Everything is in locked pages until it is encrypted.
 */
#define LAUNCH_SECRETS_MAX    64    /* Linux shows no more */
#define LAUNCH_SECRET_LEN_MAX 16384 /* Linux's KVM injects no more */

struct launch_secret_item {
    struct guid guid;
    struct sevk_secret data;
};

/* Starts with all zeros. */
struct launch_secrets {
    size_t n;
    struct launch_secret_item items[LAUNCH_SECRETS_MAX];
};

#define LAUNCH_SECRETS(name)                                                   \
    OWN(launch_secrets_clear) struct launch_secrets name = { 0 }

void launch_secrets_clear(struct launch_secrets *list);

/* "luks-key" or a GUID in text. SEVK_USAGE otherwise, with the known names. */
SEVK_MUST_CHECK bool launch_secret_guid_parse(const char *name,
                                              struct guid *ret,
                                              struct sevk_error *err);

/* Moves DATA into the list. SEVK_USAGE for a GUID that is there already. */
SEVK_MUST_CHECK bool launch_secrets_add(struct launch_secrets *list,
                                        const struct guid *guid,
                                        struct sevk_secret *data,
                                        struct sevk_error *err);

/*
 * The same from a file, under a GUID or a known name. The file's bytes are taken
 * as they are: a newline at the end of a passphrase belongs to it. An empty file
 * is SEVK_INPUT.
 */
SEVK_MUST_CHECK bool launch_secrets_add_file(struct launch_secrets *list,
                                             const char *name, const char *path,
                                             struct sevk_error *err);

/* The table, padded: what is encrypted. SEVK_USAGE when the list is empty. */
SEVK_MUST_CHECK bool launch_secrets_table(const struct launch_secrets *list,
                                          struct sevk_secret *ret,
                                          struct sevk_error *err);

/*
 * SEVK_REFUSED, with both sizes, when N bytes do not fit: 16384 at most, and
 * no more than the area that FIRMWARE declares (behind it lies the hash
 * table). FIRMWARE is NULL when the address is chosen otherwise; an area of
 * 0/0 is refused too, as no program in the guest would find the secret.
 */
SEVK_MUST_CHECK bool launch_secret_check_len(size_t n,
                                             const struct firmware *firmware,
                                             struct sevk_error *err);

/* What goes to the host: header and encrypted payload. */
struct launch_packet {
    uint8_t header[PACKET_HDR_LEN];
    struct buf payload;
};

void launch_packet_free(struct launch_packet *packet); /* also for OWN() */

/*
 * Encrypts TABLE (a positive multiple of 16, at most 16384 bytes). MEASURE is
 * the 32 bytes of the measurement that was verified. TEK and TIK have 16 bytes,
 * else SEVK_INPUT. The IV is RNG's.
 */
SEVK_MUST_CHECK bool launch_secret_seal(
    const struct sevk_secret *table, const struct sevk_secret *tek,
    const struct sevk_secret *tik, const uint8_t measure[static 32],
    struct rng rng, struct launch_packet *ret, struct sevk_error *err);

/*
 * The other way, for the owner who wants to see what a packet holds. *RET_YES
 * is false, and TABLE untouched, when the MAC is not that of these keys and
 * this measurement. Malformed packets are SEVK_INPUT.
 */
SEVK_MUST_CHECK bool launch_secret_open(
    struct bytes header, struct bytes payload, const struct sevk_secret *tek,
    const struct sevk_secret *tik, const uint8_t measure[static 32],
    bool *ret_yes, struct sevk_secret *ret_table, struct sevk_error *err);

#endif
