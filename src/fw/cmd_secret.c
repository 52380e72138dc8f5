/* SPDX-License-Identifier: Apache-2.0 */
/* LAUNCH_SECRET: what the owner sends once it is convinced. */
#include <assert.h>

#include "crypto/aes.h"
#include "fw/firmware.h"
#include "fw/mem.h"

#define SECRET_MAX 0x5000u /* formats.md 8 */

static uint32_t check_lengths(const struct cmd_packet *cmd)
{
    bool ok = cmd->hdr_len == PACKET_HDR_LEN && cmd->guest_len != 0 &&
              cmd->guest_len % 16 == 0 && cmd->guest_len <= SECRET_MAX &&
              cmd->guest_len == cmd->trans_len;

    return ok ? SEV_STATUS_SUCCESS : SEV_STATUS_INVALID_LENGTH;
}

/* In the order of formats.md 4.5, between the handle and the MAC. */
static uint32_t check(const struct command *c, const struct cmd_packet *cmd)
{
    uint32_t status;

    if (cmd->guest_paddr % 16 != 0) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    status = check_lengths(cmd);
    if (status == SEV_STATUS_SUCCESS) {
        status = command_check_guest_state(c);
    }
    return status != SEV_STATUS_SUCCESS ? status : command_check_active(c);
}

/*
 * Checks and decrypts a packet of which the firmware has its own copy: what
 * the MAC was computed over is what is decrypted. PAYLOAD becomes plaintext.
 */
static uint32_t unseal(const struct fw *fw, const struct command *c,
                       const struct packet_hdr *hdr,
                       struct sevk_secret *payload)
{
    const struct channel *channel = &c->guest->channel;
    struct bytes sealed = secret_expose(payload);
    uint8_t mac[32];

    channel_secret_mac(channel, &fw->chip.profile, hdr, (uint32_t)sealed.n,
                       sealed, c->guest->measure, mac);
    if (!secret_equal(mac, hdr->mac, sizeof mac)) {
        return SEV_STATUS_BAD_MEASUREMENT;
    }
    if ((hdr->flags & PACKET_FLAG_COMPRESSED) != 0) {
        return SEV_STATUS_UNSUPPORTED;
    }
    return aes128_ctr(secret_expose(&channel->tek), hdr->iv, sealed,
                      secret_expose_mutable(payload), NULL)
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_HWERROR_PLATFORM;
}

static uint32_t inject(struct fw *fw, const struct command *c,
                       const struct cmd_packet *cmd)
{
    uint8_t raw[PACKET_HDR_LEN];
    struct packet_hdr hdr;
    SECRET(payload);
    uint32_t status = mem_read(fw, cmd->hdr_paddr, raw, sizeof raw);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (!packet_hdr_decode(BYTES_OF(raw), &hdr, NULL) ||
        !secret_alloc(&payload, cmd->trans_len, NULL)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    status = mem_read(fw, cmd->trans_paddr, secret_expose_mutable(&payload),
                      cmd->trans_len);
    if (status == SEV_STATUS_SUCCESS) {
        status = unseal(fw, c, &hdr, &payload);
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    return mem_write_guest(fw, c->guest, cmd->guest_paddr,
                           secret_expose(&payload));
}

uint32_t cmd_launch_secret(struct fw *fw, struct command *c)
{
    struct cmd_packet cmd;
    bool ok = cmd_packet_decode(bytes_make(c->buf, CMD_PACKET_LEN), &cmd, NULL);
    uint32_t status;

    assert(ok);
    (void)ok;
    status = check(c, &cmd);
    return status != SEV_STATUS_SUCCESS ? status : inject(fw, c, &cmd);
}
