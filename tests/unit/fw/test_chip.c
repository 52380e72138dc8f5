/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/chip.c and of the factory, fw/manufacture.c. */
#include "fw/chip.h"

#include "base/own.h"
#include "crypto/rsa.h"
#include "fw/platform.h"
#include "lib/hex.h"
#include "lib/rng.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "wire/status.h"

/* Made once: two RSA keys of 2048 bits. */
static struct chip made;

static int manufacture(void **state)
{
    struct fw_profile profile = fw_profile_default();
    struct fake_rng random = { .seed = 1 };
    struct sevk_error err = { 0 };

    (void)state;
    profile.rsa_bits = 2048;
    assert_works(
        chip_manufacture(&profile, rng_fake(&random), 1234, &made, &err), &err);
    return 0;
}

static int scrap(void **state)
{
    (void)state;
    chip_clear(&made);
    return 0;
}

static void cek_and_id_are_those_of_the_vector(void **state)
{
    static const char file[] = "cek/derive.json";
    OWN(buf_free) struct buf cuk_text = vector_json_string(file, "cuk");
    OWN(buf_free) struct buf d_text = vector_json_string(file, "d");
    OWN(buf_free) struct buf id_text = vector_json_string(file, "get_id");
    OWN(buf_free) struct buf id_bytes = unhex_all(buf_string(&id_text));
    OWN(buf_free) struct buf cuk = unhex_all(buf_string(&cuk_text));
    OWN(chip_clear) struct chip chip = { 0 };
    OWN(p384_key_free) struct p384_key *cek = NULL;
    SECRET(scalar);
    uint8_t id[CHIP_ID_LEN];

    (void)state;
    assert_true(secret_copy(&chip.key, buf_bytes(&cuk), NULL));
    assert_true(chip_derive_cek(&chip.key, &cek, NULL));
    assert_true(p384_key_scalar(cek, &scalar, NULL));
    assert_hex(secret_expose(&scalar), buf_string(&d_text));
    assert_true(chip_id(&chip, id, NULL));
    assert_bytes_equal(BYTES_OF(id), buf_bytes(&id_bytes));
}

static struct amd_cert decode_amd(const uint8_t *bytes)
{
    struct amd_cert cert;
    struct sevk_error err = { 0 };
    size_t n = 0;

    assert_works(
        amd_cert_decode(bytes_make(bytes, made.amd_len), &cert, &n, &err),
        &err);
    assert_int_equal(n, AMD_CERT_LEN_2048);
    return cert;
}

static struct rsa_public public_of(const struct amd_cert *cert)
{
    struct rsa_public key = { .n = cert->modulus_bits / 8 };

    memcpy(key.modulus, cert->modulus, key.n);
    memcpy(key.exponent, cert->exponent, key.n);
    return key;
}

static bool signed_by(const struct amd_cert *cert, const uint8_t *bytes,
                      const struct amd_cert *by)
{
    struct rsa_public key = public_of(by);

    return rsa_verify(
        &key, bytes_make(bytes, amd_cert_signed_len(cert->modulus_bits)),
        cert->signature);
}

static void the_ark_signs_itself_and_the_ask(void **state)
{
    struct amd_cert ark = decode_amd(made.ark);
    struct amd_cert ask = decode_amd(made.ask);

    (void)state;
    assert_int_equal(ark.key_usage, SEV_USAGE_ARK);
    assert_int_equal(ask.key_usage, SEV_USAGE_ASK);
    assert_memory_equal(ark.certifying_id, ark.key_id, 16);
    assert_memory_equal(ask.certifying_id, ark.key_id, 16);
    assert_true(signed_by(&ark, made.ark, &ark));
    assert_true(signed_by(&ask, made.ask, &ark));
    assert_false(signed_by(&ask, made.ask, &ask));
}

static void the_roots_key_ids_say_that_they_are_virtual(void **state)
{
    struct amd_cert ark = decode_amd(made.ark);
    struct amd_cert ask = decode_amd(made.ask);

    (void)state;
    assert_memory_equal(ark.key_id, "SEVKIT-V", 8);
    assert_memory_equal(ask.key_id, "SEVKIT-V", 8);
    assert_memory_not_equal(ark.key_id + 8, ask.key_id + 8, 8);
}

static void the_cek_is_the_chips_own_and_the_ask_signs_it(void **state)
{
    OWN(p384_key_free) struct p384_key *cek = NULL;
    struct amd_cert ask = decode_amd(made.ask);
    struct rsa_public key = public_of(&ask);
    struct sev_cert cert;
    struct sev_ec_field field;
    struct ec_point point;

    (void)state;
    assert_true(sev_cert_decode(BYTES_OF(made.cek), &cert, NULL));
    assert_int_equal(cert.pubkey_usage, SEV_USAGE_CEK);
    assert_int_equal(cert.pubkey_algo, SEV_ALGO_ECDSA_SHA256);
    assert_int_equal(cert.slots[0].usage, SEV_USAGE_ASK);
    assert_int_equal(cert.slots[0].algo, SEV_ALGO_RSA_SHA256);
    assert_true(sev_cert_slot_is_empty(&cert.slots[1]));
    assert_true(rsa_verify(&key, bytes_make(made.cek, SEV_CERT_BODY_LEN),
                           cert.slots[0].signature));
    assert_true(chip_derive_cek(&made.key, &cek, NULL));
    p384_key_point(cek, &point);
    sev_cert_get_ec(&cert, &field);
    assert_memory_equal(field.x, point.x, sizeof field.x);
    assert_memory_equal(field.y, point.y, sizeof field.y);
}

/* Saves MADE into DIR. */
static void save(const struct temp_dir *dir)
{
    OWN(file_set_drop) struct file_set set = { 0 };
    struct sevk_error err = { 0 };

    assert_works(chip_save(&made, dir->path, &set, &err), &err);
    assert_works(file_set_commit(&set, &err), &err);
}

static void a_chip_reads_back_as_it_was_saved(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(chip_clear) struct chip chip = { 0 };
    struct sevk_error err = { 0 };

    (void)state;
    save(&dir);
    assert_works(chip_load(dir.path, &chip, &err), &err);
    assert_int_equal(chip.created, 1234);
    assert_memory_equal(&chip.profile, &made.profile, sizeof chip.profile);
    assert_bytes_equal(secret_expose(&chip.key), secret_expose(&made.key));
    assert_int_equal(chip.amd_len, made.amd_len);
    assert_memory_equal(chip.ark, made.ark, made.amd_len);
    assert_memory_equal(chip.ask, made.ask, made.amd_len);
    assert_memory_equal(chip.cek, made.cek, sizeof chip.cek);
}

static void a_chip_that_is_not_there_is_named(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(chip_clear) struct chip chip = { 0 };
    struct sevk_error err;

    (void)state;
    assert_fails(chip_load(dir.path, &chip, &err), &err, SEVK_INPUT, dir.path);
}

static void a_profile_that_makes_no_sense_is_damage(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(chip_clear) struct chip chip = { 0 };
    uint32_t asid = made.profile.max_asid;
    struct sevk_error err = { 0 };

    (void)state;
    made.profile.max_asid = 0;
    save(&dir);
    made.profile.max_asid = asid;
    assert_false(chip_load(dir.path, &chip, &err));
    assert_int_equal(err.fw_status, SEV_STATUS_SECURE_DATA_INVALID);
}

static void a_chip_without_random_bytes_is_not_made(void **state)
{
    OWN(chip_clear) struct chip chip = { 0 };
    struct fw_profile profile = fw_profile_default();
    struct sevk_error err;

    (void)state;
    assert_fails(chip_manufacture(&profile, rng_failing(), 0, &chip, &err),
                 &err, SEVK_HOST, "no random bytes");
    assert_null(chip.key.p_);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cek_and_id_are_those_of_the_vector),
        cmocka_unit_test(the_ark_signs_itself_and_the_ask),
        cmocka_unit_test(the_roots_key_ids_say_that_they_are_virtual),
        cmocka_unit_test(the_cek_is_the_chips_own_and_the_ask_signs_it),
        cmocka_unit_test(a_chip_reads_back_as_it_was_saved),
        cmocka_unit_test(a_chip_that_is_not_there_is_named),
        cmocka_unit_test(a_profile_that_makes_no_sense_is_damage),
        cmocka_unit_test(a_chip_without_random_bytes_is_not_made),
    };

    return cmocka_run_group_tests(tests, manufacture, scrap);
}
