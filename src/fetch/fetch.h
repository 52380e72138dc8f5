/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the signed CEK of a platform: at hand, in the cache, or at AMD's server. */
#ifndef SEVKIT_FETCH_FETCH_H
#define SEVKIT_FETCH_FETCH_H

#include "fetch/kds.h"
#include "owner/trust.h"

/*
 * Looks for the CEK that AMD signed, and for the ASK and ARK above it, in this
 * order, and stops at the first that holds:
 *
 *   the CEK     the owner's own files; the cache, by the CEK's key or the
 *               chip's id; the server, by the chip's id
 *   ASK, ARK    the trusted roots; the owner's own files; the cache and the
 *               server, by the processor's name
 *
 * "Holds" means: it is one CEK; it has the key of the platform's own CEK, where
 * that is at hand; and an ASK signed it that a trusted ARK signed. It is asked
 * each time, of the cache too, and before anything is written there. A file of
 * the cache that does not hold is warned of and fetched again. Without a CEK of
 * the platform's own nothing ties the answer to the platform: then it is the
 * CEK of whatever chip the server says.
 *
 * No cache (a NULL folder) is possible. What goes to the server is the chip's
 * id, which is unique to it.
 */
struct fetch_options {
    const char *server;    /* see struct kds */
    const char *ca_file;   /* PEM; NULL: the system's CAs */
    const char *processor; /* "milan"; NULL: its ASK has to be at hand */
    const char *cache;     /* folder, NULL: none */
    bool offline;          /* the server is not asked */
    uint32_t timeout;      /* seconds for each answer */
    uint32_t wait;         /* seconds of waiting in all, for a busy server */
    const uint8_t *id;     /* KDS_ID_LEN bytes, or NULL */
    struct bytes cek;      /* the platform's own CEK, signed or not, or empty */
    struct bytes ask;      /* an ASK at hand, or empty */
    const struct trust *trust;
    struct kds_pause pause;
};

enum fetch_source {
    FETCH_AT_HAND, /* from the owner's files, or the trusted roots */
    FETCH_CACHED,
    FETCH_FROM_SERVER,
};

struct fetch_found {
    struct buf cek;     /* SEV_CERT_LEN bytes */
    struct buf ask_ark; /* ASK || ARK */
    char root[TRUST_NAME_LEN];
    enum fetch_source cek_source;
    enum fetch_source ask_source;
};

void fetch_found_clear(struct fetch_found *found); /* also for OWN() */

/*
 * SEVK_HOST: the server (see kds.h), also when what it gave does not hold.
 * SEVK_REFUSED: it would have to be asked, but offline, or for a chip whose id
 * is not known. SEVK_INPUT: the CA file.
 */
SEVK_MUST_CHECK bool fetch_run(const struct fetch_options *options,
                               const struct watch *watch,
                               struct fetch_found *ret, struct sevk_error *err);

#endif
