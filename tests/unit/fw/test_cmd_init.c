/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/cmd_init.c: INIT_EX and its area. (INIT itself:
 * test_cmd_platform.c.) */
#include <unistd.h>

#include "base/own.h"
#include "fw/firmware.h"
#include "fw/nv.h"
#include "unit/fw/rig.h"

#define AREA (RIG_RAM + 0x10000)

static const struct cmd_init_ex good = {
    .len = CMD_INIT_EX_LEN,
    .flags = CMD_INIT_FLAG_ES,
    .tmr_paddr = 64u << 20,
    .tmr_len = 1u << 20,
    .nv_paddr = AREA,
    .nv_len = NV_LEN,
};

static uint32_t init_ex(struct fw *fw, const struct cmd_init_ex *cmd)
{
    uint8_t buf[CMD_INIT_EX_LEN];

    cmd_init_ex_encode(cmd, buf);
    return fw_command(fw, SEV_CMD_INIT_EX, buf, sizeof buf);
}

static struct rig *open_with_erased_area(void)
{
    struct rig *rig = rig_open();

    memset(rig_at(rig, AREA), 0xff, NV_LEN);
    return rig;
}

/* Each row has one fault more than the next: the first counts. */
static void faults_are_found_in_the_order_of_the_sheet(void **state)
{
    OWN(rig_close) struct rig *rig = open_with_erased_area();
    struct cmd_init_ex cmd = good;

    (void)state;
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    cmd.len = 0x23;
    cmd.flags = 0x3;
    cmd.nv_paddr = AREA + 16;
    cmd.nv_len = NV_LEN - 1;
    cmd.tmr_paddr = 1;
    cmd.tmr_len = 1;
    assert_int_equal(init_ex(rig->fw, &cmd), SEV_STATUS_INVALID_PLATFORM_STATE);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(init_ex(rig->fw, &cmd), SEV_STATUS_INVALID_LENGTH);
    cmd.len = CMD_INIT_EX_LEN;
    assert_int_equal(init_ex(rig->fw, &cmd), SEV_STATUS_INVALID_CONFIG);
    cmd.flags = good.flags;
    assert_int_equal(init_ex(rig->fw, &cmd), SEV_STATUS_INVALID_ADDRESS);
    cmd.nv_paddr = AREA;
    assert_int_equal(init_ex(rig->fw, &cmd), SEV_STATUS_INVALID_LENGTH);
    cmd.nv_len = NV_LEN;
    assert_int_equal(init_ex(rig->fw, &cmd), SEV_STATUS_INVALID_ADDRESS);
    cmd.tmr_paddr = 0; /* aligned, and within it AREA */
    assert_int_equal(init_ex(rig->fw, &cmd), SEV_STATUS_INVALID_LENGTH);
    cmd.tmr_len = 1u << 20;
    cmd.tmr_paddr = 1u << 20;
    assert_int_equal(init_ex(rig->fw, &cmd), SEV_STATUS_INVALID_ADDRESS);
    cmd.tmr_paddr = good.tmr_paddr;
    cmd.nv_paddr = 0;
    assert_int_equal(init_ex(rig->fw, &cmd), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(platform_state_of(rig->fw), SEV_PLATFORM_UNINIT);
    assert_int_equal(init_ex(rig->fw, &good), SEV_STATUS_SUCCESS);
    assert_int_equal(platform_state_of(rig->fw), SEV_PLATFORM_INIT);
}

static void an_erased_area_is_filled_and_found_again(void **state)
{
    OWN(rig_close) struct rig *rig = open_with_erased_area();
    uint8_t first[SEV_CERT_LEN];
    uint8_t second[SEV_CERT_LEN];

    (void)state;
    assert_int_equal(init_ex(rig->fw, &good), SEV_STATUS_SUCCESS);
    assert_false(nv_is_erased(rig_at(rig, AREA)));
    rig_pdh(rig, first);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(init_ex(rig->fw, &good), SEV_STATUS_SUCCESS);
    rig_pdh(rig, second);
    assert_memory_equal(first, second, SEV_CERT_LEN);
}

/* The two stores are apart, as those of a processor are. */
static void the_platforms_own_store_is_not_touched(void **state)
{
    OWN(rig_close) struct rig *rig = open_with_erased_area();
    uint8_t own[SEV_CERT_LEN];
    uint8_t other[SEV_CERT_LEN];

    (void)state;
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    rig_pdh(rig, own);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(init_ex(rig->fw, &good), SEV_STATUS_SUCCESS);
    rig_pdh(rig, other);
    assert_memory_not_equal(own, other, SEV_CERT_LEN);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    rig_pdh(rig, other);
    assert_memory_equal(own, other, SEV_CERT_LEN);
}

/* Damage at any place: reported, erased, and a new start after that. */
static void a_flipped_bit_is_reported_once_and_erases_the_area(void **state)
{
    static const size_t places[] = { 0,           17,          6404,
                                     NV_LEN / 2,  NV_LEN - 49, NV_LEN - 48,
                                     NV_LEN - 17, NV_LEN - 16, NV_LEN - 1 };
    OWN(rig_close) struct rig *rig = open_with_erased_area();
    OWN(own_free) uint8_t *whole = malloc(NV_LEN);

    (void)state;
    assert_int_equal(init_ex(rig->fw, &good), SEV_STATUS_SUCCESS);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_SHUTDOWN), SEV_STATUS_SUCCESS);
    memcpy(whole, rig_at(rig, AREA), NV_LEN);
    for (size_t i = 0; i < N_OF(places); i++) {
        memcpy(rig_at(rig, AREA), whole, NV_LEN);
        *rig_at(rig, AREA + places[i]) ^= 0x10;
        assert_int_equal(init_ex(rig->fw, &good),
                         SEV_STATUS_SECURE_DATA_INVALID);
        assert_int_equal(platform_state_of(rig->fw), SEV_PLATFORM_UNINIT);
        assert_true(nv_is_erased(rig_at(rig, AREA)));
    }
    assert_int_equal(init_ex(rig->fw, &good), SEV_STATUS_SUCCESS);
}

static void the_area_follows_the_identity(void **state)
{
    OWN(rig_close) struct rig *rig = open_with_erased_area();
    OWN(fw_close) struct fw *other = rig_connect(rig);
    uint8_t now[SEV_CERT_LEN];
    uint8_t again[SEV_CERT_LEN];

    (void)state;
    assert_int_equal(init_ex(rig->fw, &good), SEV_STATUS_SUCCESS);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_PDH_GEN), SEV_STATUS_SUCCESS);
    /* Changed by another process: it follows at the next command of this. */
    assert_int_equal(do_plain(other, SEV_CMD_PEK_GEN), SEV_STATUS_SUCCESS);
    rig_pdh(rig, now);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(init_ex(rig->fw, &good), SEV_STATUS_SUCCESS);
    rig_pdh(rig, again);
    assert_memory_equal(now, again, SEV_CERT_LEN);
}

static void an_area_is_let_be_once_the_platform_was_shut_down(void **state)
{
    OWN(rig_close) struct rig *rig = open_with_erased_area();
    OWN(fw_close) struct fw *other = rig_connect(rig);

    (void)state;
    assert_int_equal(init_ex(rig->fw, &good), SEV_STATUS_SUCCESS);
    assert_int_equal(do_plain(other, SEV_CMD_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(do_init(other), SEV_STATUS_SUCCESS);
    memset(rig_at(rig, AREA), 0x55, NV_LEN);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_PDH_GEN), SEV_STATUS_SUCCESS);
    for (size_t i = 0; i < NV_LEN; i++) {
        assert_int_equal(*rig_at(rig, AREA + i), 0x55);
    }
}

static void an_area_that_can_not_be_written_is_an_invalid_address(void **state)
{
    OWN(rig_close) struct rig *rig = open_with_erased_area();

    (void)state;
    rig->read_only = true;
    assert_int_equal(init_ex(rig->fw, &good), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(platform_state_of(rig->fw), SEV_PLATFORM_UNINIT);
}

static void an_area_of_another_chip_is_damage(void **state)
{
    OWN(rig_close) struct rig *rig = open_with_erased_area();
    uint8_t *key;

    (void)state;
    assert_int_equal(init_ex(rig->fw, &good), SEV_STATUS_SUCCESS);
    assert_int_equal(do_plain(rig->fw, SEV_CMD_SHUTDOWN), SEV_STATUS_SUCCESS);
    key = secret_expose_mutable(&rig->fw->chip.key);
    key[0] ^= 1;
    assert_int_equal(init_ex(rig->fw, &good), SEV_STATUS_SECURE_DATA_INVALID);
}

/* Nothing of the identity can be read in it. */
static void an_area_shows_no_certificate(void **state)
{
    OWN(rig_close) struct rig *rig = open_with_erased_area();

    (void)state;
    assert_int_equal(init_ex(rig->fw, &good), SEV_STATUS_SUCCESS);
    assert_null(
        memmem(rig_at(rig, AREA), NV_LEN, rig->fw->identity.pek + 0x14, 16));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_are_found_in_the_order_of_the_sheet),
        cmocka_unit_test(an_erased_area_is_filled_and_found_again),
        cmocka_unit_test(the_platforms_own_store_is_not_touched),
        cmocka_unit_test(a_flipped_bit_is_reported_once_and_erases_the_area),
        cmocka_unit_test(the_area_follows_the_identity),
        cmocka_unit_test(an_area_is_let_be_once_the_platform_was_shut_down),
        cmocka_unit_test(an_area_that_can_not_be_written_is_an_invalid_address),
        cmocka_unit_test(an_area_of_another_chip_is_damage),
        cmocka_unit_test(an_area_shows_no_certificate),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
