/* SPDX-License-Identifier: Apache-2.0 */
/* Rows by their names, arguments by their keys. */
#include "lib/unit.h"

#include "base/own.h"
#include "qemu/answer.h"

static const struct answer_row rows[] = { { "one", NULL }, { "two", NULL } };

static void rows_are_found_by_their_whole_name(void **state)
{
    const struct answer_table table = { rows, N_OF(rows), NULL };

    (void)state;
    assert_ptr_equal(answer_find(&table, "two"), &rows[1]);
    assert_null(answer_find(&table, "tw"));
    assert_null(answer_find(&table, "twoo"));
    assert_null(answer_find(&table, ""));
}

static void arguments_that_do_not_fit_are_refused_in_qemus_words(void **state)
{
    static const struct {
        const char *text;
        const char *part;
    } rows_of[] = {
        { "{\"execute\":\"x\"}", "Parameter 'secret' is missing" },
        { "{\"execute\":\"x\",\"arguments\":[]}", "is missing" },
        { "{\"execute\":\"x\",\"arguments\":{}}", "is missing" },
        { "{\"execute\":\"x\",\"arguments\":{\"secret\":1}}",
          "Invalid parameter type for 'secret', expected: string" },
        { "{\"execute\":\"x\",\"arguments\":{\"secret\":null}}",
          "Invalid parameter type" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows_of); i++) {
        OWN(qmp_command_free) struct qmp_command c = { 0 };
        const char *value = NULL;
        struct sevk_error err;

        assert_int_equal(
            qmp_command_parse(bytes_of_string(rows_of[i].text), &c),
            QMP_COMMAND);
        assert_fails(answer_string(&c, "secret", &value, &err), &err,
                     SEVK_INPUT, rows_of[i].part);
        assert_null(value);
    }
}

static void an_argument_is_a_view(void **state)
{
    OWN(qmp_command_free) struct qmp_command c = { 0 };
    const char *value = NULL;
    struct sevk_error err;

    (void)state;
    qmp_command_parse(
        bytes_of_string("{\"execute\":\"x\",\"arguments\":{\"k\":\"v\"}}"), &c);
    assert_works(answer_string(&c, "k", &value, &err), &err);
    assert_string_equal(value, "v");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_found_by_their_whole_name),
        cmocka_unit_test(arguments_that_do_not_fit_are_refused_in_qemus_words),
        cmocka_unit_test(an_argument_is_a_view),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
