/* SPDX-License-Identifier: Apache-2.0 */
/* Launch secrets: laid out, limited, sealed, opened. */
#include "owner/launch_secret.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/own.h"
#include "lib/hex.h"
#include "lib/rng.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "wire/secret_table.h"

/*
 * TEK 00h to 0fh, TIK 10h to 1fh, IV 20h to 2fh, the measurement of
 * test_measurement.c, one entry "luks-key" with the text "passphrase". Made
 * with Python's hmac module and "openssl enc".
 */
static const char vector_table[] =
    "42f5741edd71664d963eef4287ff173b32000000"
    "e5696873f084734992ec06879ce3da0b1e000000706173737068726173650000"
    "000000000000000000000000";
static const char vector_header[] =
    "00000000202122232425262728292a2b2c2d2e2f"
    "5bd496cdea3633fe8a2a4acd45f2ec0369e22876af11ac486b2405ee7f89425b";
static const char vector_payload[] =
    "191d0a3086351ad9dd1f26edf0a9d7e379a41c22c7e750dbf2e74db1e273ce70"
    "e86c001e3a536610376c40a28697209a5c31501ad9da3a4c6bb24c0ba608c969";
static const char vector_measure[] = "29e56bedc8fbe3ce54dcb1ab33c5976c"
                                     "61df5e1ddf851f6b0c25dce6c3065544";

static struct sevk_secret tek, tik;
static uint8_t measure[32];

static int set_up(void **state)
{
    (void)state;
    if (!secret_alloc(&tek, 16, NULL) || !secret_alloc(&tik, 16, NULL)) {
        return -1;
    }
    for (uint8_t i = 0; i < 16; i++) {
        secret_expose_mutable(&tek)[i] = i;
        secret_expose_mutable(&tik)[i] = (uint8_t)(0x10 + i);
    }
    unhex(vector_measure, measure, sizeof measure);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    secret_clear(&tek);
    secret_clear(&tik);
    return 0;
}

static void add_text(struct launch_secrets *list, const char *name,
                     const char *text)
{
    struct sevk_error err;
    struct guid guid;
    SECRET(data);

    assert_true(secret_copy(&data, bytes_of_string(text), NULL));
    assert_works(launch_secret_guid_parse(name, &guid, &err), &err);
    assert_works(launch_secrets_add(list, &guid, &data, &err), &err);
    assert_int_equal(data.n, 0); /* moved */
}

static void test_names_and_guids_are_read(void **state)
{
    static const char *const bad[] = { "",
                                       "luks",
                                       "luks-keys",
                                       "1234",
                                       "736869e5-84f0-4973-92ec-06879ce3da0",
                                       "736869e5-84f0-4973-92ec-06879ce3da0b0",
                                       "736869e5_84f0_4973_92ec_06879ce3da0b" };
    struct guid a, b;
    struct sevk_error err;

    (void)state;
    assert_works(launch_secret_guid_parse("luks-key", &a, &err), &err);
    assert_works(launch_secret_guid_parse(
                     "736869E5-84f0-4973-92ec-06879ce3da0b", &b, &err),
                 &err);
    assert_true(guid_equal(&a, &b));
    for (size_t i = 0; i < N_OF(bad); i++) {
        assert_fails(launch_secret_guid_parse(bad[i], &a, &err), &err,
                     SEVK_USAGE, "luks-key");
    }
}

static void test_no_secret_and_an_empty_one_are_refused(void **state)
{
    struct sevk_secret empty = { 0 };
    struct guid guid = { { 1 } };
    struct sevk_error err;
    SECRET(table);
    LAUNCH_SECRETS(list);

    (void)state;
    assert_fails(launch_secrets_table(&list, &table, &err), &err, SEVK_USAGE,
                 "no secret to send");
    assert_fails(launch_secrets_add(&list, &guid, &empty, &err), &err,
                 SEVK_INPUT, "is empty");
}

static void test_the_same_guid_twice_is_refused(void **state)
{
    struct sevk_error err;
    SECRET(data);
    LAUNCH_SECRETS(list);

    (void)state;
    add_text(&list, "luks-key", "one");
    assert_true(secret_alloc(&data, 3, NULL));
    assert_fails(launch_secrets_add(&list, &secret_luks_key_guid, &data, &err),
                 &err, SEVK_USAGE, "two secrets with the GUID 736869e5");
    assert_int_equal(list.n, 1);
    assert_int_equal(data.n, 3);
}

static void test_more_secrets_than_linux_shows_are_refused(void **state)
{
    struct sevk_error err;
    LAUNCH_SECRETS(list);

    (void)state;
    for (unsigned int i = 0; i <= LAUNCH_SECRETS_MAX; i++) {
        struct guid guid = { { 9, (uint8_t)i } };
        SECRET(data);

        assert_true(secret_alloc(&data, 1, NULL));
        assert_int_equal(launch_secrets_add(&list, &guid, &data, &err),
                         i < LAUNCH_SECRETS_MAX);
    }
    assert_non_null(strstr(err.message, "more than 64 secrets"));
}

static void test_files_are_taken_as_they_are(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free)
    char *path = temp_dir_write(&dir, "a:b", bytes_of_string("secret\n"));
    struct sevk_error err;
    LAUNCH_SECRETS(list);

    (void)state;
    assert_works(launch_secrets_add_file(&list, "luks-key", path, &err), &err);
    assert_bytes_equal(secret_expose(&list.items[0].data),
                       bytes_of_string("secret\n"));
}

static void test_what_is_no_name_or_no_file_is_refused(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *empty = temp_dir_write(&dir, "e", bytes_make("", 0));
    static uint8_t much[LAUNCH_SECRET_LEN_MAX + 1];
    OWN(own_free) char *large = temp_dir_write(&dir, "l", BYTES_OF(much));
    const struct {
        const char *name;
        const char *path;
        enum sevk_code code;
        const char *part;
    } rows[] = {
        { "", large, SEVK_USAGE, "secret ''" },
        { "lux-key", "/dev/null", SEVK_USAGE, "'lux-key'" },
        { "luks-key", "/nowhere/x", SEVK_INPUT, "/nowhere/x" },
        { "luks-key", empty, SEVK_INPUT, "secret" },
        { "luks-key", large, SEVK_INPUT, "secret" },
    };
    LAUNCH_SECRETS(list);

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct sevk_error err;

        assert_fails(
            launch_secrets_add_file(&list, rows[i].name, rows[i].path, &err),
            &err, rows[i].code, rows[i].part);
    }
    assert_int_equal(list.n, 0);
}

static void test_the_table_is_the_vectors(void **state)
{
    struct sevk_error err;
    SECRET(table);
    LAUNCH_SECRETS(list);

    (void)state;
    add_text(&list, "luks-key", "passphrase");
    assert_works(launch_secrets_table(&list, &table, &err), &err);
    assert_hex(secret_expose(&table), vector_table);
}

/* Padding: to the next multiple of 16, and none when it is one already. */
static void test_the_table_is_padded_exactly(void **state)
{
    (void)state;
    for (size_t n = 1; n < 100; n++) {
        struct sevk_error err;
        SECRET(data);
        SECRET(table);
        LAUNCH_SECRETS(list);

        assert_true(secret_alloc(&data, n, NULL));
        memset(secret_expose_mutable(&data), 0xee, n);
        assert_true(
            launch_secrets_add(&list, &secret_luks_key_guid, &data, NULL));
        assert_works(launch_secrets_table(&list, &table, &err), &err);
        assert_int_equal(table.n, (40 + n + 15) / 16 * 16);
        assert_true(bytes_all_zero(
            bytes_make(secret_expose(&table).p + 40 + n, table.n - 40 - n)));
    }
}

static void test_many_secrets_are_found_again_in_order(void **state)
{
    struct secret_entry entries[LAUNCH_SECRETS_MAX];
    struct sevk_error err;
    size_t n = 0;
    SECRET(table);
    LAUNCH_SECRETS(list);

    (void)state;
    add_text(&list, "luks-key", "first");
    add_text(&list, "00000000-0000-0000-0000-000000000001", "2");
    add_text(&list, "00000000-0000-0000-0000-000000000002", "the third");
    assert_works(launch_secrets_table(&list, &table, &err), &err);
    assert_works(secret_table_decode(secret_expose(&table), entries,
                                     LAUNCH_SECRETS_MAX, &n, &err),
                 &err);
    assert_int_equal(n, 3);
    for (size_t i = 0; i < n; i++) {
        assert_true(guid_equal(&entries[i].guid, &list.items[i].guid));
        assert_bytes_equal(entries[i].data, secret_expose(&list.items[i].data));
    }
}

static void test_a_table_over_the_limit_is_refused(void **state)
{
    (void)state;
    for (size_t over = 0; over < 2; over++) {
        struct sevk_error err;
        SECRET(data);
        SECRET(table);
        LAUNCH_SECRETS(list);

        assert_true(
            secret_alloc(&data, LAUNCH_SECRET_LEN_MAX - 40 + over, NULL));
        assert_true(
            launch_secrets_add(&list, &secret_luks_key_guid, &data, NULL));
        assert_int_equal(launch_secrets_table(&list, &table, &err), over == 0);
        if (over > 0) {
            assert_int_equal(err.code, SEVK_REFUSED);
            assert_non_null(strstr(err.message, "16384"));
        }
    }
}

static void test_a_secret_must_fit_the_firmwares_area(void **state)
{
    struct firmware fw = { .table.secret = { true, 0x810000, 0xc00 } };
    struct sevk_error err;

    (void)state;
    assert_works(launch_secret_check_len(0xc00, &fw, &err), &err);
    assert_fails(launch_secret_check_len(0xc10, &fw, &err), &err, SEVK_REFUSED,
                 "have 3088 bytes, the firmware's area for them 3072");
    assert_works(launch_secret_check_len(16384, NULL, &err), &err);
    assert_fails(launch_secret_check_len(16400, NULL, &err), &err, SEVK_REFUSED,
                 "no more than 16384");
    fw.table.secret = (struct ovmf_area){ true, 0, 0 };
    assert_fails(launch_secret_check_len(16, &fw, &err), &err, SEVK_REFUSED,
                 "declares no area for secrets");
    fw.table.secret = (struct ovmf_area){ 0 };
    assert_fails(launch_secret_check_len(16, &fw, &err), &err, SEVK_REFUSED,
                 "declares no area for secrets");
    fw.table.secret = (struct ovmf_area){ true, 0x810000, 0x10000 };
    assert_fails(launch_secret_check_len(16400, &fw, &err), &err, SEVK_REFUSED,
                 "no more than 16384");
}

static void table_of_vector(struct sevk_secret *ret)
{
    OWN(buf_free) struct buf bytes = unhex_all(vector_table);

    assert_true(secret_copy(ret, buf_bytes(&bytes), NULL));
}

static void test_the_vectors_packet_is_made_byte_for_byte(void **state)
{
    OWN(launch_packet_free) struct launch_packet packet = { 0 };
    uint8_t iv[16];
    struct scripted_rng rng = { BYTES_OF(iv) };
    struct sevk_error err;
    SECRET(table);

    (void)state;
    unhex("202122232425262728292a2b2c2d2e2f", iv, sizeof iv);
    table_of_vector(&table);
    assert_works(launch_secret_seal(&table, &tek, &tik, measure,
                                    rng_scripted(&rng), &packet, &err),
                 &err);
    assert_hex(BYTES_OF(packet.header), vector_header);
    assert_hex(buf_bytes(&packet.payload), vector_payload);
}

static bool opens(struct bytes header, struct bytes payload, bool *yes,
                  struct sevk_secret *table, struct sevk_error *err)
{
    return launch_secret_open(header, payload, &tek, &tik, measure, yes, table,
                              err);
}

static void test_the_vectors_packet_is_opened(void **state)
{
    OWN(buf_free) struct buf header = unhex_all(vector_header);
    OWN(buf_free) struct buf payload = unhex_all(vector_payload);
    struct sevk_error err;
    bool yes = false;
    SECRET(table);

    (void)state;
    assert_works(
        opens(buf_bytes(&header), buf_bytes(&payload), &yes, &table, &err),
        &err);
    assert_true(yes);
    assert_hex(secret_expose(&table), vector_table);
}

static void test_any_flipped_bit_of_a_packet_is_a_no(void **state)
{
    OWN(buf_free) struct buf header = unhex_all(vector_header);
    OWN(buf_free) struct buf payload = unhex_all(vector_payload);

    (void)state;
    for (size_t bit = 0; bit < 8 * (header.n + payload.n); bit++) {
        uint8_t *at = bit / 8 < header.n ? &header.p[bit / 8]
                                         : &payload.p[bit / 8 - header.n];
        bool yes = true;
        SECRET(table);

        *at ^= (uint8_t)(1u << bit % 8);
        if (opens(buf_bytes(&header), buf_bytes(&payload), &yes, &table,
                  NULL)) {
            assert_false(yes);
        }
        assert_int_equal(table.n, 0);
        *at ^= (uint8_t)(1u << bit % 8);
    }
}

static void test_packets_of_other_lengths_are_refused(void **state)
{
    OWN(buf_free) struct buf header = unhex_all(vector_header);
    OWN(buf_free) struct buf payload = unhex_all(vector_payload);
    bool yes;
    SECRET(table);

    (void)state;
    for (size_t n = 0; n < header.n; n++) {
        assert_false(opens(bytes_make(header.p, n), buf_bytes(&payload), &yes,
                           &table, NULL));
    }
    for (size_t n = 0; n < payload.n; n++) {
        if (n == 0 || n % 16 != 0) {
            assert_false(opens(buf_bytes(&header), bytes_make(payload.p, n),
                               &yes, &table, NULL));
        } else {
            assert_true(opens(buf_bytes(&header), bytes_make(payload.p, n),
                              &yes, &table, NULL));
            assert_false(yes);
        }
    }
}

static void test_another_measurement_or_key_opens_nothing(void **state)
{
    OWN(buf_free) struct buf header = unhex_all(vector_header);
    OWN(buf_free) struct buf payload = unhex_all(vector_payload);
    bool yes = true;
    SECRET(table);

    (void)state;
    measure[31] ^= 1;
    assert_true(
        opens(buf_bytes(&header), buf_bytes(&payload), &yes, &table, NULL));
    assert_false(yes);
    measure[31] ^= 1;
    assert_true(launch_secret_open(buf_bytes(&header), buf_bytes(&payload),
                                   &tek, &tek, measure, &yes, &table, NULL));
    assert_false(yes);
}

static void test_keys_of_another_length_are_refused(void **state)
{
    OWN(launch_packet_free) struct launch_packet packet = { 0 };
    struct sevk_error err;
    SECRET(table);
    SECRET(bad);

    (void)state;
    table_of_vector(&table);
    assert_true(secret_alloc(&bad, 32, NULL));
    assert_fails(launch_secret_seal(&table, &bad, &tik, measure, rng_system(),
                                    &packet, &err),
                 &err, SEVK_INPUT, "TEK and TIK have 32 and 16 bytes");
    assert_fails(launch_secret_seal(&table, &tek, &bad, measure, rng_system(),
                                    &packet, &err),
                 &err, SEVK_INPUT, "TEK and TIK have 16 and 32 bytes");
}

static void test_tables_that_firmware_would_refuse_are_not_sealed(void **state)
{
    static const size_t sizes[] = { 1, 8, 15, 17, 16400 };

    (void)state;
    for (size_t i = 0; i < N_OF(sizes); i++) {
        OWN(launch_packet_free) struct launch_packet packet = { 0 };
        struct sevk_error err;
        SECRET(table);

        assert_true(secret_alloc(&table, sizes[i], NULL));
        assert_fails(launch_secret_seal(&table, &tek, &tik, measure,
                                        rng_system(), &packet, &err),
                     &err, SEVK_INPUT, "not a positive multiple of 16");
        assert_int_equal(packet.payload.n, 0);
    }
}

static void test_without_random_bytes_nothing_is_sealed(void **state)
{
    OWN(launch_packet_free) struct launch_packet packet = { 0 };
    struct sevk_error err;
    SECRET(table);

    (void)state;
    table_of_vector(&table);
    assert_fails(launch_secret_seal(&table, &tek, &tik, measure, rng_failing(),
                                    &packet, &err),
                 &err, SEVK_HOST, "no random bytes");
    assert_int_equal(packet.payload.n, 0);
}

static void test_the_largest_secret_goes_both_ways(void **state)
{
    OWN(launch_packet_free) struct launch_packet packet = { 0 };
    struct sevk_error err;
    bool yes = false;
    SECRET(table);
    SECRET(back);

    (void)state;
    assert_true(
        secret_random(&table, LAUNCH_SECRET_LEN_MAX, rng_system(), NULL));
    assert_works(launch_secret_seal(&table, &tek, &tik, measure, rng_system(),
                                    &packet, &err),
                 &err);
    assert_works(opens(BYTES_OF(packet.header), buf_bytes(&packet.payload),
                       &yes, &back, &err),
                 &err);
    assert_true(yes);
    assert_bytes_equal(secret_expose(&back), secret_expose(&table));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_and_guids_are_read),
        cmocka_unit_test(test_no_secret_and_an_empty_one_are_refused),
        cmocka_unit_test(test_the_same_guid_twice_is_refused),
        cmocka_unit_test(test_more_secrets_than_linux_shows_are_refused),
        cmocka_unit_test(test_files_are_taken_as_they_are),
        cmocka_unit_test(test_what_is_no_name_or_no_file_is_refused),
        cmocka_unit_test(test_the_table_is_the_vectors),
        cmocka_unit_test(test_the_table_is_padded_exactly),
        cmocka_unit_test(test_many_secrets_are_found_again_in_order),
        cmocka_unit_test(test_a_table_over_the_limit_is_refused),
        cmocka_unit_test(test_a_secret_must_fit_the_firmwares_area),
        cmocka_unit_test(test_the_vectors_packet_is_made_byte_for_byte),
        cmocka_unit_test(test_the_vectors_packet_is_opened),
        cmocka_unit_test(test_any_flipped_bit_of_a_packet_is_a_no),
        cmocka_unit_test(test_packets_of_other_lengths_are_refused),
        cmocka_unit_test(test_another_measurement_or_key_opens_nothing),
        cmocka_unit_test(test_keys_of_another_length_are_refused),
        cmocka_unit_test(test_tables_that_firmware_would_refuse_are_not_sealed),
        cmocka_unit_test(test_without_random_bytes_nothing_is_sealed),
        cmocka_unit_test(test_the_largest_secret_goes_both_ways),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
