/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the SHA-256 without a library, against libcrypto's. */
#include "guest/small_sha256.h"

#include "crypto/hash.h"
#include "lib/unit.h"

static void every_length_is_hashed_as_libcrypto_does(void **state)
{
    uint8_t data[300];

    (void)state;
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(i * 7);
    }
    for (size_t n = 0; n <= sizeof data; n++) {
        struct small_sha256 sha;
        uint8_t ours[SMALL_SHA256_LEN];
        uint8_t theirs[SHA256_LEN];

        small_sha256_start(&sha);
        small_sha256_add(&sha, data, (uint32_t)n);
        small_sha256_end(&sha, ours);
        sha256(bytes_make(data, n), theirs);
        assert_memory_equal(ours, theirs, sizeof ours);
    }
}

static void pieces_make_the_same_hash(void **state)
{
    uint8_t data[200] = { 1, 2, 3 };
    uint8_t expected[SHA256_LEN];

    (void)state;
    sha256(BYTES_OF(data), expected);
    for (uint32_t piece = 1; piece < 130; piece++) {
        struct small_sha256 sha;
        uint8_t seen[SMALL_SHA256_LEN];

        small_sha256_start(&sha);
        for (uint32_t at = 0; at < sizeof data; at += piece) {
            uint32_t left = (uint32_t)sizeof data - at;

            small_sha256_add(&sha, data + at, piece < left ? piece : left);
        }
        small_sha256_end(&sha, seen);
        assert_memory_equal(seen, expected, sizeof seen);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_length_is_hashed_as_libcrypto_does),
        cmocka_unit_test(pieces_make_the_same_hash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
