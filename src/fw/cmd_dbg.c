/* SPDX-License-Identifier: Apache-2.0 */
/* DBG_DECRYPT, DBG_ENCRYPT and COPY: the host moves a guest's memory. */
#include <assert.h>

#include "fw/firmware.h"
#include "fw/mem.h"
#include "wire/policy.h"

#define PAGE 4096u

static struct cmd_dbg decode_dbg(const uint8_t *buf)
{
    struct cmd_dbg cmd;
    bool ok = cmd_dbg_decode(bytes_make(buf, CMD_DBG_LEN), &cmd, NULL);

    assert(ok);
    (void)ok;
    return cmd;
}

/* In the order of formats.md 4.5: before the guest is looked for. */
uint32_t cmd_dbg_early(struct command *c)
{
    const struct cmd_dbg cmd = decode_dbg(c->buf);

    if (cmd.src_paddr % 16 != 0 || cmd.dst_paddr % 16 != 0) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    return cmd.len % 16 == 0 ? SEV_STATUS_SUCCESS : SEV_STATUS_INVALID_LENGTH;
}

static uint32_t check_dbg(struct fw *fw, const struct command *c,
                          const struct cmd_dbg *cmd)
{
    uint32_t status;

    if ((c->slot->policy & POLICY_NODBG) != 0) {
        return SEV_STATUS_POLICY_FAILURE;
    }
    status = command_check_active(c);
    if (status != SEV_STATUS_SUCCESS || cmd->len == 0) {
        return status;
    }
    return mem_exists(fw, cmd->src_paddr, cmd->len, false) &&
                   mem_exists(fw, cmd->dst_paddr, cmd->len, true)
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_INVALID_ADDRESS;
}

/* One piece by way of the firmware's own memory. */
static uint32_t pass_on(struct fw *fw, const struct command *c, uint64_t from,
                        uint64_t to, size_t n)
{
    bool decrypt = c->row->id == SEV_CMD_DBG_DECRYPT;
    uint8_t page[PAGE];
    WIPED(page);
    uint32_t status = decrypt ? mem_read_guest(fw, c->guest, from, page, n)
                              : mem_read(fw, from, page, n);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    return decrypt ? mem_write(fw, to, bytes_make(page, n))
                   : mem_write_guest(fw, c->guest, to, bytes_make(page, n));
}

uint32_t cmd_dbg(struct fw *fw, struct command *c)
{
    const struct cmd_dbg cmd = decode_dbg(c->buf);
    uint32_t status = check_dbg(fw, c, &cmd);

    for (uint32_t at = 0; status == SEV_STATUS_SUCCESS && at < cmd.len;) {
        uint32_t n = cmd.len - at < PAGE ? cmd.len - at : PAGE;

        status = pass_on(fw, c, cmd.src_paddr + at, cmd.dst_paddr + at, n);
        at += n;
    }
    return status;
}

static uint32_t check_copy(struct fw *fw, const struct command *c,
                           const struct cmd_copy *cmd)
{
    uint32_t status = command_check_active(c);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (cmd->len == 0 || cmd->len % PAGE != 0) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    return cmd->src_paddr % PAGE == 0 && cmd->dst_paddr % PAGE == 0 &&
                   mem_exists(fw, cmd->src_paddr, cmd->len, false) &&
                   mem_exists(fw, cmd->dst_paddr, cmd->len, true)
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_INVALID_ADDRESS;
}

static uint32_t copy_page(struct fw *fw, struct fw_guest *guest, uint64_t from,
                          uint64_t to)
{
    uint8_t page[PAGE];
    WIPED(page);
    uint32_t status = mem_read_guest(fw, guest, from, page, sizeof page);

    return status != SEV_STATUS_SUCCESS
               ? status
               : mem_write_guest(fw, guest, to, BYTES_OF(page));
}

/* Page by page; from the end when the destination lies further on, so that
 * what overlaps is read before it is overwritten. */
uint32_t cmd_copy(struct fw *fw, struct command *c)
{
    struct cmd_copy cmd;
    bool ok = cmd_copy_decode(bytes_make(c->buf, CMD_COPY_LEN), &cmd, NULL);
    uint32_t status;
    uint32_t n;

    assert(ok);
    (void)ok;
    status = check_copy(fw, c, &cmd);
    if (status != SEV_STATUS_SUCCESS || cmd.src_paddr == cmd.dst_paddr) {
        return status;
    }
    n = cmd.len / PAGE;
    for (uint32_t i = 0; status == SEV_STATUS_SUCCESS && i < n; i++) {
        uint64_t at =
            (uint64_t)PAGE * (cmd.src_paddr < cmd.dst_paddr ? n - 1 - i : i);

        status =
            copy_page(fw, c->guest, cmd.src_paddr + at, cmd.dst_paddr + at);
    }
    return status;
}
