/* SPDX-License-Identifier: Apache-2.0 */
/* The owner's rules, each at its edges. */
#include "attest/acceptance.h"

#include "base/own.h"
#include "lib/unit.h"
#include "wire/policy.h"

#define ID "00000000000000000000000000000000000000000000000000000000000000a1"

static void firmware_is_judged_at_the_edges_of_each_rule(void **state)
{
    static const struct {
        uint8_t min[2];
        uint8_t api[2];
        uint8_t build;
        const char *reason; /* NULL: accepted */
    } table[] = {
        { { 1, 51 }, { 1, 51 }, 0, NULL },
        { { 1, 51 }, { 1, 50 }, 255, "at least 1.51" },
        { { 1, 51 }, { 1, 52 }, 0, NULL },
        { { 1, 51 }, { 2, 0 }, 0, NULL }, /* compared as a pair */
        { { 1, 51 }, { 0, 255 }, 0, "--min-api 0.255" },
        { { 0, 0 }, { 0, 16 }, 255, "below 0.17" },
        { { 0, 0 }, { 0, 0 }, 0, "below 0.17" },
        { { 0, 17 }, { 0, 17 }, 11, "CVE-2019-9836" },
        { { 0, 17 }, { 0, 17 }, 21, "CVE-2019-9836" },
        { { 0, 17 }, { 0, 17 }, 22, NULL },
        { { 0, 17 }, { 0, 18 }, 0, NULL },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        OWN(sentences_clear) struct sentences reasons = { 0 };
        struct acceptance rules = acceptance_default();
        struct sevk_error err;

        rules.min_api_major = table[i].min[0];
        rules.min_api_minor = table[i].min[1];
        assert_works(acceptance_judge_firmware(&rules, table[i].api[0],
                                               table[i].api[1], table[i].build,
                                               &reasons, &err),
                     &err);
        if (table[i].reason == NULL) {
            assert_int_equal(reasons.n, 0);
        } else {
            assert_int_equal(reasons.n, 1);
            assert_non_null(strstr(reasons.items[0], table[i].reason));
        }
    }
}

static void old_and_broken_firmware_has_both_reasons(void **state)
{
    OWN(sentences_clear) struct sentences reasons = { 0 };
    struct acceptance rules = acceptance_default();
    struct sevk_error err;

    (void)state;
    assert_works(acceptance_judge_firmware(&rules, 0, 17, 1, &reasons, &err),
                 &err);
    assert_int_equal(reasons.n, 2);
}

static void a_platform_id_is_64_digits(void **state)
{
    static const char *const bad[] = { "",     "a1", ID "0", " " ID,
                                       ID " ", "0x", "g" ID };
    struct acceptance rules = acceptance_default();
    struct sevk_error err;

    (void)state;
    for (size_t i = 0; i < N_OF(bad); i++) {
        assert_fails(acceptance_add_platform(&rules, bad[i], &err), &err,
                     SEVK_USAGE, "64 hexadecimal digits");
    }
    assert_int_equal(rules.n_platforms, 0);
    assert_works(acceptance_add_platform(&rules, ID, &err), &err);
    assert_int_equal(rules.platforms[0][31], 0xa1);
    for (size_t i = 1; i < ACCEPTANCE_PLATFORMS_MAX; i++) {
        assert_works(acceptance_add_platform(&rules, ID, &err), &err);
    }
    assert_fails(acceptance_add_platform(&rules, ID, &err), &err, SEVK_USAGE,
                 "more than");
}

static void any_platform_will_do_unless_one_is_named(void **state)
{
    static const uint8_t named[SHA256_LEN] = { [31] = 0xa1 };
    static const uint8_t other[SHA256_LEN] = { [31] = 0xa2 };
    OWN(sentences_clear) struct sentences reasons = { 0 };
    struct acceptance rules = acceptance_default();
    struct sevk_error err;

    (void)state;
    assert_works(acceptance_judge_platform(&rules, other, &reasons, &err),
                 &err);
    assert_int_equal(reasons.n, 0);
    assert_works(acceptance_add_platform(&rules, ID, &err), &err);
    assert_works(acceptance_judge_platform(&rules, named, &reasons, &err),
                 &err);
    assert_int_equal(reasons.n, 0);
    assert_works(acceptance_judge_platform(&rules, other, &reasons, &err),
                 &err);
    assert_int_equal(reasons.n, 1);
    assert_non_null(strstr(reasons.items[0], "a2"));
}

static void policies_without_nodbg_or_noks_need_permission(void **state)
{
    struct acceptance rules = acceptance_default();
    struct sevk_error err;

    (void)state;
    for (uint32_t policy = 0; policy < 64; policy++) {
        bool strong =
            (policy & POLICY_NODBG) != 0 && (policy & POLICY_NOKS) != 0;

        rules.allow_weak_policy = false;
        if (strong) {
            assert_works(acceptance_check_policy(&rules, policy, &err), &err);
        } else {
            assert_fails(acceptance_check_policy(&rules, policy, &err), &err,
                         SEVK_REFUSED, "--allow-weak-policy");
        }
        rules.allow_weak_policy = true;
        assert_works(acceptance_check_policy(&rules, policy, &err), &err);
    }
}

static void reserved_bits_are_refused_whatever_is_allowed(void **state)
{
    struct acceptance rules = acceptance_default();
    struct sevk_error err;

    (void)state;
    rules.allow_weak_policy = true;
    for (unsigned int bit = 6; bit < 16; bit++) {
        assert_fails(acceptance_check_policy(&rules, 3 | 1u << bit, &err), &err,
                     SEVK_USAGE, "reserved");
    }
}

static void what_reads_a_secret_must_be_measured_or_excused(void **state)
{
    struct acceptance rules = acceptance_default();
    struct sevk_error err;

    (void)state;
    assert_fails(acceptance_check_boot(&rules, false, false, &err), &err,
                 SEVK_REFUSED, "--firmware-measures-boot");
    assert_works(acceptance_check_boot(&rules, true, false, &err), &err);
    assert_works(acceptance_check_boot(&rules, false, true, &err), &err);
    rules.unmeasured_boot = true;
    assert_works(acceptance_check_boot(&rules, false, false, &err), &err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(firmware_is_judged_at_the_edges_of_each_rule),
        cmocka_unit_test(old_and_broken_firmware_has_both_reasons),
        cmocka_unit_test(a_platform_id_is_64_digits),
        cmocka_unit_test(any_platform_will_do_unless_one_is_named),
        cmocka_unit_test(policies_without_nodbg_or_noks_need_permission),
        cmocka_unit_test(reserved_bits_are_refused_whatever_is_allowed),
        cmocka_unit_test(what_reads_a_secret_must_be_measured_or_excused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
