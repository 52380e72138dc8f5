/* SPDX-License-Identifier: Apache-2.0 */
/* CPU models' names and signatures. */
#include "lib/unit.h"

#include "vmm/cpu_model.h"

static void names_lead_to_signatures(void **state)
{
    static const struct {
        const char *name;
        uint32_t signature; /* formats.md 7 */
    } rows[] = {
        { "EPYC", 0x800f12 },       { "EPYC-v3", 0x800f12 },
        { "EPYC-Rome", 0x830f10 },  { "EPYC-Rome-v2", 0x830f10 },
        { "EPYC-Milan", 0xa00f11 }, { "EPYC-Milan-v1", 0xa00f11 },
        { "EPYC-Genoa", 0xa10f10 }, { "qemu64", 0x60fb1 },
        { "max", 0x60fb1 },         { "Haswell-v1", 0x306c4 },
        { "Haswell-v2", 0x306c1 },  { "Icelake-Server-v6", 0x606a0 },
        { "athlon", 0x623 },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct vmm_cpu cpu;

        assert_true(vmm_cpu_find(rows[i].name, &cpu));
        if (vmm_cpu_signature(&cpu) != rows[i].signature) {
            fail_msg("%s: %x", rows[i].name, vmm_cpu_signature(&cpu));
        }
    }
}

static void unknown_names_lead_nowhere(void **state)
{
    static const char *const names[] = {
        "",    "host", "epyc",        "EPYC-v",    "EPYC-1",    "EPYC-v1x",
        "-v1", "v1",   "EPYC-Milan-", "EPYC-Mila", "EPYC-v1-v1"
    };

    (void)state;
    for (size_t i = 0; i < N_OF(names); i++) {
        struct vmm_cpu cpu;

        if (vmm_cpu_find(names[i], &cpu)) {
            fail_msg("'%s' is known", names[i]);
        }
    }
}

static void signatures_have_their_fields_in_place(void **state)
{
    static const struct {
        struct vmm_cpu cpu;
        uint32_t signature;
    } rows[] = {
        { { 26, 0, 0 }, 0xb00f00 },        { { 15, 0, 0 }, 0xf00 },
        { { 16, 2, 3 }, 0x100f23 },        { { 6, 255, 15 }, 0xf06ff },
        { { 14, 0x12, 1 }, 0x10e21 },      { { 25, 0x101, 0x11 }, 0xa00f11 },
        { { 15 + 255, 1, 1 }, 0xff00f11 },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        assert_int_equal(vmm_cpu_signature(&rows[i].cpu), rows[i].signature);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_lead_to_signatures),
        cmocka_unit_test(unknown_names_lead_nowhere),
        cmocka_unit_test(signatures_have_their_fields_in_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
