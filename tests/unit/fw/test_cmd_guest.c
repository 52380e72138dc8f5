/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/cmd_guest.c. */
#include "base/own.h"
#include "fw/firmware.h"
#include "unit/fw/rig.h"
#include "wire/policy.h"

static uint32_t start(struct rig *rig, uint32_t policy)
{
    uint32_t handle = 0;

    assert_int_equal(do_start(rig->fw, policy, &handle), SEV_STATUS_SUCCESS);
    return handle;
}

static void set_state(struct rig *rig, uint32_t handle, uint32_t guest_state)
{
    rig->fw->run.map->slots[handle - 1].state = guest_state;
}

/* Each fault stands before all that come later in formats.md 4.5's order. */
static void activate_checks_in_the_sheets_order(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint32_t taken = rig_guest(rig, 0, SEV_GUEST_LUPDATE, 200);
    uint32_t handle = start(rig, 0);
    uint32_t ended = rig_guest(rig, 0, SEV_GUEST_LUPDATE, 201);

    (void)state;
    /* ASIDs 201 and 50 are dirty from here on; 200 is used. */
    assert_int_equal(do_handle(rig->fw, SEV_CMD_DEACTIVATE, ended),
                     SEV_STATUS_SUCCESS);
    rig->fw->run.map->dirty[50 / 64] |= (uint64_t)1 << 50;
    set_state(rig, taken, SEV_GUEST_SENT);
    assert_int_equal(do_activate(rig->fw, 99, 0), SEV_STATUS_INVALID_GUEST);
    assert_int_equal(do_activate(rig->fw, taken, 0), SEV_STATUS_INVALID_ASID);
    assert_int_equal(do_activate(rig->fw, taken, 510), SEV_STATUS_INVALID_ASID);
    assert_int_equal(do_activate(rig->fw, taken, UINT32_MAX),
                     SEV_STATUS_INVALID_ASID);
    assert_int_equal(do_activate(rig->fw, taken, 200), SEV_STATUS_ASID_OWNED);
    assert_int_equal(do_activate(rig->fw, taken, 201), SEV_STATUS_ACTIVE);
    set_state(rig, handle, SEV_GUEST_SENT);
    assert_int_equal(do_activate(rig->fw, handle, 201),
                     SEV_STATUS_INVALID_GUEST_STATE);
    set_state(rig, handle, SEV_GUEST_LUPDATE);
    assert_int_equal(do_activate(rig->fw, handle, 50),
                     SEV_STATUS_DF_FLUSH_REQUIRED);
    assert_int_equal(do_activate(rig->fw, handle, 51), SEV_STATUS_INVALID_ASID);
    assert_int_equal(do_flush(rig->fw), SEV_STATUS_SUCCESS);
    assert_int_equal(do_activate(rig->fw, handle, 201), SEV_STATUS_SUCCESS);
}

static void each_kind_of_guest_has_its_own_range_of_asids(void **state)
{
    static const struct {
        uint32_t policy;
        uint32_t asid;
        uint32_t status;
    } rows[] = {
        { 0, 1, SEV_STATUS_INVALID_ASID },
        { 0, 99, SEV_STATUS_INVALID_ASID },
        { 0, 100, SEV_STATUS_SUCCESS },
        { 0, 509, SEV_STATUS_SUCCESS },
        { POLICY_ES, 1, SEV_STATUS_SUCCESS },
        { POLICY_ES, 99, SEV_STATUS_SUCCESS },
        { POLICY_ES, 101, SEV_STATUS_INVALID_ASID },
        { POLICY_ES, 508, SEV_STATUS_INVALID_ASID },
    };
    OWN(rig_close) struct rig *rig = rig_open_up();

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        uint32_t handle = start(rig, rows[i].policy);

        assert_int_equal(do_activate(rig->fw, handle, rows[i].asid),
                         rows[i].status);
    }
}

static void after_init_every_asid_waits_for_the_flush(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    uint32_t handle;

    (void)state;
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    handle = start(rig, 0);
    for (uint32_t asid = 1; asid <= 509; asid++) {
        assert_int_equal(do_activate(rig->fw, handle, asid),
                         SEV_STATUS_DF_FLUSH_REQUIRED);
    }
    assert_int_equal(do_flush(rig->fw), SEV_STATUS_SUCCESS);
    assert_int_equal(do_activate(rig->fw, handle, 300), SEV_STATUS_SUCCESS);
}

static void deactivate_and_decommission_come_in_this_order(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint32_t keeper = start(rig, 0);
    uint32_t handle = rig_guest(rig, 0, SEV_GUEST_RUNNING, 100);

    (void)state;
    assert_int_equal(do_handle(rig->fw, SEV_CMD_DEACTIVATE, keeper),
                     SEV_STATUS_INACTIVE);
    assert_int_equal(do_handle(rig->fw, SEV_CMD_DECOMMISSION, handle),
                     SEV_STATUS_ACTIVE);
    assert_int_equal(do_handle(rig->fw, SEV_CMD_DEACTIVATE, handle),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(do_handle(rig->fw, SEV_CMD_DEACTIVATE, handle),
                     SEV_STATUS_INACTIVE);
    assert_int_equal(guest_state_of(rig->fw, handle), SEV_GUEST_RUNNING);
    assert_int_equal(do_handle(rig->fw, SEV_CMD_DECOMMISSION, handle),
                     SEV_STATUS_SUCCESS);
    assert_null(rig->fw->guests[handle]);
    assert_int_equal(do_handle(rig->fw, SEV_CMD_DECOMMISSION, handle),
                     SEV_STATUS_INVALID_GUEST);
    assert_int_equal(do_handle(rig->fw, SEV_CMD_DEACTIVATE, handle),
                     SEV_STATUS_INVALID_GUEST);
}

static void the_last_guest_takes_the_platform_back_to_init(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint32_t one = start(rig, 0);
    uint32_t two = start(rig, 0);

    (void)state;
    assert_int_equal(platform_state_of(rig->fw), SEV_PLATFORM_WORKING);
    assert_int_equal(do_handle(rig->fw, SEV_CMD_DECOMMISSION, one),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(platform_state_of(rig->fw), SEV_PLATFORM_WORKING);
    assert_int_equal(do_handle(rig->fw, SEV_CMD_DECOMMISSION, two),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(platform_state_of(rig->fw), SEV_PLATFORM_INIT);
    assert_int_equal(do_handle(rig->fw, SEV_CMD_DECOMMISSION, two),
                     SEV_STATUS_INVALID_PLATFORM_STATE);
}

static void a_freed_handle_is_given_again(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint32_t one = start(rig, 0);

    (void)state;
    assert_int_equal(one, 1);
    assert_int_equal(start(rig, 0), 2);
    assert_int_equal(do_handle(rig->fw, SEV_CMD_DECOMMISSION, one),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(start(rig, 0), 1);
    assert_int_equal(start(rig, 0), 3);
}

static void guest_status_tells_policy_asid_and_state(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint32_t handle = start(rig, 0x05000000 | POLICY_NODBG);
    struct cmd_guest_status status;

    (void)state;
    assert_int_equal(do_guest_status(rig->fw, handle, &status),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(status.handle, handle);
    assert_int_equal(status.policy, 0x05000001);
    assert_int_equal(status.asid, 0);
    assert_int_equal(status.state, SEV_GUEST_LUPDATE);
    assert_int_equal(do_activate(rig->fw, handle, 444), SEV_STATUS_SUCCESS);
    assert_int_equal(do_guest_status(rig->fw, handle, &status),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(status.asid, 444);
}

static void an_unknown_handle_has_the_status_of_no_guest(void **state)
{
    static const uint32_t handles[] = { 0, 2, 1024, 1025, UINT32_MAX };
    OWN(rig_close) struct rig *rig = rig_open_up();
    struct cmd_guest_status status;

    (void)state;
    start(rig, 1);
    for (size_t i = 0; i < N_OF(handles); i++) {
        memset(&status, 0xee, sizeof status);
        assert_int_equal(do_guest_status(rig->fw, handles[i], &status),
                         SEV_STATUS_SUCCESS);
        assert_int_equal(status.handle, handles[i]);
        assert_int_equal(status.state, SEV_GUEST_UNINIT);
        assert_int_equal(status.policy, 0);
        assert_int_equal(status.asid, 0);
    }
}

/* 1 to 99 with SEV-ES, 100 to 509 without: 99 and 410 guests. */
static void the_profiles_asids_are_all_there_and_no_more(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint32_t es;
    uint32_t other;

    (void)state;
    for (uint32_t asid = 1; asid <= 509; asid++) {
        uint32_t handle = start(rig, asid < 100 ? POLICY_ES : 0);

        assert_int_equal(do_activate(rig->fw, handle, asid),
                         SEV_STATUS_SUCCESS);
    }
    es = start(rig, POLICY_ES);
    other = start(rig, 0);
    for (uint32_t asid = 1; asid <= 509; asid++) {
        assert_int_equal(do_activate(rig->fw, es, asid), SEV_STATUS_ASID_OWNED);
        assert_int_equal(do_activate(rig->fw, other, asid),
                         SEV_STATUS_ASID_OWNED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(activate_checks_in_the_sheets_order),
        cmocka_unit_test(each_kind_of_guest_has_its_own_range_of_asids),
        cmocka_unit_test(after_init_every_asid_waits_for_the_flush),
        cmocka_unit_test(deactivate_and_decommission_come_in_this_order),
        cmocka_unit_test(the_last_guest_takes_the_platform_back_to_init),
        cmocka_unit_test(a_freed_handle_is_given_again),
        cmocka_unit_test(guest_status_tells_policy_asid_and_state),
        cmocka_unit_test(an_unknown_handle_has_the_status_of_no_guest),
        cmocka_unit_test(the_profiles_asids_are_all_there_and_no_more),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
