/* SPDX-License-Identifier: Apache-2.0 */
/* LAUNCH_START, LAUNCH_UPDATE_*, LAUNCH_FINISH; RECEIVE_START, its kin. */
#include <assert.h>

#include "fw/firmware.h"
#include "fw/mem.h"
#include "fw/share.h"
#include "wire/policy.h"
#include "wire/vmsa.h"

#define VEK_LEN 16

/* The session: lengths, certificate, key exchange, MACs (formats.md 2). */
static uint32_t open_channel(struct fw *fw, const struct cmd_launch_start *cmd,
                             struct channel *ret)
{
    uint8_t cert[SEV_CERT_LEN];
    uint8_t raw[SESSION_BUF_LEN];
    struct session_buf session;
    struct ec_point owner;
    const struct p384_key *pdh = NULL;
    uint32_t status;

    if (cmd->session_len != SESSION_BUF_LEN || cmd->dh_len != SEV_CERT_LEN) {
        return SEV_STATUS_INVALID_LENGTH;
    }
    status = mem_read(fw, cmd->dh_paddr, cert, sizeof cert);
    if (status == SEV_STATUS_SUCCESS) {
        status = mem_read(fw, cmd->session_paddr, raw, sizeof raw);
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = channel_read_owner_key(BYTES_OF(cert), &owner);
    }
    if (status == SEV_STATUS_SUCCESS) {
        status = fw_load_identity(fw);
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (!session_buf_decode(BYTES_OF(raw), &session, NULL) ||
        !identity_pdh_key(&fw->identity, &pdh, NULL)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    return channel_open(pdh, &owner, &session, cmd->policy, ret);
}

static uint32_t check_policy(const struct fw_profile *profile, uint32_t policy)
{
    bool ok = (policy & POLICY_RESERVED) == 0 &&
              fw_profile_api_at_least(profile, policy_api_major(policy),
                                      policy_api_minor(policy));

    return ok ? SEV_STATUS_SUCCESS : SEV_STATUS_POLICY_FAILURE;
}

/* A launch without a certificate has no owner to agree with: keys of zeros, and
 * the policy is not looked at either (formats.md 2). Whoever receives a guest
 * has its sender. */
static uint32_t agree_with_owner(struct fw *fw,
                                 const struct cmd_launch_start *cmd,
                                 uint32_t state, struct channel *ret)
{
    uint32_t status;

    if (state == SEV_GUEST_LUPDATE && cmd->dh_paddr == 0) {
        return channel_open_without_owner(ret, NULL)
                   ? SEV_STATUS_SUCCESS
                   : SEV_STATUS_HWERROR_PLATFORM;
    }
    status = open_channel(fw, cmd, ret);
    return status != SEV_STATUS_SUCCESS
               ? status
               : check_policy(&fw->chip.profile, cmd->policy);
}

/* A memory key of the guest's own, or the one of the guest that it names. */
static uint32_t choose_key(struct fw *fw, const struct cmd_launch_start *cmd,
                           struct sevk_secret *ret)
{
    const struct run_slot *slot;
    const struct fw_guest *other;

    if (cmd->handle == 0) {
        return secret_random(ret, VEK_LEN, fw->rng, NULL)
                   ? SEV_STATUS_SUCCESS
                   : SEV_STATUS_HWERROR_PLATFORM;
    }
    slot = run_guest(&fw->run, cmd->handle);
    if (slot == NULL) {
        return SEV_STATUS_INVALID_GUEST;
    }
    if (slot->policy != cmd->policy || (cmd->policy & POLICY_NOKS) != 0) {
        return SEV_STATUS_POLICY_FAILURE;
    }
    if (!fw_guest_is_alive(fw, cmd->handle)) {
        return share_ask(fw, slot, ret);
    }
    other = fw->guests[cmd->handle];
    return secret_copy(ret, secret_expose(&other->vek), NULL)
               ? SEV_STATUS_SUCCESS
               : SEV_STATUS_HWERROR_PLATFORM;
}

/* Enters the guest: its lock, its keys here, and last what makes it count. */
static uint32_t enter(struct fw *fw, uint32_t handle, uint32_t policy,
                      uint32_t state, struct fw_guest **guest)
{
    struct run_slot *slot = &fw->run.map->slots[handle - 1];
    uint64_t serial = ++fw->run.map->last_serial;

    if (!run_hold(&fw->run, serial)) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    if ((policy & POLICY_NOKS) == 0) {
        share_begin(fw);
    }
    (*guest)->serial = serial;
    sha256_init(&(*guest)->launch);
    pthread_mutex_lock(&fw->share.lock);
    fw->guests[handle] = TAKE(*guest);
    pthread_mutex_unlock(&fw->share.lock);
    slot->asid = 0;
    slot->policy = policy;
    slot->owner = (policy & POLICY_NOKS) == 0 ? fw->share.owner : 0;
    slot->serial = serial;
    slot->state = state;
    return SEV_STATUS_SUCCESS;
}

static uint32_t start(struct fw *fw, const struct cmd_launch_start *cmd,
                      uint32_t state, uint32_t *ret_handle)
{
    OWN(fw_guest_free) struct fw_guest *guest = calloc(1, sizeof *guest);
    uint32_t handle = run_free_handle(&fw->run);
    uint32_t status;

    if (guest == NULL) {
        return SEV_STATUS_HWERROR_PLATFORM;
    }
    status = agree_with_owner(fw, cmd, state, &guest->channel);
    if (status == SEV_STATUS_SUCCESS) {
        status = choose_key(fw, cmd, &guest->vek);
    }
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (handle == 0) {
        return SEV_STATUS_RESOURCE_LIMIT;
    }
    if ((cmd->policy & POLICY_ES) != 0 && fw->run.map->es == 0) {
        return SEV_STATUS_UNSUPPORTED;
    }
    *ret_handle = handle;
    return enter(fw, handle, cmd->policy, state, &guest);
}

/* A new guest in STATE. */
static uint32_t start_in(struct fw *fw, struct command *c, uint32_t state)
{
    struct cmd_launch_start cmd;
    bool ok = cmd_launch_start_decode(bytes_make(c->buf, CMD_LAUNCH_START_LEN),
                                      &cmd, NULL);
    uint32_t status;

    assert(ok);
    (void)ok;
    status = start(fw, &cmd, state, &c->handle);
    if (status == SEV_STATUS_SUCCESS) {
        cmd.handle = c->handle;
        cmd_launch_start_encode(&cmd, c->buf);
    }
    return status;
}

uint32_t cmd_launch_start(struct fw *fw, struct command *c)
{
    return start_in(fw, c, SEV_GUEST_LUPDATE);
}

uint32_t cmd_receive_start(struct fw *fw, struct command *c)
{
    return start_in(fw, c, SEV_GUEST_RUPDATE);
}

/* What LAUNCH_UPDATE_* check behind the guest's state. */
static uint32_t check_update(const struct command *c,
                             struct cmd_guest_range *ret)
{
    uint32_t status = command_check_active(c);
    bool ok = cmd_guest_range_decode(bytes_make(c->buf, CMD_GUEST_RANGE_LEN),
                                     ret, NULL);

    assert(ok);
    (void)ok;
    if (status != SEV_STATUS_SUCCESS) {
        return status;
    }
    if (ret->paddr % 16 != 0) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    return ret->len != 0 && ret->len % 16 == 0 ? SEV_STATUS_SUCCESS
                                               : SEV_STATUS_INVALID_LENGTH;
}

uint32_t cmd_launch_update(struct fw *fw, struct command *c)
{
    struct cmd_guest_range cmd;
    uint32_t status = check_update(c, &cmd);

    return status != SEV_STATUS_SUCCESS
               ? status
               : mem_measure_guest(fw, c->guest, cmd.paddr, cmd.len);
}

uint32_t cmd_launch_update_vmsa_first(const uint8_t *buf)
{
    struct cmd_guest_range cmd;
    bool ok = cmd_guest_range_decode(bytes_make(buf, CMD_GUEST_RANGE_LEN), &cmd,
                                     NULL);

    assert(ok);
    (void)ok;
    return cmd.len == VMSA_LEN ? SEV_STATUS_SUCCESS : SEV_STATUS_INVALID_LENGTH;
}

uint32_t cmd_launch_update_vmsa(struct fw *fw, struct command *c)
{
    struct cmd_guest_range cmd;
    uint32_t status;

    if ((c->slot->policy & POLICY_ES) == 0) {
        return SEV_STATUS_UNSUPPORTED;
    }
    status = check_update(c, &cmd);
    return status != SEV_STATUS_SUCCESS
               ? status
               : mem_measure_vmsa(fw, c->guest, cmd.paddr);
}

uint32_t cmd_launch_finish(struct fw *fw, struct command *c)
{
    (void)fw;
    channel_clear(&c->guest->channel);
    c->slot->state = SEV_GUEST_RUNNING;
    return SEV_STATUS_SUCCESS;
}
