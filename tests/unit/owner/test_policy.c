/* SPDX-License-Identifier: Apache-2.0 */
/* Policies in text: numbers, names, and what is weak. */
#include "owner/policy.h"

#include <stdio.h>

#include "lib/rng.h"
#include "lib/unit.h"

static void test_what_is_no_policy_is_refused(void **state)
{
    static const char *const rows[] = {
        "",
        " ",
        ",",
        "nodbg,",
        ",nodbg",
        "nodbg,,es",
        "nodbg es",
        "nodb",
        "nodbgx",
        "-1",
        "0x",
        "1x",
        "0x1g",
        "4294967296",
        "0x100000000",
        "api",
        "api=",
        "api=1",
        "api=1.",
        "api=.1",
        "api=1.256",
        "api=256.",
        "api=1.51.2",
        "api=-1.5",
        "api=1.51,api=1.51",
        "es,es",
        "ES,es",
        "nodbg,nodbg",
        "reserved=0x40",
        "none",
        "api=00000000001.1",
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct sevk_error err;
        uint32_t policy = 77;

        assert_fails(policy_parse(rows[i], &policy, &err), &err, SEVK_USAGE,
                     "policy");
        assert_int_equal(policy, 77);
    }
}

static void test_a_very_long_text_is_refused(void **state)
{
    static char text[100000];
    struct sevk_error err;
    uint32_t policy;

    (void)state;
    memset(text, 'e', sizeof text - 1);
    assert_fails(policy_parse(text, &policy, &err), &err, SEVK_USAGE,
                 "expected a number, or names");
}

static void test_reserved_bits_are_refused(void **state)
{
    (void)state;
    for (unsigned int bit = 0; bit < 32; bit++) {
        bool reserved = bit >= 6 && bit <= 15;
        struct sevk_error err;
        uint32_t policy;
        char text[16];

        snprintf(text, sizeof text, "0x%x", 1u << bit);
        assert_int_equal(policy_parse(text, &policy, &err), !reserved);
        if (reserved) {
            assert_fails(policy_check_reserved(1u << bit, &err), &err,
                         SEVK_USAGE, "bits 6 to 15 are reserved");
        } else {
            assert_int_equal(policy, 1u << bit);
        }
    }
}

static void test_numbers_and_names_say_the_same(void **state)
{
    static const struct {
        const char *text;
        uint32_t policy;
        const char *names;
    } rows[] = {
        { "0", 0, "0" },
        { "1", 0x1, "nodbg" },
        { "3", 0x3, "nodbg,noks" },
        { "0x07", 0x7, "nodbg,noks,es" },
        { "0x0f", POLICY_DEFAULT, "nodbg,noks,es,nosend" },
        { "nodbg,noks,es,nosend", POLICY_DEFAULT, "nodbg,noks,es,nosend" },
        { "ES,NoDbg", 0x5, "nodbg,es" },
        { "api=1.51", 0x33010000, "api=1.51" },
        { "domain,sev,api=255.255,nosend,es,noks,nodbg", 0xffff003f,
          "nodbg,noks,es,nosend,domain,sev,api=255.255" },
        { "0x33010007", 0x33010007, "nodbg,noks,es,api=1.51" },
        { "api=0.0", 0, "0" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        char text[POLICY_TEXT_LEN];
        struct sevk_error err;
        uint32_t policy;

        assert_works(policy_parse(rows[i].text, &policy, &err), &err);
        assert_int_equal(policy, rows[i].policy);
        policy_format(policy, text);
        assert_string_equal(text, rows[i].names);
    }
}

static void test_what_is_formatted_is_read_back(void **state)
{
    struct fake_rng rng = { 3 };

    (void)state;
    for (size_t i = 0; i < 10000; i++) {
        uint32_t policy, again;
        char text[POLICY_TEXT_LEN];

        fake_rng_bytes(&rng, (uint8_t *)&policy, sizeof policy);
        policy &= ~POLICY_RESERVED;
        policy_format(policy, text);
        assert_true(policy_parse(text, &again, NULL));
        assert_int_equal(policy, again);
    }
}

static void test_reserved_bits_can_be_shown(void **state)
{
    char text[POLICY_TEXT_LEN];

    (void)state;
    policy_format(UINT32_MAX, text);
    assert_string_equal(text, "nodbg,noks,es,nosend,domain,sev,api=255.255,"
                              "reserved=0xffc0");
}

static unsigned int weak_bits(uint32_t policy, unsigned int *serious)
{
    struct policy_weakness weak[POLICY_WEAKNESS_MAX];
    size_t n = policy_weaknesses(policy, weak);
    unsigned int bits = 0;

    *serious = 0;
    for (size_t i = 0; i < n; i++) {
        assert_true(strlen(weak[i].sentence) > 20);
        bits |= 1u << weak[i].id;
        *serious += weak[i].serious;
    }
    return bits;
}

static void test_weaknesses_are_those_of_the_bits(void **state)
{
    enum {
        D = 1 << POLICY_WEAK_DEBUG,
        K = 1 << POLICY_WEAK_SHARING,
        E = 1 << POLICY_WEAK_NO_ES,
        S = 1 << POLICY_WEAK_SEND,
        A = 1 << POLICY_WEAK_NO_API,
        O = 1 << POLICY_WEAK_OLD_API,
    };
    static const struct {
        uint32_t policy;
        unsigned int weak, serious;
    } rows[] = {
        { 0, D | K | E | S | A, 2 },
        { 0x1, K | E | S | A, 1 },
        { 0x2, D | E | S | A, 1 },
        { 0x3, E | S | A, 0 }, /* the guide's */
        { 0x7, S | A, 0 },     /* the guide's for SEV-ES */
        { POLICY_DEFAULT, A, 0 },
        { 0x17, A, 0 },
        { 0x27, A, 0 },
        { 0x3301000f, 0, 0 },
        { 0x1100000f, O, 0 }, /* 0.17 */
        { 0x0100000f, O, 0 }, /* 0.1 */
        { 0x1200000f, 0, 0 }, /* 0.18 */
        { 0x0001000f, 0, 0 }, /* 1.0 */
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        unsigned int serious;

        assert_int_equal(weak_bits(rows[i].policy, &serious), rows[i].weak);
        assert_int_equal(serious, rows[i].serious);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_no_policy_is_refused),
        cmocka_unit_test(test_a_very_long_text_is_refused),
        cmocka_unit_test(test_reserved_bits_are_refused),
        cmocka_unit_test(test_numbers_and_names_say_the_same),
        cmocka_unit_test(test_what_is_formatted_is_read_back),
        cmocka_unit_test(test_reserved_bits_can_be_shown),
        cmocka_unit_test(test_weaknesses_are_those_of_the_bits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
