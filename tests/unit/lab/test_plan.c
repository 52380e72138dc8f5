/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of plan.c: defaults filled in, impossible hosts refused. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/own.h"
#include "lab/layout.h"
#include "lab/plan.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"

/* Programs that exist everywhere, in the place of those of a lab. */
static struct lab_options some_options(const char *dir)
{
    return (struct lab_options){
        .dir = dir,
        .qemu = "/bin/sh",
        .wrapper = "/bin/sh",
        .preload = "/bin/sh",
    };
}

static void hosts_that_can_not_be_are_refused(void **state)
{
    static const struct {
        struct lab_host host;
        const char *why;
    } cases[] = {
        { { .cbitpos = 64 }, "at most 63" },
        { { .reduced_phys_bits = 64 }, "at most 63" },
        { { .max_asid = 99 }, "above the highest" },
        { { .min_sev_asid = 510 }, "above the highest" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(cases); i++) {
        struct lab_options options = some_options("/tmp/lab");
        struct plan plan;
        struct sevk_error err;

        options.host = cases[i].host;
        assert_fails(plan_make(&options, &plan, &err), &err, SEVK_USAGE,
                     cases[i].why);
    }
}

static void a_platform_that_is_not_there_is_refused(void **state)
{
    struct lab_options options = some_options("/tmp/lab");
    struct plan plan;
    struct sevk_error err;

    (void)state;
    options.platform = "/no/such/platform";
    assert_fails(plan_make(&options, &plan, &err), &err, SEVK_USAGE,
                 "/no/such/platform");
}

static void a_platform_whose_name_would_break_files_is_refused(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *odd = temp_dir_path(&dir, "a\nb");
    struct lab_options options = some_options("/tmp/lab");
    struct plan plan;
    struct sevk_error err;

    (void)state;
    assert_int_equal(mkdir(odd, 0700), 0);
    options.platform = odd;
    assert_fails(plan_make(&options, &plan, &err), &err, SEVK_USAGE, "odd");
}

static void programs_that_are_not_there_are_named(void **state)
{
    struct lab_options options = some_options("/tmp/lab");
    struct plan plan;
    struct sevk_error err;

    (void)state;
    options.qemu = "/no/qemu";
    assert_fails(plan_make(&options, &plan, &err), &err, SEVK_USAGE,
                 "/no/qemu");
    options = some_options("/tmp/lab");
    options.wrapper = "/no/wrapper";
    assert_fails(plan_make(&options, &plan, &err), &err, SEVK_USAGE,
                 "/no/wrapper");
    options = some_options("/tmp/lab");
    options.preload = "/no/module";
    assert_fails(plan_make(&options, &plan, &err), &err, SEVK_USAGE,
                 "/no/module");
}

static void nothing_given_means_a_milan_host(void **state)
{
    struct lab_options options = some_options("/tmp/lab");
    struct plan plan;
    struct sevk_error err;

    (void)state;
    assert_works(plan_make(&options, &plan, &err), &err);
    assert_string_equal(plan.dir, "/tmp/lab");
    assert_string_equal(plan.platform, "/tmp/lab/platform");
    assert_int_equal(plan.system, geteuid() == 0);
    assert_int_equal(plan.host.cbitpos, 51);
    assert_int_equal(plan.host.reduced_phys_bits, 1);
    assert_int_equal(plan.host.max_asid, 509);
    assert_int_equal(plan.host.min_sev_asid, 100);
    assert_int_equal(plan.host.cpu_signature, 0x00a00f11);
    assert_int_equal(plan.timeout_ms, 60000);
}

static void what_is_given_is_kept(void **state)
{
    struct lab_options options = some_options("/tmp/lab");
    struct plan plan;
    struct sevk_error err;

    (void)state;
    options.platform = "/tmp/.";
    options.host = (struct lab_host){ 47, 5, 15, 6, 0x00800f12 };
    options.timeout_s = 7;
    assert_works(plan_make(&options, &plan, &err), &err);
    assert_string_equal(plan.platform, "/tmp");
    assert_int_equal(plan.host.cbitpos, 47);
    assert_int_equal(plan.host.reduced_phys_bits, 5);
    assert_int_equal(plan.host.max_asid, 15);
    assert_int_equal(plan.host.min_sev_asid, 6);
    assert_int_equal(plan.host.cpu_signature, 0x00800f12);
    assert_int_equal(plan.timeout_ms, 7000);
    options.timeout_s = ~0U;
    assert_works(plan_make(&options, &plan, &err), &err);
    assert_int_equal(plan.timeout_ms, 3600000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_that_can_not_be_are_refused),
        cmocka_unit_test(a_platform_that_is_not_there_is_refused),
        cmocka_unit_test(a_platform_whose_name_would_break_files_is_refused),
        cmocka_unit_test(programs_that_are_not_there_are_named),
        cmocka_unit_test(nothing_given_means_a_milan_host),
        cmocka_unit_test(what_is_given_is_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
