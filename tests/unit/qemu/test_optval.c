/* SPDX-License-Identifier: Apache-2.0 */
/* Option values: both forms, malformed ones, numbers and sizes. */
#include "lib/unit.h"

#include "base/own.h"
#include "qemu/optval.h"

static void assert_round_trip(const char *text, const char *implied,
                              const char *expected)
{
    OWN(optval_free) struct optval v = { 0 };
    OWN(buf_free) struct buf again = { 0 };
    struct sevk_error err;

    assert_true(optval_parse(text, implied, &v));
    assert_works(optval_format(&v, &again, &err), &err);
    assert_string_equal(buf_string(&again), expected);
}

static void malformed_json_is_not_parsed(void **state)
{
    static const char *const texts[] = {
        "{",          "{\"a\":1", "{\"a\":1}x",  "{\"a\"}",
        "{\"a\":1}}", "{'a' 1}",  "{\"a\":1},b", "{]",
    };

    (void)state;
    for (size_t i = 0; i < N_OF(texts); i++) {
        struct optval v = { 0 };

        if (optval_parse(texts[i], NULL, &v)) {
            fail_msg("'%s' was parsed", texts[i]);
        }
        assert_null(v.o);
    }
}

static void no_truncation_of_json_is_parsed(void **state)
{
    const char whole[] = "{\"qom-type\":\"sev-guest\",\"n\":[1,{\"x\":null}]}";
    char cut[sizeof whole];

    (void)state;
    for (size_t n = 1; n < sizeof whole - 1; n++) {
        struct optval v = { 0 };

        memcpy(cut, whole, n);
        cut[n] = '\0';
        assert_false(optval_parse(cut, NULL, &v));
    }
    assert_round_trip(whole, NULL, whole);
}

static void too_long_a_value_is_not_parsed(void **state)
{
    OWN(own_free) char *text = malloc(OPTVAL_MAX + 2);
    OWN(optval_free) struct optval v = { 0 };

    (void)state;
    memset(text, 'a', OPTVAL_MAX + 1);
    text[OPTVAL_MAX + 1] = '\0';
    assert_false(optval_parse(text, NULL, &v));
    text[OPTVAL_MAX] = '\0';
    assert_true(optval_parse(text, NULL, &v));
}

static void words_come_back_as_they_were(void **state)
{
    static const char *const texts[] = {
        "pc-q35-7.2,usb=off,a=b=c",
        "EPYC-Milan,+ssbd,-x2apic,svm=off",
        "socket,id=x,path=/a,,b/c,server,nowait",
        "k=",
        "a=1,b=,c",
        "{}",
        "{\"a\":\"/x/y\",\"b\":true,\"c\":[1,2],\"d\":null}",
    };

    (void)state;
    for (size_t i = 0; i < N_OF(texts); i++) {
        assert_round_trip(texts[i], "type", texts[i]);
    }
    assert_round_trip("type=q35,usb=off", "type", "type=q35,usb=off");
    assert_round_trip("a=1,b=2,a=3", NULL, "a=3,b=2");
    assert_round_trip("q35,usb=off,type=pc", "type", "type=pc,usb=off");
}

static void a_word_without_key_is_not_parsed(void **state)
{
    static const char *const texts[] = { "=1", "a=1,=2", "a,=b", ",", ",a" };

    (void)state;
    for (size_t i = 0; i < N_OF(texts); i++) {
        struct optval v = { 0 };

        if (optval_parse(texts[i], NULL, &v)) {
            fail_msg("'%s' was parsed", texts[i]);
        }
    }
    assert_round_trip("a=1,", NULL, "a=1");
    assert_round_trip("", NULL, "");
}

static void commas_within_values_are_doubled(void **state)
{
    OWN(optval_free) struct optval v = { 0 };
    OWN(buf_free) struct buf text = { 0 };
    struct sevk_error err;

    (void)state;
    assert_true(optval_parse("file=a,,b,x=,,,,", NULL, &v));
    assert_string_equal(optval_string(&v, "file"), "a,b");
    assert_string_equal(optval_string(&v, "x"), ",,");
    assert_works(optval_set_string(&v, "file", "1,2,3", &err), &err);
    assert_works(optval_format(&v, &text, &err), &err);
    assert_string_equal(buf_string(&text), "file=1,,2,,3,x=,,,,");
}

static void numbers_are_read_in_all_their_forms(void **state)
{
    static const struct {
        const char *text;
        bool works;
        uint64_t n;
    } rows[] = {
        { "{\"n\":51}", true, 51 },
        { "{\"n\":\"0x33\"}", true, 51 },
        { "n=51", true, 51 },
        { "n=0x33", true, 51 },
        { "{}", true, 7 },
        { "n=4294967295", true, UINT32_MAX },
        { "n=4294967296", false, 0 },
        { "n=99999999999999999999999", false, 0 },
        { "{\"n\":-1}", false, 0 },
        { "{\"n\":1.5}", false, 0 },
        { "{\"n\":null}", false, 0 },
        { "{\"n\":{}}", false, 0 },
        { "n=-1", false, 0 },
        { "n=", false, 0 },
        { "n", false, 0 },
        { "n=12x", false, 0 },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        OWN(optval_free) struct optval v = { 0 };
        struct sevk_error err;
        uint64_t n = 7;
        bool works;

        assert_true(optval_parse(rows[i].text, NULL, &v));
        works = optval_number(&v, "n", "test", UINT32_MAX, &n, &err);
        if (works != rows[i].works || n != (works ? rows[i].n : 7)) {
            fail_msg("'%s' gives %d, %llu", rows[i].text, works,
                     (unsigned long long)n);
        }
    }
}

static void sizes_have_suffixes(void **state)
{
    static const struct {
        const char *text;
        bool works;
        uint64_t n;
    } rows[] = {
        { "512", true, 512 << 20 },
        { "512M", true, 512 << 20 },
        { "2G", true, UINT64_C(2) << 30 },
        { "2g", true, UINT64_C(2) << 30 },
        { "4GB", true, UINT64_C(4) << 30 },
        { "4GiB", true, UINT64_C(4) << 30 },
        { "524288k", true, 512 << 20 },
        { "100B", true, 100 },
        { "1T", true, UINT64_C(1) << 40 },
        { "2X", false, 0 },
        { "M", false, 0 },
        { "", false, 0 },
        { "18446744073709551615M", false, 0 },
        { "999999999999999999999999999", false, 0 },
        { "1.5G", false, 0 },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        OWN(optval_free) struct optval v = { 0 };
        struct sevk_error err;
        uint64_t n = 0;
        bool works;

        assert_true(optval_parse("size=x", NULL, &v));
        assert_works(optval_set_string(&v, "size", rows[i].text, &err), &err);
        works = optval_size(&v, "size", "-m", 1 << 20, &n, &err);
        if (works != rows[i].works || n != rows[i].n) {
            fail_msg("'%s' gives %d, %llu", rows[i].text, works,
                     (unsigned long long)n);
        }
    }
}

static void truth_has_several_words(void **state)
{
    OWN(optval_free) struct optval words = { 0 };
    OWN(optval_free) struct optval json = { 0 };

    (void)state;
    assert_true(optval_parse("a=on,b=off,c=yes,d=true,e", NULL, &words));
    assert_true(optval_true(&words, "a"));
    assert_false(optval_true(&words, "b"));
    assert_true(optval_true(&words, "c"));
    assert_true(optval_true(&words, "d"));
    assert_false(optval_true(&words, "e"));
    assert_false(optval_true(&words, "f"));
    assert_true(optval_parse("{\"a\":true,\"b\":false,\"c\":1}", NULL, &json));
    assert_true(optval_true(&json, "a"));
    assert_false(optval_true(&json, "b"));
    assert_false(optval_true(&json, "c"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malformed_json_is_not_parsed),
        cmocka_unit_test(no_truncation_of_json_is_parsed),
        cmocka_unit_test(too_long_a_value_is_not_parsed),
        cmocka_unit_test(words_come_back_as_they_were),
        cmocka_unit_test(a_word_without_key_is_not_parsed),
        cmocka_unit_test(commas_within_values_are_doubled),
        cmocka_unit_test(numbers_are_read_in_all_their_forms),
        cmocka_unit_test(sizes_have_suffixes),
        cmocka_unit_test(truth_has_several_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
