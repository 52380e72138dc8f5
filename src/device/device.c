/* SPDX-License-Identifier: Apache-2.0 */
/* A firmware to talk to: hands each call to the kind of device behind it. */
#include "device/device.h"

#include <stdlib.h>

#include "device/device_ops.h"

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

bool device_pek_gen(struct device *device, struct sevk_error *err)
{
    return device->ops->pek_gen(device->ctx, err);
}

bool device_pdh_gen(struct device *device, struct sevk_error *err)
{
    return device->ops->pdh_gen(device->ctx, err);
}
