/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions, for other programs. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/hex.h"
#include "base/own.h"
#include "lib/handles.h"

static_assert(SEVK_SESSION_KEY_LEN == SESSION_KEY_LEN, "one length of keys");

void sevk_session_free(struct sevk_session **session)
{
    struct sevk_session *s = *session;

    if (s != NULL) {
        session_clear(&s->session);
        free(s->prefix);
        free(s->godh_base64);
        free(s->blob_base64);
        free(s);
    }
    *session = NULL;
}

bool base64_text(struct bytes from, char **ret, struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };
    char *copy;

    if (!base64_append(&text, from, err)) {
        return false;
    }
    copy = strdup(buf_string(&text));
    if (copy == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    *ret = copy;
    return true;
}

static bool copy_string(const char *from, char **ret, struct sevk_error *err)
{
    *ret = strdup(from);
    return *ret != NULL || sevk_fail(err, SEVK_HOST, "out of memory");
}

/* What only sessions with public parts have. */
static bool complete(struct sevk_session *s, struct sevk_error *err)
{
    s->has_record = true;
    s->used = s->record.used;
    memcpy(s->measure, s->record.measure, sizeof s->measure);
    return base64_text(BYTES_OF(s->session.godh), &s->godh_base64, err) &&
           base64_text(BYTES_OF(s->session.blob), &s->blob_base64, err);
}

/* -- Made, and read. ------------------------------------------------------------ */

static bool check_platform(const struct sevk_verdict *platform,
                           struct sevk_error *err)
{
    if (platform == NULL || platform->chain == NULL) {
        return sevk_fail(err, SEVK_REFUSED,
                         "no session without a verdict of sevk_chain_verify()");
    }
    if (!platform->verdict.yes) {
        return sevk_fail(err, SEVK_REFUSED,
                         "no session for a platform that is not accepted: %s",
                         platform->verdict.reasons.n == 0
                             ? "the verdict is no"
                             : platform->verdict.reasons.items[0]);
    }
    return true;
}

bool sevk_session_create(const struct sevk_verdict *platform, uint32_t policy,
                         uint32_t flags, struct sevk_session **ret_session,
                         struct sevk_error *err)
{
    OWN(sevk_session_free) struct sevk_session *s = NULL;

    if ((flags & ~SEVK_SESSION_WEAK_POLICY) != 0) {
        return sevk_fail(err, SEVK_USAGE, "flags 0x%x are not known", flags);
    }
    if (!check_platform(platform, err) ||
        !sevk_policy_check(policy, (flags & SEVK_SESSION_WEAK_POLICY) != 0,
                           err) ||
        !NEW_HANDLE(&s, err) ||
        !session_create(&platform->links, platform->chain, policy, rng_system(),
                        &s->session, err) ||
        !session_record_make(&s->session, &platform->links,
                             clock_now(clock_system()), &s->record, err) ||
        !complete(s, err)) {
        return false;
    }
    *ret_session = TAKE(s);
    return true;
}

bool sevk_session_from_keys(const uint8_t tik[SEVK_SESSION_KEY_LEN],
                            const uint8_t tek[SEVK_SESSION_KEY_LEN],
                            struct sevk_session **ret_session,
                            struct sevk_error *err)
{
    OWN(sevk_session_free) struct sevk_session *s = NULL;

    if (!NEW_HANDLE(&s, err) ||
        !secret_copy(&s->session.tik, bytes_make(tik, SESSION_KEY_LEN), err) ||
        (tek != NULL && !secret_copy(&s->session.tek,
                                     bytes_make(tek, SESSION_KEY_LEN), err))) {
        return false;
    }
    *ret_session = TAKE(s);
    return true;
}

bool sevk_session_read_keys(const char *tik_path, const char *tek_path,
                            struct sevk_session **ret_session,
                            struct sevk_error *err)
{
    OWN(sevk_session_free) struct sevk_session *s = NULL;

    if (!NEW_HANDLE(&s, err) ||
        !secret_read_file(&s->session.tik, tik_path, SESSION_KEY_LEN,
                          SESSION_KEY_LEN, "TIK", err) ||
        (tek_path != NULL &&
         !secret_read_file(&s->session.tek, tek_path, SESSION_KEY_LEN,
                           SESSION_KEY_LEN, "TEK", err))) {
        return false;
    }
    *ret_session = TAKE(s);
    return true;
}

bool sevk_session_read(const char *prefix, struct sevk_session **ret_session,
                       struct sevk_error *err)
{
    OWN(sevk_session_free) struct sevk_session *s = NULL;

    if (!NEW_HANDLE(&s, err) || !copy_string(prefix, &s->prefix, err) ||
        !session_files_read(prefix, &s->session, &s->record, err) ||
        !complete(s, err)) {
        return false;
    }
    *ret_session = TAKE(s);
    return true;
}

bool sevk_session_write(struct sevk_session *session, const char *prefix,
                        struct sevk_error *err)
{
    OWN(own_free) char *copy = NULL;

    if (!session->has_record || session->prefix != NULL) {
        return sevk_fail(err, SEVK_REFUSED,
                         session->prefix != NULL
                             ? "the session is on disk already, as '%s': two "
                               "records of one session could disagree"
                             : "there is only a session's keys to write as "
                               "'%s', not the session",
                         session->prefix != NULL ? session->prefix : prefix);
    }
    if (!copy_string(prefix, &copy, err) ||
        !session_files_write(prefix, &session->session, &session->record, false,
                             err)) {
        return false;
    }
    session->prefix = TAKE(copy);
    return true;
}

/* -- One guest. ------------------------------------------------------------------ */

/* Of a session in memory only this handle can know. */
static bool use_here(struct sevk_session *session,
                     const struct evidence *evidence, const char *use,
                     struct sevk_error *err)
{
    struct session_record *record = &session->record;

    if (session->used) {
        return secret_equal(session->measure, evidence->measure.measure,
                            sizeof session->measure) ||
               sevk_fail(err, SEVK_REFUSED,
                         "these keys were used for another guest; make a new "
                         "session");
    }
    record->used = true;
    record->used_at = clock_now(clock_system());
    record->has_measure = true;
    memcpy(record->measure, evidence->measure.measure, sizeof record->measure);
    snprintf(record->used_for, sizeof record->used_for, "%s", use);
    return true;
}

bool session_use(struct sevk_session *session, const struct evidence *evidence,
                 struct sevk_error *err)
{
    char nonce[2 * sizeof evidence->measure.mnonce + 1];
    char use[SESSION_RECORD_TEXT_LEN];

    hex_format(BYTES_OF(evidence->measure.mnonce), nonce);
    snprintf(use, sizeof use, "validation of measurement nonce %s", nonce);
    if (session->prefix != NULL
            ? !session_record_mark_guest(session->prefix, use,
                                         evidence->measure.measure, true,
                                         clock_system(), err)
            : !use_here(session, evidence, use, err)) {
        return false;
    }
    session->used = true;
    memcpy(session->measure, evidence->measure.measure,
           sizeof session->measure);
    return true;
}

/* -- What it holds. --------------------------------------------------------------- */

bool sevk_session_policy(const struct sevk_session *session,
                         uint32_t *ret_policy)
{
    if (session->has_record) {
        *ret_policy = session->record.policy;
    }
    return session->has_record;
}

bool sevk_session_is_used(const struct sevk_session *session)
{
    return session->used;
}

const uint8_t *sevk_session_godh(const struct sevk_session *session,
                                 size_t *ret_n)
{
    if (!session->has_record) {
        return NULL;
    }
    *ret_n = sizeof session->session.godh;
    return session->session.godh;
}

const uint8_t *sevk_session_blob(const struct sevk_session *session,
                                 size_t *ret_n)
{
    if (!session->has_record) {
        return NULL;
    }
    *ret_n = sizeof session->session.blob;
    return session->session.blob;
}

const char *sevk_session_godh_base64(const struct sevk_session *session)
{
    return session->godh_base64;
}

const char *sevk_session_blob_base64(const struct sevk_session *session)
{
    return session->blob_base64;
}

/* This function is one of the places where keys leave: see the header. */
bool sevk_session_copy_keys(const struct sevk_session *session,
                            uint8_t ret_tik[SEVK_SESSION_KEY_LEN],
                            uint8_t ret_tek[SEVK_SESSION_KEY_LEN],
                            struct sevk_error *err)
{
    if (ret_tek != NULL && session->session.tek.n == 0) {
        return sevk_fail(err, SEVK_USAGE, "the session has no TEK");
    }
    memcpy(ret_tik, secret_expose(&session->session.tik).p, SESSION_KEY_LEN);
    if (ret_tek != NULL) {
        memcpy(ret_tek, secret_expose(&session->session.tek).p,
               SESSION_KEY_LEN);
    }
    return true;
}
