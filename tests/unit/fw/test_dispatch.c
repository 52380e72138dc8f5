/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/dispatch.c: what is refused, what is written back, the trace. */
#include "base/own.h"
#include "fw/fw.h"
#include "unit/fw/rig.h"

static void commands_that_there_are_not_are_invalid(void **state)
{
    static const uint32_t ids[] = {
        0x00, 0x0f, 0x1f, 0x26,  0x37,    0x45,
        0x54, 0x62, 0x81, 0x100, 0x10001, UINT32_MAX,
    };
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint8_t buf[128];

    (void)state;
    memset(buf, 0xee, sizeof buf);
    for (size_t i = 0; i < N_OF(ids); i++) {
        assert_int_equal(fw_command(rig->fw, ids[i], buf, sizeof buf),
                         SEV_STATUS_INVALID_COMMAND);
    }
    for (size_t i = 0; i < sizeof buf; i++) {
        assert_int_equal(buf[i], 0xee);
    }
}

static void a_buffer_that_is_too_short_is_not_touched(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    struct fw_command_info info;
    uint8_t buf[128];

    (void)state;
    for (size_t row = 0; fw_command_info(row, &info); row++) {
        for (size_t n = 0; n < info.len; n++) {
            memset(buf, 0xee, sizeof buf);
            assert_int_equal(fw_command(rig->fw, info.id, buf, n),
                             SEV_STATUS_INVALID_LENGTH);
            assert_int_equal(buf[n], 0xee);
        }
        if (info.len > 0) {
            assert_int_equal(fw_command(rig->fw, info.id, NULL, info.len),
                             SEV_STATUS_INVALID_LENGTH);
        }
    }
}

static void rows_are_in_the_order_of_their_ids_and_named_as_in_wire(
    void **state)
{
    struct fw_command_info info;
    uint32_t last = 0;
    size_t n = 0;

    (void)state;
    for (; fw_command_info(n, &info); n++) {
        assert_true(info.id > last);
        last = info.id;
        assert_string_equal(info.name, sev_cmd_name(info.id));
    }
    assert_true(n >= 19);
}

/* formats.md 4.3, "Dispatch rule". Each call fails or works as named. */
static void what_is_written_back_follows_the_dispatch_rule(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint32_t lupdate = rig_guest(rig, 0, SEV_GUEST_LUPDATE, 100);
    uint32_t lsecret = rig_guest(rig, 0, SEV_GUEST_LSECRET, 101);
    const struct cmd_range get_id = { .paddr = RIG_RAM, .len = 63 };
    const struct cmd_pdh_cert_export export = { .pdh_len = 1 };
    const struct cmd_guest_range measure = { .handle = lupdate, .len = 47 };
    const struct cmd_attestation attest = { .handle = lsecret, .len = 207 };
    struct cmd_range id_out;
    struct cmd_pdh_cert_export export_out;
    struct cmd_guest_range measure_out;
    struct cmd_attestation attest_out;
    uint8_t buf[64];

    (void)state;
    cmd_range_encode(&get_id, buf);
    assert_int_equal(fw_command(rig->fw, SEV_CMD_GET_ID, buf, sizeof buf),
                     SEV_STATUS_INVALID_LENGTH);
    assert_true(
        cmd_range_decode(bytes_make(buf, CMD_RANGE_LEN), &id_out, NULL));
    assert_int_equal(id_out.len, 64);
    cmd_pdh_cert_export_encode(&export, buf);
    assert_int_equal(
        fw_command(rig->fw, SEV_CMD_PDH_CERT_EXPORT, buf, sizeof buf),
        SEV_STATUS_INVALID_LENGTH);
    assert_true(cmd_pdh_cert_export_decode(
        bytes_make(buf, CMD_PDH_CERT_EXPORT_LEN), &export_out, NULL));
    assert_int_equal(export_out.pdh_len, 2084);
    assert_int_equal(export_out.chain_len, 6252);
    cmd_guest_range_encode(&measure, buf);
    assert_int_equal(
        fw_command(rig->fw, SEV_CMD_LAUNCH_MEASURE, buf, sizeof buf),
        SEV_STATUS_INVALID_LENGTH);
    assert_true(cmd_guest_range_decode(bytes_make(buf, CMD_GUEST_RANGE_LEN),
                                       &measure_out, NULL));
    assert_int_equal(measure_out.len, 48);
    cmd_attestation_encode(&attest, buf);
    assert_int_equal(fw_command(rig->fw, SEV_CMD_ATTESTATION, buf, sizeof buf),
                     SEV_STATUS_INVALID_LENGTH);
    assert_true(cmd_attestation_decode(bytes_make(buf, CMD_ATTESTATION_LEN),
                                       &attest_out, NULL));
    assert_int_equal(attest_out.len, 208);
}

static void other_failures_leave_the_buffer_as_it_was(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open();
    struct fw_command_info info;
    uint8_t buf[128];

    (void)state;
    /* UNINIT: all but a few are refused for the platform's state. */
    for (size_t row = 0; fw_command_info(row, &info); row++) {
        uint32_t status;

        memset(buf, 0xee, sizeof buf);
        status = fw_command(rig->fw, info.id, buf, sizeof buf);
        if (status == SEV_STATUS_SUCCESS ||
            status == SEV_STATUS_INVALID_LENGTH) {
            continue;
        }
        for (size_t i = 0; i < sizeof buf; i++) {
            assert_int_equal(buf[i], 0xee);
        }
    }
}

static void bytes_behind_a_commands_own_are_left_alone(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    uint8_t buf[CMD_PLATFORM_STATUS_LEN + 4];

    (void)state;
    memset(buf, 0xee, sizeof buf);
    assert_int_equal(
        fw_command(rig->fw, SEV_CMD_PLATFORM_STATUS, buf, sizeof buf),
        SEV_STATUS_SUCCESS);
    assert_int_equal(buf[CMD_PLATFORM_STATUS_LEN - 1], 0);
    for (size_t i = CMD_PLATFORM_STATUS_LEN; i < sizeof buf; i++) {
        assert_int_equal(buf[i], 0xee);
    }
}

struct seen {
    size_t n;
    struct fw_trace_entry last;
};

static void note(void *ctx, const struct fw_trace_entry *entry)
{
    struct seen *seen = ctx;

    seen->n++;
    seen->last = *entry;
}

static void every_command_is_traced_with_name_guest_and_status(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_up();
    struct fw_options options = rig_options(rig);
    OWN(fw_close) struct fw *fw = NULL;
    struct seen seen = { 0 };
    uint32_t handle = 0;

    (void)state;
    options.trace = (struct fw_trace){ note, &seen };
    assert_true(fw_open(&options, &fw, NULL));
    assert_int_equal(seen.n, 0);
    assert_int_equal(do_start(fw, 0, &handle), SEV_STATUS_SUCCESS);
    assert_int_equal(seen.n, 1);
    assert_string_equal(seen.last.name, "LAUNCH_START");
    assert_int_equal(seen.last.cmd, SEV_CMD_LAUNCH_START);
    assert_int_equal(seen.last.handle, handle);
    assert_int_equal(seen.last.status, SEV_STATUS_SUCCESS);
    assert_int_equal(seen.last.time, rig->now);
    assert_int_equal(do_handle(fw, SEV_CMD_LAUNCH_FINISH, 77),
                     SEV_STATUS_INVALID_GUEST);
    assert_int_equal(seen.last.handle, 77);
    assert_int_equal(seen.last.status, SEV_STATUS_INVALID_GUEST);
    assert_int_equal(do_plain(fw, 0x1234), SEV_STATUS_INVALID_COMMAND);
    assert_string_equal(seen.last.name, "?");
    assert_int_equal(seen.n, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_that_there_are_not_are_invalid),
        cmocka_unit_test(a_buffer_that_is_too_short_is_not_touched),
        cmocka_unit_test(
            rows_are_in_the_order_of_their_ids_and_named_as_in_wire),
        cmocka_unit_test(what_is_written_back_follows_the_dispatch_rule),
        cmocka_unit_test(other_failures_leave_the_buffer_as_it_was),
        cmocka_unit_test(bytes_behind_a_commands_own_are_left_alone),
        cmocka_unit_test(every_command_is_traced_with_name_guest_and_status),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
