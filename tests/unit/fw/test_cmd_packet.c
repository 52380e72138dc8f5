/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/cmd_packet.c: a guest's memory in packets. */
#include "base/own.h"
#include "fw/firmware.h"
#include "unit/fw/travel.h"
#include "wire/policy.h"

static void sending_a_page_finds_faults_in_the_order_of_the_sheet(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_encrypted();
    OWN(drop_receiver) struct receiver *r = receiver_of(rig);
    uint32_t id = SEV_CMD_SEND_UPDATE_DATA;
    struct cmd_packet cmd = good_packet(9, GUEST + 8);
    uint32_t guest;

    (void)state;
    cmd.hdr_len = 51;
    cmd.guest_len = 15;
    assert_int_equal(packet_cmd(rig->fw, id, &cmd),
                     SEV_STATUS_INVALID_PLATFORM_STATE);
    guest = guest_to_send(rig, 0);
    assert_int_equal(packet_cmd(rig->fw, id, &cmd), SEV_STATUS_INVALID_LENGTH);
    assert_int_equal(cmd.hdr_len, PACKET_HDR_LEN);
    assert_int_equal(packet_cmd(rig->fw, id, &cmd), SEV_STATUS_INVALID_GUEST);
    cmd.handle = guest;
    assert_int_equal(packet_cmd(rig->fw, id, &cmd),
                     SEV_STATUS_INVALID_GUEST_STATE);
    assert_int_equal(send_start(rig, r, guest), SEV_STATUS_SUCCESS);
    assert_int_equal(do_handle(rig->fw, SEV_CMD_DEACTIVATE, guest),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(packet_cmd(rig->fw, SEV_CMD_SEND_UPDATE_VMSA, &cmd),
                     SEV_STATUS_UNSUPPORTED);
    assert_int_equal(packet_cmd(rig->fw, id, &cmd), SEV_STATUS_INACTIVE);
    assert_int_equal(do_flush(rig->fw), SEV_STATUS_SUCCESS);
    assert_int_equal(do_activate(rig->fw, guest, 100), SEV_STATUS_SUCCESS);
    assert_int_equal(packet_cmd(rig->fw, id, &cmd), SEV_STATUS_INVALID_LENGTH);
    cmd.guest_len = 0;
    assert_int_equal(packet_cmd(rig->fw, id, &cmd), SEV_STATUS_INVALID_LENGTH);
    cmd.guest_len = 0x5010;
    cmd.trans_len = 0x5010;
    assert_int_equal(packet_cmd(rig->fw, id, &cmd), SEV_STATUS_INVALID_LENGTH);
    cmd.guest_len = 32;
    cmd.trans_len = 31;
    assert_int_equal(packet_cmd(rig->fw, id, &cmd), SEV_STATUS_INVALID_LENGTH);
    cmd.trans_len = 4096;
    assert_int_equal(packet_cmd(rig->fw, id, &cmd), SEV_STATUS_INVALID_ADDRESS);
    cmd.guest_paddr = GUEST;
    assert_int_equal(packet_cmd(rig->fw, id, &cmd), SEV_STATUS_SUCCESS);
    assert_int_equal(cmd.trans_len, 32);
}

static void receiving_a_page_finds_faults_in_the_order_of_the_sheet(
    void **state)
{
    OWN(rig_close) struct rig *from = rig_open_encrypted();
    OWN(rig_close) struct rig *to = rig_open_encrypted();
    uint32_t id = SEV_CMD_RECEIVE_UPDATE_DATA;
    uint32_t guest = on_the_way(from, to, 0);
    struct cmd_packet cmd = good_packet(9, GUEST + 8);

    (void)state;
    cmd.hdr_len = 51;
    assert_int_equal(packet_cmd(to->fw, id, &cmd), SEV_STATUS_INVALID_GUEST);
    cmd.handle = guest;
    assert_int_equal(packet_cmd(to->fw, SEV_CMD_RECEIVE_UPDATE_VMSA, &cmd),
                     SEV_STATUS_UNSUPPORTED);
    assert_int_equal(packet_cmd(to->fw, id, &cmd), SEV_STATUS_INACTIVE);
    assert_int_equal(do_activate(to->fw, guest, 101), SEV_STATUS_SUCCESS);
    assert_int_equal(packet_cmd(to->fw, id, &cmd), SEV_STATUS_INVALID_LENGTH);
    assert_int_equal(cmd.hdr_len, 51);
    cmd.hdr_len = PACKET_HDR_LEN;
    cmd.trans_len = PAGE_LEN + 16;
    assert_int_equal(packet_cmd(to->fw, id, &cmd), SEV_STATUS_INVALID_LENGTH);
    cmd.trans_len = PAGE_LEN;
    *rig_at(to, HDR) |= 1; /* compressed, and so the MAC is wrong, too */
    assert_int_equal(packet_cmd(to->fw, id, &cmd), SEV_STATUS_INVALID_ADDRESS);
    cmd.guest_paddr = GUEST;
    assert_int_equal(packet_cmd(to->fw, id, &cmd), SEV_STATUS_UNSUPPORTED);
    *rig_at(to, HDR) &= 0xfe;
    assert_int_equal(packet_cmd(to->fw, id, &cmd), SEV_STATUS_SUCCESS);
    assert_int_equal(do_handle(to->fw, SEV_CMD_RECEIVE_FINISH, guest),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(packet_cmd(to->fw, id, &cmd),
                     SEV_STATUS_INVALID_GUEST_STATE);
}

static void a_changed_packet_is_refused_and_writes_nothing(void **state)
{
    OWN(rig_close) struct rig *from = rig_open_encrypted();
    OWN(rig_close) struct rig *to = rig_open_encrypted();
    uint32_t guest = on_the_way(from, to, 0);

    (void)state;
    assert_int_equal(do_activate(to->fw, guest, 101), SEV_STATUS_SUCCESS);
    for (size_t at = 1; at < PACKET_HDR_LEN + 64; at++) {
        uint8_t *p = at < PACKET_HDR_LEN
                         ? rig_at(to, HDR + at)
                         : rig_at(to, TRANS + 64 * (at - PACKET_HDR_LEN));

        *p ^= 0x40;
        assert_int_equal(
            packet(to->fw, SEV_CMD_RECEIVE_UPDATE_DATA, guest, GUEST),
            SEV_STATUS_BAD_MEASUREMENT);
        *p ^= 0x40;
    }
    for (size_t i = 0; i < PAGE_LEN; i++) {
        assert_int_equal(*rig_at(to, GUEST + i), 0);
    }
    assert_int_equal(packet(to->fw, SEV_CMD_RECEIVE_UPDATE_DATA, guest, GUEST),
                     SEV_STATUS_SUCCESS);
}

/* Each journey has keys of its own. (Within one, nothing in a packet counts:
 * the sheet's MAC would not notice.) */
static void a_packet_of_an_earlier_journey_is_refused(void **state)
{
    OWN(rig_close) struct rig *from = rig_open_encrypted();
    OWN(rig_close) struct rig *to = rig_open_encrypted();
    OWN(drop_receiver) struct receiver *r = receiver_of(to);
    uint32_t arrived = 0;

    (void)state;
    on_the_way(from, to, 0);
    assert_int_equal(do_handle(from->fw, SEV_CMD_SEND_CANCEL, 1),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(guest_state_of(from->fw, 1), SEV_GUEST_RUNNING);
    assert_int_equal(send_start(from, r, 1), SEV_STATUS_SUCCESS);
    assert_int_equal(receive_start(to, from, 0, &arrived), SEV_STATUS_SUCCESS);
    assert_int_equal(do_activate(to->fw, arrived, 101), SEV_STATUS_SUCCESS);
    assert_int_equal(
        packet(to->fw, SEV_CMD_RECEIVE_UPDATE_DATA, arrived, GUEST),
        SEV_STATUS_BAD_MEASUREMENT);
}

static void a_vmsa_that_the_host_changed_is_not_sent(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_encrypted();
    OWN(drop_receiver) struct receiver *r = receiver_of(rig);
    uint32_t guest = guest_to_send(rig, POLICY_ES);
    struct cmd_packet cmd = good_packet(guest, GUEST + PAGE_LEN);
    uint8_t *p = rig_at(rig, GUEST + PAGE_LEN + 0x123);

    (void)state;
    assert_int_equal(send_start(rig, r, guest), SEV_STATUS_SUCCESS);
    cmd.guest_len = PAGE_LEN - 16;
    assert_int_equal(packet_cmd(rig->fw, SEV_CMD_SEND_UPDATE_VMSA, &cmd),
                     SEV_STATUS_INVALID_LENGTH);
    *p ^= 1;
    assert_int_equal(
        packet(rig->fw, SEV_CMD_SEND_UPDATE_VMSA, guest, GUEST + PAGE_LEN),
        SEV_STATUS_INVALID_PARAM);
    *p ^= 1;
    assert_int_equal(
        packet(rig->fw, SEV_CMD_SEND_UPDATE_VMSA, guest, GUEST + PAGE_LEN),
        SEV_STATUS_SUCCESS);
}

/* Behind the check of the kind of guest they are the same. */
static void a_vmsa_checks_what_a_page_checks(void **state)
{
    OWN(rig_close) struct rig *from = rig_open_encrypted();
    OWN(rig_close) struct rig *to = rig_open_encrypted();
    uint32_t guest = on_the_way(from, to, POLICY_ES);
    uint32_t ids[] = { SEV_CMD_SEND_UPDATE_VMSA, SEV_CMD_RECEIVE_UPDATE_VMSA };
    struct rig *rigs[] = { from, to };

    (void)state;
    assert_int_equal(do_activate(to->fw, guest, 2), SEV_STATUS_SUCCESS);
    for (size_t i = 0; i < 2; i++) {
        struct cmd_packet cmd = good_packet(1, GUEST + PAGE_LEN);

        cmd.handle = i == 0 ? 1 : guest;
        cmd.guest_len = cmd.trans_len = 2 * PAGE_LEN;
        assert_int_equal(packet_cmd(rigs[i]->fw, ids[i], &cmd),
                         SEV_STATUS_INVALID_LENGTH);
        cmd.guest_len = cmd.trans_len = PAGE_LEN;
        cmd.guest_paddr += 8;
        assert_int_equal(packet_cmd(rigs[i]->fw, ids[i], &cmd),
                         SEV_STATUS_INVALID_ADDRESS);
    }
}

static void memory_that_is_not_there_is_an_invalid_address(void **state)
{
    OWN(rig_close) struct rig *from = rig_open_encrypted();
    OWN(rig_close) struct rig *to = rig_open_encrypted();
    uint32_t guest = on_the_way(from, to, 0);
    uint32_t ids[] = { SEV_CMD_SEND_UPDATE_DATA, SEV_CMD_RECEIVE_UPDATE_DATA };
    struct rig *rigs[] = { from, to };

    (void)state;
    assert_int_equal(do_activate(to->fw, guest, 101), SEV_STATUS_SUCCESS);
    for (size_t i = 0; i < 2; i++) {
        const uint32_t handle = i == 0 ? 1 : guest;
        struct cmd_packet at[3];

        for (size_t k = 0; k < 3; k++) {
            at[k] = good_packet(handle, GUEST);
        }
        at[0].hdr_paddr = RIG_RAM + RIG_RAM_LEN - PACKET_HDR_LEN + 1;
        at[1].trans_paddr = RIG_RAM + RIG_RAM_LEN - PAGE_LEN + 1;
        at[2].guest_paddr = RIG_RAM + RIG_RAM_LEN - PAGE_LEN + 16;
        for (size_t k = 0; k < 3; k++) {
            assert_int_equal(packet_cmd(rigs[i]->fw, ids[i], &at[k]),
                             SEV_STATUS_INVALID_ADDRESS);
        }
    }
}

static void what_arrives_is_encrypted_with_another_key(void **state)
{
    OWN(rig_close) struct rig *from = rig_open_encrypted();
    OWN(rig_close) struct rig *to = rig_open_encrypted();
    uint32_t guest;
    uint8_t plain[64];

    (void)state;
    to->random.seed = 4; /* or it draws the same keys */
    guest = on_the_way(from, to, 0);
    assert_int_equal(do_activate(to->fw, guest, 101), SEV_STATUS_SUCCESS);
    assert_int_equal(packet(to->fw, SEV_CMD_RECEIVE_UPDATE_DATA, guest, GUEST),
                     SEV_STATUS_SUCCESS);
    assert_memory_not_equal(rig_at(from, GUEST), rig_at(to, GUEST), 64);
    assert_memory_not_equal(rig_at(to, TRANS), rig_at(to, GUEST), 64);
    assert_int_equal(fw_memory_read(to->fw, 101, GUEST, plain, sizeof plain),
                     SEV_STATUS_SUCCESS);
    for (size_t i = 0; i < sizeof plain; i++) {
        assert_int_equal(plain[i], 0x5a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sending_a_page_finds_faults_in_the_order_of_the_sheet),
        cmocka_unit_test(
            receiving_a_page_finds_faults_in_the_order_of_the_sheet),
        cmocka_unit_test(a_changed_packet_is_refused_and_writes_nothing),
        cmocka_unit_test(a_packet_of_an_earlier_journey_is_refused),
        cmocka_unit_test(a_vmsa_that_the_host_changed_is_not_sent),
        cmocka_unit_test(a_vmsa_checks_what_a_page_checks),
        cmocka_unit_test(memory_that_is_not_there_is_an_invalid_address),
        cmocka_unit_test(what_arrives_is_encrypted_with_another_key),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
