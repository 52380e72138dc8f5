/* SPDX-License-Identifier: Apache-2.0 */
/* A virtual platform as a device: the emulated firmware in this process. */
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "device/device_ops.h"
#include "fw/driver.h"
#include "fw/platform.h"
#include "fw/trace.h"

struct virtual_device {
    char *dir;
    struct rng rng;
    struct clock clock;
    struct trace_file trace;
    struct driver *driver; /* NULL until a command needs the platform up */
};

static void close_virtual(void *ctx)
{
    struct virtual_device *v = ctx;

    driver_close(&v->driver);
    trace_file_close(&v->trace);
    free(v->dir);
    free(v);
}

static struct fw_options options_of(struct virtual_device *v)
{
    return (struct fw_options){ .dir = v->dir,
                                .rng = v->rng,
                                .clock = v->clock,
                                .trace = trace_file_for_fw(&v->trace) };
}

static bool need_driver(struct virtual_device *v, struct sevk_error *err)
{
    struct fw_options options = options_of(v);

    /* Another process may have reset or shut it down meanwhile. */
    return v->driver != NULL ? driver_init(v->driver, err)
                             : driver_open(&options, &v->driver, err);
}

/* Sends one command to the firmware without bringing the platform up. */
static bool command(struct virtual_device *v, uint32_t cmd, uint8_t *buf,
                    size_t len, struct sevk_error *err)
{
    struct fw_options options = options_of(v);
    OWN(fw_close) struct fw *fw = NULL;
    uint32_t status;

    if (!fw_open(&options, &fw, err)) {
        return false;
    }
    status = fw_command(fw, cmd, buf, len);
    if (status != SEV_STATUS_SUCCESS) {
        return sevk_fail_fw(err, status, "%s: %s", sev_cmd_name(cmd),
                            sev_status_text(status));
    }
    return true;
}

static bool platform_status(void *ctx, struct cmd_platform_status *ret,
                            struct sevk_error *err)
{
    uint8_t buf[CMD_PLATFORM_STATUS_LEN] = { 0 };

    return command(ctx, SEV_CMD_PLATFORM_STATUS, buf, sizeof buf, err) &&
           cmd_platform_status_decode(BYTES_OF(buf), ret, err);
}

static bool export(void *ctx, uint8_t *ret_pdh, uint8_t *ret_chain,
                   struct sevk_error *err)
{
    struct virtual_device *v = ctx;

    return need_driver(v, err) &&
           driver_export(v->driver, ret_pdh, ret_chain, err);
}

static bool vendor_certs(void *ctx, uint8_t *ret_cek, struct buf *ret_ask_ark,
                         struct sevk_error *err)
{
    struct virtual_device *v = ctx;
    OWN(own_free) struct platform_certs *certs = malloc(sizeof *certs);
    OWN(buf_free) struct buf both = { 0 };

    if (certs == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for certificates");
    }
    if (!platform_load_certs(v->dir, certs, err) ||
        !buf_append(&both, bytes_make(certs->ask, certs->amd_len), err) ||
        !buf_append(&both, bytes_make(certs->ark, certs->amd_len), err)) {
        return false;
    }
    memcpy(ret_cek, certs->cek, sizeof certs->cek);
    buf_free(ret_ask_ark);
    *ret_ask_ark = both;
    both = (struct buf){ 0 };
    return true;
}

static bool get_id(void *ctx, uint8_t *ret, struct sevk_error *err)
{
    struct virtual_device *v = ctx;

    return need_driver(v, err) && driver_get_id(v->driver, ret, err);
}

static bool pek_gen(void *ctx, struct sevk_error *err)
{
    struct virtual_device *v = ctx;

    return need_driver(v, err) && driver_pek_gen(v->driver, err);
}

static bool pdh_gen(void *ctx, struct sevk_error *err)
{
    struct virtual_device *v = ctx;

    return need_driver(v, err) && driver_pdh_gen(v->driver, err);
}

static bool pek_csr(void *ctx, uint8_t *ret, struct sevk_error *err)
{
    struct virtual_device *v = ctx;

    return need_driver(v, err) && driver_pek_csr(v->driver, ret, err);
}

static bool pek_cert_import(void *ctx, const uint8_t *pek, const uint8_t *oca,
                            struct sevk_error *err)
{
    struct virtual_device *v = ctx;

    return need_driver(v, err) &&
           driver_pek_cert_import(v->driver, pek, oca, err);
}

static bool reset(void *ctx, struct sevk_error *err)
{
    struct virtual_device *v = ctx;

    return need_driver(v, err) && driver_reset(v->driver, err);
}

static const struct device_ops virtual_ops = {
    .is_virtual = true,
    .close = close_virtual,
    .platform_status = platform_status,
    .export = export,
    .vendor_certs = vendor_certs,
    .get_id = get_id,
    .pek_gen = pek_gen,
    .pdh_gen = pdh_gen,
    .pek_csr = pek_csr,
    .pek_cert_import = pek_cert_import,
    .reset = reset,
};

bool device_open_virtual(const char *dir, struct rng rng, struct clock clock,
                         struct device **ret, struct sevk_error *err)
{
    struct fw_profile profile;
    struct virtual_device *v;

    if (!platform_load_profile(dir, &profile, err)) {
        return false;
    }
    v = calloc(1, sizeof *v);
    if (v == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for '%s'", dir);
    }
    *v = (struct virtual_device){ .dir = strdup(dir),
                                  .rng = rng,
                                  .clock = clock,
                                  .trace = trace_file_from_environment() };
    if (v->dir == NULL) {
        close_virtual(v);
        return sevk_fail(err, SEVK_HOST, "out of memory for '%s'", dir);
    }
    return device_make(&virtual_ops, v, ret, err);
}
