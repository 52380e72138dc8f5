/* SPDX-License-Identifier: Apache-2.0 */
/* AES-128-CTR: SP 800-38A's example, lengths, the counter's carry. */
#include "crypto/aes.h"

#include "lib/dies.h"
#include "lib/hex.h"
#include "lib/rng.h"
#include "lib/unit.h"

/* SP 800-38A, F.5.1 and F.5.2. */
#define F5_KEY     "2b7e151628aed2a6abf7158809cf4f3c"
#define F5_COUNTER "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"
#define F5_PLAIN                                                               \
    "6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51"        \
    "30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710"
#define F5_CIPHER                                                              \
    "874d6191b620e3261bef6864990db6ce 9806f66b7970fdff8617187bb9fffdff"        \
    "5ae4df3edbd5d35e5b4f09020db03eab 1e031dda2fbe03d1792170a0f3009cee"

static void crypt(const char *key, const char *iv, struct bytes in,
                  uint8_t *out)
{
    uint8_t k[AES128_KEY_LEN];
    uint8_t counter[AES_BLOCK_LEN];
    struct sevk_error err = { 0 };

    unhex(key, k, sizeof k);
    unhex(iv, counter, sizeof counter);
    assert_works(aes128_ctr(BYTES_OF(k), counter, in, out, &err), &err);
}

static void use_a_short_key(void)
{
    uint8_t key[15] = { 0 };
    uint8_t iv[16] = { 0 };
    uint8_t out[1];
    bool done = aes128_ctr(BYTES_OF(key), iv, bytes_make("x", 1), out, NULL);

    (void)done;
}

static void test_a_key_of_another_size_aborts(void **state)
{
    (void)state;
    assert_true(aborts(use_a_short_key));
}

static void test_the_example_of_sp_800_38a_both_ways(void **state)
{
    uint8_t plain[64];
    uint8_t cipher[64];
    uint8_t out[64];

    (void)state;
    unhex(F5_PLAIN, plain, sizeof plain);
    unhex(F5_CIPHER, cipher, sizeof cipher);
    crypt(F5_KEY, F5_COUNTER, BYTES_OF(plain), out);
    assert_bytes_equal(BYTES_OF(out), BYTES_OF(cipher));
    crypt(F5_KEY, F5_COUNTER, BYTES_OF(cipher), out);
    assert_bytes_equal(BYTES_OF(out), BYTES_OF(plain));
}

static void test_any_length_is_the_beginning_of_a_longer_one(void **state)
{
    uint8_t plain[64];
    uint8_t cipher[64];

    (void)state;
    unhex(F5_PLAIN, plain, sizeof plain);
    unhex(F5_CIPHER, cipher, sizeof cipher);
    for (size_t n = 0; n <= sizeof plain; n++) {
        uint8_t out[65];

        memset(out, 0xee, sizeof out);
        crypt(F5_KEY, F5_COUNTER, bytes_make(plain, n), out);
        assert_bytes_equal(bytes_make(out, n), bytes_make(cipher, n));
        assert_int_equal(out[n], 0xee);
    }
}

static void test_memory_can_be_encrypted_in_place(void **state)
{
    uint8_t buf[64];

    (void)state;
    unhex(F5_PLAIN, buf, sizeof buf);
    crypt(F5_KEY, F5_COUNTER, BYTES_OF(buf), buf);
    assert_hex(BYTES_OF(buf), F5_CIPHER);
}

static void test_nothing_is_encrypted_to_nothing(void **state)
{
    (void)state;
    crypt(F5_KEY, F5_COUNTER, (struct bytes){ 0 }, NULL);
}

/* The counter is one number of 128 bits: a carry goes through all of it. */
static void test_the_counter_carries_through_all_bytes(void **state)
{
    static const struct {
        const char *iv;
        const char *next;
    } rows[] = {
        { "ffffffffffffffffffffffffffffffff",
          "00000000000000000000000000000000" },
        { "0000000000000000ffffffffffffffff",
          "00000000000000010000000000000000" },
        { "000000000000000000000000ffffffff",
          "00000000000000000000000100000000" },
        { "000000000000000000000000000000ff",
          "00000000000000000000000000000100" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        const uint8_t zeros[32] = { 0 };
        uint8_t both[32];
        uint8_t second[16];

        crypt(F5_KEY, rows[i].iv, BYTES_OF(zeros), both);
        crypt(F5_KEY, rows[i].next, bytes_make(zeros, 16), second);
        assert_memory_equal(both + 16, second, 16);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_key_of_another_size_aborts),
        cmocka_unit_test(test_the_example_of_sp_800_38a_both_ways),
        cmocka_unit_test(test_any_length_is_the_beginning_of_a_longer_one),
        cmocka_unit_test(test_memory_can_be_encrypted_in_place),
        cmocka_unit_test(test_nothing_is_encrypted_to_nothing),
        cmocka_unit_test(test_the_counter_carries_through_all_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
