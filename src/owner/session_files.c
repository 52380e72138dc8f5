/* SPDX-License-Identifier: Apache-2.0 */
/* The five files of a session: written all or none, and read back. */
#include <assert.h>
#include <stdio.h>

#include "base/base64.h"
#include "base/cursor.h"
#include "base/file.h"
#include "crypto/hash.h"
#include "owner/session_paths.h"
#include "owner/session_record.h"

#define TEXT_MAX ((size_t)8192) /* base64 of the larger of the two, and space */

static_assert(SEV_CERT_LEN / 3 * 4 + 1024 < TEXT_MAX, "TEXT_MAX is enough");

bool session_path(const char *prefix, enum session_path_id id, char **ret,
                  struct sevk_error *err)
{
    static const char *const endings[] = {
        [SESSION_PATH_TIK] = "_tik.bin",
        [SESSION_PATH_TEK] = "_tek.bin",
        [SESSION_PATH_GODH] = "_godh.b64",
        [SESSION_PATH_SESSION] = "_session.b64",
        [SESSION_PATH_RECORD] = "_session.json",
    };
    char *path = NULL;

    if (asprintf(&path, "%s%s", prefix, endings[id]) < 0) {
        return sevk_fail(err, SEVK_HOST, "out of memory for '%s'", prefix);
    }
    *ret = path;
    return true;
}

static bool add_key(struct file_set *set, const char *prefix,
                    enum session_path_id id, const struct sevk_secret *key,
                    struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;

    return session_path(prefix, id, &path, err) &&
           file_set_add_secret(set, path, key, err);
}

static bool add_text(struct file_set *set, const char *prefix,
                     enum session_path_id id, const struct buf *text,
                     struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;

    return session_path(prefix, id, &path, err) &&
           file_set_add(set, path, 0600, buf_bytes(text), err);
}

static bool add_base64(struct file_set *set, const char *prefix,
                       enum session_path_id id, struct bytes content,
                       struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };

    return base64_append(&text, content, err) &&
           add_text(set, prefix, id, &text, err);
}

bool session_files_write(const char *prefix, const struct session *session,
                         const struct session_record *record, bool replace,
                         struct sevk_error *err)
{
    OWN(file_set_drop) struct file_set set = { .replace = replace };
    OWN(buf_free) struct buf json = { 0 };

    return session_record_encode(record, &json, err) &&
           add_key(&set, prefix, SESSION_PATH_TIK, &session->tik, err) &&
           add_key(&set, prefix, SESSION_PATH_TEK, &session->tek, err) &&
           add_base64(&set, prefix, SESSION_PATH_GODH, BYTES_OF(session->godh),
                      err) &&
           add_base64(&set, prefix, SESSION_PATH_SESSION,
                      BYTES_OF(session->blob), err) &&
           add_text(&set, prefix, SESSION_PATH_RECORD, &json, err) &&
           file_set_commit(&set, err);
}

static bool read_key(const char *prefix, enum session_path_id id,
                     const char *what, struct sevk_secret *ret,
                     struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;

    return session_path(prefix, id, &path, err) &&
           secret_read_file(ret, path, SESSION_KEY_LEN, SESSION_KEY_LEN, what,
                            err);
}

static bool read_base64(const char *prefix, enum session_path_id id,
                        uint8_t *ret, size_t n, const char *what,
                        struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    OWN(buf_free) struct buf text = { 0 };

    return session_path(prefix, id, &path, err) &&
           file_read(path, TEXT_MAX, what, &text, err) &&
           base64_decode_exact(ret, n, buf_bytes(&text), path, err);
}

/* That the five files are of one session, as far as the owner can tell. */
static bool check_together(const char *prefix, const struct session *session,
                           const struct session_record *record,
                           struct sevk_error *err)
{
    uint8_t digest[SHA256_LEN], mac[SHA256_LEN], policy_le[4];
    struct bytes part = BYTES_OF(policy_le);
    struct session_buf blob;
    WIPED(mac);

    sha256(BYTES_OF(session->godh), digest);
    if (!secret_equal(digest, record->godh_digest, sizeof digest)) {
        return sevk_fail(err, SEVK_INPUT,
                         "session '%s': its GODH certificate is not the one "
                         "that its record names; the files are of two sessions",
                         prefix);
    }
    store_le32(policy_le, session->policy);
    hmac_sha256(secret_expose(&session->tik), &part, 1, mac);
    if (!session_buf_decode(BYTES_OF(session->blob), &blob, err)) {
        return false;
    }
    if (!secret_equal(mac, blob.policy_mac, sizeof mac)) {
        return sevk_fail(err, SEVK_INPUT,
                         "session '%s': its policy's MAC is not of this TIK "
                         "and policy; the files are of two sessions",
                         prefix);
    }
    return true;
}

bool session_files_read(const char *prefix, struct session *ret,
                        struct session_record *ret_record,
                        struct sevk_error *err)
{
    struct session_record record;
    SESSION(session);

    if (!session_record_read(prefix, &record, err) ||
        !read_key(prefix, SESSION_PATH_TIK, "TIK", &session.tik, err) ||
        !read_key(prefix, SESSION_PATH_TEK, "TEK", &session.tek, err) ||
        !read_base64(prefix, SESSION_PATH_GODH, session.godh,
                     sizeof session.godh, "GODH certificate", err) ||
        !read_base64(prefix, SESSION_PATH_SESSION, session.blob,
                     sizeof session.blob, "session", err)) {
        return false;
    }
    session.policy = record.policy;
    if (!check_together(prefix, &session, &record, err)) {
        return false;
    }
    session_clear(ret);
    *ret = session;
    session = (struct session){ 0 }; /* moved */
    *ret_record = record;
    return true;
}

bool session_keys_read_both(const char *path, struct sevk_secret *ret_tek,
                            struct sevk_secret *ret_tik, struct sevk_error *err)
{
    SECRET(both);
    struct bytes b;

    if (!secret_read_file(&both, path, 2 * SESSION_KEY_LEN, 2 * SESSION_KEY_LEN,
                          "TEK and TIK", err)) {
        return false;
    }
    b = secret_expose(&both);
    return secret_copy(ret_tek, bytes_make(b.p, SESSION_KEY_LEN), err) &&
           secret_copy(ret_tik,
                       bytes_make(b.p + SESSION_KEY_LEN, SESSION_KEY_LEN), err);
}
