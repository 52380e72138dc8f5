/* SPDX-License-Identifier: Apache-2.0 */
/* The record of a session: what it was made for, and whether it was used. */
#include "owner/session_record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "base/file.h"
#include "crypto/hash.h"
#include "owner/owner_json.h"
#include "owner/session_paths.h"

#define SCHEMA     "sevkit.session/1"
#define RECORD_MAX ((size_t)65536)

/* How often a record may be replaced under one reader before it gives up. */
#define LOCK_TRIES 1000

static const char *const names[] = {
    "schema",          "policy",  "verified",   "virtual",
    "chain",           "root",    "generation", "platform_id_hex",
    "godh_sha256_hex", "created", "used",
};
static const char *const used_names[] = { "at", "for", "measure_hex" };

bool session_record_make(const struct session *session,
                         const struct chain_verdict *verdict, int64_t now,
                         struct session_record *ret, struct sevk_error *err)
{
    struct session_record r = { .policy = session->policy, .created = now };
    OWN(buf_free) struct buf text = { 0 };

    sha256(BYTES_OF(session->godh), r.godh_digest);
    if (verdict == NULL) {
        snprintf(r.verdict, sizeof r.verdict,
                 "not verified: nothing vouches for the platform");
        *ret = r;
        return true;
    }
    if (!chain_verdict_summary(verdict, &text, err)) {
        return false;
    }
    r.verified = verdict->yes;
    r.is_virtual = verdict->is_virtual;
    r.has_platform_id = verdict->has_cek;
    memcpy(r.platform_id, verdict->cek_fingerprint, sizeof r.platform_id);
    snprintf(r.verdict, sizeof r.verdict, "%s", buf_string(&text));
    snprintf(r.root, sizeof r.root, "%s", verdict->root);
    snprintf(r.generation, sizeof r.generation, "%s", verdict->generation);
    *ret = r;
    return true;
}

static bool add_time(struct json_object *object, const char *name,
                     int64_t seconds, struct sevk_error *err)
{
    char text[CLOCK_TEXT_LEN];

    clock_format(seconds, text);
    return owner_json_add_text(object, name, text, err);
}

/* "used": null, or when, for what, and for which guest. */
static bool add_use(struct json_object *object, const struct session_record *r,
                    struct sevk_error *err)
{
    OWN(owner_json_free) struct json_object *use = NULL;

    if (!r->used) {
        return json_object_object_add(object, "used", NULL) == 0 ||
               sevk_fail(err, SEVK_HOST, "out of memory for JSON");
    }
    use = json_object_new_object();
    return add_time(use, "at", r->used_at, err) &&
           owner_json_add_text(use, "for", r->used_for, err) &&
           (!r->has_measure || owner_json_add_hex(use, "measure_hex",
                                                  BYTES_OF(r->measure), err)) &&
           owner_json_add(object, "used", TAKE(use), err);
}

bool session_record_encode(const struct session_record *r, struct buf *to,
                           struct sevk_error *err)
{
    OWN(owner_json_free) struct json_object *object = json_object_new_object();

    return owner_json_add_text(object, "schema", SCHEMA, err) &&
           owner_json_add_hex_number(object, "policy", r->policy, 2, err) &&
           owner_json_add(object, "verified",
                          json_object_new_boolean(r->verified), err) &&
           owner_json_add(object, "virtual",
                          json_object_new_boolean(r->is_virtual), err) &&
           owner_json_add_text(object, "chain", r->verdict, err) &&
           owner_json_add_text(object, "root", r->root, err) &&
           owner_json_add_text(object, "generation", r->generation, err) &&
           (!r->has_platform_id ||
            owner_json_add_hex(object, "platform_id_hex",
                               BYTES_OF(r->platform_id), err)) &&
           owner_json_add_hex(object, "godh_sha256_hex",
                              BYTES_OF(r->godh_digest), err) &&
           add_time(object, "created", r->created, err) &&
           add_use(object, r, err) && owner_json_print(object, to, err);
}

static bool read_time(struct json_object *object, const char *name,
                      int64_t *ret, struct sevk_error *err)
{
    char text[CLOCK_TEXT_LEN];
    struct tm tm = { 0 };
    const char *end;

    if (!owner_json_text(object, name, NULL, text, sizeof text, err)) {
        return false;
    }
    end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    if (end == NULL || *end != '\0') {
        return sevk_fail(err, SEVK_INPUT,
                         "'%s' is not a time as 2026-01-31T12:34:56Z", name);
    }
    *ret = timegm(&tm);
    return true;
}

static bool read_use(struct json_object *object, struct session_record *r,
                     struct sevk_error *err)
{
    struct json_object *use = NULL;

    if (!json_object_object_get_ex(object, "used", &use)) {
        return sevk_fail(err, SEVK_INPUT, "'used' is missing");
    }
    if (use == NULL) { /* null: not used */
        return true;
    }
    r->used = true;
    return owner_json_object(object, "used", NULL, &use, err) &&
           owner_json_only(use, used_names,
                           sizeof used_names / sizeof used_names[0], err) &&
           read_time(use, "at", &r->used_at, err) &&
           owner_json_text(use, "for", NULL, r->used_for, sizeof r->used_for,
                           err) &&
           owner_json_hex(use, "measure_hex", &r->has_measure, r->measure,
                          sizeof r->measure, err);
}

static bool decode(struct json_object *object, struct session_record *r,
                   struct sevk_error *err)
{
    uint64_t policy = 0;

    if (!owner_json_only(object, names, sizeof names / sizeof names[0], err) ||
        !owner_json_schema(object, SCHEMA, err) ||
        !owner_json_number_text(object, "policy", NULL, UINT32_MAX, &policy,
                                err)) {
        return false;
    }
    r->policy = (uint32_t)policy;
    return owner_json_bool(object, "verified", NULL, &r->verified, err) &&
           owner_json_bool(object, "virtual", NULL, &r->is_virtual, err) &&
           owner_json_text(object, "chain", NULL, r->verdict, sizeof r->verdict,
                           err) &&
           owner_json_text(object, "root", NULL, r->root, sizeof r->root,
                           err) &&
           owner_json_text(object, "generation", NULL, r->generation,
                           sizeof r->generation, err) &&
           owner_json_hex(object, "platform_id_hex", &r->has_platform_id,
                          r->platform_id, sizeof r->platform_id, err) &&
           owner_json_hex(object, "godh_sha256_hex", NULL, r->godh_digest,
                          sizeof r->godh_digest, err) &&
           read_time(object, "created", &r->created, err) &&
           read_use(object, r, err);
}

bool session_record_decode(struct bytes text, const char *what,
                           struct session_record *ret, struct sevk_error *err)
{
    OWN(owner_json_free) struct json_object *object = NULL;
    struct session_record r = { 0 };

    if (!owner_json_parse(text, &object, err) || !decode(object, &r, err)) {
        return sevk_fail_in(err, "session record '%s'", what);
    }
    *ret = r;
    return true;
}

bool session_record_read(const char *prefix, struct session_record *ret,
                         struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    OWN(buf_free) struct buf text = { 0 };

    return session_path(prefix, SESSION_PATH_RECORD, &path, err) &&
           file_read(path, RECORD_MAX, "session record", &text, err) &&
           session_record_decode(buf_bytes(&text), path, ret, err);
}

static bool fail_if_used(const char *prefix, const struct session_record *r,
                         struct sevk_error *err)
{
    char when[CLOCK_TEXT_LEN];

    if (!r->used) {
        return true;
    }
    clock_format(r->used_at, when);
    return sevk_fail(err, SEVK_REFUSED,
                     "the keys of session '%s' were used on %s (%.80s); a "
                     "second guest would answer with the same keys: make a "
                     "new session",
                     prefix, when, r->used_for);
}

bool session_record_check_unused(const char *prefix, struct sevk_error *err)
{
    struct session_record r;

    return session_record_read(prefix, &r, err) &&
           fail_if_used(prefix, &r, err);
}

static bool lock(int fd, const char *path, struct sevk_error *err)
{
    int rc;

    do {
        rc = flock(fd, LOCK_EX);
    } while (rc != 0 && errno == EINTR);
    return rc == 0 ||
           sevk_fail_errno(err, SEVK_HOST, errno, "locking '%s'", path);
}

/*
 * Locks the record that PATH names now. Whoever marks it replaces the file, so
 * one who waited for the lock may hold that of a file which is gone: then the
 * new one is locked.
 */
static bool open_locked(const char *path, int *ret_fd, struct sevk_error *err)
{
    for (unsigned int i = 0; i < LOCK_TRIES; i++) {
        OWN(own_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        struct stat mine, named;

        if (fd < 0) {
            return sevk_fail_errno(err, SEVK_INPUT, errno,
                                   "session record '%s'", path);
        }
        if (!lock(fd, path, err)) {
            return false;
        }
        if (fstat(fd, &mine) == 0 && stat(path, &named) == 0 &&
            mine.st_dev == named.st_dev && mine.st_ino == named.st_ino) {
            *ret_fd = take_fd(&fd);
            return true;
        }
    }
    return sevk_fail(err, SEVK_HOST, "'%s' is replaced again and again", path);
}

/* What is to be written into a record. */
struct use {
    const char *text;
    const uint8_t *measure; /* 32 bytes; NULL: of no guest in particular */
    bool again;
};

static bool is_same_guest(const struct session_record *r, const struct use *use)
{
    return use->again && use->measure != NULL && r->has_measure &&
           secret_equal(r->measure, use->measure, sizeof r->measure);
}

static bool write_use(const char *path, struct session_record *r,
                      const struct use *use, struct clock clock,
                      struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };

    r->used = true;
    r->used_at = clock_now(clock);
    snprintf(r->used_for, sizeof r->used_for, "%s", use->text);
    if (use->measure != NULL) {
        r->has_measure = true;
        memcpy(r->measure, use->measure, sizeof r->measure);
    }
    return session_record_encode(r, &text, err) &&
           file_replace(path, 0600, buf_bytes(&text), err);
}

static bool mark(const char *prefix, const struct use *use, struct clock clock,
                 struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    OWN(own_close) int fd = -1;
    OWN(buf_free) struct buf text = { 0 };
    struct session_record r;

    if (!session_path(prefix, SESSION_PATH_RECORD, &path, err) ||
        !open_locked(path, &fd, err) ||
        !file_read_fd(fd, RECORD_MAX, path, "session record", &text, err) ||
        !session_record_decode(buf_bytes(&text), path, &r, err)) {
        return false;
    }
    if (r.used && is_same_guest(&r, use)) {
        return true;
    }
    return fail_if_used(prefix, &r, err) &&
           write_use(path, &r, use, clock, err);
}

bool session_record_mark_used(const char *prefix, const char *used_for,
                              struct clock clock, struct sevk_error *err)
{
    return mark(prefix, &(struct use){ .text = used_for }, clock, err);
}

bool session_record_mark_guest(const char *prefix, const char *used_for,
                               const uint8_t measure[static 32], bool again,
                               struct clock clock, struct sevk_error *err)
{
    return mark(
        prefix,
        &(struct use){ .text = used_for, .measure = measure, .again = again },
        clock, err);
}
