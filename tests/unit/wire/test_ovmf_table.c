/* SPDX-License-Identifier: Apache-2.0 */
/* OVMF's table: lengths that lie, doubled entries, two real images. */
#include "wire/ovmf_table.h"

#include <stdlib.h>

#include "base/own.h"
#include "lib/hex.h"
#include "lib/rng.h"
#include "lib/unit.h"
#include "lib/vector.h"

#define FOOTER_GUID   "de82b596b21ff745baeaa366c55a082d"
#define RESET_GUID    "de71f7007e1acb4f890e68c77e2fb44e"
#define SECRET_GUID   "61b32e4c9b7dc34c8081127c90d3d294"
#define HASHES_GUID   "1f3755723b3a044b927b1da6efa8d454"
#define METADATA_GUID "666588dc4a989847a75e5585a7bf67cc"
#define TDX_GUID      "35657ae44a989847865e4685a7bf8ec2"

/* The end of an image: what stands there, and 32 bytes behind it. */
static struct buf image(const char *hex)
{
    struct buf b = unhex_all(hex);
    const uint8_t behind[32] = { 0x90 };

    assert_true(buf_append(&b, BYTES_OF(behind), NULL));
    return b;
}

static void assert_refused(const char *hex, const char *part)
{
    OWN(buf_free) struct buf b = image(hex);
    struct ovmf_table t = { .reset_vector = 77 };
    struct sevk_error err;

    assert_fails(ovmf_table_decode(buf_bytes(&b), &t, &err), &err, SEVK_INPUT,
                 part);
    assert_int_equal(t.reset_vector, 77);
}

static struct ovmf_table accepted(const char *hex)
{
    OWN(buf_free) struct buf b = image(hex);
    struct sevk_error err = { 0 };
    struct ovmf_table t;

    memset(&t, 0xee, sizeof t);
    assert_works(ovmf_table_decode(buf_bytes(&b), &t, &err), &err);
    return t;
}

static void test_lengths_that_lie_are_refused(void **state)
{
    (void)state;
    /* The table's own length: too short, and longer than the image. */
    assert_refused("0000" FOOTER_GUID, "says to be 0 bytes long");
    assert_refused("1100" FOOTER_GUID, "says to be 17 bytes long");
    assert_refused("1300" FOOTER_GUID, "says to be 19 bytes long");
    assert_refused("ffff" FOOTER_GUID, "says to be 65535 bytes long");
    /* An entry's: too short, longer than what is left, a rest left over. */
    assert_refused("04b08000 0000" RESET_GUID "2800" FOOTER_GUID,
                   "says to be 0 bytes long");
    assert_refused("04b08000 1100" RESET_GUID "2800" FOOTER_GUID,
                   "says to be 17 bytes long");
    assert_refused("04b08000 1700" RESET_GUID "2800" FOOTER_GUID,
                   "says to be 23 bytes long");
    assert_refused("04b08000 ffff" RESET_GUID "2800" FOOTER_GUID,
                   "says to be 65535 bytes long");
    assert_refused("00 04b08000 1600" RESET_GUID "2900" FOOTER_GUID,
                   "1 bytes at its beginning are too few");
    assert_refused(
        "0000 0000000000000000000000000000000000 04b08000 1600" RESET_GUID
        "3900" FOOTER_GUID,
        "17 bytes at its beginning are too few");
}

static void test_known_entries_of_another_size_are_refused(void **state)
{
    (void)state;
    assert_refused("b08000 1500" RESET_GUID "2700" FOOTER_GUID,
                   "SEV-ES reset vector does not have 4 bytes");
    assert_refused("0004b08000 1700" RESET_GUID "2900" FOOTER_GUID,
                   "SEV-ES reset vector does not have 4 bytes");
    assert_refused("1200" METADATA_GUID "2400" FOOTER_GUID,
                   "SEV metadata does not have 4 bytes");
    assert_refused("01020304 1600" SECRET_GUID "2800" FOOTER_GUID,
                   "secret area does not have 8 bytes");
    assert_refused("000000000000000000 1b00" HASHES_GUID "2d00" FOOTER_GUID,
                   "hash area does not have 8 bytes");
    assert_refused("0304b08000 1700" RESET_GUID,
                   "SEV-ES reset vector does not have 4 bytes");
}

static void test_an_entry_that_stands_there_twice_is_refused(void **state)
{
    (void)state;
    assert_refused("01000000 1600" RESET_GUID "02000000 1600" RESET_GUID
                   "3e00" FOOTER_GUID,
                   "SEV-ES reset vector stands there twice");
    assert_refused("01000000 1600" METADATA_GUID "02000000 1600" METADATA_GUID
                   "3e00" FOOTER_GUID,
                   "SEV metadata stands there twice");
    assert_refused("0000000000000000 1a00" SECRET_GUID
                   "0000000000000000 1a00" SECRET_GUID "4600" FOOTER_GUID,
                   "secret area stands there twice");
    assert_refused("0000000000000000 1a00" HASHES_GUID
                   "0000000000000000 1a00" HASHES_GUID "4600" FOOTER_GUID,
                   "hash area stands there twice");
}

static void test_an_image_without_a_table_has_none(void **state)
{
    uint8_t zeros[4096] = { 0 };
    OWN(buf_free) struct buf unsure = image("1600" SECRET_GUID);
    struct ovmf_table t;

    (void)state;
    for (size_t n = 0; n < 200; n++) {
        memset(&t, 0xee, sizeof t);
        assert_true(ovmf_table_decode(bytes_make(zeros, n), &t, NULL));
        assert_false(t.present);
        assert_false(t.has_reset_vector);
    }
    assert_true(ovmf_table_decode((struct bytes){ 0 }, &t, NULL));
    assert_true(ovmf_table_decode(BYTES_OF(zeros), &t, NULL));
    assert_false(t.present);
    /* An entry alone is no table. */
    assert_true(ovmf_table_decode(buf_bytes(&unsure), &t, NULL));
    assert_false(t.present);
}

static void test_each_bit_of_the_footer_guid_counts(void **state)
{
    OWN(buf_free)
    struct buf b = image("04b08000 1600" RESET_GUID "2800" FOOTER_GUID);
    struct ovmf_table t;

    (void)state;
    for (size_t bit = 0; bit < 128; bit++) {
        uint8_t *byte = &b.p[b.n - 48 + bit / 8];

        *byte = (uint8_t)(*byte ^ 1u << bit % 8);
        assert_true(ovmf_table_decode(buf_bytes(&b), &t, NULL));
        assert_false(t.present);
        *byte = (uint8_t)(*byte ^ 1u << bit % 8);
    }
}

static void test_a_table_that_is_cut_is_never_read_beyond(void **state)
{
    OWN(buf_free) struct buf file = vector_load("ovmf/ovmf_AmdSev_suffix.bin");
    struct ovmf_table t;

    (void)state;
    for (size_t n = 0; n < 400; n++) {
        /* A copy of its own, so that a sanitizer sees its ends. */
        uint8_t *copy = malloc(n + 1);
        bool done;

        assert_non_null(copy);
        memcpy(copy, file.p + file.n - n, n);
        done = ovmf_table_decode(bytes_make(copy, n), &t, NULL);
        assert_true(done || n >= 50);
        free(copy);
    }
}

/* formats.md 6.1. */
static void test_the_table_of_an_amdsev_build(void **state)
{
    OWN(buf_free) struct buf file = vector_load("ovmf/ovmf_AmdSev_suffix.bin");
    struct ovmf_table t;

    (void)state;
    assert_true(ovmf_table_decode(buf_bytes(&file), &t, NULL));
    assert_true(t.present);
    assert_true(t.has_reset_vector);
    assert_int_equal(t.reset_vector, 0x0080b004);
    assert_true(t.secret.present);
    assert_int_equal(t.secret.base, 0x810000);
    assert_int_equal(t.secret.size, 0xc00);
    assert_true(t.hashes.present);
    assert_int_equal(t.hashes.base, 0x810c00);
    assert_int_equal(t.hashes.size, 0x400);
    assert_true(t.has_sev_metadata);
}

static void test_the_table_of_a_plain_build(void **state)
{
    OWN(buf_free) struct buf file = vector_load("ovmf/ovmf_OvmfX64_suffix.bin");
    struct ovmf_table t;

    (void)state;
    assert_true(ovmf_table_decode(buf_bytes(&file), &t, NULL));
    assert_true(t.present);
    assert_int_equal(t.reset_vector, 0x0080b004);
    assert_int_equal(t.secret.base | t.secret.size, 0);
    assert_int_equal(t.hashes.base | t.hashes.size, 0);
}

static void test_the_old_form_is_a_reset_vector_alone(void **state)
{
    struct ovmf_table t = accepted("04b08000 1600" RESET_GUID);

    (void)state;
    assert_true(t.present);
    assert_true(t.has_reset_vector);
    assert_int_equal(t.reset_vector, 0x0080b004);
    assert_false(t.secret.present);
    assert_false(t.hashes.present);
    assert_false(t.has_sev_metadata);
}

static void test_the_old_form_with_a_length_that_lies_is_refused(void **state)
{
    (void)state;
    assert_refused("04b08000 1100" RESET_GUID, "says to be 17 bytes long");
    assert_refused("04b08000 1700" RESET_GUID, "says to be 23 bytes long");
}

static void test_entries_of_others_are_passed_over(void **state)
{
    struct ovmf_table t =
        accepted("00c08000 000c0000 1a00" SECRET_GUID "1200" TDX_GUID
                 "ffffffffffff 1800" TDX_GUID "5600" FOOTER_GUID);

    (void)state;
    assert_true(t.present);
    assert_false(t.has_reset_vector);
    assert_true(t.secret.present);
    assert_int_equal(t.secret.base, 0x80c000);
    assert_int_equal(t.secret.size, 0xc00);
}

static void test_an_empty_table_is_present(void **state)
{
    struct ovmf_table t = accepted("1200" FOOTER_GUID);

    (void)state;
    assert_true(t.present);
    assert_false(t.has_reset_vector);
}

static void test_what_is_encoded_is_decoded_again(void **state)
{
    struct fake_rng rng = { 15 };

    (void)state;
    for (int round = 0; round < 200; round++) {
        uint32_t bits = fake_rng_below(&rng, 16);
        struct ovmf_table t = { .present = true };
        OWN(buf_free) struct buf b = { 0 };
        const uint8_t behind[32] = { 0 };
        struct ovmf_table found;

        if ((bits & 1) != 0) {
            t.has_reset_vector = true;
            t.reset_vector = fake_rng_below(&rng, UINT32_MAX);
        }
        if ((bits & 2) != 0) {
            t.has_sev_metadata = true;
            t.sev_metadata_offset = fake_rng_below(&rng, UINT32_MAX);
        }
        if ((bits & 4) != 0) {
            t.secret = (struct ovmf_area){ true, fake_rng_below(&rng, 99), 7 };
        }
        if ((bits & 8) != 0) {
            t.hashes = (struct ovmf_area){ true, 0, 0 };
        }
        assert_true(buf_append_string(&b, "what stands before", NULL));
        assert_true(ovmf_table_encode(&t, &b, NULL));
        assert_true(buf_append(&b, BYTES_OF(behind), NULL));
        memset(&found, 0, sizeof found);
        assert_true(ovmf_table_decode(buf_bytes(&b), &found, NULL));
        assert_int_equal(found.present, true);
        assert_int_equal(found.has_reset_vector, t.has_reset_vector);
        assert_int_equal(found.reset_vector, t.reset_vector);
        assert_int_equal(found.has_sev_metadata, t.has_sev_metadata);
        assert_int_equal(found.sev_metadata_offset, t.sev_metadata_offset);
        assert_int_equal(found.secret.present, t.secret.present);
        assert_int_equal(found.secret.base, t.secret.base);
        assert_int_equal(found.secret.size, t.secret.size);
        assert_int_equal(found.hashes.present, t.hashes.present);
    }
}

static void test_no_table_is_encoded_as_nothing(void **state)
{
    const struct ovmf_table none = { .has_reset_vector = true };
    OWN(buf_free) struct buf b = { 0 };

    (void)state;
    assert_true(ovmf_table_encode(&none, &b, NULL));
    assert_int_equal(b.n, 0);
}

static void test_a_dump_tells_what_is_there_and_what_is_not(void **state)
{
    struct ovmf_table t = {
        .present = true,
        .has_reset_vector = true,
        .reset_vector = 0x80b004,
        .hashes = { true, 0x80cc00, 0x400 },
    };
    OWN(buf_free) struct buf text = { 0 };

    (void)state;
    assert_true(ovmf_table_dump(&t, &text, NULL));
    assert_string_equal(buf_string(&text),
                        "table             present\n"
                        "reset vector      0x0080b004\n"
                        "secret area       none\n"
                        "hash area         base 0x80cc00, size 0x400\n"
                        "SEV metadata      none\n");
    buf_free(&text);
    t.present = false;
    assert_true(ovmf_table_dump(&t, &text, NULL));
    assert_non_null(strstr(buf_string(&text), "table             none\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lengths_that_lie_are_refused),
        cmocka_unit_test(test_known_entries_of_another_size_are_refused),
        cmocka_unit_test(test_an_entry_that_stands_there_twice_is_refused),
        cmocka_unit_test(test_an_image_without_a_table_has_none),
        cmocka_unit_test(test_each_bit_of_the_footer_guid_counts),
        cmocka_unit_test(test_a_table_that_is_cut_is_never_read_beyond),
        cmocka_unit_test(test_the_table_of_an_amdsev_build),
        cmocka_unit_test(test_the_table_of_a_plain_build),
        cmocka_unit_test(test_the_old_form_is_a_reset_vector_alone),
        cmocka_unit_test(test_the_old_form_with_a_length_that_lies_is_refused),
        cmocka_unit_test(test_entries_of_others_are_passed_over),
        cmocka_unit_test(test_an_empty_table_is_present),
        cmocka_unit_test(test_what_is_encoded_is_decoded_again),
        cmocka_unit_test(test_no_table_is_encoded_as_nothing),
        cmocka_unit_test(test_a_dump_tells_what_is_there_and_what_is_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
