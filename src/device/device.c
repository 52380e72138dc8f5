/* SPDX-License-Identifier: Apache-2.0 */
/* A firmware to talk to: hands each call to the kind of device behind it. */
#include "device/device.h"

#include <errno.h>
#include <stdlib.h>

#include "device/device_ops.h"
#include "wire/status.h"

struct device {
    const struct device_ops *ops;
    void *ctx;
};

bool device_make(const struct device_ops *ops, void *ctx, struct device **ret,
                 struct sevk_error *err)
{
    struct device *device = malloc(sizeof *device);

    if (device == NULL) {
        ops->close(ctx);
        return sevk_fail(err, SEVK_HOST, "out of memory for a device");
    }
    *device = (struct device){ ops, ctx };
    *ret = device;
    return true;
}

void device_close(struct device **device)
{
    if (*device != NULL) {
        (*device)->ops->close((*device)->ctx);
    }
    free(*device);
    *device = NULL;
}

bool device_is_virtual(const struct device *device)
{
    return device->ops->is_virtual;
}

bool device_platform_status(struct device *device,
                            struct cmd_platform_status *ret,
                            struct sevk_error *err)
{
    return device->ops->platform_status(device->ctx, ret, err);
}

bool device_export(struct device *device, uint8_t ret_pdh[static SEV_CERT_LEN],
                   uint8_t ret_chain[static DEVICE_CHAIN_LEN],
                   struct sevk_error *err)
{
    return device->ops->export(device->ctx, ret_pdh, ret_chain, err);
}

bool device_vendor_certs(struct device *device,
                         uint8_t ret_cek[static SEV_CERT_LEN],
                         struct buf *ret_ask_ark, struct sevk_error *err)
{
    return device->ops->vendor_certs(device->ctx, ret_cek, ret_ask_ark, err);
}

bool device_get_id(struct device *device, uint8_t ret[static DEVICE_ID_LEN],
                   struct sevk_error *err)
{
    return device->ops->get_id(device->ctx, ret, err);
}

/* Why a command was refused, for the person who has to do something. */
struct reason {
    uint32_t status; /* 0: the errno EBUSY of Linux's driver */
    enum sevk_code code;
    const char *sentence;
};

#define GUESTS_RUN "guests run on this platform; end them all, then try again"

static const struct reason reasons[] = {
    { SEV_STATUS_INVALID_PLATFORM_STATE, SEVK_REFUSED, GUESTS_RUN },
    { 0, SEVK_REFUSED, GUESTS_RUN },
    { SEV_STATUS_ALREADY_OWNED, SEVK_REFUSED,
      "the platform has an owner already; reset it first (its certificates "
      "change with that)" },
    { SEV_STATUS_INVALID_CERTIFICATE, SEVK_INPUT,
      "this is not the platform's own PEK as it is now, or no OCA; have a new "
      "request of this platform signed" },
    { SEV_STATUS_BAD_SIGNATURE, SEVK_INPUT,
      "the signature of this OCA over itself or over the PEK is wrong; sign "
      "the request with the key of this OCA" },
};

/* Puts the sentence for it in the place of the firmware's own. False. */
static bool explain(uint32_t cmd, struct sevk_error *err)
{
    struct sevk_error was;

    if (err == NULL) {
        return false;
    }
    was = *err;
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        const struct reason *r = &reasons[i];

        if (r->status == 0 ? was.sys_errno == EBUSY
                           : was.fw_status == r->status) {
            sevk_fail(err, r->code, "%s: %s", sev_cmd_name(cmd), r->sentence);
            err->fw_status = was.fw_status;
            err->sys_errno = was.sys_errno;
            return false;
        }
    }
    return false;
}

bool device_pek_gen(struct device *device, struct sevk_error *err)
{
    return device->ops->pek_gen(device->ctx, err) ||
           explain(SEV_CMD_PEK_GEN, err);
}

bool device_pdh_gen(struct device *device, struct sevk_error *err)
{
    return device->ops->pdh_gen(device->ctx, err);
}

bool device_pek_csr(struct device *device, uint8_t ret[static SEV_CERT_LEN],
                    struct sevk_error *err)
{
    return device->ops->pek_csr(device->ctx, ret, err);
}

bool device_pek_cert_import(struct device *device,
                            const uint8_t pek[static SEV_CERT_LEN],
                            const uint8_t oca[static SEV_CERT_LEN],
                            struct sevk_error *err)
{
    return device->ops->pek_cert_import(device->ctx, pek, oca, err) ||
           explain(SEV_CMD_PEK_CERT_IMPORT, err);
}

bool device_reset(struct device *device, struct sevk_error *err)
{
    return device->ops->reset(device->ctx, err) ||
           explain(SEV_CMD_PLATFORM_RESET, err);
}
