/* SPDX-License-Identifier: Apache-2.0 */
/* INIT and INIT_EX. */
#include <assert.h>
#include <errno.h>

#include "fw/firmware.h"
#include "fw/mem.h"
#include "fw/nv.h"

#define TMR_LEN      ((uint32_t)1 << 20)
#define NV_ALIGNMENT 4096

/*
 * With SEV-ES the firmware keeps state in a trusted memory region that the
 * host gives it: exactly 1 MiB, aligned to as much (formats.md 4.5). This
 * firmware needs none, so it need not exist.
 */
static uint32_t check_tmr(const struct fw *fw, uint32_t flags, uint64_t paddr,
                          uint32_t len)
{
    if ((flags & CMD_INIT_FLAG_ES) == 0) {
        return SEV_STATUS_SUCCESS;
    }
    if (!fw_profile_has_es(&fw->chip.profile)) {
        return SEV_STATUS_UNSUPPORTED;
    }
    if (paddr % TMR_LEN != 0) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    return len == TMR_LEN ? SEV_STATUS_SUCCESS : SEV_STATUS_INVALID_LENGTH;
}

static uint32_t check_flags(uint32_t flags)
{
    return (flags & ~CMD_INIT_FLAG_ES) == 0 ? SEV_STATUS_SUCCESS
                                            : SEV_STATUS_INVALID_CONFIG;
}

/* The stored identity, or a new one when there is none; a damaged one is put
 * out of the way, so that the next INIT makes a new one (formats.md 4.5). */
static uint32_t load_or_generate(struct fw *fw)
{
    struct sevk_error err = { 0 };

    if (fw_read_identity(fw, &err)) {
        identity_refresh_copies(&fw->identity, fw->dir);
        fw->run.map->external = fw->identity.external;
        return SEV_STATUS_SUCCESS;
    }
    if (err.sys_errno == ENOENT) {
        return fw_generate_identity(fw);
    }
    if (err.fw_status == SEV_STATUS_SECURE_DATA_INVALID &&
        !identity_set_aside(fw->dir)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    return err.fw_status != 0 ? err.fw_status : SEV_STATUS_HWERROR_PLATFORM;
}

/* The identity of this INIT: NV says whether it lies in an INIT_EX area. */
static void choose_store(struct fw *fw, bool nv)
{
    identity_remove_leftovers(fw->dir);
    fw->run.map->nv = nv;
    fw->run.map->identity_serial++; /* others may know what was there before */
}

/* The last step: what makes it count is "up". */
static void bring_up(struct fw *fw, uint32_t flags,
                     const uint8_t boot[static 16])
{
    struct run_state *run = fw->run.map;

    memcpy(run->boot, boot, sizeof run->boot);
    run_asids_all_dirty(&fw->run);
    run->es = (flags & CMD_INIT_FLAG_ES) != 0;
    run->up = 1;
}

uint32_t cmd_init(struct fw *fw, struct command *c)
{
    uint8_t boot[16];
    struct cmd_init cmd;
    uint32_t status;
    bool ok = cmd_init_decode(bytes_make(c->buf, CMD_INIT_LEN), &cmd, NULL);

    assert(ok);
    (void)ok;
    status = check_flags(cmd.flags);
    if (status == SEV_STATUS_SUCCESS) {
        status = check_tmr(fw, cmd.flags, cmd.tmr_paddr, cmd.tmr_len);
    }
    if (status == SEV_STATUS_SUCCESS &&
        !rng_fill(fw->rng, boot, sizeof boot, NULL)) {
        status = SEV_STATUS_HWERROR_PLATFORM;
    }
    if (status == SEV_STATUS_SUCCESS) {
        choose_store(fw, false);
        status = load_or_generate(fw);
    }
    if (status == SEV_STATUS_SUCCESS) {
        bring_up(fw, cmd.flags, boot);
    }
    return status;
}

static struct cmd_init_ex decode_ex(const uint8_t *buf)
{
    struct cmd_init_ex cmd;
    bool ok = cmd_init_ex_decode(bytes_make(buf, CMD_INIT_EX_LEN), &cmd, NULL);

    assert(ok);
    (void)ok;
    return cmd;
}

uint32_t cmd_init_ex_early(struct command *c)
{
    const struct cmd_init_ex cmd = decode_ex(c->buf);
    uint32_t status = check_flags(cmd.flags);

    if (cmd.len != CMD_INIT_EX_LEN) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (cmd.nv_paddr % NV_ALIGNMENT != 0) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    return cmd.nv_len == NV_LEN ? SEV_STATUS_SUCCESS
                                : SEV_STATUS_INVALID_LENGTH;
}

/* Of two ranges of which neither wraps round. */
static bool overlap(uint64_t a, uint64_t a_len, uint64_t b, uint64_t b_len)
{
    return a < b ? b - a < a_len : a - b < b_len;
}

static uint32_t check_areas(const struct fw *fw, const struct cmd_init_ex *cmd)
{
    uint32_t status = check_tmr(fw, cmd->flags, cmd->tmr_paddr, cmd->tmr_len);

    if (status == SEV_STATUS_SUCCESS && (cmd->flags & CMD_INIT_FLAG_ES) != 0 &&
        overlap(cmd->tmr_paddr, cmd->tmr_len, cmd->nv_paddr, cmd->nv_len)) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    return status;
}

/* Opens the area's identity into FRESH, or makes one when it is erased. What
 * is damaged is erased, so that the next INIT_EX makes a new one. */
static uint32_t open_area(struct fw *fw, uint64_t paddr, uint8_t *area,
                          struct identity *fresh)
{
    uint32_t status = mem_read(fw, paddr, area, NV_LEN);

    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (nv_is_erased(area)) {
        return identity_generate(&fw->chip, fw->rng, fresh, NULL)
                   ? SEV_STATUS_SUCCESS
                   : SEV_STATUS_HWERROR_PLATFORM;
    }
    status = nv_open(&fw->chip, area, fresh);
    if (status == SEV_STATUS_SECURE_DATA_INVALID) {
        nv_erase(area);
        (void)mem_write(fw, paddr, bytes_make(area, NV_LEN));
    }
    return status;
}

/* Writes the area as soon as the platform is up: it must be writable. */
static uint32_t take_area(struct fw *fw, uint64_t paddr,
                          const uint8_t boot[static 16], uint8_t *area,
                          struct identity *identity)
{
    uint32_t status = SEV_STATUS_HWERROR_PLATFORM;

    if (nv_seal(&fw->chip, fw->rng, identity, area, NULL)) {
        status = mem_write(fw, paddr, bytes_make(area, NV_LEN));
    }
    if (status == SEV_STATUS_SUCCESS) {
        choose_store(fw, true);
        status = fw_replace_identity(fw, identity);
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    fw->nv = (struct fw_nv){ .held = true,
                             .paddr = paddr,
                             .identity_serial = fw->run.map->identity_serial };
    memcpy(fw->nv.boot, boot, sizeof fw->nv.boot);
    return SEV_STATUS_SUCCESS;
}

uint32_t cmd_init_ex(struct fw *fw, struct command *c)
{
    const struct cmd_init_ex cmd = decode_ex(c->buf);
    OWN(identity_clear) struct identity identity = { 0 };
    OWN(own_free) uint8_t *area = malloc(NV_LEN);
    uint8_t boot[16];
    uint32_t status = check_areas(fw, &cmd);

    if (status == SEV_STATUS_SUCCESS &&
        (area == NULL || !rng_fill(fw->rng, boot, sizeof boot, NULL))) {
        status = SEV_STATUS_HWERROR_PLATFORM;
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = open_area(fw, cmd.nv_paddr, area, &identity);
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = take_area(fw, cmd.nv_paddr, boot, area, &identity);
    }
    if (status == SEV_STATUS_SUCCESS) {
        bring_up(fw, cmd.flags, boot);
    }
    return status;
}
