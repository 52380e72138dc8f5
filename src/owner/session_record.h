/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a session, and whether its keys were used. */
#ifndef SEVKIT_OWNER_SESSION_RECORD_H
#define SEVKIT_OWNER_SESSION_RECORD_H

#include <sevkit/error.h>

#include "base/clock.h"
#include "owner/session.h"

/*
 * PREFIX_tik.bin, PREFIX_tek.bin: 16 raw bytes each. PREFIX_godh.b64,
 * PREFIX_session.b64: one line of base64, no newline. PREFIX_session.json: the
 * record. All 0600, all or none.
 *
 * The record (schema "sevkit.session/1") holds no secret. Its purpose is the
 * rule that keys are good for one start: a host that replays the session blob
 * gets a guest which answers with the same keys, and only the owner can know
 * that they were used before. Whoever starts a guest, or believes one, calls
 * session_record_mark_used() first; of any number of processes that do so at
 * once, exactly one succeeds.
 */
#define SESSION_RECORD_TEXT_LEN 256

struct session_record {
    uint32_t policy;
    bool verified;   /* made for a platform whose chain was verified */
    bool is_virtual; /* a virtual platform's */
    bool has_platform_id;
    char verdict[SESSION_RECORD_TEXT_LEN]; /* chain_verdict_summary() */
    char root[TRUST_NAME_LEN];
    char generation[TRUST_GENERATION_LEN];
    uint8_t platform_id[SHA256_LEN]; /* chain_verdict.cek_fingerprint */
    uint8_t godh_digest[SHA256_LEN]; /* SHA-256 of the certificate */
    int64_t created;                 /* seconds since 1970 */
    bool used;
    int64_t used_at;
    char used_for[SESSION_RECORD_TEXT_LEN]; /* "launch of vm1" */
    bool has_measure;                       /* of the guest they are used for */
    uint8_t measure[32];                    /* its MAC, without the nonce */
};

/* A record of an unused session. VERDICT is NULL when nothing vouched for the
 * PDH. */
SEVK_MUST_CHECK bool session_record_make(const struct session *session,
                                         const struct chain_verdict *verdict,
                                         int64_t now,
                                         struct session_record *ret,
                                         struct sevk_error *err);

/*
 * Writes the five files, or none. A name that exists already is SEVK_REFUSED,
 * unless REPLACE, which replaces each atomically.
 */
SEVK_MUST_CHECK bool session_files_write(const char *prefix,
                                         const struct session *session,
                                         const struct session_record *record,
                                         bool replace, struct sevk_error *err);

/*
 * Reads the five files back. The record must belong to the GODH certificate
 * (by its digest) and the policy MAC of the session to TIK and the record's
 * policy, else SEVK_INPUT. It may be used already: that is in the record.
 */
SEVK_MUST_CHECK bool session_files_read(const char *prefix, struct session *ret,
                                        struct session_record *ret_record,
                                        struct sevk_error *err);

/*
 * The keys alone, in one file of 32 bytes: TEK, then TIK, as sevctl and
 * virt-qemu-sev-validate have them. SEVK_INPUT for any other length.
 */
SEVK_MUST_CHECK bool session_keys_read_both(const char *path,
                                            struct sevk_secret *ret_tek,
                                            struct sevk_secret *ret_tik,
                                            struct sevk_error *err);

/* Only PREFIX_session.json. */
SEVK_MUST_CHECK bool session_record_read(const char *prefix,
                                         struct session_record *ret,
                                         struct sevk_error *err);

/* SEVK_REFUSED, saying when and for what, when the keys were used. */
SEVK_MUST_CHECK bool session_record_check_unused(const char *prefix,
                                                 struct sevk_error *err);

/*
 * Records the use, atomically: SEVK_REFUSED as above when another was first.
 * On any failure the caller must not go on with these keys.
 */
SEVK_MUST_CHECK bool session_record_mark_used(const char *prefix,
                                              const char *used_for,
                                              struct clock clock,
                                              struct sevk_error *err);

/*
 * The same for the one guest that has MEASURE. When the keys were used already,
 * then with AGAIN for that very guest is no fault: another secret for it is as
 * good as the first. A secret for any other measurement under the same keys is
 * one for the guest of a host that replays the session.
 */
SEVK_MUST_CHECK bool session_record_mark_guest(const char *prefix,
                                               const char *used_for,
                                               const uint8_t measure[static 32],
                                               bool again, struct clock clock,
                                               struct sevk_error *err);

/* The record as text and back: the format without the file. */
SEVK_MUST_CHECK bool session_record_encode(const struct session_record *record,
                                           struct buf *to,
                                           struct sevk_error *err);
SEVK_MUST_CHECK bool session_record_decode(struct bytes text, const char *what,
                                           struct session_record *ret,
                                           struct sevk_error *err);

#endif
