/* SPDX-License-Identifier: Apache-2.0 */
/* How checks depend on each other. (Each verdict: tests/cli/host-check.) */
#include "host/check.h"

#include "lib/unit.h"

static struct host_facts facts;
static struct check_result results[CHECKS_MAX];

static const struct check_result *result_of(const char *id)
{
    size_t n;
    const struct check *rows = check_rows(&n);

    for (size_t i = 0; i < n; i++) {
        if (strcmp(rows[i].id, id) == 0) {
            return &results[i];
        }
    }
    fail_msg("no check '%s'", id);
    return NULL;
}

static void ids_are_different_and_needs_stand_above(void **state)
{
    size_t n;
    const struct check *rows = check_rows(&n);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(rows[i].id, rows[j].id);
        }
        for (size_t k = 0; k < 3 && rows[i].needs[k] != NULL; k++) {
            size_t j = 0;

            while (j < i && strcmp(rows[j].id, rows[i].needs[k]) != 0) {
                j++;
            }
            assert_true(j < i);
        }
    }
}

static void every_answer_has_words_and_every_error_a_cure(void **state)
{
    static const enum check_want wants[] = { CHECK_BOTH, CHECK_SEV, CHECK_ES };
    size_t n;

    (void)state;
    (void)check_rows(&n);
    facts = (struct host_facts){ 0 };
    facts.cpu.known = true;
    for (size_t w = 0; w < N_OF(wants); w++) {
        assert_false(check_host(&facts, wants[w], results));
        for (size_t i = 0; i < n; i++) {
            assert_true(results[i].message[0] != '\0');
            assert_true(results[i].verdict != CHECK_ERROR ||
                        results[i].fix != NULL);
        }
    }
}

static void what_needs_a_failed_check_is_skipped_also_at_second_hand(
    void **state)
{
    (void)state;
    facts = (struct host_facts){ 0 };
    facts.cpu.known = true; /* and of no vendor */
    assert_false(check_host(&facts, CHECK_BOTH, results));
    assert_int_equal(result_of("processor")->verdict, CHECK_ERROR);
    assert_int_equal(result_of("bare-metal")->verdict, CHECK_SKIPPED);
    assert_int_equal(result_of("cpu-sev-es")->verdict, CHECK_SKIPPED);
}

static void hardware_does_not_matter_to_a_virtual_platform(void **state)
{
    (void)state;
    facts.firmware.is_virtual = true;
    assert_true(check_host(&facts, CHECK_BOTH, results));
    assert_int_equal(result_of("processor")->verdict, CHECK_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_different_and_needs_stand_above),
        cmocka_unit_test(every_answer_has_words_and_every_error_a_cure),
        cmocka_unit_test(
            what_needs_a_failed_check_is_skipped_also_at_second_hand),
        cmocka_unit_test(hardware_does_not_matter_to_a_virtual_platform),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
