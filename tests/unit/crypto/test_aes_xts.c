/* SPDX-License-Identifier: Apache-2.0 */
/* AES-128-XTS: the standard's vectors, pieces of a unit, wrong places. */
#include "crypto/aes_xts.h"

#include "base/own.h"
#include "lib/dies.h"
#include "lib/hex.h"
#include "lib/rng.h"
#include "lib/unit.h"

#define UNIT_LEN 2048

static struct aes128_xts *keys(const char *data, const char *tweak)
{
    uint8_t k1[16];
    uint8_t k2[16];
    struct aes128_xts *xts = NULL;
    struct sevk_error err = { 0 };

    unhex(data, k1, sizeof k1);
    unhex(tweak, k2, sizeof k2);
    assert_works(aes128_xts_new(BYTES_OF(k1), BYTES_OF(k2), &xts, &err), &err);
    return xts;
}

static void use_a_length_that_is_no_block(void)
{
    struct aes128_xts *xts = keys("00112233445566778899aabbccddeeff",
                                  "ffeeddccbbaa99887766554433221100");
    uint8_t unit[16] = { 0 };
    uint8_t block[17] = { 0 };
    bool done = aes128_xts_encrypt(xts, unit, 0, BYTES_OF(block), block, NULL);

    (void)done;
}

static void test_a_length_that_is_no_block_aborts(void **state)
{
    (void)state;
    assert_true(aborts(use_a_length_that_is_no_block));
}

static void test_two_equal_keys_are_refused(void **state)
{
    uint8_t key[16] = { 1 };
    struct aes128_xts *xts = NULL;
    struct sevk_error err;

    (void)state;
    assert_fails(aes128_xts_new(BYTES_OF(key), BYTES_OF(key), &xts, &err), &err,
                 SEVK_INPUT, "the same");
    assert_null(xts);
}

/* NIST CAVP, XTSGenAES128, data unit of 128 bits, count 1; IEEE 1619, annex B,
 * vectors 2 and 3. */
static void test_the_vectors_of_nist_and_ieee_both_ways(void **state)
{
    static const struct {
        const char *data;
        const char *tweak;
        const char *unit;
        const char *plain;
        const char *cipher;
        size_t n;
    } rows[] = {
        { "a1b90cba3f06ac353b2c343876081762",
          "090923026e91771815f29dab01932f2f",
          "4faef7117cda59c66e4b92013e768ad5",
          "ebabce95b14d3c8d6fb350390790311c",
          "778ae8b43cb98d5a825081d5be471c63", 16 },
        { "11111111111111111111111111111111",
          "22222222222222222222222222222222",
          "33333333330000000000000000000000",
          "4444444444444444444444444444444444444444444444444444444444444444",
          "c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0",
          32 },
        { "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0",
          "22222222222222222222222222222222",
          "33333333330000000000000000000000",
          "4444444444444444444444444444444444444444444444444444444444444444",
          "af85336b597afc1a900b2eb21ec949d292df4c047e0b21532186a5971a227a89",
          32 },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        OWN(aes128_xts_free)
        struct aes128_xts *xts = keys(rows[i].data, rows[i].tweak);
        uint8_t unit[16];
        uint8_t buf[32];
        struct bytes b = bytes_make(buf, rows[i].n);

        unhex(rows[i].unit, unit, sizeof unit);
        unhex(rows[i].plain, buf, rows[i].n);
        assert_true(aes128_xts_encrypt(xts, unit, 0, b, buf, NULL));
        assert_hex(b, rows[i].cipher);
        assert_true(aes128_xts_decrypt(xts, unit, 0, b, buf, NULL));
        assert_hex(b, rows[i].plain);
    }
}

/* IEEE 1619, annex B, vector 4: 512 bytes 00h, 01h, …; the first and the last
 * blocks of it. */
static void test_a_longer_unit_is_that_of_ieee_1619(void **state)
{
    OWN(aes128_xts_free)
    struct aes128_xts *xts = keys("27182818284590452353602874713526",
                                  "31415926535897932384626433832795");
    const uint8_t unit[16] = { 0 };
    uint8_t buf[512];

    (void)state;
    for (size_t i = 0; i < sizeof buf; i++) {
        buf[i] = (uint8_t)i;
    }
    assert_true(aes128_xts_encrypt(xts, unit, 0, BYTES_OF(buf), buf, NULL));
    assert_hex(bytes_make(buf, 32), "27a7479befa1d476489f308cd4cfa6e2"
                                    "a96e4bbe3208ff25287dd3819616e89c");
    assert_hex(bytes_make(buf + 496, 16), "0a282df920147beabe421ee5319d0568");
}

/* Every piece of a page, encrypted and decrypted alone. */
static void test_a_piece_is_what_it_is_within_its_unit(void **state)
{
    OWN(aes128_xts_free)
    struct aes128_xts *xts = keys("000102030405060708090a0b0c0d0e0f",
                                  "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
    struct fake_rng random = { 3 };
    uint8_t unit[16];
    uint8_t plain[UNIT_LEN];
    uint8_t whole[UNIT_LEN];

    (void)state;
    fake_rng_bytes(&random, unit, sizeof unit);
    fake_rng_bytes(&random, plain, sizeof plain);
    assert_true(aes128_xts_encrypt(xts, unit, 0, BYTES_OF(plain), whole, NULL));
    for (size_t at = 0; at < UNIT_LEN; at += 16) {
        uint8_t piece[64];
        size_t n = UNIT_LEN - at < sizeof piece ? UNIT_LEN - at : sizeof piece;

        assert_true(aes128_xts_encrypt(xts, unit, at, bytes_make(plain + at, n),
                                       piece, NULL));
        assert_memory_equal(piece, whole + at, n);
        assert_true(aes128_xts_decrypt(xts, unit, at, bytes_make(piece, n),
                                       piece, NULL));
        assert_memory_equal(piece, plain + at, n);
    }
}

static void test_another_unit_or_place_decrypts_to_something_else(void **state)
{
    OWN(aes128_xts_free)
    struct aes128_xts *xts = keys("000102030405060708090a0b0c0d0e0f",
                                  "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
    const uint8_t unit[16] = { 7 };
    const uint8_t other[16] = { 8 };
    const uint8_t plain[16] = "sixteen bytes..";
    uint8_t cipher[16];
    uint8_t out[16];

    (void)state;
    assert_true(
        aes128_xts_encrypt(xts, unit, 32, BYTES_OF(plain), cipher, NULL));
    assert_true(
        aes128_xts_decrypt(xts, other, 32, BYTES_OF(cipher), out, NULL));
    assert_memory_not_equal(out, plain, sizeof out);
    assert_true(aes128_xts_decrypt(xts, unit, 48, BYTES_OF(cipher), out, NULL));
    assert_memory_not_equal(out, plain, sizeof out);
    assert_true(aes128_xts_decrypt(xts, unit, 32, BYTES_OF(cipher), out, NULL));
    assert_memory_equal(out, plain, sizeof out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_length_that_is_no_block_aborts),
        cmocka_unit_test(test_two_equal_keys_are_refused),
        cmocka_unit_test(test_the_vectors_of_nist_and_ieee_both_ways),
        cmocka_unit_test(test_a_longer_unit_is_that_of_ieee_1619),
        cmocka_unit_test(test_a_piece_is_what_it_is_within_its_unit),
        cmocka_unit_test(test_another_unit_or_place_decrypts_to_something_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
