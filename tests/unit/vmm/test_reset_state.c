/* SPDX-License-Identifier: Apache-2.0 */
/* Initial vCPU states, against those that two other tools make. */
#include "lib/unit.h"

#include "base/own.h"
#include "lib/vector.h"
#include "vmm/reset_state.h"

static void states_equal_the_published_ones(void **state)
{
    static const struct {
        const char *file;
        struct vmm_vcpu vcpu;
    } rows[] = {
        { "vmsa/naples-EPYC_legacy_bsp.bin",
          { 0, 0x800f12, 0, VMM_GENERATION_LEGACY } },
        { "vmsa/naples-EPYC_legacy_ap_80b004.bin",
          { 1, 0x800f12, 0x80b004, VMM_GENERATION_LEGACY } },
        { "vmsa/naples-EPYC_init2_bsp.bin",
          { 0, 0x800f12, 0x80b004, VMM_GENERATION_INIT2 } },
        { "vmsa/naples-EPYC_init2_ap_80b004.bin",
          { 7, 0x800f12, 0x80b004, VMM_GENERATION_INIT2 } },
        { "vmsa/milan-EPYC-Milan_legacy_bsp.bin",
          { 0, 0xa00f11, 0x80b004, VMM_GENERATION_LEGACY } },
        { "vmsa/milan-EPYC-Milan_legacy_ap_80b004.bin",
          { 255, 0xa00f11, 0x80b004, VMM_GENERATION_LEGACY } },
        { "vmsa/milan-EPYC-Milan_init2_bsp.bin",
          { 0, 0xa00f11, 0, VMM_GENERATION_INIT2 } },
        { "vmsa/milan-EPYC-Milan_init2_ap_80b004.bin",
          { 1, 0xa00f11, 0x80b004, VMM_GENERATION_INIT2 } },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        OWN(buf_free) struct buf wanted = vector_load(rows[i].file);
        uint8_t got[VMSA_LEN];

        vmm_reset_state(&rows[i].vcpu, got);
        if (!bytes_equal(BYTES_OF(got), buf_bytes(&wanted))) {
            fail_msg("%s differs", rows[i].file);
        }
    }
}

/* Where the two parts of the vector go: 010h CS base at +8, 178h RIP. */
static void the_reset_vector_is_split_into_base_and_ip(void **state)
{
    const struct vmm_vcpu vcpu = { 1, 0, 0xfedcba98, VMM_GENERATION_LEGACY };
    const uint8_t base[8] = { 0x00, 0x00, 0xdc, 0xfe };
    const uint8_t rip[8] = { 0x98, 0xba };
    uint8_t page[VMSA_LEN];

    (void)state;
    vmm_reset_state(&vcpu, page);
    assert_memory_equal(page + 0x18, base, 8);
    assert_memory_equal(page + 0x178, rip, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_equal_the_published_ones),
        cmocka_unit_test(the_reset_vector_is_split_into_base_and_ip),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
