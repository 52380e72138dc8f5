/* SPDX-License-Identifier: Apache-2.0 */
/* Initial VMSAs of libkrun: equal to what sevctl makes. */
#include "owner/vmsa_krun.h"

#include <string.h>

#include "base/own.h"
#include "lib/unit.h"
#include "lib/vector.h"

static void test_the_vectors_are_made_byte_for_byte(void **state)
{
    OWN(buf_free) struct buf bsp = vector_load("sevctl/krun_bsp.bin");
    OWN(buf_free) struct buf ap = vector_load("sevctl/krun_ap.bin");
    struct vmsa_init init = { .cpu_signature = 0xa00f11 };
    uint8_t page[VMSA_LEN];

    (void)state;
    memset(page, 0xff, sizeof page);
    vmsa_krun_bsp(&init, page);
    assert_bytes_equal(BYTES_OF(page), buf_bytes(&bsp));
    memset(page, 0xff, sizeof page);
    vmsa_krun_ap(&init, page);
    assert_bytes_equal(BYTES_OF(page), buf_bytes(&ap));
}

static void test_vm_type_and_reset_vector_play_no_part(void **state)
{
    OWN(buf_free) struct buf ap = vector_load("sevctl/krun_ap.bin");
    struct vmsa_init init = { .type = VMSA_INIT2,
                              .cpu_signature = 0xa00f11,
                              .reset_vector = 0x80b004 };
    uint8_t page[VMSA_LEN];

    (void)state;
    vmsa_krun_ap(&init, page);
    assert_bytes_equal(BYTES_OF(page), buf_bytes(&ap));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_vectors_are_made_byte_for_byte),
        cmocka_unit_test(test_vm_type_and_reset_vector_play_no_part),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
