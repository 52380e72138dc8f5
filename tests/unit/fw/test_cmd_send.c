/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/cmd_send.c and RECEIVE_START: guests travel. */
#include "base/cursor.h"
#include "base/own.h"
#include "fw/firmware.h"
#include "unit/fw/owner_key.h"
#include "unit/fw/travel.h"
#include "wire/policy.h"

/* Takes both platforms into the hands of one owner. */
static void own_both(struct rig *a, struct rig *b)
{
    OWN(owner_key_drop) struct owner_key owner;
    struct rig *rigs[] = { a, b };

    owner_key_make(&owner, 77);
    for (size_t i = 0; i < N_OF(rigs); i++) {
        uint8_t csr[SEV_CERT_LEN];
        uint8_t pek[SEV_CERT_LEN];

        assert_int_equal(do_csr(rigs[i], csr), SEV_STATUS_SUCCESS);
        owner_sign_csr(&owner, csr, pek);
        assert_int_equal(do_import(rigs[i], pek, owner.oca),
                         SEV_STATUS_SUCCESS);
    }
}

static void trust(struct rig *rig, struct rig *other)
{
    const struct chip *chip = &other->fw->chip;

    assert_true(platform_trust(rig->platform,
                               bytes_make(chip->ark, chip->amd_len), NULL));
}

/* The whole way, and what is left where. */
static void assert_travels(struct rig *from, struct rig *to, uint32_t policy)
{
    OWN(drop_receiver) struct receiver *r = receiver_of(to);
    bool es = (policy & POLICY_ES) != 0;
    uint32_t asid = es ? 2 : 101;
    uint32_t sent = guest_to_send(from, policy);
    uint32_t arrived = 0;
    uint8_t out[PAGE_LEN];

    assert_int_equal(send_start(from, r, sent), SEV_STATUS_SUCCESS);
    assert_int_equal(guest_state_of(from->fw, sent), SEV_GUEST_SUPDATE);
    assert_int_equal(receive_start(to, from, policy, &arrived),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(guest_state_of(to->fw, arrived), SEV_GUEST_RUPDATE);
    assert_int_equal(do_activate(to->fw, arrived, asid), SEV_STATUS_SUCCESS);
    assert_int_equal(packet(from->fw, SEV_CMD_SEND_UPDATE_DATA, sent, GUEST),
                     SEV_STATUS_SUCCESS);
    carry(from, to);
    assert_int_equal(
        packet(to->fw, SEV_CMD_RECEIVE_UPDATE_DATA, arrived, GUEST),
        SEV_STATUS_SUCCESS);
    if (es) {
        assert_int_equal(
            packet(from->fw, SEV_CMD_SEND_UPDATE_VMSA, sent, GUEST + PAGE_LEN),
            SEV_STATUS_SUCCESS);
        carry(from, to);
        assert_int_equal(packet(to->fw, SEV_CMD_RECEIVE_UPDATE_VMSA, arrived,
                                GUEST + PAGE_LEN),
                         SEV_STATUS_SUCCESS);
        assert_int_equal(
            fw_memory_read(to->fw, asid, GUEST + PAGE_LEN, out, sizeof out),
            SEV_STATUS_SUCCESS);
        assert_int_equal(out[0], 0x21);
        assert_int_equal(out[PAGE_LEN - 1], 0x21);
    }
    assert_int_equal(do_handle(from->fw, SEV_CMD_SEND_FINISH, sent),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(do_handle(to->fw, SEV_CMD_RECEIVE_FINISH, arrived),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(guest_state_of(from->fw, sent), SEV_GUEST_SENT);
    assert_int_equal(guest_state_of(to->fw, arrived), SEV_GUEST_RUNNING);
    assert_int_equal(fw_memory_read(to->fw, asid, GUEST, out, sizeof out),
                     SEV_STATUS_SUCCESS);
    for (size_t i = 0; i < sizeof out; i++) {
        assert_int_equal(out[i], 0x5a);
    }
    /* Encrypted on the way, and with another key at its end. */
    assert_int_not_equal(*rig_at(from, TRANS), 0x5a);
    assert_memory_not_equal(rig_at(from, GUEST), rig_at(to, GUEST), 16);
    assert_int_equal(do_plain(from->fw, SEV_CMD_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(do_plain(to->fw, SEV_CMD_SHUTDOWN), SEV_STATUS_SUCCESS);
    assert_int_equal(do_init(from->fw), SEV_STATUS_SUCCESS);
    assert_int_equal(do_init(to->fw), SEV_STATUS_SUCCESS);
    assert_int_equal(do_flush(from->fw), SEV_STATUS_SUCCESS);
    assert_int_equal(do_flush(to->fw), SEV_STATUS_SUCCESS);
}

static void a_guest_travels_under_each_kind_of_policy(void **state)
{
    OWN(rig_close) struct rig *from = rig_open_encrypted();
    OWN(rig_close) struct rig *to = rig_open_other(1, 51);

    (void)state;
    own_both(from, to);
    trust(from, to);
    assert_travels(from, to, 0);
    assert_travels(from, to, POLICY_ES);
    assert_travels(from, to, POLICY_DOMAIN);
    assert_travels(from, to, POLICY_SEV);
    assert_travels(from, to,
                   POLICY_SEV | POLICY_DOMAIN | POLICY_ES | 51u << 24 |
                       1u << 16);
}

static void starting_to_send_finds_faults_in_the_order_of_the_sheet(
    void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_encrypted();
    OWN(drop_receiver) struct receiver *r = receiver_of(rig);
    struct cmd_send_start cmd = good_send(9);
    uint32_t launching = 0;
    uint32_t kept;
    uint32_t guest;

    (void)state;
    cmd.session_len = 127;
    assert_int_equal(send_cmd(rig, r, &cmd), SEV_STATUS_INVALID_PLATFORM_STATE);
    assert_int_equal(cmd.session_len, 127);
    assert_int_equal(do_start(rig->fw, 0, &launching), SEV_STATUS_SUCCESS);
    assert_int_equal(send_cmd(rig, r, &cmd), SEV_STATUS_INVALID_GUEST);
    cmd.handle = launching;
    assert_int_equal(send_cmd(rig, r, &cmd), SEV_STATUS_INVALID_LENGTH);
    assert_int_equal(cmd.session_len, SESSION_BUF_LEN);
    assert_int_equal(send_cmd(rig, r, &cmd), SEV_STATUS_INVALID_GUEST_STATE);
    kept = rig_guest(rig, POLICY_NOSEND, SEV_GUEST_RUNNING, 102);
    cmd.handle = kept;
    cmd.pdh_len = 1;
    assert_int_equal(send_cmd(rig, r, &cmd), SEV_STATUS_POLICY_FAILURE);
    guest = guest_to_send(rig, POLICY_SEV | POLICY_DOMAIN);
    cmd.handle = guest;
    assert_int_equal(send_cmd(rig, r, &cmd), SEV_STATUS_INVALID_LENGTH);
    cmd.pdh_len = SEV_CERT_LEN;
    cmd.plat_len = 3 * SEV_CERT_LEN - 1;
    assert_int_equal(send_cmd(rig, r, &cmd), SEV_STATUS_INVALID_LENGTH);
    cmd.plat_len = 3 * SEV_CERT_LEN;
    cmd.amd_len = 2 * AMD_CERT_LEN_2048 - 1;
    assert_int_equal(send_cmd(rig, r, &cmd), SEV_STATUS_INVALID_LENGTH);
    cmd.amd_len = 2 * AMD_CERT_LEN_2048;
    cmd.session_paddr = 0;
    assert_int_equal(send_cmd(rig, r, &cmd), SEV_STATUS_INVALID_ADDRESS);
    assert_int_equal(guest_state_of(rig->fw, guest), SEV_GUEST_RUNNING);
    cmd.session_paddr = SESSION;
    assert_int_equal(send_cmd(rig, r, &cmd), SEV_STATUS_SUCCESS);
    assert_int_equal(cmd.policy, POLICY_SEV | POLICY_DOMAIN);
}

/* The guide's weak policy: any key is good enough (formats.md 9). */
static void without_sev_and_domain_any_pdh_will_do(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_encrypted();
    OWN(drop_receiver) struct receiver *r = receiver_of(rig);
    OWN(owner_key_drop) struct owner_key host;
    uint32_t guest = guest_to_send(rig, 0x07);
    uint32_t strong = rig_guest(rig, 0x0f, SEV_GUEST_RUNNING, 3);
    struct sev_cert cert;

    (void)state;
    owner_key_make(&host, 3);
    owner_begin_cert(SEV_USAGE_PDH, host.key, &cert);
    sev_cert_encode(&cert, r->pdh);
    memset(r->plat, 0, sizeof r->plat);
    assert_int_equal(send_start(rig, r, strong), SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(send_start(rig, r, guest), SEV_STATUS_SUCCESS);
}

static void a_platform_outside_the_domain_is_a_policy_failure(void **state)
{
    OWN(rig_close) struct rig *from = rig_open_encrypted();
    OWN(rig_close) struct rig *to = rig_open_other(1, 51);
    OWN(drop_receiver) struct receiver *r = receiver_of(to);
    uint32_t guest = guest_to_send(from, POLICY_DOMAIN);

    (void)state;
    assert_int_equal(send_start(from, r, guest), SEV_STATUS_POLICY_FAILURE);
    r->plat[SEV_CERT_LEN + 0x41c] ^= 1; /* the OCA's signature */
    assert_int_equal(send_start(from, r, guest), SEV_STATUS_BAD_SIGNATURE);
    r->plat[SEV_CERT_LEN + 0x41c] ^= 1;
    r->pdh[0x41c] ^= 1;
    assert_int_equal(send_start(from, r, guest), SEV_STATUS_BAD_SIGNATURE);
    assert_int_equal(guest_state_of(from->fw, guest), SEV_GUEST_RUNNING);
}

static void a_platform_of_another_root_or_an_old_one_is_refused(void **state)
{
    OWN(rig_close) struct rig *from = rig_open_encrypted();
    OWN(rig_close) struct rig *to = rig_open_other(1, 40);
    OWN(drop_receiver) struct receiver *r = receiver_of(to);
    uint32_t guest = guest_to_send(from, POLICY_SEV | 1u << 16 | 41u << 24);

    (void)state;
    assert_int_equal(send_start(from, r, guest),
                     SEV_STATUS_INVALID_CERTIFICATE);
    trust(from, to);
    r->amd[AMD_CERT_LEN_2048 - 1] ^= 1; /* the ASK's signature */
    assert_int_equal(send_start(from, r, guest), SEV_STATUS_BAD_SIGNATURE);
    r->amd[AMD_CERT_LEN_2048 - 1] ^= 1;
    r->plat[2 * SEV_CERT_LEN + 0x41c] ^= 1; /* the CEK's */
    assert_int_equal(send_start(from, r, guest), SEV_STATUS_BAD_SIGNATURE);
    r->plat[2 * SEV_CERT_LEN + 0x41c] ^= 1;
    assert_int_equal(send_start(from, r, guest), SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(guest_state_of(from->fw, guest), SEV_GUEST_RUNNING);
}

static void an_older_receiver_refuses_the_guest_itself(void **state)
{
    OWN(rig_close) struct rig *from = rig_open_encrypted();
    OWN(rig_close) struct rig *to = rig_open_other(1, 40);
    OWN(drop_receiver) struct receiver *r = receiver_of(to);
    uint32_t policy = 1u << 16 | 41u << 24;
    uint32_t arrived = 0;

    (void)state;
    assert_int_equal(send_start(from, r, guest_to_send(from, policy)),
                     SEV_STATUS_SUCCESS);
    /* Another policy than the sender's does not help. */
    assert_int_equal(receive_start(to, from, 0, &arrived),
                     SEV_STATUS_BAD_MEASUREMENT);
    assert_int_equal(receive_start(to, from, policy, &arrived),
                     SEV_STATUS_POLICY_FAILURE);
    assert_int_equal(platform_state_of(to->fw), SEV_PLATFORM_INIT);
}

static void receiving_needs_a_session_of_the_right_length(void **state)
{
    OWN(rig_close) struct rig *rig = rig_open_encrypted();
    struct cmd_launch_start cmd = { .dh_len = SEV_CERT_LEN,
                                    .session_len = SESSION_BUF_LEN - 1 };
    uint8_t buf[CMD_LAUNCH_START_LEN];

    (void)state;
    for (int i = 0; i < 2; i++) {
        cmd_launch_start_encode(&cmd, buf);
        assert_int_equal(
            fw_command(rig->fw, SEV_CMD_RECEIVE_START, buf, sizeof buf),
            SEV_STATUS_INVALID_LENGTH);
        cmd.session_len = SESSION_BUF_LEN;
        cmd.dh_len = 0;
    }
    /* There is no way without a sender: an address of 0 is an address. */
    cmd.dh_len = SEV_CERT_LEN;
    cmd_launch_start_encode(&cmd, buf);
    assert_int_equal(
        fw_command(rig->fw, SEV_CMD_RECEIVE_START, buf, sizeof buf),
        SEV_STATUS_INVALID_ADDRESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_guest_travels_under_each_kind_of_policy),
        cmocka_unit_test(
            starting_to_send_finds_faults_in_the_order_of_the_sheet),
        cmocka_unit_test(without_sev_and_domain_any_pdh_will_do),
        cmocka_unit_test(a_platform_outside_the_domain_is_a_policy_failure),
        cmocka_unit_test(a_platform_of_another_root_or_an_old_one_is_refused),
        cmocka_unit_test(an_older_receiver_refuses_the_guest_itself),
        cmocka_unit_test(receiving_needs_a_session_of_the_right_length),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
