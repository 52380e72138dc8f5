/* SPDX-License-Identifier: Apache-2.0 */
/* Guests that go from one platform to another, for tests. */
#include "unit/fw/travel.h"

#include <stdlib.h>

#include "base/own.h"
#include "fw/firmware.h"
#include "wire/policy.h"

void drop_receiver(struct receiver **r)
{
    own_free(r);
}

struct receiver *receiver_of(struct rig *rig)
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

struct cmd_send_start good_send(uint32_t handle)
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

uint32_t send_cmd(struct rig *rig, const struct receiver *to,
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

uint32_t send_start(struct rig *rig, const struct receiver *to, uint32_t handle)
{
    struct cmd_send_start cmd = good_send(handle);

    return send_cmd(rig, to, &cmd);
}

uint32_t receive_start(struct rig *to, struct rig *from, uint32_t policy,
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

struct cmd_packet good_packet(uint32_t handle, uint64_t paddr)
{
    return (struct cmd_packet){ .handle = handle,
                                .hdr_paddr = HDR,
                                .hdr_len = PACKET_HDR_LEN,
                                .guest_paddr = paddr,
                                .guest_len = PAGE_LEN,
                                .trans_paddr = TRANS,
                                .trans_len = PAGE_LEN };
}

uint32_t packet_cmd(struct fw *fw, uint32_t id, struct cmd_packet *cmd)
{
    uint8_t buf[CMD_PACKET_LEN];
    uint32_t status;

    cmd_packet_encode(cmd, buf);
    status = fw_command(fw, id, buf, sizeof buf);
    assert_true(cmd_packet_decode(BYTES_OF(buf), cmd, NULL));
    return status;
}

uint32_t packet(struct fw *fw, uint32_t id, uint32_t handle, uint64_t paddr)
{
    struct cmd_packet cmd = good_packet(handle, paddr);

    return packet_cmd(fw, id, &cmd);
}

void carry(struct rig *from, struct rig *to)
{
    memmove(rig_at(to, HDR), rig_at(from, HDR), PACKET_HDR_LEN);
    memmove(rig_at(to, TRANS), rig_at(from, TRANS), PAGE_LEN);
}

uint32_t guest_to_send(struct rig *rig, uint32_t policy)
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

uint32_t on_the_way(struct rig *from, struct rig *to, uint32_t policy)
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
