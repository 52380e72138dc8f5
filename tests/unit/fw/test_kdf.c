/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/kdf.c. */
#include "fw/kdf.h"

#include "base/own.h"
#include "crypto/hash.h"
#include "lib/hex.h"
#include "lib/unit.h"
#include "lib/vector.h"

static const uint8_t zeros[16];

/* formats.md 2, "Check values". */
static void a_key_and_a_nonce_of_zeros_give_the_published_master_secret(
    void **state)
{
    SECRET(out);

    (void)state;
    assert_true(fw_kdf(BYTES_OF(zeros), "sev-master-secret", BYTES_OF(zeros),
                       16, &out, NULL));
    assert_hex(secret_expose(&out), "ab4d269fcc62bedb4511d56c386ce706");
}

static void the_session_vectors_master_kek_and_kik_come_out(void **state)
{
    static const char file[] = "session/intermediates.json";
    OWN(buf_free) struct buf z_text = vector_json_string(file, "z");
    OWN(buf_free) struct buf nonce_text = vector_json_string(file, "nonce");
    OWN(buf_free)
    struct buf master_text = vector_json_string(file, "master_secret");
    OWN(buf_free) struct buf kek_text = vector_json_string(file, "kek");
    OWN(buf_free) struct buf kik_text = vector_json_string(file, "kik");
    OWN(buf_free) struct buf z = unhex_all(buf_string(&z_text));
    OWN(buf_free) struct buf nonce = unhex_all(buf_string(&nonce_text));
    SECRET(master);
    SECRET(out);

    (void)state;
    assert_true(fw_kdf(buf_bytes(&z), "sev-master-secret", buf_bytes(&nonce),
                       16, &master, NULL));
    assert_hex(secret_expose(&master), buf_string(&master_text));
    assert_true(fw_kdf(secret_expose(&master), "sev-kek", (struct bytes){ 0 },
                       16, &out, NULL));
    assert_hex(secret_expose(&out), buf_string(&kek_text));
    assert_true(fw_kdf(secret_expose(&master), "sev-kik", (struct bytes){ 0 },
                       16, &out, NULL));
    assert_hex(secret_expose(&out), buf_string(&kik_text));
}

/* 56 bytes are two blocks, of which the second is cut. */
static void an_output_longer_than_a_block_is_that_of_the_cek_vector(
    void **state)
{
    OWN(buf_free)
    struct buf seed_text = vector_json_string("cek/derive.json", "seed");
    OWN(buf_free)
    struct buf out_text = vector_json_string("cek/derive.json", "kdf56");
    OWN(buf_free) struct buf seed = unhex_all(buf_string(&seed_text));
    SECRET(out);

    (void)state;
    assert_true(fw_kdf(buf_bytes(&seed), "sev-chip-endorsement-key",
                       (struct bytes){ 0 }, 56, &out, NULL));
    assert_hex(secret_expose(&out), buf_string(&out_text));
}

/* Key, label, context and length all enter; a prefix of a longer output is
 * not a shorter one. */
static void every_input_changes_the_output(void **state)
{
    uint8_t other[16] = { 1 };
    SECRET(base);
    SECRET(out);
    const struct {
        struct bytes key;
        const char *label;
        struct bytes context;
        size_t n;
    } rows[] = {
        { BYTES_OF(other), "sev-kek", BYTES_OF(zeros), 16 },
        { BYTES_OF(zeros), "sev-kik", BYTES_OF(zeros), 16 },
        { BYTES_OF(zeros), "sev-kek", BYTES_OF(other), 16 },
        { BYTES_OF(zeros), "sev-kek", (struct bytes){ 0 }, 16 },
        { BYTES_OF(zeros), "sev-kek", BYTES_OF(zeros), 17 },
    };

    (void)state;
    assert_true(
        fw_kdf(BYTES_OF(zeros), "sev-kek", BYTES_OF(zeros), 16, &base, NULL));
    for (size_t i = 0; i < N_OF(rows); i++) {
        assert_true(fw_kdf(rows[i].key, rows[i].label, rows[i].context,
                           rows[i].n, &out, NULL));
        assert_int_equal(secret_expose(&out).n, rows[i].n);
        assert_memory_not_equal(secret_expose(&out).p, secret_expose(&base).p,
                                16);
    }
}

static void every_length_is_a_whole_number_of_bytes_of_its_own(void **state)
{
    SECRET(out);

    (void)state;
    for (size_t n = 1; n <= 3 * SHA256_LEN + 1; n++) {
        assert_true(
            fw_kdf(BYTES_OF(zeros), "x", (struct bytes){ 0 }, n, &out, NULL));
        assert_int_equal(secret_expose(&out).n, n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_key_and_a_nonce_of_zeros_give_the_published_master_secret),
        cmocka_unit_test(the_session_vectors_master_kek_and_kik_come_out),
        cmocka_unit_test(
            an_output_longer_than_a_block_is_that_of_the_cek_vector),
        cmocka_unit_test(every_input_changes_the_output),
        cmocka_unit_test(every_length_is_a_whole_number_of_bytes_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
