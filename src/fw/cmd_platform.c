/* SPDX-License-Identifier: Apache-2.0 */
/* The platform's commands but INIT and those about its certificates. */
#include <assert.h>

#include "fw/firmware.h"
#include "fw/mem.h"

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

/* Without the store, the next INIT makes a new one; the chip stays. */
uint32_t cmd_platform_reset(struct fw *fw, struct command *c)
{
    (void)c;
    fw->run.map->identity_serial++;
    return identity_erase(fw->dir) ? SEV_STATUS_SUCCESS
                                   : SEV_STATUS_HWERROR_PLATFORM;
}

#define IMAGE_ALIGNMENT 32

/*
 * An image is signed for the chip that is to run it. None is for this one,
 * whose firmware this program is: whatever there is, its signature is bad.
 */
uint32_t cmd_download_firmware(struct fw *fw, struct command *c)
{
    struct cmd_range cmd;
    bool ok = cmd_range_decode(bytes_make(c->buf, CMD_RANGE_LEN), &cmd, NULL);
    uint8_t byte;

    assert(ok);
    (void)ok;
    if (cmd.paddr % IMAGE_ALIGNMENT != 0) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    if (cmd.len == 0) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    return mem_read(fw, cmd.paddr, &byte, 1) != SEV_STATUS_SUCCESS
               ? SEV_STATUS_INVALID_ADDRESS
               : SEV_STATUS_BAD_SIGNATURE;
}

uint32_t cmd_nop(struct fw *fw, struct command *c)
{
    (void)fw;
    (void)c;
    return SEV_STATUS_SUCCESS;
}
