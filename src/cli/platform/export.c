/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit platform export: the certificates that a guest owner asks for. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "cli/device.h"
#include "cli/verb.h"

struct options {
    struct device_options device;
    bool full;
};

static const struct opt rows[] = {
    DEVICE_ROWS(struct options, device),
    { .name = "full",
      .help = "also ASK and ARK, and the CEK with AMD's signature",
      .set = opt_set_flag,
      .at = offsetof(struct options, full) },
};

/* PDH || PEK || OCA || CEK, as it lies in the file. */
struct exported {
    uint8_t pdh[SEV_CERT_LEN];
    uint8_t chain[DEVICE_CHAIN_LEN];
};

/* The CEK as the vendor signed it takes the place of the firmware's own. */
static bool add_vendor(struct device *device, struct exported *x,
                       struct buf *ask_ark, struct sevk_error *err)
{
    return device_vendor_certs(device, x->chain + 2 * SEV_CERT_LEN, ask_ark,
                               err);
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(device_close) struct device *device = NULL;
    OWN(own_free) struct exported *x = calloc(1, sizeof *x);
    OWN(buf_free) struct buf ask_ark = { 0 };
    OWN(buf_free) struct buf file = { 0 };

    if (x == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for certificates");
    }
    if (!device_from_options(&o->device, false, &device, err) ||
        !device_export(device, x->pdh, x->chain, err) ||
        (o->full && !add_vendor(device, x, &ask_ark, err)) ||
        !buf_append(&file, BYTES_OF(x->pdh), err) ||
        !buf_append(&file, BYTES_OF(x->chain), err) ||
        !buf_append(&file, buf_bytes(&ask_ark), err) ||
        !file_replace(call->args[0], 0644, buf_bytes(&file), err)) {
        return false;
    }
    show_device_kind(call->out, device);
    out_text(call->out, call->out->tree, "file", call->args[0]);
    out_text(call->out, call->out->tree, "certificates",
             o->full ? "PDH PEK OCA CEK ASK ARK" : "PDH PEK OCA CEK");
    return true;
}

const struct verb verb_platform_export = {
    .noun = "platform",
    .verb = "export",
    .summary = "write the platform's certificates to a file",
    .args = "FILE",
    .min_args = 1,
    .max_args = 1,
    VERB_OPTIONS(struct options),
    .run = run,
};
