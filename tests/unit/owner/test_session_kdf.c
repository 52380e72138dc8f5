/* SPDX-License-Identifier: Apache-2.0 */
/* The key derivation: published values, and what each input does. */
#include "owner/session_kdf.h"

#include "base/own.h"
#include "lib/dies.h"
#include "lib/hex.h"
#include "lib/unit.h"
#include "lib/vector.h"

static const struct bytes none = { NULL, 0 };

/* From a vector's Z and nonce down to KEK and KIK, and one of zeros. */
static void test_the_vectors_keys_are_derived(void **state)
{
    static const char file[] = "session/intermediates.json";
    OWN(buf_free) struct buf z = vector_json_string(file, "z");
    OWN(buf_free) struct buf nonce = vector_json_string(file, "nonce");
    OWN(buf_free) struct buf master = vector_json_string(file, "master_secret");
    OWN(buf_free) struct buf kek = vector_json_string(file, "kek");
    OWN(buf_free) struct buf kik = vector_json_string(file, "kik");
    uint8_t z_bytes[48], nonce_bytes[16], got[16], key[16];

    (void)state;
    unhex(buf_string(&z), z_bytes, sizeof z_bytes);
    unhex(buf_string(&nonce), nonce_bytes, sizeof nonce_bytes);
    session_kdf(BYTES_OF(z_bytes), "sev-master-secret", BYTES_OF(nonce_bytes),
                key, sizeof key);
    assert_hex(BYTES_OF(key), buf_string(&master));
    session_kdf(BYTES_OF(key), "sev-kek", none, got, sizeof got);
    assert_hex(BYTES_OF(got), buf_string(&kek));
    session_kdf(BYTES_OF(key), "sev-kik", none, got, sizeof got);
    assert_hex(BYTES_OF(got), buf_string(&kik));
}

static void test_zeros_give_the_published_master_secret(void **state)
{
    const uint8_t zeros[16] = { 0 };
    uint8_t got[16];

    (void)state;
    session_kdf(BYTES_OF(zeros), "sev-master-secret", BYTES_OF(zeros), got,
                sizeof got);
    assert_hex(BYTES_OF(got), "ab4d269fcc62bedb4511d56c386ce706");
}

/* Two blocks: the label of the CEK's derivation (formats.md 1.5). */
static void test_more_than_one_block_is_derived(void **state)
{
    static const char file[] = "cek/derive.json";
    OWN(buf_free) struct buf seed = vector_json_string(file, "seed");
    OWN(buf_free) struct buf want = vector_json_string(file, "kdf56");
    uint8_t seed_bytes[32], got[56];

    (void)state;
    unhex(buf_string(&seed), seed_bytes, sizeof seed_bytes);
    session_kdf(BYTES_OF(seed_bytes), "sev-chip-endorsement-key", none, got,
                sizeof got);
    assert_hex(BYTES_OF(got), buf_string(&want));
}

static void test_the_length_enters_the_derivation(void **state)
{
    const uint8_t key[16] = { 1 };
    uint8_t a[16], b[32];

    (void)state;
    session_kdf(BYTES_OF(key), "x", none, a, sizeof a);
    session_kdf(BYTES_OF(key), "x", none, b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
}

static void test_nothing_is_written_behind_the_output(void **state)
{
    const uint8_t key[16] = { 1 };
    uint8_t out[65];

    (void)state;
    for (size_t n = 0; n < sizeof out; n++) {
        memset(out, 0xa5, sizeof out);
        session_kdf(BYTES_OF(key), "x", none, out, n);
        for (size_t i = n; i < sizeof out; i++) {
            assert_int_equal(out[i], 0xa5);
        }
    }
}

static void derive_too_much(void)
{
    static uint8_t out[8161];

    session_kdf(none, "x", none, out, sizeof out);
}

static void test_too_long_an_output_is_a_bug(void **state)
{
    (void)state;
    assert_true(aborts(derive_too_much));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_vectors_keys_are_derived),
        cmocka_unit_test(test_zeros_give_the_published_master_secret),
        cmocka_unit_test(test_more_than_one_block_is_derived),
        cmocka_unit_test(test_the_length_enters_the_derivation),
        cmocka_unit_test(test_nothing_is_written_behind_the_output),
        cmocka_unit_test(test_too_long_an_output_is_a_bug),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
