/* SPDX-License-Identifier: Apache-2.0 */
/* Errors: filled on failure only, cut when too long, prefixed on the way up. */
#include <errno.h>

#include "base/error.h"
#include "lib/unit.h"

static void test_without_an_error_to_fill_failing_is_just_false(void **state)
{
    (void)state;
    assert_false(sevk_fail(NULL, SEVK_INPUT, "%s", "nobody cares"));
    assert_false(sevk_fail_errno(NULL, SEVK_HOST, ENOENT, "nobody cares"));
    assert_false(sevk_fail_fw(NULL, 0x0b, "nobody cares"));
    assert_false(sevk_fail_in(NULL, "nobody cares"));
}

static void test_every_field_is_set_anew(void **state)
{
    struct sevk_error err;

    (void)state;
    memset(&err, 0xff, sizeof err);
    assert_false(sevk_fail(&err, SEVK_INPUT, "%d bytes", 3));
    assert_int_equal(err.code, SEVK_INPUT);
    assert_int_equal(err.fw_status, 0);
    assert_int_equal(err.sys_errno, 0);
    assert_string_equal(err.message, "3 bytes");
}

static void test_a_system_error_keeps_its_number_and_text(void **state)
{
    struct sevk_error err;

    (void)state;
    assert_false(sevk_fail_errno(&err, SEVK_HOST, ENOENT, "file '%s'", "x"));
    assert_int_equal(err.code, SEVK_HOST);
    assert_int_equal(err.sys_errno, ENOENT);
    assert_string_equal(err.message, "file 'x': No such file or directory");
}

static void test_a_firmware_error_keeps_its_status(void **state)
{
    struct sevk_error err;

    (void)state;
    assert_false(sevk_fail_fw(&err, 0x0b, "LAUNCH_SECRET"));
    assert_int_equal(err.code, SEVK_HOST);
    assert_int_equal(err.fw_status, 0x0b);
    assert_string_equal(err.message, "LAUNCH_SECRET");
}

static void test_context_comes_in_front_and_the_rest_stays(void **state)
{
    struct sevk_error err;

    (void)state;
    assert_false(sevk_fail_errno(&err, SEVK_INPUT, EACCES, "opening"));
    assert_false(sevk_fail_in(&err, "PEK '%s'", "pek.cert"));
    assert_string_equal(err.message,
                        "PEK 'pek.cert': opening: Permission denied");
    assert_int_equal(err.code, SEVK_INPUT);
    assert_int_equal(err.sys_errno, EACCES);
}

static void test_a_long_message_is_cut_and_ended(void **state)
{
    char text[2 * SEVK_ERROR_MESSAGE_LEN];
    struct sevk_error err;

    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_false(sevk_fail(&err, SEVK_INPUT, "%s", text));
    assert_int_equal(strlen(err.message), SEVK_ERROR_MESSAGE_LEN - 1);
    assert_false(sevk_fail_errno(&err, SEVK_INPUT, ENOENT, "%s", text));
    assert_int_equal(strlen(err.message), SEVK_ERROR_MESSAGE_LEN - 1);
    assert_false(sevk_fail(&err, SEVK_INPUT, "inner"));
    assert_false(sevk_fail_in(&err, "%s", text));
    assert_int_equal(strlen(err.message), SEVK_ERROR_MESSAGE_LEN - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_an_error_to_fill_failing_is_just_false),
        cmocka_unit_test(test_every_field_is_set_anew),
        cmocka_unit_test(test_a_system_error_keeps_its_number_and_text),
        cmocka_unit_test(test_a_firmware_error_keeps_its_status),
        cmocka_unit_test(test_context_comes_in_front_and_the_rest_stays),
        cmocka_unit_test(test_a_long_message_is_cut_and_ended),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
