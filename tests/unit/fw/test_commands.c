/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/commands.c: every command in every state, against the sheet. */
#include "base/own.h"
#include "fw/firmware.h"
#include "unit/fw/good_buffer.h"
#include "wire/packet.h"
#include "wire/policy.h"
#include "wire/vmsa.h"

/*
 * Written from formats.md 4.1, 4.2 and 4.5, not from the command table: in
 * which states a command whose buffer is right does something, what it says
 * then, and which state the guest is in afterwards. Digits are the states'
 * numbers; "-" is a command that is not about one guest.
 */
struct expected {
    uint32_t id;
    const char *platforms;
    const char *guests;
    bool bound;      /* the guest must be bound to an ASID for it */
    uint32_t status; /* in those states */
    int after;       /* the guest's state; -1: as before */
};

static const struct expected table[] = {
    { SEV_CMD_INIT, "0", "-", false, 0, -1 },
    /* Its area is damaged (zeros): noticed after the state is. */
    { SEV_CMD_INIT_EX, "0", "-", false, SEV_STATUS_SECURE_DATA_INVALID, -1 },
    { SEV_CMD_PLATFORM_RESET, "0", "-", false, 0, -1 },
    /* No image is signed for this chip. */
    { SEV_CMD_DOWNLOAD_FIRMWARE, "0", "-", false, SEV_STATUS_BAD_SIGNATURE,
      -1 },
    { SEV_CMD_NOP, "012", "-", false, 0, -1 },
    { SEV_CMD_PEK_CSR, "12", "-", false, 0, -1 },
    /* Its certificates are zeros: no slot names the OCA. */
    { SEV_CMD_PEK_CERT_IMPORT, "1", "-", false, SEV_STATUS_INVALID_CERTIFICATE,
      -1 },
    { SEV_CMD_PLATFORM_STATUS, "012", "-", false, 0, -1 },
    { SEV_CMD_PEK_GEN, "1", "-", false, 0, -1 },
    { SEV_CMD_PDH_CERT_EXPORT, "12", "-", false, 0, -1 },
    { SEV_CMD_PDH_GEN, "12", "-", false, 0, -1 },
    { SEV_CMD_DF_FLUSH, "012", "-", false, 0, -1 },
    { SEV_CMD_GET_ID, "012", "-", false, 0, -1 },
    { SEV_CMD_GUEST_STATUS, "12", "-", false, 0, -1 },
    { SEV_CMD_LAUNCH_START, "12", "-", false, 0, -1 },
    { SEV_CMD_DECOMMISSION, "2", "123456", false, 0, SEV_GUEST_UNINIT },
    { SEV_CMD_ACTIVATE, "2", "12345", false, 0, -1 },
    { SEV_CMD_ACTIVATE_EX, "2", "12345", false, 0, -1 },
    { SEV_CMD_DEACTIVATE, "2", "123456", true, 0, -1 },
    { SEV_CMD_LAUNCH_UPDATE_DATA, "2", "1", true, 0, -1 },
    { SEV_CMD_LAUNCH_UPDATE_VMSA, "2", "1", true, 0, -1 },
    { SEV_CMD_LAUNCH_MEASURE, "2", "1", true, 0, SEV_GUEST_LSECRET },
    /* Its header is nonsense, which is noticed after the states are. */
    { SEV_CMD_LAUNCH_SECRET, "2", "2", true, SEV_STATUS_BAD_MEASUREMENT, -1 },
    { SEV_CMD_LAUNCH_FINISH, "2", "2", true, 0, SEV_GUEST_RUNNING },
    { SEV_CMD_ATTESTATION, "2", "2346", true, 0, -1 },
    { SEV_CMD_SEND_START, "2", "3", false, 0, SEV_GUEST_SUPDATE },
    { SEV_CMD_SEND_UPDATE_DATA, "2", "4", true, 0, -1 },
    { SEV_CMD_SEND_UPDATE_VMSA, "2", "4", true, 0, -1 },
    { SEV_CMD_SEND_FINISH, "2", "4", false, 0, SEV_GUEST_SENT },
    { SEV_CMD_SEND_CANCEL, "2", "4", false, 0, SEV_GUEST_RUNNING },
    /* Its certificate is zeros. */
    { SEV_CMD_RECEIVE_START, "12", "-", false, SEV_STATUS_INVALID_CERTIFICATE,
      -1 },
    /* Their headers are zeros. */
    { SEV_CMD_RECEIVE_UPDATE_DATA, "2", "5", true, SEV_STATUS_BAD_MEASUREMENT,
      -1 },
    { SEV_CMD_RECEIVE_UPDATE_VMSA, "2", "5", true, SEV_STATUS_BAD_MEASUREMENT,
      -1 },
    { SEV_CMD_RECEIVE_FINISH, "2", "5", false, 0, SEV_GUEST_RUNNING },
    { SEV_CMD_COPY, "2", "123456", true, 0, -1 },
    { SEV_CMD_DBG_DECRYPT, "2", "123456", true, 0, -1 },
    { SEV_CMD_DBG_ENCRYPT, "2", "123456", true, 0, -1 },
    { SEV_CMD_SHUTDOWN, "012", "-", false, 0, SEV_GUEST_UNINIT },
};

static bool has_digit(const char *set, uint32_t digit)
{
    return strchr(set, (int)('0' + digit)) != NULL;
}

/* INIT's buffer has no handle: all zeros are right. */
static uint32_t issue(struct rig *rig, uint32_t id, uint32_t handle)
{
    uint8_t buf[COMMAND_BUF_MAX];

    /* Earlier commands wrote there. The PDH is one that SEND_START may use. */
    memset(rig->ram, 0, 0x10000);
    memcpy(rig_at(rig, GOOD_BUFFER_PDH), rig->fw->identity.pdh, SEV_CERT_LEN);

    good_buffer(id, id == SEV_CMD_INIT ? 0 : handle, buf);
    return fw_command(rig->fw, id, buf, sizeof buf);
}

/*
 * Brings the platform to PLATFORM and, when that is WORKING, makes two guests:
 * one that only keeps it so, and the one in question, in state GUEST. Returns
 * the handle of the latter; one that nobody has when GUEST is UNINIT. States
 * that no command of this firmware leads to are put into the slot by hand.
 */
static uint32_t arrange(struct rig *rig, uint32_t platform, uint32_t guest,
                        bool bound)
{
    uint32_t keeper = 0;
    uint32_t handle = 0;

    assert_int_equal(do_plain(rig->fw, SEV_CMD_SHUTDOWN), SEV_STATUS_SUCCESS);
    if (platform == SEV_PLATFORM_UNINIT) {
        fw_wbinvd(rig->fw);
        return 1;
    }
    assert_int_equal(do_init(rig->fw), SEV_STATUS_SUCCESS);
    assert_int_equal(do_flush(rig->fw), SEV_STATUS_SUCCESS);
    if (platform == SEV_PLATFORM_INIT) {
        return 1;
    }
    assert_int_equal(do_start(rig->fw, 0, &keeper), SEV_STATUS_SUCCESS);
    if (guest == SEV_GUEST_UNINIT) {
        return keeper + 1;
    }
    assert_int_equal(do_start(rig->fw, POLICY_ES, &handle), SEV_STATUS_SUCCESS);
    if (bound) {
        assert_int_equal(do_activate(rig->fw, handle, 2), SEV_STATUS_SUCCESS);
    }
    rig->fw->run.map->slots[handle - 1].state = guest;
    return handle;
}

static uint32_t status_by_the_sheet(const struct expected *e, uint32_t platform,
                                    uint32_t guest)
{
    if (!has_digit(e->platforms, platform)) {
        return SEV_STATUS_INVALID_PLATFORM_STATE;
    }
    if (e->guests[0] == '-') {
        return e->status;
    }
    if (guest == SEV_GUEST_UNINIT) {
        return SEV_STATUS_INVALID_GUEST;
    }
    return has_digit(e->guests, guest) ? e->status
                                       : SEV_STATUS_INVALID_GUEST_STATE;
}

static void walk_one(struct rig *rig, const struct expected *e,
                     uint32_t platform, uint32_t guest)
{
    uint32_t handle = arrange(rig, platform, guest, e->bound);
    uint32_t status = issue(rig, e->id, handle);
    uint32_t want = status_by_the_sheet(e, platform, guest);
    uint32_t after = guest;
    const struct run_slot *slot;

    if (status != want) {
        fail_msg("%s in platform state %s with a guest in %s: %s, not %s",
                 sev_cmd_name(e->id), sev_platform_state_name(platform),
                 sev_guest_state_name(guest), sev_status_name(status),
                 sev_status_name(want));
    }
    if (status == SEV_STATUS_SUCCESS && e->after >= 0) {
        after = (uint32_t)e->after;
    }
    if (platform == SEV_PLATFORM_WORKING && guest != SEV_GUEST_UNINIT) {
        slot = &rig->fw->run.map->slots[handle - 1];
        assert_int_equal(slot->state, after);
    }
}

static void every_command_in_every_state_does_what_the_sheet_says(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        walk_one(rig, &table[i], SEV_PLATFORM_UNINIT, SEV_GUEST_UNINIT);
        walk_one(rig, &table[i], SEV_PLATFORM_INIT, SEV_GUEST_UNINIT);
        for (uint32_t guest = SEV_GUEST_UNINIT; guest <= SEV_GUEST_SENT;
             guest++) {
            walk_one(rig, &table[i], SEV_PLATFORM_WORKING, guest);
        }
    }
}

static void the_sheets_table_and_the_command_table_have_the_same_rows(
    void **state)
{
    size_t n = 0;

    (void)state;
    while (command_at(n) != NULL) {
        n++;
    }
    assert_int_equal(n, N_OF(table));
    for (size_t i = 0; i < N_OF(table); i++) {
        assert_non_null(command_find(table[i].id));
    }
}

/* All of SEV and SEV-ES (formats.md 4.2); not the ring buffer, swap, SNP. */
static void every_command_that_has_a_name_has_a_row(void **state)
{
    (void)state;
    for (uint32_t id = 0; id <= 0xff; id++) {
        bool named = strcmp(sev_cmd_name(id), "?") != 0;

        assert_int_equal(command_find(id) != NULL, named);
        if (named) {
            assert_string_equal(command_find(id)->name, sev_cmd_name(id));
        }
    }
    assert_null(command_find(0x0f));
    assert_null(command_find(0x70));
}

static void ids_without_a_row_are_invalid_in_every_platform_state(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();

    (void)state;
    for (uint32_t platform = SEV_PLATFORM_UNINIT;
         platform <= SEV_PLATFORM_WORKING; platform++) {
        arrange(rig, platform, SEV_GUEST_UNINIT, false);
        for (uint32_t id = 0; id <= 0xff; id++) {
            uint8_t buf[COMMAND_BUF_MAX] = { 0 };

            if (command_find(id) == NULL) {
                assert_int_equal(fw_command(rig->fw, id, buf, sizeof buf),
                                 SEV_STATUS_INVALID_COMMAND);
            }
        }
    }
}

/* Commands that may name guests of other processes say INVALID_GUEST only when
 * they need the keys (fw.h). */
static void a_guest_of_another_process_can_be_ended_but_not_launched(
    void **state)
{
    static const struct {
        uint32_t id;
        uint32_t status;
    } rows[] = {
        { SEV_CMD_LAUNCH_UPDATE_DATA, SEV_STATUS_INVALID_GUEST },
        { SEV_CMD_LAUNCH_UPDATE_VMSA, SEV_STATUS_INVALID_GUEST },
        { SEV_CMD_LAUNCH_MEASURE, SEV_STATUS_INVALID_GUEST },
        { SEV_CMD_LAUNCH_SECRET, SEV_STATUS_INVALID_GUEST },
        { SEV_CMD_LAUNCH_FINISH, SEV_STATUS_INVALID_GUEST },
        { SEV_CMD_ATTESTATION, SEV_STATUS_INVALID_GUEST },
        { SEV_CMD_COPY, SEV_STATUS_INVALID_GUEST },
        { SEV_CMD_DBG_DECRYPT, SEV_STATUS_INVALID_GUEST },
        { SEV_CMD_DBG_ENCRYPT, SEV_STATUS_INVALID_GUEST },
        { SEV_CMD_SEND_START, SEV_STATUS_INVALID_GUEST },
        { SEV_CMD_SEND_UPDATE_DATA, SEV_STATUS_INVALID_GUEST },
        { SEV_CMD_SEND_FINISH, SEV_STATUS_INVALID_GUEST },
        { SEV_CMD_SEND_CANCEL, SEV_STATUS_INVALID_GUEST },
        { SEV_CMD_RECEIVE_UPDATE_DATA, SEV_STATUS_INVALID_GUEST },
        { SEV_CMD_RECEIVE_FINISH, SEV_STATUS_INVALID_GUEST },
        { SEV_CMD_GUEST_STATUS, SEV_STATUS_SUCCESS },
        { SEV_CMD_ACTIVATE, SEV_STATUS_SUCCESS },
        { SEV_CMD_DEACTIVATE, SEV_STATUS_SUCCESS },
        { SEV_CMD_DECOMMISSION, SEV_STATUS_SUCCESS },
    };
    OWN(rig_close) struct rig *rig = rig_open_up();
    OWN(fw_close) struct fw *other = rig_connect(rig);
    uint32_t handle = 0;

    (void)state;
    assert_int_equal(do_start(other, POLICY_ES, &handle), SEV_STATUS_SUCCESS);
    for (size_t i = 0; i < N_OF(rows); i++) {
        assert_int_equal(issue(rig, rows[i].id, handle), rows[i].status);
    }
    assert_int_equal(
        do_range(other, SEV_CMD_LAUNCH_UPDATE_DATA, handle, RIG_RAM, 16),
        SEV_STATUS_INVALID_PLATFORM_STATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_in_every_state_does_what_the_sheet_says),
        cmocka_unit_test(
            the_sheets_table_and_the_command_table_have_the_same_rows),
        cmocka_unit_test(every_command_that_has_a_name_has_a_row),
        cmocka_unit_test(ids_without_a_row_are_invalid_in_every_platform_state),
        cmocka_unit_test(
            a_guest_of_another_process_can_be_ended_but_not_launched),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
