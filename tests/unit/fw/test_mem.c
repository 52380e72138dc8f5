/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/mem.c. */
#include "fw/mem.h"

#include "base/own.h"
#include "unit/fw/rig.h"

static void memory_ends_where_it_ends(void **state)
{
    static const struct {
        uint64_t paddr;
        size_t n;
        uint32_t status;
    } rows[] = {
        { RIG_RAM, 16, SEV_STATUS_SUCCESS },
        { RIG_RAM + RIG_RAM_LEN - 16, 16, SEV_STATUS_SUCCESS },
        { RIG_RAM + RIG_RAM_LEN - 15, 16, SEV_STATUS_INVALID_ADDRESS },
        { RIG_RAM - 1, 16, SEV_STATUS_INVALID_ADDRESS },
        { RIG_RAM, 0, SEV_STATUS_INVALID_ADDRESS },
        { UINT64_MAX, 16, SEV_STATUS_INVALID_ADDRESS },
        { UINT64_MAX - 15, 16, SEV_STATUS_INVALID_ADDRESS },
    };
    OWN(rig_close) struct rig *rig = rig_open();
    uint8_t bytes[16] = { 9 };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        assert_int_equal(mem_read(rig->fw, rows[i].paddr, bytes, rows[i].n),
                         rows[i].status);
        assert_int_equal(
            mem_write(rig->fw, rows[i].paddr, bytes_make(bytes, rows[i].n)),
            rows[i].status);
    }
}

static void memory_that_can_only_be_read_is_not_written(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    uint8_t bytes[16] = { 9 };

    (void)state;
    rig->read_only = true;
    assert_int_equal(mem_write(rig->fw, RIG_RAM, BYTES_OF(bytes)),
                     SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(mem_write_guest(rig->fw, NULL, RIG_RAM, BYTES_OF(bytes)),
                     SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(mem_read(rig->fw, RIG_RAM, bytes, sizeof bytes),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(bytes[0], 0);
}

static void a_caller_without_memory_has_no_addresses(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    uint8_t bytes[16];

    (void)state;
    rig->fw->memory.map = NULL;
    assert_int_equal(mem_read(rig->fw, RIG_RAM, bytes, sizeof bytes),
                     SEV_STATUS_INVALID_ADDRESS);
}

/* A launch needs to read only: an image in a sealed file can be measured. */
static void measuring_does_not_ask_for_writing(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    struct fw_guest guest = { 0 };
    uint8_t digest[SHA256_LEN];
    uint8_t expected[SHA256_LEN];

    (void)state;
    rig->read_only = true;
    memset(rig->ram, 0x42, 4096);
    sha256_init(&guest.launch);
    assert_int_equal(mem_measure_guest(rig->fw, &guest, RIG_RAM, 4096),
                     SEV_STATUS_SUCCESS);
    sha256_final(&guest.launch, digest);
    sha256(bytes_make(rig->ram, 4096), expected);
    assert_memory_equal(digest, expected, sizeof digest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_ends_where_it_ends),
        cmocka_unit_test(memory_that_can_only_be_read_is_not_written),
        cmocka_unit_test(a_caller_without_memory_has_no_addresses),
        cmocka_unit_test(measuring_does_not_ask_for_writing),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
