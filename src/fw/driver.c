/* SPDX-License-Identifier: Apache-2.0 */
/* What Linux does around the firmware: initialise it, lend it buffers. */
#include "fw/driver.h"

#include <assert.h>
#include <errno.h>

#include "base/own.h"
#include "fw/driver_call.h"

/*
 * Buffers of this process get addresses beyond what any processor has (52
 * bits): a base, and a window of 2^40 bytes for each.
 */
#define LENT_BASE  0xf000000000000000u
#define LENT_SHIFT 40

/* Where the firmware may keep its state with SEV-ES: 1 MiB, aligned to 1 MiB.
 * This firmware does not touch it. */
#define TMR_PADDR ((uint64_t)1 << 40)
#define TMR_LEN   ((uint32_t)1 << 20)

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

uint64_t driver_lend_to_read(struct driver *d, struct bytes b)
{
    return lend(d, (uintptr_t)b.p, b.n, false);
}

uint64_t driver_lend_to_write(struct driver *d, uint8_t *p, size_t n)
{
    return lend(d, (uintptr_t)p, n, true);
}

uint32_t driver_issue(struct driver *d, uint32_t cmd, uint8_t *buf, size_t len)
{
    uint32_t status = fw_command(d->fw, cmd, buf, len);

    d->n_lent = 0;
    return status;
}

bool driver_fail(uint32_t cmd, uint32_t status, struct sevk_error *err)
{
    return sevk_fail_fw(err, status, "SEV firmware: %s: %s (%s, %02Xh)",
                        sev_cmd_name(cmd), sev_status_text(status),
                        sev_status_name(status), status);
}

bool driver_call(struct driver *d, uint32_t cmd, uint8_t *buf, size_t len,
                 struct sevk_error *err)
{
    uint32_t status = driver_issue(d, cmd, buf, len);

    return status == SEV_STATUS_SUCCESS || driver_fail(cmd, status, err);
}

bool driver_attach(const struct fw_options *options, struct driver **ret,
                   struct sevk_error *err)
{
    OWN(driver_close) struct driver *d = calloc(1, sizeof *d);
    struct fw_options inner = *options;

    if (d == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a platform");
    }
    d->guest = options->memory;
    inner.memory = (struct fw_memory){ map, d };
    if (!fw_open(&inner, &d->fw, err)) {
        return false;
    }
    *ret = TAKE(d);
    return true;
}

bool driver_open(const struct fw_options *options, struct driver **ret,
                 struct sevk_error *err)
{
    OWN(driver_close) struct driver *d = NULL;

    if (!driver_attach(options, &d, err) || !driver_init(d, err)) {
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
    result = driver_issue(d, SEV_CMD_INIT, buf, sizeof buf);
    /* Another process may have been faster. */
    return result == SEV_STATUS_SUCCESS ||
           result == SEV_STATUS_INVALID_PLATFORM_STATE ||
           driver_fail(SEV_CMD_INIT, result, err);
}

bool driver_shutdown(struct driver *d, struct sevk_error *err)
{
    return driver_call(d, SEV_CMD_SHUTDOWN, NULL, 0, err);
}

bool driver_platform_status(struct driver *d, struct cmd_platform_status *ret,
                            struct sevk_error *err)
{
    uint8_t buf[CMD_PLATFORM_STATUS_LEN] = { 0 };

    return driver_call(d, SEV_CMD_PLATFORM_STATUS, buf, sizeof buf, err) &&
           cmd_platform_status_decode(BYTES_OF(buf), ret, err);
}

bool driver_export(struct driver *d, uint8_t ret_pdh[static SEV_CERT_LEN],
                   uint8_t ret_chain[static DRIVER_CHAIN_LEN],
                   struct sevk_error *err)
{
    const struct cmd_pdh_cert_export cmd = {
        .pdh_paddr = driver_lend_to_write(d, ret_pdh, SEV_CERT_LEN),
        .pdh_len = SEV_CERT_LEN,
        .chain_paddr = driver_lend_to_write(d, ret_chain, DRIVER_CHAIN_LEN),
        .chain_len = DRIVER_CHAIN_LEN,
    };
    uint8_t buf[CMD_PDH_CERT_EXPORT_LEN];

    cmd_pdh_cert_export_encode(&cmd, buf);
    return driver_call(d, SEV_CMD_PDH_CERT_EXPORT, buf, sizeof buf, err);
}

bool driver_get_id(struct driver *d, uint8_t ret[static DRIVER_ID_LEN],
                   struct sevk_error *err)
{
    uint8_t id[DRIVER_ID_LEN];
    const struct cmd_range cmd = { .paddr =
                                       driver_lend_to_write(d, id, sizeof id),
                                   .len = sizeof id };
    uint8_t buf[CMD_RANGE_LEN];

    cmd_range_encode(&cmd, buf);
    if (!driver_call(d, SEV_CMD_GET_ID, buf, sizeof buf, err)) {
        return false;
    }
    memcpy(ret, id, sizeof id);
    return true;
}

bool driver_pek_gen(struct driver *d, struct sevk_error *err)
{
    return driver_call(d, SEV_CMD_PEK_GEN, NULL, 0, err);
}

bool driver_pdh_gen(struct driver *d, struct sevk_error *err)
{
    return driver_call(d, SEV_CMD_PDH_GEN, NULL, 0, err);
}

bool driver_pek_csr(struct driver *d, uint8_t ret[static SEV_CERT_LEN],
                    struct sevk_error *err)
{
    uint8_t csr[SEV_CERT_LEN];
    const struct cmd_range cmd = { .paddr =
                                       driver_lend_to_write(d, csr, sizeof csr),
                                   .len = sizeof csr };
    uint8_t buf[CMD_RANGE_LEN];

    cmd_range_encode(&cmd, buf);
    if (!driver_call(d, SEV_CMD_PEK_CSR, buf, sizeof buf, err)) {
        return false;
    }
    memcpy(ret, csr, sizeof csr);
    return true;
}

bool driver_pek_cert_import(struct driver *d,
                            const uint8_t pek[static SEV_CERT_LEN],
                            const uint8_t oca[static SEV_CERT_LEN],
                            struct sevk_error *err)
{
    const struct cmd_pek_cert_import cmd = {
        .pek_paddr = driver_lend_to_read(d, bytes_make(pek, SEV_CERT_LEN)),
        .pek_len = SEV_CERT_LEN,
        .oca_paddr = driver_lend_to_read(d, bytes_make(oca, SEV_CERT_LEN)),
        .oca_len = SEV_CERT_LEN,
    };
    uint8_t buf[CMD_PEK_CERT_IMPORT_LEN];

    cmd_pek_cert_import_encode(&cmd, buf);
    return driver_call(d, SEV_CMD_PEK_CERT_IMPORT, buf, sizeof buf, err);
}

bool driver_reset(struct driver *d, struct sevk_error *err)
{
    struct cmd_platform_status status;

    if (!driver_platform_status(d, &status, err)) {
        return false;
    }
    if (status.state == SEV_PLATFORM_WORKING) {
        return sevk_fail_errno(err, SEVK_REFUSED, EBUSY,
                               "SEV firmware: %u guests run on the platform",
                               status.guest_count);
    }
    return (status.state == SEV_PLATFORM_UNINIT || driver_shutdown(d, err)) &&
           driver_call(d, SEV_CMD_PLATFORM_RESET, NULL, 0, err);
}
