/* SPDX-License-Identifier: Apache-2.0 */
/* What a kind of device fills in; for the files device_*.c alone. */
#ifndef SEVKIT_DEVICE_DEVICE_OPS_H
#define SEVKIT_DEVICE_DEVICE_OPS_H

#include "device/device.h"

/*
 * The functions of device.h; CTX is the kind's own. close() frees it. That
 * guests forbid a reset is errno EBUSY, as Linux has it; device.c says it in
 * words.
 */
struct device_ops {
    bool is_virtual;
    void (*close)(void *ctx);
    bool (*platform_status)(void *ctx, struct cmd_platform_status *ret,
                            struct sevk_error *err);
    bool (*export)(void *ctx, uint8_t *ret_pdh, uint8_t *ret_chain,
                   struct sevk_error *err);
    bool (*vendor_certs)(void *ctx, uint8_t *ret_cek, struct buf *ret_ask_ark,
                         struct sevk_error *err);
    bool (*get_id)(void *ctx, uint8_t *ret, struct sevk_error *err);
    bool (*pek_gen)(void *ctx, struct sevk_error *err);
    bool (*pdh_gen)(void *ctx, struct sevk_error *err);
    bool (*pek_csr)(void *ctx, uint8_t *ret, struct sevk_error *err);
    bool (*pek_cert_import)(void *ctx, const uint8_t *pek, const uint8_t *oca,
                            struct sevk_error *err);
    bool (*reset)(void *ctx, struct sevk_error *err);
};

/* Takes CTX over, also when it fails: then it is closed. */
SEVK_MUST_CHECK bool device_make(const struct device_ops *ops, void *ctx,
                                 struct device **ret, struct sevk_error *err);

#endif
