/* SPDX-License-Identifier: Apache-2.0 */
/* ACTIVATE, DEACTIVATE, DECOMMISSION, GUEST_STATUS. */
#include <assert.h>

#include "fw/firmware.h"
#include "wire/policy.h"

/* SEV-ES guests have the ASIDs below the profile's lowest, others those from
 * it on. */
static bool asid_fits(const struct fw_profile *profile, uint32_t policy,
                      uint32_t asid)
{
    bool is_es_asid = asid < profile->min_sev_asid;

    return ((policy & POLICY_ES) != 0) == is_es_asid;
}

uint32_t cmd_activate(struct fw *fw, struct command *c)
{
    const struct fw_profile *profile = &fw->chip.profile;
    struct cmd_activate cmd;
    bool ok =
        cmd_activate_decode(bytes_make(c->buf, CMD_ACTIVATE_LEN), &cmd, NULL);
    uint32_t status;

    assert(ok);
    (void)ok;
    if (cmd.asid == 0 || cmd.asid > profile->max_asid) {
        return SEV_STATUS_INVALID_ASID;
    }
    if (run_asid_used(&fw->run, cmd.asid)) {
        return SEV_STATUS_ASID_OWNED;
    }
    if (c->slot->asid != 0) {
        return SEV_STATUS_ACTIVE;
    }
    status = command_check_guest_state(c);
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (run_asid_dirty(&fw->run, cmd.asid)) {
        return SEV_STATUS_DF_FLUSH_REQUIRED;
    }
    if (!asid_fits(profile, c->slot->policy, cmd.asid)) {
        return SEV_STATUS_INVALID_ASID;
    }
    c->slot->asid = cmd.asid;
    return SEV_STATUS_SUCCESS;
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
