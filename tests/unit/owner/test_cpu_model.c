/* SPDX-License-Identifier: Apache-2.0 */
/* CPU models and signatures. compare-qemu holds the table against QEMU. */
#include "owner/cpu_model.h"

#include <strings.h>

#include "lib/unit.h"

static void test_what_is_no_cpu_is_refused(void **state)
{
    static const struct {
        const char *text, *part;
    } rows[] = {
        { "", "CPU model ''" },
        { "EPYC-Milano", "did you mean EPYC-Milan?" },
        { "epyc milan", "did you mean EPYC-Milan?" },
        { "host", "is whatever the host has" },
        { "MAX", "is whatever the host has" },
        { "25/1", "FAMILY/MODEL/STEPPING" },
        { "25/1/1/1", "FAMILY/MODEL/STEPPING" },
        { "25/1/", "CPU stepping" },
        { "/1/1", "CPU family" },
        { "271/1/1", "CPU family" },
        { "25/256/1", "CPU 25/256/1" },
        { "25/1/16", "CPU 25/1/16" },
        { "25/-1/1", "CPU model" },
        { "25/1/1x", "CPU stepping" },
        { "0x", "CPU signature" },
        { "0x100000000", "CPU signature" },
        { "0000000000000000000025/1/1", "FAMILY/MODEL/STEPPING" },
        { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
          "a",
          "too long" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct sevk_error err;
        uint32_t signature = 7;

        assert_fails(cpu_signature_parse(rows[i].text, &signature, &err), &err,
                     SEVK_USAGE, rows[i].part);
        assert_int_equal(signature, 7);
    }
}

static void test_known_signatures_are_made(void **state)
{
    static const struct {
        const char *text;
        uint32_t signature;
    } rows[] = {
        { "EPYC", 0x800f12 },
        { "23/1/2", 0x800f12 },
        { "EPYC-Rome", 0x830f10 },
        { "23/49/0", 0x830f10 },
        { "EPYC-Milan", 0xa00f11 },
        { "epyc-milan-V1", 0xa00f11 },
        { "25/1/1", 0xa00f11 },
        { "0x00A00F11", 0xa00f11 },
        { "EPYC-Genoa", 0xa10f10 },
        { "25/17/0", 0xa10f10 },
        { "EPYC-Turin", 0xb00f00 },
        { "26/0/0", 0xb00f00 },
        { "qemu64", 0x60fb1 },
        { "15/107/1", 0x60fb1 },
        { "486", 0x480 },
        { "4/8/0", 0x480 },
        { "0/0/0", 0 },
        { "270/255/15", 0xfff0fff },
        { "Haswell-noTSX", 0x306c1 },
        { "0x19/0x01/0x1", 0xa00f11 },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct sevk_error err;
        uint32_t signature;

        assert_works(cpu_signature_parse(rows[i].text, &signature, &err), &err);
        assert_int_equal(signature, rows[i].signature);
    }
}

static void test_a_signature_is_split_into_what_it_was_made_of(void **state)
{
    (void)state;
    for (uint32_t family = 0; family <= CPU_FAMILY_MAX; family++) {
        for (uint32_t model = 0; model <= CPU_MODEL_MAX; model += 5) {
            uint32_t s = 0, f, m, step;

            assert_true(
                cpu_signature_make(family, model, model & 15, &s, NULL));
            cpu_signature_split(s, &f, &m, &step);
            assert_int_equal(f, family);
            assert_int_equal(m, model);
            assert_int_equal(step, model & 15);
        }
    }
}

static void test_the_table_is_sorted_and_each_name_is_found(void **state)
{
    size_t n;
    const struct cpu_model *models = cpu_models(&n);

    (void)state;
    assert_true(n > 130);
    for (size_t i = 0; i < n; i++) {
        assert_ptr_equal(cpu_model_find(models[i].name), &models[i]);
        assert_true(i == 0 ||
                    strcasecmp(models[i - 1].name, models[i].name) < 0);
        assert_true(models[i].family <= CPU_FAMILY_MAX);
        assert_true(models[i].model <= CPU_MODEL_MAX);
        assert_true(models[i].stepping <= CPU_STEPPING_MAX);
    }
    assert_null(cpu_model_find("EPYC-"));
}

static void test_a_signature_has_the_shortest_of_its_names(void **state)
{
    (void)state;
    assert_string_equal(cpu_model_name(0xa00f11), "EPYC-Milan");
    assert_string_equal(cpu_model_name(0x800f12), "EPYC");
    assert_null(cpu_model_name(0xdeadbeef));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_no_cpu_is_refused),
        cmocka_unit_test(test_known_signatures_are_made),
        cmocka_unit_test(test_a_signature_is_split_into_what_it_was_made_of),
        cmocka_unit_test(test_the_table_is_sorted_and_each_name_is_found),
        cmocka_unit_test(test_a_signature_has_the_shortest_of_its_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
