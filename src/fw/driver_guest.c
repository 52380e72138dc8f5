/* SPDX-License-Identifier: Apache-2.0 */
/* What Linux does around the firmware for a guest: ASIDs, flushes, launch. */
#include "fw/driver.h"
#include "fw/driver_call.h"
#include "wire/policy.h"

/* Another process can undo a flush before it is used; not this often. */
#define FLUSH_TRIES 64

/* The most that one LAUNCH_UPDATE_DATA can take: a multiple of 16 in 32 bits. */
#define UPDATE_MAX ((size_t)1 << 31)

uint32_t driver_issue_on_guest(struct driver *d, uint32_t cmd, uint32_t handle)
{
    const struct cmd_handle in = { .handle = handle };
    uint8_t buf[CMD_HANDLE_LEN];

    cmd_handle_encode(&in, buf);
    return driver_issue(d, cmd, buf, sizeof buf);
}

/* Makes the ASIDs that were used before usable again, for all. */
static uint32_t flush(struct driver *d)
{
    fw_wbinvd(d->fw);
    return driver_issue(d, SEV_CMD_DF_FLUSH, NULL, 0);
}

static uint32_t activate(struct driver *d, uint32_t handle, uint32_t asid)
{
    const struct cmd_activate cmd = { .handle = handle, .asid = asid };
    uint8_t buf[CMD_ACTIVATE_LEN];
    uint32_t status;

    for (int i = 0; i < FLUSH_TRIES; i++) {
        cmd_activate_encode(&cmd, buf);
        status = driver_issue(d, SEV_CMD_ACTIVATE, buf, sizeof buf);
        if (status != SEV_STATUS_DF_FLUSH_REQUIRED) {
            return status;
        }
        status = flush(d);
        if (status != SEV_STATUS_SUCCESS &&
            status != SEV_STATUS_WBINVD_REQUIRED) {
            return status;
        }
    }
    return SEV_STATUS_DF_FLUSH_REQUIRED;
}

/* How many ASIDs there are for guests of this kind, and the first of them. */
static uint32_t asids_for(const struct driver *d, uint32_t policy,
                          uint32_t *ret_first)
{
    const struct fw_profile *profile = driver_profile(d);
    bool es = (policy & POLICY_ES) != 0;

    *ret_first = es ? 1 : profile->min_sev_asid;
    return es ? fw_profile_es_guests(profile) : fw_profile_sev_guests(profile);
}

/* Another process may have taken the ASID that was free; not this often. */
#define BIND_TRIES 64

uint32_t driver_bind(struct driver *d, uint32_t handle, uint32_t policy,
                     uint32_t *ret_asid)
{
    uint32_t first;
    uint32_t n = asids_for(d, policy, &first);

    for (int i = 0; i < BIND_TRIES; i++) {
        uint32_t asid = fw_free_asid(d->fw, first, n);
        uint32_t status =
            asid == 0 ? SEV_STATUS_RESOURCE_LIMIT : activate(d, handle, asid);

        if (status == SEV_STATUS_SUCCESS) {
            *ret_asid = asid;
        }
        if (status != SEV_STATUS_ASID_OWNED) {
            return status;
        }
    }
    return SEV_STATUS_RESOURCE_LIMIT;
}

static bool bind_guest(struct driver *d, uint32_t handle, uint32_t policy,
                       uint32_t *ret_asid, struct sevk_error *err)
{
    uint32_t status = driver_bind(d, handle, policy, ret_asid);
    uint32_t first;

    if (status != SEV_STATUS_RESOURCE_LIMIT) {
        return status == SEV_STATUS_SUCCESS ||
               driver_fail(SEV_CMD_ACTIVATE, status, err);
    }
    return sevk_fail_fw(err, status,
                        "all %u ASIDs for guests %s SEV-ES are in use; end "
                        "another such guest first",
                        asids_for(d, policy, &first),
                        (policy & POLICY_ES) != 0 ? "with" : "without");
}

bool driver_launch_start(struct driver *d, uint32_t policy,
                         struct bytes dh_cert, struct bytes session,
                         uint32_t *ret_handle, uint32_t *ret_asid,
                         struct sevk_error *err)
{
    struct cmd_launch_start cmd = { .policy = policy };
    uint8_t buf[CMD_LAUNCH_START_LEN];

    if (dh_cert.n > 0) {
        cmd.dh_paddr = driver_lend_to_read(d, dh_cert);
        cmd.dh_len = (uint32_t)dh_cert.n;
        cmd.session_paddr = driver_lend_to_read(d, session);
        cmd.session_len = (uint32_t)session.n;
    }
    cmd_launch_start_encode(&cmd, buf);
    if (!driver_call(d, SEV_CMD_LAUNCH_START, buf, sizeof buf, err) ||
        !cmd_launch_start_decode(BYTES_OF(buf), &cmd, err)) {
        return false;
    }
    if (!bind_guest(d, cmd.handle, policy, ret_asid, err)) {
        (void)driver_issue_on_guest(d, SEV_CMD_DECOMMISSION, cmd.handle);
        return false;
    }
    *ret_handle = cmd.handle;
    return true;
}

static bool update(struct driver *d, uint32_t cmd, uint32_t handle,
                   uint64_t paddr, uint32_t n, struct sevk_error *err)
{
    const struct cmd_guest_range range = { .handle = handle,
                                           .paddr = paddr,
                                           .len = n };
    uint8_t buf[CMD_GUEST_RANGE_LEN];

    cmd_guest_range_encode(&range, buf);
    return driver_call(d, cmd, buf, sizeof buf, err);
}

bool driver_launch_update_data(struct driver *d, uint32_t handle,
                               uint64_t paddr, uint32_t n,
                               struct sevk_error *err)
{
    return update(d, SEV_CMD_LAUNCH_UPDATE_DATA, handle, paddr, n, err);
}

bool driver_launch_update_buffer(struct driver *d, uint32_t handle,
                                 struct bytes data, struct sevk_error *err)
{
    do {
        size_t n = data.n < UPDATE_MAX ? data.n : UPDATE_MAX;

        if (!update(d, SEV_CMD_LAUNCH_UPDATE_DATA, handle,
                    driver_lend_to_read(d, bytes_make(data.p, n)), (uint32_t)n,
                    err)) {
            return false;
        }
        data = bytes_make(data.p + n, data.n - n);
    } while (data.n > 0);
    return true;
}

bool driver_launch_update_vmsa(struct driver *d, uint32_t handle,
                               const uint8_t vmsa[static VMSA_LEN],
                               struct sevk_error *err)
{
    return update(d, SEV_CMD_LAUNCH_UPDATE_VMSA, handle,
                  driver_lend_to_read(d, bytes_make(vmsa, VMSA_LEN)), VMSA_LEN,
                  err);
}

bool driver_launch_measure(struct driver *d, uint32_t handle,
                           uint8_t ret[static MEASURE_BUF_LEN],
                           struct sevk_error *err)
{
    uint8_t out[MEASURE_BUF_LEN];

    if (!update(d, SEV_CMD_LAUNCH_MEASURE, handle,
                driver_lend_to_write(d, out, sizeof out), sizeof out, err)) {
        return false;
    }
    memcpy(ret, out, sizeof out);
    return true;
}

bool driver_launch_secret(struct driver *d, uint32_t handle,
                          struct bytes header, struct bytes payload,
                          uint64_t guest_paddr, struct sevk_error *err)
{
    const struct cmd_packet cmd = {
        .handle = handle,
        .hdr_paddr = driver_lend_to_read(d, header),
        .hdr_len = (uint32_t)header.n,
        .guest_paddr = guest_paddr,
        .guest_len = (uint32_t)payload.n,
        .trans_paddr = driver_lend_to_read(d, payload),
        .trans_len = (uint32_t)payload.n,
    };
    uint8_t buf[CMD_PACKET_LEN];

    cmd_packet_encode(&cmd, buf);
    return driver_call(d, SEV_CMD_LAUNCH_SECRET, buf, sizeof buf, err);
}

bool driver_launch_finish(struct driver *d, uint32_t handle,
                          struct sevk_error *err)
{
    uint32_t status = driver_issue_on_guest(d, SEV_CMD_LAUNCH_FINISH, handle);

    return status == SEV_STATUS_SUCCESS ||
           driver_fail(SEV_CMD_LAUNCH_FINISH, status, err);
}

bool driver_attestation(struct driver *d, uint32_t handle,
                        const uint8_t mnonce[static 16],
                        uint8_t ret[static ATTESTATION_LEN],
                        struct sevk_error *err)
{
    uint8_t out[ATTESTATION_LEN];
    struct cmd_attestation cmd = { .handle = handle, .len = sizeof out };
    uint8_t buf[CMD_ATTESTATION_LEN];

    memcpy(cmd.mnonce, mnonce, sizeof cmd.mnonce);
    cmd.paddr = driver_lend_to_write(d, out, sizeof out);
    cmd_attestation_encode(&cmd, buf);
    if (!driver_call(d, SEV_CMD_ATTESTATION, buf, sizeof buf, err)) {
        return false;
    }
    memcpy(ret, out, sizeof out);
    return true;
}

bool driver_guest_status(struct driver *d, uint32_t handle,
                         struct cmd_guest_status *ret, struct sevk_error *err)
{
    const struct cmd_guest_status cmd = { .handle = handle };
    uint8_t buf[CMD_GUEST_STATUS_LEN];

    cmd_guest_status_encode(&cmd, buf);
    return driver_call(d, SEV_CMD_GUEST_STATUS, buf, sizeof buf, err) &&
           cmd_guest_status_decode(BYTES_OF(buf), ret, err);
}

bool driver_guest_end(struct driver *d, uint32_t handle, struct sevk_error *err)
{
    uint32_t status = driver_issue_on_guest(d, SEV_CMD_DEACTIVATE, handle);

    if (status != SEV_STATUS_SUCCESS && status != SEV_STATUS_INACTIVE) {
        return driver_fail(SEV_CMD_DEACTIVATE, status, err);
    }
    status = driver_issue_on_guest(d, SEV_CMD_DECOMMISSION, handle);
    return status == SEV_STATUS_SUCCESS ||
           driver_fail(SEV_CMD_DECOMMISSION, status, err);
}
