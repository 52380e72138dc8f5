/* SPDX-License-Identifier: Apache-2.0 */
/* Secret tables: lengths that lie, padding, many entries, none. */
#include "wire/secret_table.h"

#include "base/cursor.h"
#include "base/own.h"
#include "lib/dies.h"
#include "lib/hex.h"
#include "lib/rng.h"
#include "lib/unit.h"

#define LUKS_ENTRY(text)                                                       \
    {                                                                          \
        GUID_INIT(0x736869e5, 0x84f0, 0x4973, 0x92, 0xec, 0x06, 0x87, 0x9c,    \
                  0xe3, 0xda, 0x0b),                                           \
        {                                                                      \
            (const uint8_t *)(text), sizeof(text) - 1                          \
        }                                                                      \
    }

/* The table of one entry "pass", byte for byte as formats.md 8 has it. */
#define PASS_TABLE                                                             \
    "42f5741edd71664d963eef4287ff173b 2c000000"                                \
    "e5696873f0847349 92ec06879ce3da0b 18000000 70617373"                      \
    "00000000"

static const struct secret_entry pass = LUKS_ENTRY("pass");

static void assert_refused(struct bytes in, const char *part)
{
    struct secret_entry found[4] = { LUKS_ENTRY("kept") };
    struct sevk_error err;
    size_t n = 77;

    assert_fails(secret_table_decode(in, found, N_OF(found), &n, &err), &err,
                 SEVK_INPUT, part);
    assert_int_equal(n, 77);
    assert_bytes_equal(found[0].data, bytes_of_string("kept"));
}

static void test_what_is_cut_is_refused(void **state)
{
    uint8_t in[48];

    (void)state;
    unhex(PASS_TABLE, in, sizeof in);
    assert_refused((struct bytes){ 0 }, "ends at 000h");
    for (size_t n = 0; n < 20; n++) {
        assert_refused(bytes_make(in, n), "ends at ");
    }
    for (size_t n = 20; n < 44; n++) {
        assert_refused(bytes_make(in, n), "it says to be 44 bytes long");
    }
}

static void test_another_guid_is_refused(void **state)
{
    uint8_t in[48];

    (void)state;
    unhex(PASS_TABLE, in, sizeof in);
    for (size_t at = 0; at < 16; at++) {
        in[at] ^= 1;
        assert_refused(BYTES_OF(in), "another GUID");
        in[at] ^= 1;
    }
}

static void test_lengths_that_lie_are_refused(void **state)
{
    static const struct {
        uint32_t table;
        uint32_t entry;
        const char *part;
    } rows[] = {
        { 0, 24, "it says to be 0 bytes" },
        { 19, 24, "it says to be 19 bytes" },
        { 49, 24, "it says to be 49 bytes" },
        { UINT32_MAX, 24, "it says to be 4294967295 bytes" },
        { 44, 0, "the entry at 014h does not fit" },
        { 44, 19, "the entry at 014h does not fit" },
        { 44, 25, "the entry at 014h does not fit" },
        { 44, UINT32_MAX, "the entry at 014h does not fit" },
        { 43, 24, "the entry at 014h does not fit" },
        { 39, 24, "the entry at 014h does not fit" },
        { 21, 24, "the entry at 014h does not fit" },
        { 44, 20, "the entry at 028h does not fit" },
        { 44, 23, "the entry at 02Bh does not fit" },
    };
    uint8_t in[48];

    (void)state;
    unhex(PASS_TABLE, in, sizeof in);
    for (size_t i = 0; i < N_OF(rows); i++) {
        store_le32(in + 16, rows[i].table);
        store_le32(in + 36, rows[i].entry);
        assert_refused(BYTES_OF(in), rows[i].part);
    }
}

static void test_more_entries_than_wanted_are_refused(void **state)
{
    const struct secret_entry entries[] = { pass, pass, pass };
    uint8_t table[96];
    struct secret_entry found[3];
    struct sevk_error err;
    size_t n = 77;

    (void)state;
    assert_int_equal(secret_table_len(entries, 3), sizeof table);
    secret_table_encode(entries, 3, table, sizeof table);
    assert_fails(secret_table_decode(BYTES_OF(table), found, 2, &n, &err), &err,
                 SEVK_INPUT, "more than 2 entries");
    assert_int_equal(n, 77);
    assert_true(secret_table_decode(BYTES_OF(table), found, 3, &n, NULL));
    assert_int_equal(n, 3);
    assert_false(secret_table_decode(BYTES_OF(table), NULL, 0, &n, NULL));
}

static void test_a_passphrase_is_laid_out_as_others_do(void **state)
{
    uint8_t out[48];

    (void)state;
    assert_int_equal(secret_table_len(&pass, 1), sizeof out);
    secret_table_encode(&pass, 1, out, sizeof out);
    assert_hex(BYTES_OF(out), PASS_TABLE);
}

static void test_what_is_encoded_is_found_again(void **state)
{
    struct fake_rng rng = { 14 };
    uint8_t data[64];
    static uint8_t out[1024];

    (void)state;
    fake_rng_bytes(&rng, data, sizeof data);
    for (int round = 0; round < 500; round++) {
        struct secret_entry in[6];
        struct secret_entry found[6];
        size_t n = fake_rng_below(&rng, N_OF(in) + 1);
        size_t len;
        size_t found_n = 77;
        struct sevk_error err = { 0 };

        for (size_t i = 0; i < n; i++) {
            fake_rng_bytes(&rng, in[i].guid.b, 16);
            in[i].data = bytes_make(data, fake_rng_below(&rng, 65));
        }
        len = secret_table_len(in, n);
        assert_true(len > 0 && len % 16 == 0 && len <= sizeof out);
        memset(out, 0xee, sizeof out);
        secret_table_encode(in, n, out, len);
        assert_int_equal(out[len], 0xee);
        assert_works(
            secret_table_decode(bytes_make(out, len), found, 6, &found_n, &err),
            &err);
        assert_int_equal(found_n, n);
        for (size_t i = 0; i < n; i++) {
            assert_true(guid_equal(&found[i].guid, &in[i].guid));
            assert_bytes_equal(found[i].data, in[i].data);
        }
    }
}

static void test_no_entries_are_a_table_too(void **state)
{
    uint8_t out[32];
    size_t n = 77;

    (void)state;
    assert_int_equal(secret_table_len(NULL, 0), sizeof out);
    secret_table_encode(NULL, 0, out, sizeof out);
    assert_hex(BYTES_OF(out), "42f5741edd71664d963eef4287ff173b 14000000"
                              "000000000000000000000000");
    assert_true(secret_table_decode(BYTES_OF(out), NULL, 0, &n, NULL));
    assert_int_equal(n, 0);
}

static void test_bytes_behind_the_table_may_be_anything(void **state)
{
    uint8_t in[48];
    struct secret_entry found[1];
    size_t n = 0;

    (void)state;
    unhex(PASS_TABLE, in, sizeof in);
    memset(in + 44, 0xff, 4);
    assert_true(secret_table_decode(BYTES_OF(in), found, 1, &n, NULL));
    assert_bytes_equal(found[0].data, bytes_of_string("pass"));
    assert_true(secret_table_decode(bytes_make(in, 44), found, 1, &n, NULL));
}

static void test_padding_that_was_counted_is_passed_over(void **state)
{
    uint8_t in[64];
    struct secret_entry found[1];
    size_t n = 0;

    (void)state;
    memset(in, 0, sizeof in);
    unhex(PASS_TABLE, in, 48);
    for (uint32_t padding = 0; padding < 16; padding++) {
        store_le32(in + 16, 44 + padding);
        assert_true(secret_table_decode(BYTES_OF(in), found, 1, &n, NULL));
        assert_int_equal(n, 1);
    }
    store_le32(in + 16, 44 + 16);
    assert_refused(BYTES_OF(in), "the entry at 02Ch does not fit");
    store_le32(in + 16, 44 + 4);
    in[47] = 1;
    assert_refused(BYTES_OF(in), "the entry at 02Ch does not fit");
}

static void test_sizes_that_do_not_fit_have_no_length(void **state)
{
    const struct secret_entry huge = { .data = { NULL, (size_t)1 << 31 } };
    const struct secret_entry wraps = { .data = { NULL, SIZE_MAX } };
    const struct secret_entry half = { .data = { NULL, (size_t)1 << 30 } };
    const struct secret_entry most = { .data = { NULL,
                                                 ((size_t)1 << 31) - 56 } };
    const struct secret_entry halves[] = { half, half };
    const struct secret_entry full[] = { most, pass };

    (void)state;
    assert_int_equal(secret_table_len(&huge, 1), 0);
    assert_int_equal(secret_table_len(&wraps, 1), 0);
    assert_int_equal(secret_table_len(halves, 2), 0);
    assert_int_equal(secret_table_len(full, 2), 0);
    assert_true(secret_table_len(&most, 1) <= (size_t)1 << 31);
    assert_true(secret_table_len(&most, 1) > (size_t)1 << 30);
}

static void encode_into_another_size(void)
{
    uint8_t out[64];

    secret_table_encode(&pass, 1, out, sizeof out);
}

static void test_encoding_into_another_size_aborts(void **state)
{
    (void)state;
    assert_true(aborts(encode_into_another_size));
}

static void test_the_guids_are_the_published_ones(void **state)
{
    char text[GUID_TEXT_LEN];

    (void)state;
    guid_format(&secret_table_guid, text);
    assert_string_equal(text, "1e74f542-71dd-4d66-963e-ef4287ff173b");
    guid_format(&secret_luks_key_guid, text);
    assert_string_equal(text, "736869e5-84f0-4973-92ec-06879ce3da0b");
}

static void a_secret_is_named_or_given_by_its_guid(void **state)
{
    static const char *const none[] = { "", "luks", "luks-key ",
                                        "736869e5-84f0-4973-92ec" };
    struct guid guid = { { 1 } };
    struct guid seen = { { 0 } };

    (void)state;
    for (size_t i = 0; i < N_OF(none); i++) {
        assert_false(secret_guid_from_name(none[i], &guid));
        assert_int_equal(guid.b[0], 1);
    }
    assert_null(secret_guid_name(&guid));
    assert_true(secret_guid_from_name("LUKS-Key", &guid));
    assert_true(
        secret_guid_from_name("736869e5-84F0-4973-92ec-06879ce3da0b", &seen));
    assert_true(guid_equal(&guid, &seen));
    assert_string_equal(secret_guid_name(&seen), "luks-key");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_cut_is_refused),
        cmocka_unit_test(test_another_guid_is_refused),
        cmocka_unit_test(test_lengths_that_lie_are_refused),
        cmocka_unit_test(test_more_entries_than_wanted_are_refused),
        cmocka_unit_test(test_a_passphrase_is_laid_out_as_others_do),
        cmocka_unit_test(test_what_is_encoded_is_found_again),
        cmocka_unit_test(test_no_entries_are_a_table_too),
        cmocka_unit_test(test_bytes_behind_the_table_may_be_anything),
        cmocka_unit_test(test_padding_that_was_counted_is_passed_over),
        cmocka_unit_test(test_sizes_that_do_not_fit_have_no_length),
        cmocka_unit_test(test_encoding_into_another_size_aborts),
        cmocka_unit_test(test_the_guids_are_the_published_ones),
        cmocka_unit_test(a_secret_is_named_or_given_by_its_guid),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
