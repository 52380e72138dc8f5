/* SPDX-License-Identifier: Apache-2.0 */
/* A session: fresh keys for one start, wrapped for one platform. */
#ifndef SEVKIT_SESSION_H
#define SEVKIT_SESSION_H

#include <stddef.h>

#include <sevkit/error.h>

SEVK_BEGIN_DECLS

/*
 * The owner makes two keys of 16 bytes: the TIK (transport integrity key), under
 * which the platform will MAC its measurement, and the TEK (transport
 * encryption key), under which the owner will encrypt the launch secret. They
 * reach the firmware through a Diffie-Hellman agreement between a key pair that
 * is made for this session alone (its public half is the GODH certificate) and
 * the platform's PDH (SEV API 2.2).
 *
 * What the host needs is public: the GODH certificate ("dhCert" in a libvirt
 * domain), the session's blob ("session") and the policy. The two keys stay
 * with the owner. A handle keeps them in pages that are locked into memory
 * where the limit allows it, left out of core dumps, not inherited by a child,
 * and wiped when the handle is freed. They leave it by sevk_session_write() and
 * sevk_session_copy_keys(), and in no other way.
 *
 * The keys are good for ONE guest. Firmware accepts a session again, and the
 * second guest would answer with the same keys; only the owner can know that
 * they were used. So a session remembers for which guest a verdict was "yes",
 * and every other guest is refused from then on. A session that was written or
 * read remembers it in PREFIX_session.json, where other processes see it: of
 * any number that judge guests under the same keys at once, one succeeds. Of
 * keys without a record (sevk_session_from_keys()) only the handle knows.
 *
 * A session belongs to one thread at a time.
 */
struct sevk_session;
struct sevk_verdict; /* sevkit/verdict.h */

#define SEVK_SESSION_KEY_LEN 16

/* FLAGS of sevk_session_create(): also policies without nodbg or noks. */
#define SEVK_SESSION_WEAK_POLICY 0x1u

/*
 * Makes a session for the platform that PLATFORM is about: a verdict of
 * sevk_chain_verify(), which must be "yes", else SEVK_REFUSED. SEVK_REFUSED and
 * SEVK_USAGE as sevk_policy_check() for POLICY; SEVK_USAGE for flags that are
 * not known. Randomness is the kernel's (getrandom(2)).
 */
SEVK_API SEVK_MUST_CHECK bool sevk_session_create(
    const struct sevk_verdict *platform, uint32_t policy, uint32_t flags,
    struct sevk_session **ret_session, struct sevk_error *err);

/*
 * Keys of a session that another program made: TIK, and TEK (NULL when no
 * secret is to be sealed), 16 bytes each, of which the caller wipes its own
 * copy. Nothing vouches for the platform then, and every verdict says so.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_session_from_keys(
    const uint8_t tik[SEVK_SESSION_KEY_LEN],
    const uint8_t tek[SEVK_SESSION_KEY_LEN], struct sevk_session **ret_session,
    struct sevk_error *err);

/* The same from files of exactly 16 bytes; TEK_PATH may be NULL. */
SEVK_API SEVK_MUST_CHECK bool sevk_session_read_keys(
    const char *tik_path, const char *tek_path,
    struct sevk_session **ret_session, struct sevk_error *err);

/*
 * Reads the five files of sevk_session_write(), or of "sevkit session create".
 * SEVK_INPUT when they do not belong together. Keys that were used already can
 * be read: see sevk_session_is_used().
 */
SEVK_API SEVK_MUST_CHECK bool sevk_session_read(
    const char *prefix, struct sevk_session **ret_session,
    struct sevk_error *err);

/*
 * Writes five files, all or none, each with mode 0600: PREFIX_tik.bin and
 * PREFIX_tek.bin (16 bytes each, not encrypted), PREFIX_godh.b64 and
 * PREFIX_session.b64 (one line, no newline), PREFIX_session.json (the record,
 * no secret). SEVK_REFUSED when one of the names exists, and for a session that
 * was not made by sevk_session_create() or is on disk already. On success, the
 * record on disk is the one that counts.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_session_write(struct sevk_session *session,
                                                 const char *prefix,
                                                 struct sevk_error *err);

/* Wipes and releases it, and leaves NULL behind; NULL in *SESSION is fine. */
SEVK_API void sevk_session_free(struct sevk_session **session);

/* False, and *RET_POLICY as it was, when only keys are known. */
SEVK_API bool sevk_session_policy(const struct sevk_session *session,
                                  uint32_t *ret_policy);

/* True once a verdict about a guest under these keys was "yes". */
SEVK_API bool sevk_session_is_used(const struct sevk_session *session);

/*
 * The GODH certificate (2084 bytes) and the blob (128 bytes), *RET_N of them,
 * as the firmware takes them. They live as long as the session. NULL when only
 * keys are known.
 */
SEVK_API const uint8_t *sevk_session_godh(const struct sevk_session *session,
                                          size_t *ret_n);
SEVK_API const uint8_t *sevk_session_blob(const struct sevk_session *session,
                                          size_t *ret_n);

/*
 * The same as base64, as a libvirt domain, QEMU and KubeVirt take it: one line.
 * NULL when only keys are known.
 */
SEVK_API const char *sevk_session_godh_base64(
    const struct sevk_session *session);
SEVK_API const char *sevk_session_blob_base64(
    const struct sevk_session *session);

/*
 * Copies the keys out, for a program that stores them by itself. From then on
 * it is up to the caller to keep them secret and to wipe them. RET_TEK may be
 * NULL; SEVK_USAGE when it is not, and the session has no TEK.
 */
SEVK_API SEVK_MUST_CHECK bool sevk_session_copy_keys(
    const struct sevk_session *session, uint8_t ret_tik[SEVK_SESSION_KEY_LEN],
    uint8_t ret_tek[SEVK_SESSION_KEY_LEN], struct sevk_error *err);

SEVK_END_DECLS

#endif
