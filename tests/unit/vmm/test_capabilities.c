/* SPDX-License-Identifier: Apache-2.0 */
/* What the platform says of itself. */
#include "unit/fw/rig.h"

#include "base/own.h"
#include "vmm/capabilities.h"

static void capabilities_are_the_platforms(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    OWN(own_free) struct vmm_capabilities *c = NULL;
    uint8_t pdh[SEV_CERT_LEN];
    struct sevk_error err;

    (void)state;
    assert_works(vmm_capabilities_read(rig->platform, &c, &err), &err);
    assert_int_equal(c->cbitpos, 51);
    assert_int_equal(c->reduced_phys_bits, 1);
    rig_pdh(rig, pdh);
    assert_memory_equal(c->pdh, pdh, sizeof pdh);
    assert_int_equal(c->chain[8] | c->chain[9] << 8, SEV_USAGE_PEK);
    assert_false(bytes_all_zero(BYTES_OF(c->cpu0_id)));
}

static void no_platform_is_an_error(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    struct vmm_capabilities *c = NULL;
    struct sevk_error err;

    (void)state;
    assert_fails(vmm_capabilities_read(dir.path, &c, &err), &err, SEVK_INPUT,
                 dir.path);
    assert_null(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(capabilities_are_the_platforms),
        cmocka_unit_test(no_platform_is_an_error),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
