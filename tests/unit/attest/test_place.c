/* SPDX-License-Identifier: Apache-2.0 */
/* The hypervisor itself is no place for a verdict. */
#include "attest/place.h"

#include "lib/unit.h"

static void count(void *ctx, const char *sentence)
{
    unsigned int *n = ctx;

    assert_non_null(strstr(sentence, "can't be trusted"));
    (*n)++;
}

static void another_machine_is_a_place(void **state)
{
    const struct host_description far = { .name = "far" };
    unsigned int warnings = 0;
    const struct watch watch = { .ctx = &warnings, .warn = count };
    struct sevk_error err;

    (void)state;
    assert_works(place_check(&far, false, &watch, &err), &err);
    assert_int_equal(warnings, 0);
}

static void the_same_machine_is_one_only_with_a_warning(void **state)
{
    const struct host_description here = { .name = "here",
                                           .same_machine = true };
    unsigned int warnings = 0;
    const struct watch watch = { .ctx = &warnings, .warn = count };
    const struct watch nobody = { 0 };
    struct sevk_error err;

    (void)state;
    assert_fails(place_check(&here, false, &watch, &err), &err, SEVK_REFUSED,
                 "'here'");
    assert_int_equal(warnings, 0);
    assert_works(place_check(&here, true, &watch, &err), &err);
    assert_int_equal(warnings, 1);
    assert_works(place_check(&here, true, &nobody, &err), &err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_machine_is_a_place),
        cmocka_unit_test(the_same_machine_is_one_only_with_a_warning),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
