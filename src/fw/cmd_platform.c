/* SPDX-License-Identifier: Apache-2.0 */
/* INIT, SHUTDOWN, PLATFORM_STATUS, DF_FLUSH, GET_ID. */
#include <assert.h>
#include <errno.h>

#include "fw/firmware.h"
#include "fw/mem.h"

#define TMR_LEN ((uint32_t)1 << 20)

/*
 * With SEV-ES the firmware keeps state in a trusted memory region that the
 * host gives it: exactly 1 MiB, aligned to as much (formats.md 4.5). This
 * firmware needs none, so it need not exist.
 */
static uint32_t check_init(const struct fw *fw, const struct cmd_init *cmd)
{
    if ((cmd->flags & ~CMD_INIT_FLAG_ES) != 0) {
        return SEV_STATUS_INVALID_CONFIG;
    }
    if ((cmd->flags & CMD_INIT_FLAG_ES) == 0) {
        return SEV_STATUS_SUCCESS;
    }
    if (!fw_profile_has_es(&fw->chip.profile)) {
        return SEV_STATUS_UNSUPPORTED;
    }
    if (cmd->tmr_paddr % TMR_LEN != 0) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    return cmd->tmr_len == TMR_LEN ? SEV_STATUS_SUCCESS
                                   : SEV_STATUS_INVALID_LENGTH;
}

static uint32_t generate(struct fw *fw)
{
    OWN(identity_clear) struct identity fresh = { 0 };

    if (!identity_generate(&fw->chip, fw->rng, &fresh, NULL)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    return fw_replace_identity(fw, &fresh);
}

/* The stored identity, or a new one when there is none (formats.md 4.5). */
static uint32_t load_or_generate(struct fw *fw)
{
    struct sevk_error err = { 0 };

    identity_remove_leftovers(fw->dir);
    if (fw_read_identity(fw, &err)) {
        identity_refresh_copies(&fw->identity, fw->dir);
        fw->run.map->external = fw->identity.external;
        return SEV_STATUS_SUCCESS;
    }
    if (err.sys_errno == ENOENT) {
        return generate(fw);
    }
    return err.fw_status != 0 ? err.fw_status : SEV_STATUS_HWERROR_PLATFORM;
}

uint32_t cmd_init(struct fw *fw, struct command *c)
{
    struct run_state *run = fw->run.map;
    struct cmd_init cmd;
    uint32_t status;
    bool ok = cmd_init_decode(bytes_make(c->buf, CMD_INIT_LEN), &cmd, NULL);

    assert(ok);
    (void)ok;
    status = check_init(fw, &cmd);
    if (status == SEV_STATUS_SUCCESS) {
        run->identity_serial++; /* others may know what was there before */
        status = load_or_generate(fw);
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    run_asids_all_dirty(&fw->run);
    run->es = (cmd.flags & CMD_INIT_FLAG_ES) != 0;
    run->up = 1;
    return SEV_STATUS_SUCCESS;
}

uint32_t cmd_shutdown(struct fw *fw, struct command *c)
{
    (void)c;
    fw->run.map->up = 0;
    for (uint32_t handle = 1; handle <= RUN_HANDLES; handle++) {
        struct run_slot *slot = run_guest(&fw->run, handle);

        if (slot != NULL) {
            run_end(&fw->run, slot);
        }
        fw_forget_guest(fw, handle);
    }
    return SEV_STATUS_SUCCESS;
}

uint32_t cmd_platform_status(struct fw *fw, struct command *c)
{
    const struct fw_profile *profile = &fw->chip.profile;
    struct cmd_platform_status cmd = {
        .api_major = profile->api_major,
        .api_minor = profile->api_minor,
        .build = profile->build,
        .state = (uint8_t)run_platform_state(&fw->run),
    };

    if (cmd.state != SEV_PLATFORM_UNINIT) {
        cmd.owner = (uint8_t)fw->run.map->external;
        cmd.config = fw->run.map->es;
        cmd.guest_count = run_guest_count(&fw->run);
    }
    cmd_platform_status_encode(&cmd, c->buf);
    return SEV_STATUS_SUCCESS;
}

uint32_t cmd_df_flush(struct fw *fw, struct command *c)
{
    (void)c;
    if (fw->run.map->wbinvd == 0) {
        return SEV_STATUS_WBINVD_REQUIRED;
    }
    run_asids_flushed(&fw->run);
    return SEV_STATUS_SUCCESS;
}

/* One socket: 64 bytes (formats.md 1.5). */
uint32_t cmd_get_id(struct fw *fw, struct command *c)
{
    uint8_t id[CHIP_ID_LEN];
    struct cmd_range cmd;
    bool ok = cmd_range_decode(bytes_make(c->buf, CMD_RANGE_LEN), &cmd, NULL);
    uint32_t given;

    assert(ok);
    (void)ok;
    given = cmd.len;
    cmd.len = CHIP_ID_LEN;
    cmd_range_encode(&cmd, c->buf);
    if (given < CHIP_ID_LEN) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    if (!chip_id(&fw->chip, id, NULL)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    return mem_write(fw, cmd.paddr, BYTES_OF(id));
}
