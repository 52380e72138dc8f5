/* SPDX-License-Identifier: Apache-2.0 */
/* Where guest-physical addresses lead. */
#include "lib/unit.h"

#include "vmm/memory.h"

#define MIB  (UINT64_C(1) << 20)
#define GIB  (UINT64_C(1) << 30)
#define BASE ((uint8_t *)0x10000) /* never followed */

static void memory_is_split_below_4_gib(void **state)
{
    static const struct {
        enum vmm_machine machine;
        uint64_t size;
        uint64_t low;
    } rows[] = {
        { VMM_MACHINE_Q35, 512 * MIB, 512 * MIB },
        { VMM_MACHINE_Q35, 2 * GIB, 2 * GIB },
        { VMM_MACHINE_Q35, 0xb0000000 - 4096, 0xb0000000 - 4096 },
        { VMM_MACHINE_Q35, 0xb0000000, 0x80000000 },
        { VMM_MACHINE_Q35, 64 * GIB, 0x80000000 },
        { VMM_MACHINE_PC, 0xe0000000 - 4096, 0xe0000000 - 4096 },
        { VMM_MACHINE_PC, 0xe0000000, 0xc0000000 },
        { VMM_MACHINE_PC, 8 * GIB, 0xc0000000 },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct vmm_memory m =
            vmm_memory_make(rows[i].machine, BASE, rows[i].size);

        assert_int_equal(m.low, rows[i].low);
    }
}

static void addresses_lead_to_their_bytes(void **state)
{
    static const struct {
        uint64_t gpa;
        uint64_t n;
        uint64_t offset;
    } rows[] = {
        { 0, 1, 0 },
        { 0x9ffff, 1, 0x9ffff },
        { 0xc0000, 4096, 0xc0000 },
        { 0x810000, 0xc00, 0x810000 },
        { 0x7fffffff, 1, 0x7fffffff },
        { 4 * GIB, 16, 0x80000000 },
        { 4 * GIB + 2 * GIB - 1, 1, 4 * GIB - 1 },
    };
    struct vmm_memory m = vmm_memory_make(VMM_MACHINE_Q35, BASE, 4 * GIB);
    struct fw_memory fw = vmm_memory_for_fw(&m);

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct sevk_error err;
        uint8_t *p = NULL;

        assert_works(vmm_memory_find(&m, rows[i].gpa, rows[i].n, &p, &err),
                     &err);
        assert_ptr_equal(p, BASE + rows[i].offset);
        assert_ptr_equal(fw.map(fw.ctx, rows[i].gpa, rows[i].n, true), p);
    }
}

static void holes_and_edges_are_refused(void **state)
{
    static const struct {
        uint64_t gpa;
        uint64_t n;
        const char *part;
    } rows[] = {
        { 0xa0000, 1, "Memory at address 0xa0000 is not RAM" },
        { 0xbffff, 1, "is not RAM" },
        { 0x9fff0, 32, "Size of memory region at 0x9fff0 exceeded." },
        { 0x80000000, 1, "No memory is mapped at address 0x80000000" },
        { 0x7ffffff0, 32, "exceeded" },
        { 0xffff0000, 16, "No memory" },
        { 4 * GIB - 1, 2, "No memory" },
        { 6 * GIB - 16, 17, "exceeded" },
        { 6 * GIB, 1, "No memory" },
        { UINT64_MAX, 1, "No memory" },
        { 0, UINT64_MAX, "exceeded" },
        { 4 * GIB + 16, UINT64_MAX, "exceeded" },
    };
    struct vmm_memory m = vmm_memory_make(VMM_MACHINE_Q35, BASE, 4 * GIB);
    struct fw_memory fw = vmm_memory_for_fw(&m);

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct sevk_error err;
        uint8_t *p = NULL;

        assert_fails(vmm_memory_find(&m, rows[i].gpa, rows[i].n, &p, &err),
                     &err, SEVK_INPUT, rows[i].part);
        assert_null(fw.map(fw.ctx, rows[i].gpa, rows[i].n, false));
    }
}

/* A guest of less memory than the VGA hole's address has none behind it. */
static void tiny_memory_has_no_upper_part(void **state)
{
    struct vmm_memory m = vmm_memory_make(VMM_MACHINE_PC, BASE, 64 * 1024);
    uint8_t *p = NULL;

    (void)state;
    assert_true(vmm_memory_find(&m, 0xfff0, 16, &p, NULL));
    assert_false(vmm_memory_find(&m, 0xfff0, 17, &p, NULL));
    assert_false(vmm_memory_find(&m, 0x10000, 1, &p, NULL));
    assert_false(vmm_memory_find(&m, 0xc0000, 1, &p, NULL));
    assert_false(vmm_memory_find(&m, 4 * GIB, 1, &p, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_split_below_4_gib),
        cmocka_unit_test(addresses_lead_to_their_bytes),
        cmocka_unit_test(holes_and_edges_are_refused),
        cmocka_unit_test(tiny_memory_has_no_upper_part),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
