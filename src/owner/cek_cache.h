/* SPDX-License-Identifier: Apache-2.0 */
/* Signed CEK certificates that are at hand: a folder of the user's own. */
#ifndef SEVKIT_OWNER_CEK_CACHE_H
#define SEVKIT_OWNER_CEK_CACHE_H

#include "owner/chain.h"

/*
 * Firmware exports the CEK without AMD's signature; the signed one comes from
 * AMD's key server, which knows it by the chip's id (GET_ID, 64 bytes) and does
 * not like to be asked often. A CEK never changes, so what was fetched once is
 * kept in two files of one content:
 *
 *     cek-id-<128 hex digits of GET_ID>.cert
 *     cek-key-<64 hex digits of the platform id, see chain.h>.cert
 *
 * The folder vouches for nothing. What comes out of it is judged like what
 * comes from a file that a stranger gave: chain_verify() checks the signature.
 */
#define CEK_CACHE_ID_LEN 64

/* Which of the two: one of them is set. */
struct cek_cache_key {
    const uint8_t *id; /* CEK_CACHE_ID_LEN bytes, or NULL */
    struct bytes cek;  /* a CEK with the same key, signed or not; or empty */
    const char *dir;   /* the folder; it need not exist */
};

/*
 * The file's content, not looked at; empty when there is none. *RET_PATH is
 * the name that it has or would have, the caller's to free.
 */
SEVK_MUST_CHECK bool cek_cache_read(const struct cek_cache_key *key,
                                    struct buf *ret, char **ret_path,
                                    struct sevk_error *err);

/* Writes the file, whole or not at all; makes the folder (0700) if need be. */
SEVK_MUST_CHECK bool cek_cache_write(const struct cek_cache_key *key,
                                     struct bytes content,
                                     struct sevk_error *err);

/*
 * When CHAIN's CEK has no signature and the folder has one for it, CHAIN gets
 * it, and *RET_DONE is true. Fails (SEVK_INPUT) when the file there can't be
 * read or is not this CEK; CHAIN is then as it was.
 */
SEVK_MUST_CHECK bool cek_cache_complete(const char *dir, struct chain *chain,
                                        bool *ret_done, struct sevk_error *err);

#endif
