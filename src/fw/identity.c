/* SPDX-License-Identifier: Apache-2.0 */
/* Makes, reads and writes the platform's OCA, PEK and PDH. */
#include "fw/identity.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>

#include "fw/sign.h"
#include "fw/store.h"

#define MAGIC "SEVKITST"

#define FLAG_EXTERNAL 0x1u

void identity_clear(struct identity *identity)
{
    secret_clear(&identity->oca_scalar);
    secret_clear(&identity->pek_scalar);
    secret_clear(&identity->pdh_scalar);
    p384_key_free(&identity->pek_key_);
    p384_key_free(&identity->pdh_key_);
    *identity = (struct identity){ 0 };
}

void identity_move(struct identity *to, struct identity *from)
{
    identity_clear(to);
    *to = *from;
    *from = (struct identity){ 0 };
}

static bool make_oca(const struct chip *chip, struct rng rng,
                     struct identity *identity, struct p384_key **ret_key,
                     struct sevk_error *err)
{
    OWN(p384_key_free) struct p384_key *key = NULL;
    struct sev_cert cert;

    if (!p384_key_generate(rng, &key, err)) {
        return false;
    }
    sign_begin_cert(&chip->profile, SEV_USAGE_OCA, key, &cert);
    if (!sign_cert(&cert, 0, SEV_USAGE_OCA, key, err) ||
        !p384_key_scalar(key, &identity->oca_scalar, err)) {
        return false;
    }
    sev_cert_encode(&cert, identity->oca);
    *ret_key = TAKE(key);
    return true;
}

static bool make_pek(const struct chip *chip, const struct p384_key *oca,
                     struct rng rng, struct identity *identity,
                     struct sevk_error *err)
{
    OWN(p384_key_free) struct p384_key *key = NULL;
    OWN(p384_key_free) struct p384_key *cek = NULL;
    struct sev_cert cert;

    if (!p384_key_generate(rng, &key, err) ||
        !chip_derive_cek(&chip->key, &cek, err)) {
        return false;
    }
    sign_begin_cert(&chip->profile, SEV_USAGE_PEK, key, &cert);
    if (!sign_cert(&cert, 0, SEV_USAGE_OCA, oca, err) ||
        !sign_cert(&cert, 1, SEV_USAGE_CEK, cek, err) ||
        !p384_key_scalar(key, &identity->pek_scalar, err)) {
        return false;
    }
    sev_cert_encode(&cert, identity->pek);
    return true;
}

static bool make_pdh(const struct chip *chip, struct rng rng,
                     struct identity *identity, struct sevk_error *err)
{
    OWN(p384_key_free) struct p384_key *key = NULL;
    const struct p384_key *pek = NULL;
    struct sev_cert cert;

    if (!p384_key_generate(rng, &key, err) ||
        !identity_pek_key(identity, &pek, err)) {
        return false;
    }
    sign_begin_cert(&chip->profile, SEV_USAGE_PDH, key, &cert);
    if (!sign_cert(&cert, 0, SEV_USAGE_PEK, pek, err) ||
        !p384_key_scalar(key, &identity->pdh_scalar, err)) {
        return false;
    }
    sev_cert_encode(&cert, identity->pdh);
    return true;
}

bool identity_generate(const struct chip *chip, struct rng rng,
                       struct identity *fresh, struct sevk_error *err)
{
    OWN(p384_key_free) struct p384_key *oca = NULL;

    if (!make_oca(chip, rng, fresh, &oca, err) ||
        !make_pek(chip, oca, rng, fresh, err) ||
        !make_pdh(chip, rng, fresh, err)) {
        identity_clear(fresh);
        return false;
    }
    return true;
}

bool identity_renew_pdh(const struct identity *from, const struct chip *chip,
                        struct rng rng, struct identity *ret,
                        struct sevk_error *err)
{
    OWN(identity_clear) struct identity fresh = { .external = from->external };

    memcpy(fresh.oca, from->oca, SEV_CERT_LEN);
    memcpy(fresh.pek, from->pek, SEV_CERT_LEN);
    if ((!from->external &&
         !secret_copy(&fresh.oca_scalar, secret_expose(&from->oca_scalar),
                      err)) ||
        !secret_copy(&fresh.pek_scalar, secret_expose(&from->pek_scalar),
                     err) ||
        !make_pdh(chip, rng, &fresh, err)) {
        return false;
    }
    identity_move(ret, &fresh);
    return true;
}

#define SLOT_LEN   (8 + SEV_CERT_SIG_LEN)
#define SLOT_AT(i) (SEV_CERT_BODY_LEN + (i)*SLOT_LEN)

static bool slot_has(const uint8_t *cert, size_t slot, uint32_t usage)
{
    return load_le32(cert + SLOT_AT(slot)) == usage;
}

/* The CEK's signature goes where the OCA's is not. */
static void add_cek_signature(uint8_t *pek, const uint8_t *signed_pek)
{
    size_t from = slot_has(signed_pek, 0, SEV_USAGE_CEK) ? 0 : 1;
    size_t to = slot_has(pek, 0, SEV_USAGE_OCA) ? 1 : 0;

    memcpy(pek + SLOT_AT(to), signed_pek + SLOT_AT(from), SLOT_LEN);
}

bool identity_import(const struct identity *from, const struct chip *chip,
                     struct rng rng, const uint8_t pek[static SEV_CERT_LEN],
                     const uint8_t oca[static SEV_CERT_LEN],
                     struct identity *ret, struct sevk_error *err)
{
    OWN(identity_clear) struct identity fresh = { .external = true };

    memcpy(fresh.oca, oca, SEV_CERT_LEN);
    memcpy(fresh.pek, pek, SEV_CERT_LEN);
    add_cek_signature(fresh.pek, from->pek);
    if (!secret_copy(&fresh.pek_scalar, secret_expose(&from->pek_scalar),
                     err) ||
        !make_pdh(chip, rng, &fresh, err)) {
        return false;
    }
    identity_move(ret, &fresh);
    return true;
}

static bool key_of(const struct sevk_secret *scalar, struct p384_key **cache,
                   const struct p384_key **ret, struct sevk_error *err)
{
    if (*cache == NULL &&
        !p384_key_from_scalar(secret_expose(scalar), cache, err)) {
        return false;
    }
    *ret = *cache;
    return true;
}

bool identity_pek_key(struct identity *identity, const struct p384_key **ret,
                      struct sevk_error *err)
{
    return key_of(&identity->pek_scalar, &identity->pek_key_, ret, err);
}

bool identity_pdh_key(struct identity *identity, const struct p384_key **ret,
                      struct sevk_error *err)
{
    return key_of(&identity->pdh_scalar, &identity->pdh_key_, ret, err);
}

/* A scalar of the file; zeros where there is none. */
static void encode_scalar(struct wr *w, const struct sevk_secret *scalar)
{
    struct bytes b = secret_expose(scalar);

    if (b.n == P384_LEN) {
        wr_copy(w, b.p, P384_LEN);
    } else {
        wr_zero(w, P384_LEN);
    }
}

void identity_pack(const struct identity *identity, struct wr *to)
{
    wr_le32(to, identity->external ? FLAG_EXTERNAL : 0);
    encode_scalar(to, &identity->oca_scalar);
    encode_scalar(to, &identity->pek_scalar);
    encode_scalar(to, &identity->pdh_scalar);
    wr_copy(to, identity->oca, SEV_CERT_LEN);
    wr_copy(to, identity->pek, SEV_CERT_LEN);
    wr_copy(to, identity->pdh, SEV_CERT_LEN);
}

static bool encode(const struct identity *identity, struct sevk_secret *ret,
                   struct sevk_error *err)
{
    struct wr w;

    if (!store_begin(ret, IDENTITY_PACKED_LEN, &w, err)) {
        return false;
    }
    identity_pack(identity, &w);
    wr_end(&w);
    store_seal(ret, MAGIC);
    return true;
}

bool identity_unpack(struct rd *r, struct identity *ret)
{
    OWN(identity_clear) struct identity fresh = { 0 };
    uint32_t flags = rd_le32(r);
    struct bytes oca = rd_view(r, P384_LEN);
    struct bytes pek = rd_view(r, P384_LEN);
    struct bytes pdh = rd_view(r, P384_LEN);

    rd_copy(r, fresh.oca, SEV_CERT_LEN);
    rd_copy(r, fresh.pek, SEV_CERT_LEN);
    rd_copy(r, fresh.pdh, SEV_CERT_LEN);
    if (!rd_ok(r, "state", NULL) || (flags & ~FLAG_EXTERNAL) != 0) {
        return false;
    }
    fresh.external = (flags & FLAG_EXTERNAL) != 0;
    if ((!fresh.external && !secret_copy(&fresh.oca_scalar, oca, NULL)) ||
        !secret_copy(&fresh.pek_scalar, pek, NULL) ||
        !secret_copy(&fresh.pdh_scalar, pdh, NULL)) {
        return false;
    }
    identity_move(ret, &fresh);
    return true;
}

bool identity_load(const char *dir, struct identity *ret,
                   struct sevk_error *err)
{
    return identity_load_file(dir, IDENTITY_FILE, ret, err);
}

bool identity_load_file(const char *dir, const char *name, struct identity *ret,
                        struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    SECRET(file);
    struct rd r;

    if (!path_join(dir, name, &path, err)) {
        return false;
    }
    if (!store_read(path, MAGIC, &file, &r, err)) {
        return sevk_fail_in(err, "virtual platform '%s'", dir);
    }
    if (!identity_unpack(&r, ret)) {
        store_fail_damaged(path, "its content makes no sense", err);
        return sevk_fail_in(err, "virtual platform '%s'", dir);
    }
    return true;
}

static bool add_copies(const struct identity *identity, const char *dir,
                       struct file_set *set, struct sevk_error *err)
{
    const struct {
        const char *name;
        const uint8_t *cert;
    } copies[] = {
        { "oca.cert", identity->oca },
        { "pek.cert", identity->pek },
        { "pdh.cert", identity->pdh },
    };

    for (size_t i = 0; i < sizeof copies / sizeof copies[0]; i++) {
        OWN(own_free) char *path = NULL;

        if (!path_join(dir, copies[i].name, &path, err) ||
            !file_set_add(set, path, 0644,
                          bytes_make(copies[i].cert, SEV_CERT_LEN), err)) {
            return false;
        }
    }
    return true;
}

bool identity_save(const struct identity *identity, const char *dir,
                   struct file_set *set, struct sevk_error *err)
{
    return identity_save_file(identity, dir, IDENTITY_FILE, set, err);
}

bool identity_save_file(const struct identity *identity, const char *dir,
                        const char *name, struct file_set *set,
                        struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    SECRET(file);

    return path_join(dir, name, &path, err) && encode(identity, &file, err) &&
           file_set_add_secret(set, path, &file, err) &&
           add_copies(identity, dir, set, err);
}

/* True when there is no file NAME in DIR afterwards. */
static bool remove_file(const char *dir, const char *name)
{
    OWN(own_free) char *path = NULL;

    return path_join(dir, name, &path, NULL) &&
           (unlink(path) == 0 || errno == ENOENT);
}

bool identity_erase(const char *dir)
{
    static const char *const copies[] = { "oca.cert", "pek.cert", "pdh.cert" };

    if (!remove_file(dir, IDENTITY_FILE)) {
        return false;
    }
    for (size_t i = 0; i < sizeof copies / sizeof copies[0]; i++) {
        (void)remove_file(dir, copies[i]);
    }
    return true;
}

bool identity_set_aside(const char *dir)
{
    OWN(own_free) char *from = NULL;
    OWN(own_free) char *to = NULL;

    return path_join(dir, IDENTITY_FILE, &from, NULL) &&
           path_join(dir, IDENTITY_FILE ".damaged", &to, NULL) &&
           (rename(from, to) == 0 || errno == ENOENT);
}

static bool copy_holds(const char *dir, const char *name, const uint8_t *cert)
{
    OWN(own_free) char *path = NULL;
    OWN(buf_free) struct buf b = { 0 };

    return path_join(dir, name, &path, NULL) &&
           file_read(path, SEV_CERT_LEN, "certificate", &b, NULL) &&
           bytes_equal(buf_bytes(&b), bytes_make(cert, SEV_CERT_LEN));
}

void identity_refresh_copies(const struct identity *identity, const char *dir)
{
    OWN(file_set_drop) struct file_set set = { .replace = true };
    bool hold = copy_holds(dir, "oca.cert", identity->oca) &&
                copy_holds(dir, "pek.cert", identity->pek) &&
                copy_holds(dir, "pdh.cert", identity->pdh);
    bool done = hold || (add_copies(identity, dir, &set, NULL) &&
                         file_set_commit(&set, NULL));

    (void)done;
}

/* "state.123-0.tmp", as base/file.c names them, and those of the copies. */
static bool is_leftover(const char *name)
{
    static const char *const files[] = { IDENTITY_FILE ".",
                                         IDENTITY_NV_FILE ".", "oca.cert.",
                                         "pek.cert.", "pdh.cert." };
    size_t n = strlen(name);

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (strncmp(name, files[i], strlen(files[i])) == 0 && n > 4 &&
            strcmp(name + n - 4, ".tmp") == 0) {
            return true;
        }
    }
    return false;
}

void identity_remove_leftovers(const char *dir)
{
    DIR *d = opendir(dir);
    const struct dirent *entry;

    if (d == NULL) {
        return;
    }
    while ((entry = readdir(d)) != NULL) {
        if (is_leftover(entry->d_name)) {
            unlinkat(dirfd(d), entry->d_name, 0);
        }
    }
    closedir(d);
}
