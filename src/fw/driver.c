/* SPDX-License-Identifier: Apache-2.0 */
/* What Linux does around the firmware. */
#include "fw/driver.h"

#include <assert.h>

#include "base/own.h"
#include "wire/packet.h"
#include "wire/policy.h"

/*
 * Buffers of this process get addresses beyond what any processor has (52
 * bits): a base, and a window of 2^40 bytes for each.
 */
#define LENT_BASE  0xf000000000000000u
#define LENT_SHIFT 40
#define LENT_MAX   3

/* Where the firmware may keep its state with SEV-ES: 1 MiB, aligned to 1 MiB.
 * This firmware does not touch it. */
#define TMR_PADDR ((uint64_t)1 << 40)
#define TMR_LEN   ((uint32_t)1 << 20)

/* Another process can undo a flush before it is used; not this often. */
#define FLUSH_TRIES 64

/* The most that one LAUNCH_UPDATE_DATA can take: a multiple of 16 in 32 bits. */
#define UPDATE_MAX ((size_t)1 << 31)

struct lent {
    uintptr_t at;
    size_t n;
    bool writable;
};

struct driver {
    struct fw *fw;
    struct fw_memory guest; /* the caller's memory */
    struct lent lent[LENT_MAX];
    size_t n_lent;
};

static uint8_t *find_lent(const struct driver *d, uint64_t paddr, size_t n,
                          bool write)
{
    uint64_t i = (paddr - LENT_BASE) >> LENT_SHIFT;
    uint64_t at = (paddr - LENT_BASE) & (((uint64_t)1 << LENT_SHIFT) - 1);
    const struct lent *lent;

    if (i >= d->n_lent) {
        return NULL;
    }
    lent = &d->lent[i];
    if (n > lent->n || at > lent->n - n || (write && !lent->writable)) {
        return NULL;
    }
    return (uint8_t *)(lent->at + at);
}

static uint8_t *map(void *ctx, uint64_t paddr, size_t n, bool write)
{
    const struct driver *d = ctx;

    if (paddr >= LENT_BASE) {
        return find_lent(d, paddr, n, write);
    }
    return d->guest.map == NULL ? NULL
                                : d->guest.map(d->guest.ctx, paddr, n, write);
}

static uint64_t lend(struct driver *d, uintptr_t at, size_t n, bool writable)
{
    size_t i = d->n_lent++;

    assert(i < LENT_MAX);
    d->lent[i] = (struct lent){ at, n, writable };
    return LENT_BASE + ((uint64_t)i << LENT_SHIFT);
}

/* An address at which the firmware reads B during the next command. */
static uint64_t lend_to_read(struct driver *d, struct bytes b)
{
    return lend(d, (uintptr_t)b.p, b.n, false);
}

static uint64_t lend_to_write(struct driver *d, uint8_t *p, size_t n)
{
    return lend(d, (uintptr_t)p, n, true);
}

/* One command; afterwards nothing is lent any more. */
static uint32_t issue(struct driver *d, uint32_t cmd, uint8_t *buf, size_t len)
{
    uint32_t status = fw_command(d->fw, cmd, buf, len);

    d->n_lent = 0;
    return status;
}

static bool fail_command(uint32_t cmd, uint32_t status, struct sevk_error *err)
{
    return sevk_fail_fw(err, status, "SEV firmware: %s: %s (%s, %02Xh)",
                        sev_cmd_name(cmd), sev_status_text(status),
                        sev_status_name(status), status);
}

static bool call(struct driver *d, uint32_t cmd, uint8_t *buf, size_t len,
                 struct sevk_error *err)
{
    uint32_t status = issue(d, cmd, buf, len);

    return status == SEV_STATUS_SUCCESS || fail_command(cmd, status, err);
}

/* A command whose buffer is a guest's handle alone. */
static uint32_t issue_on_guest(struct driver *d, uint32_t cmd, uint32_t handle)
{
    const struct cmd_handle in = { .handle = handle };
    uint8_t buf[CMD_HANDLE_LEN];

    cmd_handle_encode(&in, buf);
    return issue(d, cmd, buf, sizeof buf);
}

bool driver_open(const struct fw_options *options, struct driver **ret,
                 struct sevk_error *err)
{
    OWN(driver_close) struct driver *d = calloc(1, sizeof *d);
    struct fw_options inner = *options;

    if (d == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a platform");
    }
    d->guest = options->memory;
    inner.memory = (struct fw_memory){ map, d };
    if (!fw_open(&inner, &d->fw, err) || !driver_init(d, err)) {
        return false;
    }
    *ret = TAKE(d);
    return true;
}

void driver_close(struct driver **driver)
{
    if (*driver != NULL) {
        fw_close(&(*driver)->fw);
        free(*driver);
    }
    *driver = NULL;
}

struct fw *driver_fw(struct driver *driver)
{
    return driver->fw;
}

const struct fw_profile *driver_profile(const struct driver *driver)
{
    return fw_profile(driver->fw);
}

bool driver_init(struct driver *d, struct sevk_error *err)
{
    const struct cmd_init es = { .flags = CMD_INIT_FLAG_ES,
                                 .tmr_paddr = TMR_PADDR,
                                 .tmr_len = TMR_LEN };
    const struct cmd_init plain = { 0 };
    struct cmd_platform_status status;
    uint8_t buf[CMD_INIT_LEN];
    uint32_t result;

    if (!driver_platform_status(d, &status, err)) {
        return false;
    }
    if (status.state != SEV_PLATFORM_UNINIT) {
        return true;
    }
    cmd_init_encode(fw_profile_has_es(driver_profile(d)) ? &es : &plain, buf);
    result = issue(d, SEV_CMD_INIT, buf, sizeof buf);
    /* Another process may have been faster. */
    return result == SEV_STATUS_SUCCESS ||
           result == SEV_STATUS_INVALID_PLATFORM_STATE ||
           fail_command(SEV_CMD_INIT, result, err);
}

bool driver_shutdown(struct driver *d, struct sevk_error *err)
{
    return call(d, SEV_CMD_SHUTDOWN, NULL, 0, err);
}

bool driver_platform_status(struct driver *d, struct cmd_platform_status *ret,
                            struct sevk_error *err)
{
    uint8_t buf[CMD_PLATFORM_STATUS_LEN] = { 0 };

    return call(d, SEV_CMD_PLATFORM_STATUS, buf, sizeof buf, err) &&
           cmd_platform_status_decode(BYTES_OF(buf), ret, err);
}

bool driver_export(struct driver *d, uint8_t ret_pdh[static SEV_CERT_LEN],
                   uint8_t ret_chain[static DRIVER_CHAIN_LEN],
                   struct sevk_error *err)
{
    const struct cmd_pdh_cert_export cmd = {
        .pdh_paddr = lend_to_write(d, ret_pdh, SEV_CERT_LEN),
        .pdh_len = SEV_CERT_LEN,
        .chain_paddr = lend_to_write(d, ret_chain, DRIVER_CHAIN_LEN),
        .chain_len = DRIVER_CHAIN_LEN,
    };
    uint8_t buf[CMD_PDH_CERT_EXPORT_LEN];

    cmd_pdh_cert_export_encode(&cmd, buf);
    return call(d, SEV_CMD_PDH_CERT_EXPORT, buf, sizeof buf, err);
}

bool driver_get_id(struct driver *d, uint8_t ret[static DRIVER_ID_LEN],
                   struct sevk_error *err)
{
    uint8_t id[DRIVER_ID_LEN];
    const struct cmd_range cmd = { .paddr = lend_to_write(d, id, sizeof id),
                                   .len = sizeof id };
    uint8_t buf[CMD_RANGE_LEN];

    cmd_range_encode(&cmd, buf);
    if (!call(d, SEV_CMD_GET_ID, buf, sizeof buf, err)) {
        return false;
    }
    memcpy(ret, id, sizeof id);
    return true;
}

bool driver_pek_gen(struct driver *d, struct sevk_error *err)
{
    return call(d, SEV_CMD_PEK_GEN, NULL, 0, err);
}

bool driver_pdh_gen(struct driver *d, struct sevk_error *err)
{
    return call(d, SEV_CMD_PDH_GEN, NULL, 0, err);
}

/* Makes the ASIDs that were used before usable again, for all. */
static uint32_t flush(struct driver *d)
{
    fw_wbinvd(d->fw);
    return issue(d, SEV_CMD_DF_FLUSH, NULL, 0);
}

static uint32_t activate(struct driver *d, uint32_t handle, uint32_t asid)
{
    const struct cmd_activate cmd = { .handle = handle, .asid = asid };
    uint8_t buf[CMD_ACTIVATE_LEN];
    uint32_t status;

    for (int i = 0; i < FLUSH_TRIES; i++) {
        cmd_activate_encode(&cmd, buf);
        status = issue(d, SEV_CMD_ACTIVATE, buf, sizeof buf);
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

/*
 * Binds the guest to a free ASID of its kind. Handles are unique, so looking
 * from the handle's own place on finds one at the first try as a rule.
 */
static bool bind_guest(struct driver *d, uint32_t handle, uint32_t policy,
                       uint32_t *ret_asid, struct sevk_error *err)
{
    const struct fw_profile *profile = driver_profile(d);
    bool es = (policy & POLICY_ES) != 0;
    uint32_t first = es ? 1 : profile->min_sev_asid;
    uint32_t n =
        es ? fw_profile_es_guests(profile) : fw_profile_sev_guests(profile);

    for (uint32_t i = 0; i < n; i++) {
        uint32_t asid = first + (handle - 1 + i) % n;
        uint32_t status = activate(d, handle, asid);

        if (status == SEV_STATUS_SUCCESS) {
            *ret_asid = asid;
            return true;
        }
        if (status != SEV_STATUS_ASID_OWNED) {
            return fail_command(SEV_CMD_ACTIVATE, status, err);
        }
    }
    return sevk_fail_fw(err, SEV_STATUS_RESOURCE_LIMIT,
                        "all %u ASIDs for guests %s SEV-ES are in use; end "
                        "another such guest first",
                        n, es ? "with" : "without");
}

bool driver_launch_start(struct driver *d, uint32_t policy,
                         struct bytes dh_cert, struct bytes session,
                         uint32_t *ret_handle, uint32_t *ret_asid,
                         struct sevk_error *err)
{
    struct cmd_launch_start cmd = { .policy = policy };
    uint8_t buf[CMD_LAUNCH_START_LEN];

    if (dh_cert.n > 0) {
        cmd.dh_paddr = lend_to_read(d, dh_cert);
        cmd.dh_len = (uint32_t)dh_cert.n;
        cmd.session_paddr = lend_to_read(d, session);
        cmd.session_len = (uint32_t)session.n;
    }
    cmd_launch_start_encode(&cmd, buf);
    if (!call(d, SEV_CMD_LAUNCH_START, buf, sizeof buf, err) ||
        !cmd_launch_start_decode(BYTES_OF(buf), &cmd, err)) {
        return false;
    }
    if (!bind_guest(d, cmd.handle, policy, ret_asid, err)) {
        (void)issue_on_guest(d, SEV_CMD_DECOMMISSION, cmd.handle);
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
    return call(d, cmd, buf, sizeof buf, err);
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
                    lend_to_read(d, bytes_make(data.p, n)), (uint32_t)n, err)) {
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
                  lend_to_read(d, bytes_make(vmsa, VMSA_LEN)), VMSA_LEN, err);
}

bool driver_launch_measure(struct driver *d, uint32_t handle,
                           uint8_t ret[static MEASURE_BUF_LEN],
                           struct sevk_error *err)
{
    uint8_t out[MEASURE_BUF_LEN];

    if (!update(d, SEV_CMD_LAUNCH_MEASURE, handle,
                lend_to_write(d, out, sizeof out), sizeof out, err)) {
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
        .hdr_paddr = lend_to_read(d, header),
        .hdr_len = (uint32_t)header.n,
        .guest_paddr = guest_paddr,
        .guest_len = (uint32_t)payload.n,
        .trans_paddr = lend_to_read(d, payload),
        .trans_len = (uint32_t)payload.n,
    };
    uint8_t buf[CMD_PACKET_LEN];

    cmd_packet_encode(&cmd, buf);
    return call(d, SEV_CMD_LAUNCH_SECRET, buf, sizeof buf, err);
}

bool driver_launch_finish(struct driver *d, uint32_t handle,
                          struct sevk_error *err)
{
    uint32_t status = issue_on_guest(d, SEV_CMD_LAUNCH_FINISH, handle);

    return status == SEV_STATUS_SUCCESS ||
           fail_command(SEV_CMD_LAUNCH_FINISH, status, err);
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
    cmd.paddr = lend_to_write(d, out, sizeof out);
    cmd_attestation_encode(&cmd, buf);
    if (!call(d, SEV_CMD_ATTESTATION, buf, sizeof buf, err)) {
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
    return call(d, SEV_CMD_GUEST_STATUS, buf, sizeof buf, err) &&
           cmd_guest_status_decode(BYTES_OF(buf), ret, err);
}

bool driver_guest_end(struct driver *d, uint32_t handle, struct sevk_error *err)
{
    uint32_t status = issue_on_guest(d, SEV_CMD_DEACTIVATE, handle);

    if (status != SEV_STATUS_SUCCESS && status != SEV_STATUS_INACTIVE) {
        return fail_command(SEV_CMD_DEACTIVATE, status, err);
    }
    status = issue_on_guest(d, SEV_CMD_DECOMMISSION, handle);
    return status == SEV_STATUS_SUCCESS ||
           fail_command(SEV_CMD_DECOMMISSION, status, err);
}
