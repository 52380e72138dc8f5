/* SPDX-License-Identifier: Apache-2.0 */
/* Names of status codes and states. */
#include "wire/status.h"

#include "lib/unit.h"

static void test_every_status_has_a_name_and_a_sentence(void **state)
{
    (void)state;
    for (uint32_t i = 0; i <= SEV_STATUS_SECURE_DATA_INVALID; i++) {
        assert_non_null(sev_status_name(i));
        assert_string_not_equal(sev_status_name(i), "unknown status");
        assert_non_null(sev_status_text(i));
        assert_true(strlen(sev_status_text(i)) > 10);
        assert_int_not_equal(sev_status_text(i)[strlen(sev_status_text(i)) - 1],
                             '.');
    }
}

static void test_a_number_without_a_name_says_so(void **state)
{
    static const uint32_t rows[] = { 0x19, 0x100, UINT32_MAX };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        assert_string_equal(sev_status_name(rows[i]), "unknown status");
        assert_non_null(strstr(sev_status_text(rows[i]), "no name here"));
        assert_string_equal(sev_platform_state_name(rows[i]), "?");
        assert_string_equal(sev_guest_state_name(rows[i]), "?");
        assert_string_equal(sev_guest_state_qmp_name(rows[i]), "uninit");
    }
}

/* formats.md 4.4: what the numbers are. */
static void test_the_numbers_that_people_meet(void **state)
{
    (void)state;
    assert_string_equal(sev_status_name(0x00), "SUCCESS");
    assert_string_equal(sev_status_name(0x04), "INVALID_LENGTH");
    assert_string_equal(sev_status_name(0x07), "POLICY_FAILURE");
    assert_string_equal(sev_status_name(0x0a), "BAD_SIGNATURE");
    assert_string_equal(sev_status_name(0x0b), "BAD_MEASUREMENT");
    assert_string_equal(sev_status_name(0x10), "INVALID_GUEST");
    assert_string_equal(sev_status_name(0x15), "UNSUPPORTED");
    assert_string_equal(sev_status_name(0x17), "RESOURCE_LIMIT");
    assert_string_equal(sev_status_name(0x18), "SECURE_DATA_INVALID");
}

static void test_the_names_of_states(void **state)
{
    static const char *const platform[] = { "UNINIT", "INIT", "WORKING" };
    static const char *const guest[] = { "UNINIT",  "LUPDATE", "LSECRET",
                                         "RUNNING", "SUPDATE", "RUPDATE",
                                         "SENT" };
    static const char *const qmp[] = {
        "uninit",      "launch-update",  "launch-secret", "running",
        "send-update", "receive-update", "uninit",
    };

    (void)state;
    for (uint32_t i = 0; i < N_OF(platform); i++) {
        assert_string_equal(sev_platform_state_name(i), platform[i]);
    }
    for (uint32_t i = 0; i < N_OF(guest); i++) {
        assert_string_equal(sev_guest_state_name(i), guest[i]);
        assert_string_equal(sev_guest_state_qmp_name(i), qmp[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_status_has_a_name_and_a_sentence),
        cmocka_unit_test(test_a_number_without_a_name_says_so),
        cmocka_unit_test(test_the_numbers_that_people_meet),
        cmocka_unit_test(test_the_names_of_states),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
