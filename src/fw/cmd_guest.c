/* SPDX-License-Identifier: Apache-2.0 */
/* ACTIVATE, ACTIVATE_EX, DEACTIVATE, DECOMMISSION, GUEST_STATUS. */
#include <assert.h>

#include "base/cursor.h"
#include "fw/firmware.h"
#include "fw/mem.h"
#include "wire/policy.h"

/* SEV-ES guests have the ASIDs below the profile's lowest, others those from
 * it on. */
static bool asid_fits(const struct fw_profile *profile, uint32_t policy,
                      uint32_t asid)
{
    bool is_es_asid = asid < profile->min_sev_asid;

    return ((policy & POLICY_ES) != 0) == is_es_asid;
}

static uint32_t activate(struct fw *fw, struct command *c, uint32_t asid)
{
    const struct fw_profile *profile = &fw->chip.profile;
    uint32_t status;

    if (asid == 0 || asid > profile->max_asid) {
        return SEV_STATUS_INVALID_ASID;
    }
    if (run_asid_used(&fw->run, asid)) {
        return SEV_STATUS_ASID_OWNED;
    }
    if (c->slot->asid != 0) {
        return SEV_STATUS_ACTIVE;
    }
    status = command_check_guest_state(c);
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (run_asid_dirty(&fw->run, asid)) {
        return SEV_STATUS_DF_FLUSH_REQUIRED;
    }
    if (!asid_fits(profile, c->slot->policy, asid)) {
        return SEV_STATUS_INVALID_ASID;
    }
    c->slot->asid = asid;
    return SEV_STATUS_SUCCESS;
}

uint32_t cmd_activate(struct fw *fw, struct command *c)
{
    struct cmd_activate cmd;
    bool ok =
        cmd_activate_decode(bytes_make(c->buf, CMD_ACTIVATE_LEN), &cmd, NULL);

    assert(ok);
    (void)ok;
    return activate(fw, c, cmd.asid);
}

uint32_t cmd_activate_ex_early(struct command *c)
{
    return load_le32(c->buf) == CMD_ACTIVATE_EX_LEN ? SEV_STATUS_SUCCESS
                                                    : SEV_STATUS_INVALID_LENGTH;
}

/*
 * On which cores the guest may run makes no difference here: the list must be
 * there and is not looked at.
 */
uint32_t cmd_activate_ex(struct fw *fw, struct command *c)
{
    struct cmd_activate_ex cmd;
    bool ok = cmd_activate_ex_decode(bytes_make(c->buf, CMD_ACTIVATE_EX_LEN),
                                     &cmd, NULL);

    assert(ok);
    (void)ok;
    if (cmd.n_ids > 0 &&
        !mem_exists(fw, cmd.ids_paddr, (size_t)cmd.n_ids * 4, false)) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    return activate(fw, c, cmd.asid);
}

uint32_t cmd_deactivate(struct fw *fw, struct command *c)
{
    uint32_t status = command_check_active(c);

    if (status == SEV_STATUS_SUCCESS) {
        run_unbind(&fw->run, c->slot);
    }
    return status;
}

uint32_t cmd_decommission(struct fw *fw, struct command *c)
{
    if (c->slot->asid != 0) {
        return SEV_STATUS_ACTIVE;
    }
    run_end(&fw->run, c->slot);
    if (c->guest != NULL) {
        fw_forget_guest(fw, c->handle);
    }
    return SEV_STATUS_SUCCESS;
}

uint32_t cmd_guest_status(struct fw *fw, struct command *c)
{
    struct cmd_guest_status cmd;
    const struct run_slot *slot;
    bool ok = cmd_guest_status_decode(bytes_make(c->buf, CMD_GUEST_STATUS_LEN),
                                      &cmd, NULL);

    assert(ok);
    (void)ok;
    c->handle = cmd.handle;
    slot = run_guest(&fw->run, cmd.handle);
    cmd = (struct cmd_guest_status){ .handle = cmd.handle };
    if (slot != NULL) {
        cmd.policy = slot->policy;
        cmd.asid = slot->asid;
        cmd.state = (uint8_t)slot->state;
    }
    cmd_guest_status_encode(&cmd, c->buf);
    return SEV_STATUS_SUCCESS;
}
