/* SPDX-License-Identifier: Apache-2.0 */
/* AES-256-XTS of sectors: numbers as dm-crypt counts, and the standard's vector. */
#include "crypto/sector.h"

#include "base/own.h"
#include "lib/dies.h"
#include "lib/hex.h"
#include "lib/unit.h"

static struct sector_cipher *cipher_with(uint8_t first, uint8_t second)
{
    uint8_t key[SECTOR_KEY_LEN];
    struct sector_cipher *cipher = NULL;
    struct sevk_error err = { 0 };

    memset(key, first, 32);
    memset(key + 32, second, 32);
    assert_works(sector_cipher_new(BYTES_OF(key), &cipher, &err), &err);
    return cipher;
}

static void use_a_piece_of_a_sector(void)
{
    struct sector_cipher *cipher = cipher_with(1, 2);
    static uint8_t sector[SECTOR_LEN];

    (void)!sector_encrypt(cipher, 0, bytes_make(sector, 512), sector, NULL);
}

static void a_piece_of_a_sector_aborts(void **state)
{
    (void)state;
    assert_true(aborts(use_a_piece_of_a_sector));
}

static void equal_halves_of_a_key_are_refused(void **state)
{
    uint8_t key[SECTOR_KEY_LEN] = { 0 };
    struct sector_cipher *cipher = NULL;
    struct sevk_error err;

    (void)state;
    assert_fails(sector_cipher_new(BYTES_OF(key), &cipher, &err), &err,
                 SEVK_INPUT, "the same");
    assert_null(cipher);
}

/*
 * dm-crypt numbers sectors from its disk's beginning: sector N is encrypted
 * alike, alone or behind others.
 */
static void a_sectors_number_counts_and_not_its_place_in_the_piece(void **state)
{
    OWN(sector_cipher_free) struct sector_cipher *cipher = cipher_with(1, 2);
    static uint8_t plain[3 * SECTOR_LEN];
    static uint8_t all[3 * SECTOR_LEN];
    static uint8_t one[SECTOR_LEN];
    struct sevk_error err = { 0 };

    (void)state;
    assert_works(sector_encrypt(cipher, 5, BYTES_OF(plain), all, &err), &err);
    for (uint64_t i = 0; i < 3; i++) {
        assert_works(sector_encrypt(cipher, 5 + i,
                                    bytes_make(plain, SECTOR_LEN), one, &err),
                     &err);
        assert_memory_equal(one, all + i * SECTOR_LEN, SECTOR_LEN);
    }
    assert_memory_not_equal(all, all + SECTOR_LEN, SECTOR_LEN);
}

/* Made with Python's cryptography: AES-256-XTS, keys 32 times 11h and 22h,
 * number 16 (sector 2 of 4096 bytes), zeros. */
static void a_sector_is_encrypted_as_another_program_does(void **state)
{
    OWN(sector_cipher_free)
    struct sector_cipher *cipher = cipher_with(0x11, 0x22);
    static uint8_t sector[SECTOR_LEN];
    uint8_t expected[32];
    struct sevk_error err = { 0 };

    (void)state;
    unhex("7df3b5089c67cb8d43d754c7d3ecc4c4c5ee8669ee7573001e7bcc0737fc4a5f",
          expected, sizeof expected);
    assert_works(sector_encrypt(cipher, 2, BYTES_OF(sector), sector, &err),
                 &err);
    assert_memory_equal(sector, expected, sizeof expected);
    unhex("b821c59d7f82163e09e21d1080408f9a07a6926f26d9abb5e6281fad8bcdb096",
          expected, sizeof expected);
    assert_memory_equal(sector + SECTOR_LEN - 32, expected, sizeof expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_piece_of_a_sector_aborts),
        cmocka_unit_test(equal_halves_of_a_key_are_refused),
        cmocka_unit_test(
            a_sectors_number_counts_and_not_its_place_in_the_piece),
        cmocka_unit_test(a_sector_is_encrypted_as_another_program_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
