/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/identity.c and fw/sign.c. */
#include "fw/identity.h"

#include <sys/stat.h>

#include "base/own.h"
#include "lib/rng.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"
#include "wire/status.h"

/* A chip that no factory made: the identity needs its key and profile alone. */
static void make_chip(struct chip *chip)
{
    struct fake_rng random = { .seed = 5 };

    chip->profile = fw_profile_default();
    assert_true(
        secret_random(&chip->key, CHIP_KEY_LEN, rng_fake(&random), NULL));
}

static struct identity *make_identity(const struct chip *chip, uint64_t seed)
{
    struct identity *identity = calloc(1, sizeof *identity);
    struct fake_rng random = { .seed = seed };
    struct sevk_error err = { 0 };

    assert_non_null(identity);
    assert_works(identity_generate(chip, rng_fake(&random), identity, &err),
                 &err);
    return identity;
}

static void drop(struct identity **identity)
{
    identity_clear(*identity);
    free(*identity);
}

static struct ec_point key_in(const uint8_t *cert_bytes)
{
    struct sev_cert cert;
    struct sev_ec_field field;
    struct ec_point point;

    assert_true(
        sev_cert_decode(bytes_make(cert_bytes, SEV_CERT_LEN), &cert, NULL));
    sev_cert_get_ec(&cert, &field);
    assert_int_equal(field.curve, SEV_CURVE_P384);
    memcpy(point.x, field.x, sizeof point.x);
    memcpy(point.y, field.y, sizeof point.y);
    return point;
}

/* Slot SLOT of CERT holds a signature of USAGE that KEY made. */
static void assert_signed(const uint8_t *cert_bytes, size_t slot,
                          uint32_t usage, const struct ec_point *key)
{
    struct sev_cert cert;
    struct ec_signature s;

    assert_true(
        sev_cert_decode(bytes_make(cert_bytes, SEV_CERT_LEN), &cert, NULL));
    assert_int_equal(cert.slots[slot].usage, usage);
    assert_int_equal(cert.slots[slot].algo, SEV_ALGO_ECDSA_SHA256);
    assert_true(sev_cert_slot_get_ecdsa(&cert.slots[slot], s.r, s.s));
    assert_true(p384_verify(key, EC_SHA256,
                            bytes_make(cert_bytes, SEV_CERT_BODY_LEN), &s));
}

static void assert_role(const uint8_t *cert_bytes, uint32_t usage,
                        uint32_t algo, bool second_slot_empty)
{
    struct sev_cert cert;

    assert_true(
        sev_cert_decode(bytes_make(cert_bytes, SEV_CERT_LEN), &cert, NULL));
    assert_int_equal(cert.version, 1);
    assert_int_equal(cert.api_major, 1);
    assert_int_equal(cert.api_minor, 51);
    assert_int_equal(cert.pubkey_usage, usage);
    assert_int_equal(cert.pubkey_algo, algo);
    assert_int_equal(sev_cert_slot_is_empty(&cert.slots[1]), second_slot_empty);
}

/* formats.md 1.1, "Roles as seen in real chains". */
static void the_chain_has_the_roles_and_signatures_of_real_ones(void **state)
{
    OWN(chip_clear) struct chip chip = { 0 };
    OWN(drop) struct identity *identity = NULL;
    OWN(p384_key_free) struct p384_key *cek_key = NULL;
    struct ec_point oca;
    struct ec_point pek;
    struct ec_point cek;

    (void)state;
    make_chip(&chip);
    identity = make_identity(&chip, 1);
    assert_true(chip_derive_cek(&chip.key, &cek_key, NULL));
    p384_key_point(cek_key, &cek);
    oca = key_in(identity->oca);
    pek = key_in(identity->pek);
    assert_role(identity->oca, SEV_USAGE_OCA, SEV_ALGO_ECDSA_SHA256, true);
    assert_role(identity->pek, SEV_USAGE_PEK, SEV_ALGO_ECDSA_SHA256, false);
    assert_role(identity->pdh, SEV_USAGE_PDH, SEV_ALGO_ECDH_SHA256, true);
    assert_signed(identity->oca, 0, SEV_USAGE_OCA, &oca);
    assert_signed(identity->pek, 0, SEV_USAGE_OCA, &oca);
    assert_signed(identity->pek, 1, SEV_USAGE_CEK, &cek);
    assert_signed(identity->pdh, 0, SEV_USAGE_PEK, &pek);
}

static void assert_pair(const struct p384_key *key, const uint8_t *cert)
{
    struct ec_point own;
    struct ec_point shown = key_in(cert);

    p384_key_point(key, &own);
    assert_memory_equal(&own, &shown, sizeof own);
}

static void private_keys_are_those_of_the_certificates(void **state)
{
    OWN(chip_clear) struct chip chip = { 0 };
    OWN(drop) struct identity *identity = NULL;
    const struct p384_key *pek = NULL;
    const struct p384_key *pdh = NULL;

    (void)state;
    make_chip(&chip);
    identity = make_identity(&chip, 1);
    assert_true(identity_pek_key(identity, &pek, NULL));
    assert_true(identity_pdh_key(identity, &pdh, NULL));
    assert_pair(pek, identity->pek);
    assert_pair(pdh, identity->pdh);
}

static void a_new_pdh_leaves_the_rest_as_it_was(void **state)
{
    OWN(chip_clear) struct chip chip = { 0 };
    OWN(drop) struct identity *old = NULL;
    OWN(drop) struct identity *new = calloc(1, sizeof *new);
    struct fake_rng random = { .seed = 2 };
    struct ec_point pek;

    (void)state;
    make_chip(&chip);
    old = make_identity(&chip, 1);
    assert_true(identity_renew_pdh(old, &chip, rng_fake(&random), new, NULL));
    assert_memory_equal(new->oca, old->oca, SEV_CERT_LEN);
    assert_memory_equal(new->pek, old->pek, SEV_CERT_LEN);
    assert_memory_not_equal(new->pdh, old->pdh, SEV_CERT_BODY_LEN);
    pek = key_in(old->pek);
    assert_signed(new->pdh, 0, SEV_USAGE_PEK, &pek);
}

static void save(const struct identity *identity, const char *dir)
{
    OWN(file_set_drop) struct file_set set = { .replace = true };
    struct sevk_error err = { 0 };

    assert_works(identity_save(identity, dir, &set, &err), &err);
    assert_works(file_set_commit(&set, &err), &err);
}

static void assert_same(const struct identity *a, const struct identity *b)
{
    assert_int_equal(a->external, b->external);
    assert_memory_equal(a->oca, b->oca, SEV_CERT_LEN);
    assert_memory_equal(a->pek, b->pek, SEV_CERT_LEN);
    assert_memory_equal(a->pdh, b->pdh, SEV_CERT_LEN);
    assert_bytes_equal(secret_expose(&a->oca_scalar),
                       secret_expose(&b->oca_scalar));
    assert_bytes_equal(secret_expose(&a->pek_scalar),
                       secret_expose(&b->pek_scalar));
    assert_bytes_equal(secret_expose(&a->pdh_scalar),
                       secret_expose(&b->pdh_scalar));
}

static void an_identity_reads_back_as_it_was_saved(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(chip_clear) struct chip chip = { 0 };
    OWN(drop) struct identity *identity = NULL;
    OWN(drop) struct identity *back = calloc(1, sizeof *back);
    struct sevk_error err = { 0 };

    (void)state;
    make_chip(&chip);
    identity = make_identity(&chip, 1);
    save(identity, dir.path);
    assert_works(identity_load(dir.path, back, &err), &err);
    assert_same(identity, back);
    secret_clear(&identity->oca_scalar);
    identity->external = true;
    save(identity, dir.path);
    assert_works(identity_load(dir.path, back, &err), &err);
    assert_same(identity, back);
}

static void keys_are_for_the_owner_alone_and_copies_for_all(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *store = temp_dir_path(&dir, "state");
    OWN(own_free) char *copy = temp_dir_path(&dir, "pdh.cert");
    OWN(chip_clear) struct chip chip = { 0 };
    OWN(drop) struct identity *identity = NULL;
    struct stat st;

    (void)state;
    make_chip(&chip);
    identity = make_identity(&chip, 1);
    save(identity, dir.path);
    assert_int_equal(stat(store, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(stat(copy, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0644);
}

static void a_damaged_file_is_never_an_identity(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *path = temp_dir_path(&dir, "state");
    OWN(buf_free) struct buf whole = { 0 };
    OWN(chip_clear) struct chip chip = { 0 };
    OWN(drop) struct identity *identity = NULL;
    OWN(drop) struct identity *back = calloc(1, sizeof *back);
    struct sevk_error err = { 0 };

    (void)state;
    make_chip(&chip);
    identity = make_identity(&chip, 1);
    save(identity, dir.path);
    assert_works(file_read(path, 1 << 20, "file", &whole, &err), &err);
    for (size_t at = 0; at < whole.n; at += 37) {
        err = (struct sevk_error){ 0 };
        whole.p[at] ^= 0x10;
        assert_true(file_replace(path, 0600, buf_bytes(&whole), NULL));
        assert_false(identity_load(dir.path, back, &err));
        assert_int_equal(err.fw_status, SEV_STATUS_SECURE_DATA_INVALID);
        whole.p[at] ^= 0x10;
    }
    assert_null(back->pek_scalar.p_);
}

static bool copy_is(const char *dir, const char *name, const uint8_t *cert)
{
    OWN(own_free) char *path = NULL;
    OWN(buf_free) struct buf b = { 0 };

    assert_true(path_join(dir, name, &path, NULL));
    return file_read(path, SEV_CERT_LEN, "copy", &b, NULL) &&
           bytes_equal(buf_bytes(&b), bytes_make(cert, SEV_CERT_LEN));
}

static void copies_that_differ_are_written_anew(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *stale = temp_dir_path(&dir, "pek.cert");
    OWN(chip_clear) struct chip chip = { 0 };
    OWN(drop) struct identity *identity = NULL;

    (void)state;
    make_chip(&chip);
    identity = make_identity(&chip, 1);
    save(identity, dir.path);
    assert_int_equal(unlink(stale), 0);
    identity_refresh_copies(identity, dir.path);
    assert_true(copy_is(dir.path, "pek.cert", identity->pek));
    assert_true(file_replace(stale, 0644,
                             bytes_make(identity->pdh, SEV_CERT_LEN), NULL));
    identity_refresh_copies(identity, dir.path);
    assert_true(copy_is(dir.path, "pek.cert", identity->pek));
    assert_true(copy_is(dir.path, "pdh.cert", identity->pdh));
    assert_true(copy_is(dir.path, "oca.cert", identity->oca));
}

static void what_a_dead_writer_left_is_removed_and_nothing_else(void **state)
{
    static const char *const left[] = { "state.123-0.tmp", "pek.cert.9-7.tmp",
                                        "oca.cert.1-0.tmp",
                                        "pdh.cert.1-0.tmp" };
    static const char *const kept[] = { "state",        "pek.cert",   "chip",
                                        "chip.1-0.tmp", "states.tmp", ".tmp",
                                        "state.tmpx" };
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();

    (void)state;
    for (size_t i = 0; i < N_OF(left); i++) {
        free(temp_dir_write(&dir, left[i], bytes_of_string("x")));
    }
    for (size_t i = 0; i < N_OF(kept); i++) {
        free(temp_dir_write(&dir, kept[i], bytes_of_string("x")));
    }
    identity_remove_leftovers(dir.path);
    assert_int_equal(temp_dir_count(&dir), N_OF(kept));
    for (size_t i = 0; i < N_OF(kept); i++) {
        OWN(own_free) char *path = temp_dir_path(&dir, kept[i]);

        assert_int_equal(access(path, F_OK), 0);
    }
    identity_remove_leftovers("/nowhere/at/all");
}

static void without_random_bytes_there_is_no_identity(void **state)
{
    OWN(chip_clear) struct chip chip = { 0 };
    OWN(drop) struct identity *identity = calloc(1, sizeof *identity);
    struct sevk_error err;

    (void)state;
    make_chip(&chip);
    assert_fails(identity_generate(&chip, rng_failing(), identity, &err), &err,
                 SEVK_HOST, "no random bytes");
    assert_null(identity->oca_scalar.p_);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_chain_has_the_roles_and_signatures_of_real_ones),
        cmocka_unit_test(private_keys_are_those_of_the_certificates),
        cmocka_unit_test(a_new_pdh_leaves_the_rest_as_it_was),
        cmocka_unit_test(an_identity_reads_back_as_it_was_saved),
        cmocka_unit_test(keys_are_for_the_owner_alone_and_copies_for_all),
        cmocka_unit_test(a_damaged_file_is_never_an_identity),
        cmocka_unit_test(copies_that_differ_are_written_anew),
        cmocka_unit_test(what_a_dead_writer_left_is_removed_and_nothing_else),
        cmocka_unit_test(without_random_bytes_there_is_no_identity),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
