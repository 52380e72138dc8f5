/* SPDX-License-Identifier: Apache-2.0 */
/* Base64: RFC 4648's examples, malformed text, and round trips. */
#include "base/base64.h"

#include "base/own.h"
#include "lib/rng.h"
#include "lib/unit.h"

static void test_what_is_not_base64_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *text;
        const char *part;
    } rows[] = {
        { "Zm9v!A==", "character 5 " },
        { "=AAA", "character 1 " },
        { "A===", "character 2 " },
        { "AA=A", "character 4 " },
        { "AAA=AAAA", "character 5 " },
        { "AAAA====", "character 5 " },
        { "AA==AA==", "character 5 " },
        { "AAA==", "character 5 " },
        { "Zm9v-_==", "character 5 " },
        { "Zm9v\vYmFy", "character 5 " },
        { "Zm\xc3\xb6", "character 3 " },
        { "A", "cut off" },
        { "AA", "cut off" },
        { "AAA", "cut off" },
        { "AAAAA", "cut off" },
        { "AA=", "cut off" },
        { "AA= ", "cut off" },
        { "AB==", "character 4 " },
        { "AAB=", "character 4 " },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        OWN(buf_free) struct buf out = { 0 };
        struct sevk_error err;

        assert_true(buf_append_string(&out, "kept", NULL));
        assert_fails(
            base64_decode(&out, bytes_of_string(rows[i].text), "session", &err),
            &err, SEVK_INPUT, rows[i].part);
        assert_non_null(strstr(err.message, "session: "));
        assert_string_equal(buf_string(&out), "kept");
    }
}

static void test_a_nul_within_the_text_is_refused(void **state)
{
    OWN(buf_free) struct buf out = { 0 };
    struct sevk_error err;

    (void)state;
    assert_fails(base64_decode(&out, bytes_make("AA\0A", 4), "x", &err), &err,
                 SEVK_INPUT, "character 3 ");
}

/* RFC 4648, section 10. */
static const struct {
    const char *plain;
    const char *text;
} examples[] = {
    { "", "" },
    { "f", "Zg==" },
    { "fo", "Zm8=" },
    { "foo", "Zm9v" },
    { "foob", "Zm9vYg==" },
    { "fooba", "Zm9vYmE=" },
    { "foobar", "Zm9vYmFy" },
    { "\xff\xef\xbf\xfb", "/++/+w==" },
};

static void test_the_examples_of_the_rfc_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(examples); i++) {
        OWN(buf_free) struct buf text = { 0 };
        OWN(buf_free) struct buf plain = { 0 };

        assert_true(
            base64_append(&text, bytes_of_string(examples[i].plain), NULL));
        assert_string_equal(buf_string(&text), examples[i].text);
        assert_true(base64_decode(&plain, bytes_of_string(examples[i].text),
                                  "x", NULL));
        assert_string_equal(buf_string(&plain), examples[i].plain);
    }
}

static void test_white_space_may_stand_anywhere(void **state)
{
    OWN(buf_free) struct buf out = { 0 };

    (void)state;
    assert_true(base64_decode(&out, bytes_of_string(" Z\nm\r\n9\tvYg =\n= \n"),
                              "x", NULL));
    assert_string_equal(buf_string(&out), "foob");
}

static void test_both_directions_append(void **state)
{
    OWN(buf_free) struct buf out = { 0 };

    (void)state;
    assert_true(buf_append_string(&out, "1", NULL));
    assert_true(base64_append(&out, bytes_of_string("foo"), NULL));
    assert_true(base64_decode(&out, bytes_of_string("Zm9v"), "x", NULL));
    assert_string_equal(buf_string(&out), "1Zm9vfoo");
}

static void test_a_known_size_is_held_exactly(void **state)
{
    uint8_t out[3] = { 9, 9, 9 };
    struct sevk_error err;

    (void)state;
    assert_fails(
        base64_decode_exact(out, 3, bytes_of_string("Zm8="), "TIK", &err), &err,
        SEVK_INPUT, "TIK: 3 bytes are needed");
    assert_fails(
        base64_decode_exact(out, 3, bytes_of_string("Zm9vYg=="), "TIK", &err),
        &err, SEVK_INPUT, "holds 4");
    assert_fails(
        base64_decode_exact(out, 3, bytes_of_string("Zm9"), "TIK", &err), &err,
        SEVK_INPUT, "cut off");
    assert_int_equal(out[0], 9);
    assert_true(
        base64_decode_exact(out, 3, bytes_of_string("Zm9v"), "TIK", NULL));
    assert_memory_equal(out, "foo", 3);
    assert_true(base64_decode_exact(out, 0, bytes_of_string(" "), "x", NULL));
}

static void test_decoding_gives_back_what_was_encoded(void **state)
{
    struct fake_rng rng = { 1 };
    uint8_t plain[97];

    (void)state;
    fake_rng_bytes(&rng, plain, sizeof plain);
    for (size_t n = 0; n <= sizeof plain; n++) {
        OWN(buf_free) struct buf text = { 0 };
        OWN(buf_free) struct buf back = { 0 };

        assert_true(base64_append(&text, bytes_make(plain, n), NULL));
        assert_int_equal(text.n, (n + 2) / 3 * 4);
        assert_true(base64_decode(&back, buf_bytes(&text), "x", NULL));
        assert_bytes_equal(buf_bytes(&back), bytes_make(plain, n));
    }
}

static void test_one_content_has_one_text(void **state)
{
    struct fake_rng rng = { 2 };

    (void)state;
    for (unsigned int round = 0; round < 5000; round++) {
        static const char some[] = "AQgwBCDEZ/+=";
        OWN(buf_free) struct buf back = { 0 };
        OWN(buf_free) struct buf again = { 0 };
        char text[8];

        for (size_t i = 0; i < sizeof text; i++) {
            text[i] = some[fake_rng_below(&rng, sizeof some - 1)];
        }
        if (base64_decode(&back, BYTES_OF(text), "x", NULL)) {
            assert_true(base64_append(&again, buf_bytes(&back), NULL));
            assert_bytes_equal(buf_bytes(&again), BYTES_OF(text));
        }
    }
}

static void test_a_size_that_no_memory_has_is_refused(void **state)
{
    OWN(buf_free) struct buf out = { 0 };
    struct sevk_error err;

    (void)state;
    assert_fails(base64_append(&out, (struct bytes){ NULL, SIZE_MAX }, &err),
                 &err, SEVK_HOST, "out of memory");
    assert_fails(
        base64_append(&out, (struct bytes){ NULL, SIZE_MAX / 2 }, &err), &err,
        SEVK_HOST, "out of memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_not_base64_is_refused_with_its_place),
        cmocka_unit_test(test_a_nul_within_the_text_is_refused),
        cmocka_unit_test(test_the_examples_of_the_rfc_both_ways),
        cmocka_unit_test(test_white_space_may_stand_anywhere),
        cmocka_unit_test(test_both_directions_append),
        cmocka_unit_test(test_a_known_size_is_held_exactly),
        cmocka_unit_test(test_decoding_gives_back_what_was_encoded),
        cmocka_unit_test(test_one_content_has_one_text),
        cmocka_unit_test(test_a_size_that_no_memory_has_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
