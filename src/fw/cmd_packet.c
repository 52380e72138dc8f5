/* SPDX-License-Identifier: Apache-2.0 */
/* SEND_UPDATE_* and RECEIVE_UPDATE_*: a guest's memory in packets. */
#include <assert.h>

#include "crypto/aes.h"
#include "fw/firmware.h"
#include "fw/mem.h"
#include "wire/policy.h"
#include "wire/vmsa.h"

#define PACKET_MAX 0x5000u /* formats.md 4.5 */

static struct cmd_packet decode(const uint8_t *buf)
{
    struct cmd_packet cmd;
    bool ok = cmd_packet_decode(bytes_make(buf, CMD_PACKET_LEN), &cmd, NULL);

    assert(ok);
    (void)ok;
    return cmd;
}

static bool is_vmsa(const struct command *c)
{
    return c->row->id == SEV_CMD_SEND_UPDATE_VMSA ||
           c->row->id == SEV_CMD_RECEIVE_UPDATE_VMSA;
}

/* A host asks in this way how long a header is. */
uint32_t cmd_send_update_early(struct command *c)
{
    struct cmd_packet cmd = decode(c->buf);

    if (cmd.hdr_len >= PACKET_HDR_LEN) {
        return SEV_STATUS_SUCCESS;
    }
    cmd.hdr_len = PACKET_HDR_LEN;
    cmd_packet_encode(&cmd, c->buf);
    return SEV_STATUS_INVALID_LENGTH;
}

/* Behind the guest's state: what both directions check, in the order of
 * formats.md 4.5. A VMSA comes as the whole that its check is over. */
static uint32_t check(const struct command *c, const struct cmd_packet *cmd)
{
    bool vmsa = is_vmsa(c);
    uint32_t status;

    if (vmsa && (c->slot->policy & POLICY_ES) == 0) {
        return SEV_STATUS_UNSUPPORTED;
    }
    status = command_check_active(c);
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (cmd->guest_len == 0 || cmd->guest_len > PACKET_MAX ||
        cmd->guest_len % 16 != 0 || (vmsa && cmd->guest_len != VMSA_LEN)) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    return SEV_STATUS_SUCCESS;
}

static uint32_t check_guest_address(const struct cmd_packet *cmd)
{
    return cmd->guest_paddr % 16 == 0 ? SEV_STATUS_SUCCESS
                                      : SEV_STATUS_INVALID_ADDRESS;
}

/* Encrypts PAYLOAD with a fresh IV and writes header and payload out. */
static uint32_t seal(struct fw *fw, const struct command *c,
                     const struct cmd_packet *cmd, struct sevk_secret *payload)
{
    const struct channel *channel = &c->guest->channel;
    struct bytes bytes = secret_expose(payload);
    struct packet_hdr hdr = { 0 };
    uint8_t raw[PACKET_HDR_LEN];
    uint32_t status;

    if (!mem_exists(fw, cmd->hdr_paddr, sizeof raw, true)) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    if (!rng_fill(fw->rng, hdr.iv, sizeof hdr.iv, NULL) ||
        !aes128_ctr(secret_expose(&channel->tek), hdr.iv, bytes,
                    secret_expose_mutable(payload), NULL)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    channel_packet_mac(channel, &hdr, bytes, hdr.mac);
    packet_hdr_encode(&hdr, raw);
    status = mem_write(fw, cmd->trans_paddr, bytes);
    return status != SEV_STATUS_SUCCESS
               ? status
               : mem_write(fw, cmd->hdr_paddr, BYTES_OF(raw));
}

static uint32_t send(struct fw *fw, struct command *c,
                     const struct cmd_packet *cmd)
{
    SECRET(payload);
    uint32_t status;
    uint8_t *p;

    if (!secret_alloc(&payload, cmd->guest_len, NULL)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    p = secret_expose_mutable(&payload);
    status = is_vmsa(c) ? mem_read_vmsa(fw, c->guest, cmd->guest_paddr, p)
                        : mem_read_guest(fw, c->guest, cmd->guest_paddr, p,
                                         cmd->guest_len);
    return status != SEV_STATUS_SUCCESS ? status : seal(fw, c, cmd, &payload);
}

uint32_t cmd_send_update(struct fw *fw, struct command *c)
{
    struct cmd_packet cmd = decode(c->buf);
    uint32_t status = check(c, &cmd);

    if (status == SEV_STATUS_SUCCESS && cmd.trans_len < cmd.guest_len) {
        status = SEV_STATUS_INVALID_LENGTH;
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = check_guest_address(&cmd);
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = send(fw, c, &cmd);
    }
    if (status == SEV_STATUS_SUCCESS) {
        cmd.hdr_len = PACKET_HDR_LEN;
        cmd.trans_len = cmd.guest_len;
        cmd_packet_encode(&cmd, c->buf);
    }
    return status;
}

/* Opens the firmware's own copy of a packet; it becomes plaintext. */
static uint32_t unseal(const struct command *c, const struct packet_hdr *hdr,
                       struct sevk_secret *payload)
{
    const struct channel *channel = &c->guest->channel;
    struct bytes sealed = secret_expose(payload);
    uint8_t mac[32];

    if ((hdr->flags & PACKET_FLAG_COMPRESSED) != 0) {
        return SEV_STATUS_UNSUPPORTED;
    }
    channel_packet_mac(channel, hdr, sealed, mac);
    if (!secret_equal(mac, hdr->mac, sizeof mac)) {
        return SEV_STATUS_BAD_MEASUREMENT;
    }
    return aes128_ctr(secret_expose(&channel->tek), hdr->iv, sealed,
                      secret_expose_mutable(payload), NULL)
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_HWERROR_PLATFORM;
}

static uint32_t receive(struct fw *fw, struct command *c,
                        const struct cmd_packet *cmd)
{
    uint8_t raw[PACKET_HDR_LEN];
    struct packet_hdr hdr;
    SECRET(payload);
    uint32_t status = mem_read(fw, cmd->hdr_paddr, raw, sizeof raw);
    uint8_t *p;

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (!packet_hdr_decode(BYTES_OF(raw), &hdr, NULL) ||
        !secret_alloc(&payload, cmd->trans_len, NULL)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    p = secret_expose_mutable(&payload);
    status = mem_read(fw, cmd->trans_paddr, p, cmd->trans_len);
    if (status == SEV_STATUS_SUCCESS) {
        status = unseal(c, &hdr, &payload);
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    return is_vmsa(c) ? mem_write_vmsa(fw, c->guest, cmd->guest_paddr, p)
                      : mem_write_guest(fw, c->guest, cmd->guest_paddr,
                                        secret_expose(&payload));
}

uint32_t cmd_receive_update(struct fw *fw, struct command *c)
{
    const struct cmd_packet cmd = decode(c->buf);
    uint32_t status = check(c, &cmd);

    if (status == SEV_STATUS_SUCCESS &&
        (cmd.trans_len != cmd.guest_len || cmd.hdr_len < PACKET_HDR_LEN)) {
        status = SEV_STATUS_INVALID_LENGTH;
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = check_guest_address(&cmd);
    }
    return status != SEV_STATUS_SUCCESS ? status : receive(fw, c, &cmd);
}
