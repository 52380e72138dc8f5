/* SPDX-License-Identifier: Apache-2.0 */
/* The container of the platform's files: version, length, checksum. */
#ifndef SEVKIT_FW_STORE_H
#define SEVKIT_FW_STORE_H

#include <sevkit/error.h>

#include "base/cursor.h"
#include "base/secret.h"

/*
 *     000h   8  magic
 *     008h   4  version of the layout
 *     00Ch   4  least version of a reader that understands it
 *     010h   4  payload length n
 *     014h   n  payload
 *   014h+n  32  SHA-256 of all before it
 *
 * The checksum finds damage, not tampering: whoever can write the file owns
 * the platform. Contents are secret (they hold private keys): they are read
 * into and written from locked pages. A later version may append to the
 * payload and keep the least reader, so a reader takes what it knows and lets
 * the rest be.
 */
#define STORE_MAGIC_LEN   8
#define STORE_VERSION     1u
#define STORE_PAYLOAD_MAX 65536

/*
 * Begins a file with N bytes of payload; *RET_PAYLOAD writes them. FILE is
 * complete after store_seal().
 */
SEVK_MUST_CHECK bool store_begin(struct sevk_secret *file, size_t n,
                                 struct wr *ret_payload,
                                 struct sevk_error *err);
void store_seal(struct sevk_secret *file,
                const char magic[static STORE_MAGIC_LEN]);

/*
 * Reads PATH, checks everything around the payload, and lets *RET_PAYLOAD read
 * it: it looks into RET_FILE. A file that is not there is SEVK_INPUT with
 * errno ENOENT; one of a newer, incompatible version is SEVK_INPUT; damage is
 * the firmware status SECURE_DATA_INVALID.
 */
SEVK_MUST_CHECK bool store_read(const char *path,
                                const char magic[static STORE_MAGIC_LEN],
                                struct sevk_secret *ret_file,
                                struct rd *ret_payload, struct sevk_error *err);

/* Fails with SECURE_DATA_INVALID: "the platform file 'PATH' is damaged: …". */
bool store_fail_damaged(const char *path, const char *what,
                        struct sevk_error *err);

#endif
