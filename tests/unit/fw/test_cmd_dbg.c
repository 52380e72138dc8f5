/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/cmd_dbg.c. */
#include "base/own.h"
#include "fw/firmware.h"
#include "unit/fw/rig.h"
#include "wire/policy.h"

#define GUEST_PAGE (RIG_RAM + 0x4000)
#define HOST_PAGE  (RIG_RAM + 0x8000)

static const char text[32] = "what a guest keeps to itself....";

static uint32_t dbg(struct fw *fw, uint32_t id, uint32_t handle, uint64_t src,
                    uint64_t dst, uint32_t len)
{
    const struct cmd_dbg cmd = {
        .handle = handle, .src_paddr = src, .dst_paddr = dst, .len = len
    };
    uint8_t buf[CMD_DBG_LEN];

    cmd_dbg_encode(&cmd, buf);
    return fw_command(fw, id, buf, sizeof buf);
}

static uint32_t copy(struct fw *fw, uint32_t handle, uint64_t src, uint64_t dst,
                     uint32_t len)
{
    const struct cmd_copy cmd = {
        .handle = handle, .len = len, .src_paddr = src, .dst_paddr = dst
    };
    uint8_t buf[CMD_COPY_LEN];

    cmd_copy_encode(&cmd, buf);
    return fw_command(fw, SEV_CMD_COPY, buf, sizeof buf);
}

/* Each call has one fault less: the first counts. */
static void debugging_finds_faults_in_the_order_of_the_sheet(void **state)
{
    static const uint32_t ids[] = { SEV_CMD_DBG_DECRYPT, SEV_CMD_DBG_ENCRYPT };
    OWN(rig_close) struct rig *rig = rig_open_encrypted();
    uint32_t closed = 0;
    uint32_t open;

    (void)state;
    for (size_t i = 0; i < N_OF(ids); i++) {
        assert_int_equal(dbg(rig->fw, ids[i], 9, 1, 1, 1),
                         SEV_STATUS_INVALID_PLATFORM_STATE);
    }
    assert_int_equal(do_start(rig->fw, POLICY_NODBG, &closed),
                     SEV_STATUS_SUCCESS);
    open = rig_guest(rig, 0, SEV_GUEST_RUNNING, 100);
    for (size_t i = 0; i < N_OF(ids); i++) {
        uint32_t id = ids[i];
        struct fw *fw = rig->fw;

        assert_int_equal(dbg(fw, id, 9, GUEST_PAGE + 8, HOST_PAGE, 1),
                         SEV_STATUS_INVALID_ADDRESS);
        assert_int_equal(dbg(fw, id, 9, GUEST_PAGE, HOST_PAGE + 1, 1),
                         SEV_STATUS_INVALID_ADDRESS);
        assert_int_equal(dbg(fw, id, 9, GUEST_PAGE, HOST_PAGE, 17),
                         SEV_STATUS_INVALID_LENGTH);
        assert_int_equal(dbg(fw, id, 9, GUEST_PAGE, HOST_PAGE, 16),
                         SEV_STATUS_INVALID_GUEST);
        /* The policy is looked at before the ASID. */
        assert_int_equal(dbg(fw, id, closed, GUEST_PAGE, HOST_PAGE, 16),
                         SEV_STATUS_POLICY_FAILURE);
        assert_int_equal(dbg(fw, id, open, 0, HOST_PAGE, 16),
                         SEV_STATUS_INVALID_ADDRESS);
        assert_int_equal(dbg(fw, id, open, GUEST_PAGE, 0, 16),
                         SEV_STATUS_INVALID_ADDRESS);
        assert_int_equal(dbg(fw, id, open, GUEST_PAGE, HOST_PAGE, 0xfffffff0u),
                         SEV_STATUS_INVALID_ADDRESS);
        assert_int_equal(dbg(fw, id, open, GUEST_PAGE, HOST_PAGE, 0),
                         SEV_STATUS_SUCCESS);
        assert_int_equal(dbg(fw, id, open, GUEST_PAGE, HOST_PAGE, 16),
                         SEV_STATUS_SUCCESS);
    }
    assert_int_equal(do_handle(rig->fw, SEV_CMD_DEACTIVATE, open),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(
        dbg(rig->fw, SEV_CMD_DBG_DECRYPT, open, GUEST_PAGE, HOST_PAGE, 16),
        SEV_STATUS_INACTIVE);
}

static void a_guest_without_nodbg_is_read_and_written(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_encrypted();
    uint32_t guest = rig_guest(rig, 0, SEV_GUEST_RUNNING, 100);
    char out[32];

    (void)state;
    /* Over the end of a page. */
    assert_int_equal(
        fw_memory_write(rig->fw, 100, GUEST_PAGE + 0xff0, bytes_make(text, 32)),
        SEV_STATUS_SUCCESS);
    assert_null(memmem(rig->ram, RIG_RAM_LEN, text, 8));
    assert_int_equal(dbg(rig->fw, SEV_CMD_DBG_DECRYPT, guest,
                         GUEST_PAGE + 0xff0, HOST_PAGE, 32),
                     SEV_STATUS_SUCCESS);
    assert_memory_equal(rig_at(rig, HOST_PAGE), text, 32);
    assert_int_equal(dbg(rig->fw, SEV_CMD_DBG_ENCRYPT, guest, HOST_PAGE,
                         GUEST_PAGE + 0x2000, 32),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(fw_memory_read(rig->fw, 100, GUEST_PAGE + 0x2000,
                                    (uint8_t *)out, sizeof out),
                     SEV_STATUS_SUCCESS);
    assert_memory_equal(out, text, 32);
    assert_memory_not_equal(rig_at(rig, GUEST_PAGE + 0x2000), text, 16);
}

/* More than a page, of which the plaintext is known. */
static void long_ranges_are_decrypted_whole(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_encrypted();
    uint32_t guest = rig_guest(rig, 0, SEV_GUEST_LUPDATE, 100);
    OWN(own_free) uint8_t *plain = malloc(0x5000);
    struct fake_rng random = { .seed = 5 };

    (void)state;
    fake_rng_bytes(&random, plain, 0x5000);
    memcpy(rig_at(rig, RIG_RAM + 0x20000), plain, 0x5000);
    assert_int_equal(do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_DATA, guest,
                              RIG_RAM + 0x20000, 0x5000),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(dbg(rig->fw, SEV_CMD_DBG_DECRYPT, guest, RIG_RAM + 0x20010,
                         RIG_RAM + 0x30000, 0x4fe0),
                     SEV_STATUS_SUCCESS);
    assert_memory_equal(rig_at(rig, RIG_RAM + 0x30000), plain + 16, 0x4fe0);
}

static void copying_finds_faults_in_the_order_of_the_sheet(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_encrypted();
    uint64_t end = RIG_RAM + RIG_RAM_LEN;
    uint32_t guest = 0;

    (void)state;
    assert_int_equal(copy(rig->fw, 1, 1, 1, 1),
                     SEV_STATUS_INVALID_PLATFORM_STATE);
    assert_int_equal(do_start(rig->fw, 0, &guest), SEV_STATUS_SUCCESS);
    assert_int_equal(copy(rig->fw, 7, 1, 1, 1), SEV_STATUS_INVALID_GUEST);
    assert_int_equal(copy(rig->fw, guest, 1, 1, 1), SEV_STATUS_INACTIVE);
    assert_int_equal(do_activate(rig->fw, guest, 100), SEV_STATUS_SUCCESS);
    assert_int_equal(copy(rig->fw, guest, 1, 1, 0), SEV_STATUS_INVALID_LENGTH);
    assert_int_equal(copy(rig->fw, guest, 1, 1, 4095),
                     SEV_STATUS_INVALID_LENGTH);
    assert_int_equal(copy(rig->fw, guest, GUEST_PAGE + 16, HOST_PAGE, 4096),
                     SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(copy(rig->fw, guest, GUEST_PAGE, HOST_PAGE + 16, 4096),
                     SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(copy(rig->fw, guest, end - 4096, HOST_PAGE, 8192),
                     SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(copy(rig->fw, guest, HOST_PAGE, end - 4096, 8192),
                     SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(copy(rig->fw, guest, GUEST_PAGE, HOST_PAGE, 4096),
                     SEV_STATUS_SUCCESS);
}

/* At its new place the same plaintext, and other ciphertext. */
static void copied_pages_stay_readable_for_the_guest(void **state)
{
    static const struct {
        uint64_t src;
        uint64_t dst;
    } rows[] = {
        { RIG_RAM + 0x20000, RIG_RAM + 0x30000 },
        { RIG_RAM + 0x20000, RIG_RAM + 0x21000 }, /* overlapping */
        { RIG_RAM + 0x21000, RIG_RAM + 0x20000 },
        { RIG_RAM + 0x20000, RIG_RAM + 0x20000 }, /* nothing to do */
    };
    OWN(rig_close) struct rig *rig = rig_open_encrypted();
    uint32_t guest = rig_guest(rig, 0, SEV_GUEST_RUNNING, 100);
    OWN(own_free) uint8_t *plain = malloc(0x3000);
    OWN(own_free) uint8_t *out = malloc(0x3000);
    struct fake_rng random = { .seed = 6 };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        fake_rng_bytes(&random, plain, 0x3000);
        assert_int_equal(fw_memory_write(rig->fw, 100, rows[i].src,
                                         bytes_make(plain, 0x3000)),
                         SEV_STATUS_SUCCESS);
        assert_int_equal(copy(rig->fw, guest, rows[i].src, rows[i].dst, 0x3000),
                         SEV_STATUS_SUCCESS);
        assert_int_equal(fw_memory_read(rig->fw, 100, rows[i].dst, out, 0x3000),
                         SEV_STATUS_SUCCESS);
        assert_memory_equal(out, plain, 0x3000);
        assert_null(memmem(rig->ram, RIG_RAM_LEN, plain, 16));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(debugging_finds_faults_in_the_order_of_the_sheet),
        cmocka_unit_test(a_guest_without_nodbg_is_read_and_written),
        cmocka_unit_test(long_ranges_are_decrypted_whole),
        cmocka_unit_test(copying_finds_faults_in_the_order_of_the_sheet),
        cmocka_unit_test(copied_pages_stay_readable_for_the_guest),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
