/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and writes what the factory burnt in, and derives keys from it. */
#include "fw/chip.h"

#include "crypto/hash.h"
#include "fw/kdf.h"
#include "fw/store.h"

#define MAGIC        "SEVKITCH"
#define PROFILE_LEN  (3 * FW_PROFILE_NAME_LEN + 4 + 8 * 4)
#define CEK_SEED_LEN 56 /* formats.md 1.5: 48 bytes and 8 against bias */

void chip_clear(struct chip *chip)
{
    secret_clear(&chip->key);
    *chip = (struct chip){ 0 };
}

static void encode_profile(struct wr *w, const struct fw_profile *p)
{
    wr_copy(w, (const uint8_t *)p->name, FW_PROFILE_NAME_LEN);
    wr_copy(w, (const uint8_t *)p->generation, FW_PROFILE_NAME_LEN);
    wr_copy(w, (const uint8_t *)p->cpu_name, FW_PROFILE_NAME_LEN);
    wr_u8(w, p->api_major);
    wr_u8(w, p->api_minor);
    wr_u8(w, p->build);
    wr_zero(w, 1);
    wr_le32(w, p->rsa_bits);
    wr_le32(w, p->cbitpos);
    wr_le32(w, p->reduced_phys_bits);
    wr_le32(w, p->max_asid);
    wr_le32(w, p->min_sev_asid);
    wr_le32(w, p->cpu_family);
    wr_le32(w, p->cpu_model);
    wr_le32(w, p->cpu_stepping);
}

static void decode_profile(struct rd *r, struct fw_profile *p)
{
    rd_copy(r, (uint8_t *)p->name, FW_PROFILE_NAME_LEN);
    rd_copy(r, (uint8_t *)p->generation, FW_PROFILE_NAME_LEN);
    rd_copy(r, (uint8_t *)p->cpu_name, FW_PROFILE_NAME_LEN);
    p->api_major = rd_u8(r);
    p->api_minor = rd_u8(r);
    p->build = rd_u8(r);
    rd_zero(r, 1);
    p->rsa_bits = rd_le32(r);
    p->cbitpos = rd_le32(r);
    p->reduced_phys_bits = rd_le32(r);
    p->max_asid = rd_le32(r);
    p->min_sev_asid = rd_le32(r);
    p->cpu_family = rd_le32(r);
    p->cpu_model = rd_le32(r);
    p->cpu_stepping = rd_le32(r);
}

static size_t payload_len(const struct chip *chip)
{
    return 8 + PROFILE_LEN + CHIP_KEY_LEN + 4 + 2 * chip->amd_len +
           SEV_CERT_LEN;
}

static bool encode(const struct chip *chip, struct sevk_secret *ret,
                   struct sevk_error *err)
{
    struct wr w;

    if (!store_begin(ret, payload_len(chip), &w, err)) {
        return false;
    }
    wr_le64(&w, (uint64_t)chip->created);
    encode_profile(&w, &chip->profile);
    wr_copy(&w, secret_expose(&chip->key).p, CHIP_KEY_LEN);
    wr_le32(&w, (uint32_t)chip->amd_len);
    wr_copy(&w, chip->ark, chip->amd_len);
    wr_copy(&w, chip->ask, chip->amd_len);
    wr_copy(&w, chip->cek, SEV_CERT_LEN);
    wr_end(&w);
    store_seal(ret, MAGIC);
    return true;
}

/* False when the bytes, though whole, do not make a chip. */
static bool decode(struct rd *r, struct chip *ret)
{
    struct bytes key;

    ret->created = (int64_t)rd_le64(r);
    decode_profile(r, &ret->profile);
    key = rd_view(r, CHIP_KEY_LEN);
    ret->amd_len = rd_le32(r);
    if (ret->amd_len != amd_cert_len(ret->profile.rsa_bits) ||
        ret->amd_len == 0) {
        return false;
    }
    rd_copy(r, ret->ark, ret->amd_len);
    rd_copy(r, ret->ask, ret->amd_len);
    rd_copy(r, ret->cek, SEV_CERT_LEN);
    return rd_ok(r, "chip", NULL) && fw_profile_check(&ret->profile, NULL) &&
           secret_copy(&ret->key, key, NULL);
}

bool chip_load(const char *dir, struct chip *ret, struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    OWN(chip_clear) struct chip chip = { 0 };
    SECRET(file);
    struct rd r;

    if (!path_join(dir, CHIP_FILE, &path, err)) {
        return false;
    }
    if (!store_read(path, MAGIC, &file, &r, err)) {
        return sevk_fail_in(err, "virtual platform '%s'", dir);
    }
    if (!decode(&r, &chip)) {
        store_fail_damaged(path, "its content makes no sense", err);
        return sevk_fail_in(err, "virtual platform '%s'", dir);
    }
    *ret = chip;
    chip.key = (struct sevk_secret){ 0 };
    return true;
}

static bool add_public(struct file_set *set, const char *dir, const char *name,
                       struct bytes content, struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;

    return path_join(dir, name, &path, err) &&
           file_set_add(set, path, 0644, content, err);
}

bool chip_save(const struct chip *chip, const char *dir, struct file_set *set,
               struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    OWN(buf_free) struct buf both = { 0 };
    const struct bytes ark = bytes_make(chip->ark, chip->amd_len);
    const struct bytes ask = bytes_make(chip->ask, chip->amd_len);
    SECRET(file);

    return path_join(dir, CHIP_FILE, &path, err) && encode(chip, &file, err) &&
           file_set_add_secret(set, path, &file, err) &&
           buf_append(&both, ask, err) && buf_append(&both, ark, err) &&
           add_public(set, dir, "ark.cert", ark, err) &&
           add_public(set, dir, "ask.cert", ask, err) &&
           add_public(set, dir, "ask_ark.cert", buf_bytes(&both), err) &&
           add_public(set, dir, "cek.cert", BYTES_OF(chip->cek), err);
}

/* The KDF's output is a little-endian number; the curve wants big-endian. */
static bool turn_round(const struct sevk_secret *from, struct sevk_secret *ret,
                       struct sevk_error *err)
{
    struct bytes le = secret_expose(from);

    if (!secret_alloc(ret, le.n, err)) {
        return false;
    }
    for (size_t i = 0; i < le.n; i++) {
        secret_expose_mutable(ret)[i] = le.p[le.n - 1 - i];
    }
    return true;
}

bool chip_derive_cek(const struct sevk_secret *key, struct p384_key **ret,
                     struct sevk_error *err)
{
    const struct bytes nothing = { 0 };
    uint8_t seed[SHA256_LEN];
    SECRET(le);
    SECRET(be);
    SECRET(scalar);
    WIPED(seed);

    sha256(secret_expose(key), seed);
    return fw_kdf(BYTES_OF(seed), "sev-chip-endorsement-key", nothing,
                  CEK_SEED_LEN, &le, err) &&
           turn_round(&le, &be, err) &&
           p384_scalar_from_bits(secret_expose(&be), &scalar, err) &&
           p384_key_from_scalar(secret_expose(&scalar), ret, err);
}

bool chip_id(const struct chip *chip, uint8_t ret[static CHIP_ID_LEN],
             struct sevk_error *err)
{
    return secp256k1_public(&chip->key, ret, err);
}
