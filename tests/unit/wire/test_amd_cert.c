/* SPDX-License-Identifier: Apache-2.0 */
/* AMD's certificates: malformed ones, the published ones, their key ids. */
#include "wire/amd_cert.h"

#include <stdio.h>

#include "base/own.h"
#include "layout.h"
#include "lib/dies.h"
#include "lib/hex.h"
#include "lib/vector.h"
#include "wire/sev_cert.h"

static bool again(struct bytes in, uint8_t *out, struct sevk_error *err)
{
    struct amd_cert c;
    size_t len = 0;

    if (!amd_cert_decode(in, &c, &len, err)) {
        return false;
    }
    assert_int_equal(len, amd_cert_len(c.modulus_bits));
    amd_cert_encode(&c, out);
    return true;
}

static const struct layout short_layout = { AMD_CERT_LEN_2048, again };
static const struct layout long_layout = { AMD_CERT_LEN_4096, again };

/* formats.md 1.3: key ids in the order of the file. */
static const struct {
    const char *product;
    const struct layout *layout;
    const char *ark;
    const char *ask;
} roots[] = {
    { "naples", &short_layout, "1bb987c359494606b174945601c9ea5b",
      "e139970cfc464377ae61b289e2f9e96e" },
    { "rome", &long_layout, "e6002122fb58419399d15fee7b131351",
      "c6cbcf145b3146f498e40ecb4ad4fded" },
    { "milan", &long_layout, "94c38e4177d0479292a7ae671d083fb6",
      "73478c05cc174bfeb06e718fa75dc3c8" },
    { "genoa", &long_layout, "9f9d4a8fe761456599f6946c4c010f3a",
      "acbb4ad21acc436fb3e932f812cd01b0" },
    { "turin", &long_layout, "d05c3a8bde484904b49552422ceb3942",
      "15051693f7304d65a527b4a7f3f7cb77" },
};

static struct buf load(const char *product, const char *role)
{
    char name[64];

    snprintf(name, sizeof name, "certs/%s/%s.cert", product, role);
    return vector_load(name);
}

static void test_a_cut_certificate_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        OWN(buf_free) struct buf ark = load(roots[i].product, "ark");
        uint8_t out[AMD_CERT_MAX_LEN];

        for (size_t n = 0; n < ark.n; n++) {
            struct sevk_error err;

            assert_fails(again(bytes_make(ark.p, n), out, &err), &err,
                         SEVK_INPUT, "AMD certificate: ends at ");
        }
    }
}

/* formats.md 1.3: the ARK that was published without its signature. */
static void test_the_unsigned_naples_ark_is_whole_with_its_signature(
    void **state)
{
    OWN(buf_free) struct buf bad = vector_load("certs/naples/ark.cert.bad");
    OWN(buf_free) struct buf sig = vector_load("certs/naples/ark.cert.sig");
    OWN(buf_free) struct buf good = load("naples", "ark");
    struct sevk_error err;
    struct amd_cert c;
    size_t len = 77;

    (void)state;
    assert_int_equal(bad.n, 576);
    assert_fails(amd_cert_decode(buf_bytes(&bad), &c, &len, &err), &err,
                 SEVK_INPUT, "ends at 240h");
    assert_int_equal(len, 77);
    assert_true(buf_append(&bad, buf_bytes(&sig), NULL));
    assert_bytes_equal(buf_bytes(&bad), buf_bytes(&good));
}

static void test_reserved_bytes_must_be_zero(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        OWN(buf_free) struct buf ark = load(roots[i].product, "ark");

        assert_reserved(roots[i].layout, buf_bytes(&ark), 0x28, 16);
    }
}

static void test_sizes_that_do_not_exist_are_refused(void **state)
{
    static const struct {
        uint32_t exponent;
        uint32_t modulus;
        const char *part;
    } rows[] = {
        { 0, 0, "a key of 0 bits" },
        { 2048, 4096, "not the same" },
        { 4096, 2048, "not the same" },
        { 17, 2048, "not the same" },
        { 1024, 1024, "a key of 1024 bits" },
        { 2047, 2047, "a key of 2047 bits" },
        { 3072, 3072, "a key of 3072 bits" },
        { 8192, 8192, "a key of 8192 bits" },
        { UINT32_MAX, UINT32_MAX, "a key of 4294967295 bits" },
    };
    OWN(buf_free) struct buf ark = load("milan", "ark");
    uint8_t out[AMD_CERT_MAX_LEN];

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct sevk_error err;

        for (unsigned int k = 0; k < 4; k++) {
            ark.p[56 + k] = (uint8_t)(rows[i].exponent >> 8 * k);
            ark.p[60 + k] = (uint8_t)(rows[i].modulus >> 8 * k);
        }
        assert_fails(again(buf_bytes(&ark), out, &err), &err, SEVK_INPUT,
                     rows[i].part);
    }
    assert_int_equal(amd_cert_len(2047), 0);
    assert_int_equal(amd_cert_signed_len(0), 0);
    assert_int_equal(amd_cert_len(2048), 832);
    assert_int_equal(amd_cert_len(4096), 1600);
    assert_int_equal(amd_cert_signed_len(2048), 576);
    assert_int_equal(amd_cert_signed_len(4096), 1088);
}

static void test_another_version_is_refused(void **state)
{
    OWN(buf_free) struct buf ark = load("rome", "ark");
    uint8_t out[AMD_CERT_MAX_LEN];
    struct sevk_error err;

    (void)state;
    ark.p[0] = 2;
    assert_fails(again(buf_bytes(&ark), out, &err), &err, SEVK_INPUT,
                 "version 2 is not 1");
}

static void encode_an_impossible_size(void)
{
    static const struct amd_cert c = { .modulus_bits = 1024 };
    uint8_t out[AMD_CERT_MAX_LEN];

    amd_cert_encode(&c, out);
}

static void test_encoding_an_impossible_size_aborts(void **state)
{
    (void)state;
    assert_true(aborts(encode_an_impossible_size));
}

static void test_amds_roots_come_back_byte_for_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(roots); i++) {
        OWN(buf_free) struct buf ark = load(roots[i].product, "ark");
        OWN(buf_free) struct buf ask = load(roots[i].product, "ask");

        assert_comes_back(roots[i].layout, buf_bytes(&ark));
        assert_comes_back(roots[i].layout, buf_bytes(&ask));
    }
}

static void test_key_ids_and_usages_of_amds_roots(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(roots); i++) {
        OWN(buf_free) struct buf ark_file = load(roots[i].product, "ark");
        OWN(buf_free) struct buf ask_file = load(roots[i].product, "ask");
        struct amd_cert ark;
        struct amd_cert ask;
        size_t len = 0;

        assert_true(amd_cert_decode(buf_bytes(&ark_file), &ark, &len, NULL));
        assert_true(amd_cert_decode(buf_bytes(&ask_file), &ask, &len, NULL));
        assert_hex(BYTES_OF(ark.key_id), roots[i].ark);
        assert_hex(BYTES_OF(ask.key_id), roots[i].ask);
        assert_hex(BYTES_OF(ark.certifying_id), roots[i].ark);
        assert_hex(BYTES_OF(ask.certifying_id), roots[i].ark);
        assert_int_equal(ark.key_usage, SEV_USAGE_ARK);
        assert_int_equal(ask.key_usage, SEV_USAGE_ASK);
        assert_memory_equal(ark.exponent, "\1\0\1\0", 4);
    }
}

static void test_what_follows_a_certificate_is_left_alone(void **state)
{
    OWN(buf_free) struct buf both = load("rome", "ask");
    OWN(buf_free) struct buf ark = load("rome", "ark");
    struct amd_cert c;
    size_t len = 0;

    (void)state;
    assert_true(buf_append(&both, buf_bytes(&ark), NULL));
    assert_true(amd_cert_decode(buf_bytes(&both), &c, &len, NULL));
    assert_int_equal(len, 1600);
    assert_int_equal(c.key_usage, SEV_USAGE_ASK);
    assert_true(amd_cert_decode(bytes_make(both.p + len, both.n - len), &c,
                                &len, NULL));
    assert_int_equal(c.key_usage, SEV_USAGE_ARK);
}

static void test_the_numbers_of_a_short_key_end_in_zeros(void **state)
{
    OWN(buf_free) struct buf ark = load("naples", "ark");
    struct amd_cert c;
    size_t len = 0;

    (void)state;
    memset(&c, 0xee, sizeof c);
    assert_true(amd_cert_decode(buf_bytes(&ark), &c, &len, NULL));
    assert_true(bytes_all_zero(bytes_make(c.modulus + 256, 256)));
    assert_true(bytes_all_zero(bytes_make(c.exponent + 256, 256)));
    assert_true(bytes_all_zero(bytes_make(c.signature + 256, 256)));
}

static void test_a_dump_tells_every_field(void **state)
{
    OWN(buf_free) struct buf file = load("milan", "ask");
    OWN(buf_free) struct buf text = { 0 };
    struct amd_cert c;
    size_t len = 0;

    (void)state;
    assert_true(amd_cert_decode(buf_bytes(&file), &c, &len, NULL));
    assert_true(amd_cert_dump(&c, &text, NULL));
    assert_non_null(strstr(buf_string(&text),
                           "key id            73478c05cc174bfeb06e718f"));
    assert_non_null(strstr(buf_string(&text), "usage             ASK (13h)\n"));
    assert_non_null(strstr(buf_string(&text), "modulus size      4096 bits\n"));
    assert_non_null(strstr(buf_string(&text), "0000010001\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_cut_certificate_is_refused),
        cmocka_unit_test(
            test_the_unsigned_naples_ark_is_whole_with_its_signature),
        cmocka_unit_test(test_reserved_bytes_must_be_zero),
        cmocka_unit_test(test_sizes_that_do_not_exist_are_refused),
        cmocka_unit_test(test_another_version_is_refused),
        cmocka_unit_test(test_encoding_an_impossible_size_aborts),
        cmocka_unit_test(test_amds_roots_come_back_byte_for_byte),
        cmocka_unit_test(test_key_ids_and_usages_of_amds_roots),
        cmocka_unit_test(test_what_follows_a_certificate_is_left_alone),
        cmocka_unit_test(test_the_numbers_of_a_short_key_end_in_zeros),
        cmocka_unit_test(test_a_dump_tells_every_field),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
