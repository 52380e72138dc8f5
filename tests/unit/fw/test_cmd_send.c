/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/cmd_send.c, fw/cmd_packet.c and RECEIVE_START: guests travel. */
#include "base/cursor.h"
#include "base/own.h"
#include "fw/firmware.h"
#include "unit/fw/owner_key.h"
#include "wire/packet.h"
#include "wire/policy.h"

#define PAGE_LEN 4096u
#define GUEST    (RIG_RAM + 0x10000) /* the guest's memory, on both sides */
#define HDR      (RIG_RAM + 0x20000)
#define TRANS    (RIG_RAM + 0x21000)
#define CERTS    (RIG_RAM + 0x30000)
#define PLAT     (RIG_RAM + 0x31000)
#define AMD      (RIG_RAM + 0x34000)
#define SESSION  (RIG_RAM + 0x38000)

/* What a host shows a sender of the receiver. */
struct receiver {
    uint8_t pdh[SEV_CERT_LEN];
    uint8_t plat[3 * SEV_CERT_LEN];
    uint8_t amd[2 * AMD_CERT_LEN_2048];
};

static void drop_receiver(struct receiver **r)
{
    own_free(r);
}

static struct receiver *receiver_of(struct rig *rig)
{
    struct receiver *r = calloc(1, sizeof *r);
    const struct chip *chip = &rig->fw->chip;

    assert_non_null(r);
    assert_int_equal(fw_load_identity(rig->fw), SEV_STATUS_SUCCESS);
    memcpy(r->pdh, rig->fw->identity.pdh, SEV_CERT_LEN);
    memcpy(r->plat, rig->fw->identity.pek, SEV_CERT_LEN);
    memcpy(r->plat + SEV_CERT_LEN, rig->fw->identity.oca, SEV_CERT_LEN);
    memcpy(r->plat + 2 * SEV_CERT_LEN, chip->cek, SEV_CERT_LEN);
    memcpy(r->amd, chip->ask, AMD_CERT_LEN_2048);
    memcpy(r->amd + AMD_CERT_LEN_2048, chip->ark, AMD_CERT_LEN_2048);
    return r;
}

static struct cmd_send_start good_send(uint32_t handle)
{
    return (struct cmd_send_start){ .handle = handle,
                                    .pdh_paddr = CERTS,
                                    .pdh_len = SEV_CERT_LEN,
                                    .plat_paddr = PLAT,
                                    .plat_len = 3 * SEV_CERT_LEN,
                                    .amd_paddr = AMD,
                                    .amd_len = 2 * AMD_CERT_LEN_2048,
                                    .session_paddr = SESSION,
                                    .session_len = SESSION_BUF_LEN };
}

static uint32_t send_cmd(struct rig *rig, const struct receiver *to,
                         struct cmd_send_start *cmd)
{
    uint8_t buf[CMD_SEND_START_LEN];
    uint32_t status;

    memcpy(rig_at(rig, CERTS), to->pdh, sizeof to->pdh);
    memcpy(rig_at(rig, PLAT), to->plat, sizeof to->plat);
    memcpy(rig_at(rig, AMD), to->amd, sizeof to->amd);
    cmd_send_start_encode(cmd, buf);
    status = fw_command(rig->fw, SEV_CMD_SEND_START, buf, sizeof buf);
    assert_true(cmd_send_start_decode(BYTES_OF(buf), cmd, NULL));
    return status;
}

static uint32_t send_start(struct rig *rig, const struct receiver *to,
                           uint32_t handle)
{
    struct cmd_send_start cmd = good_send(handle);

    return send_cmd(rig, to, &cmd);
}

/* With the session that SEND_START left in FROM's memory. */
static uint32_t receive_start(struct rig *to, struct rig *from, uint32_t policy,
                              uint32_t *ret_handle)
{
    struct cmd_launch_start cmd = { .policy = policy,
                                    .dh_paddr = CERTS,
                                    .dh_len = SEV_CERT_LEN,
                                    .session_paddr = SESSION,
                                    .session_len = SESSION_BUF_LEN };
    uint8_t buf[CMD_LAUNCH_START_LEN];
    uint32_t status;

    memcpy(rig_at(to, CERTS), from->fw->identity.pdh, SEV_CERT_LEN);
    memmove(rig_at(to, SESSION), rig_at(from, SESSION), SESSION_BUF_LEN);
    cmd_launch_start_encode(&cmd, buf);
    status = fw_command(to->fw, SEV_CMD_RECEIVE_START, buf, sizeof buf);
    assert_true(cmd_launch_start_decode(BYTES_OF(buf), &cmd, NULL));
    *ret_handle = cmd.handle;
    return status;
}

static struct cmd_packet good_packet(uint32_t handle, uint64_t paddr)
{
    return (struct cmd_packet){ .handle = handle,
                                .hdr_paddr = HDR,
                                .hdr_len = PACKET_HDR_LEN,
                                .guest_paddr = paddr,
                                .guest_len = PAGE_LEN,
                                .trans_paddr = TRANS,
                                .trans_len = PAGE_LEN };
}

static uint32_t packet_cmd(struct fw *fw, uint32_t id, struct cmd_packet *cmd)
{
    uint8_t buf[CMD_PACKET_LEN];
    uint32_t status;

    cmd_packet_encode(cmd, buf);
    status = fw_command(fw, id, buf, sizeof buf);
    assert_true(cmd_packet_decode(BYTES_OF(buf), cmd, NULL));
    return status;
}

static uint32_t packet(struct fw *fw, uint32_t id, uint32_t handle,
                       uint64_t paddr)
{
    struct cmd_packet cmd = good_packet(handle, paddr);

    return packet_cmd(fw, id, &cmd);
}

/* What a host carries from one machine to the other. */
static void carry(struct rig *from, struct rig *to)
{
    memmove(rig_at(to, HDR), rig_at(from, HDR), PACKET_HDR_LEN);
    memmove(rig_at(to, TRANS), rig_at(from, TRANS), PAGE_LEN);
}

/* A running guest of POLICY with one page, and with SEV-ES a VMSA behind it. */
static uint32_t guest_to_send(struct rig *rig, uint32_t policy)
{
    uint32_t asid = (policy & POLICY_ES) != 0 ? 1 : 100;
    uint32_t handle = 0;

    assert_int_equal(do_start(rig->fw, policy, &handle), SEV_STATUS_SUCCESS);
    assert_int_equal(do_activate(rig->fw, handle, asid), SEV_STATUS_SUCCESS);
    memset(rig_at(rig, GUEST), 0x5a, PAGE_LEN);
    assert_int_equal(
        do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_DATA, handle, GUEST, PAGE_LEN),
        SEV_STATUS_SUCCESS);
    if ((policy & POLICY_ES) != 0) {
        memset(rig_at(rig, GUEST + PAGE_LEN), 0x21, PAGE_LEN);
        assert_int_equal(do_range(rig->fw, SEV_CMD_LAUNCH_UPDATE_VMSA, handle,
                                  GUEST + PAGE_LEN, PAGE_LEN),
                         SEV_STATUS_SUCCESS);
    }
    assert_int_equal(
        do_range(rig->fw, SEV_CMD_LAUNCH_MEASURE, handle, RIG_RAM, 48),
        SEV_STATUS_SUCCESS);
    assert_int_equal(do_handle(rig->fw, SEV_CMD_LAUNCH_FINISH, handle),
                     SEV_STATUS_SUCCESS);
    return handle;
}

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

/* A guest on its way from FROM to TO: one page is in TO's packet buffers. */
static uint32_t on_the_way(struct rig *from, struct rig *to, uint32_t policy)
{
    OWN(drop_receiver) struct receiver *r = receiver_of(to);
    uint32_t sent = guest_to_send(from, policy);
    uint32_t arrived = 0;

    assert_int_equal(send_start(from, r, sent), SEV_STATUS_SUCCESS);
    assert_int_equal(receive_start(to, from, policy, &arrived),
                     SEV_STATUS_SUCCESS);
    assert_int_equal(packet(from->fw, SEV_CMD_SEND_UPDATE_DATA, sent, GUEST),
                     SEV_STATUS_SUCCESS);
    carry(from, to);
    return arrived;
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
        cmocka_unit_test(sending_a_page_finds_faults_in_the_order_of_the_sheet),
        cmocka_unit_test(
            receiving_a_page_finds_faults_in_the_order_of_the_sheet),
        cmocka_unit_test(a_changed_packet_is_refused_and_writes_nothing),
        cmocka_unit_test(a_packet_of_an_earlier_journey_is_refused),
        cmocka_unit_test(a_vmsa_that_the_host_changed_is_not_sent),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
