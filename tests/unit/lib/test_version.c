/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of lib/version.c. */
#include <sevkit/version.h>

#include <stdio.h>

#include "lib/unit.h"

static void test_headers_and_library_are_of_one_version(void **state)
{
    char text[32];

    (void)state;
    snprintf(text, sizeof text, "%d.%d.%d", SEVK_VERSION_MAJOR,
             SEVK_VERSION_MINOR, SEVK_VERSION_PATCH);
    assert_string_equal(sevk_version_text(), text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers_and_library_are_of_one_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
