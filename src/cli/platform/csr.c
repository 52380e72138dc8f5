/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit platform csr: a request for the signature of an owner. */
#include "base/file.h"
#include "base/own.h"
#include "cli/device.h"
#include "cli/verb.h"
#include "crypto/hash.h"

struct options {
    struct device_options device;
};

static const struct opt rows[] = {
    DEVICE_ROWS(struct options, device),
};

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(device_close) struct device *device = NULL;
    uint8_t csr[SEV_CERT_LEN];
    uint8_t digest[SHA256_LEN];

    if (!device_from_options(&o->device, true, &device, err) ||
        !device_pek_csr(device, csr, err) ||
        !file_replace(call->args[0], 0644, BYTES_OF(csr), err)) {
        return false;
    }
    sha256(BYTES_OF(csr), digest);
    show_device_kind(call->out, device);
    out_text(call->out, call->out->tree, "file", call->args[0]);
    out_hex(call->out, call->out->tree, "sha256_hex", BYTES_OF(digest));
    return true;
}

const struct verb verb_platform_csr = {
    .noun = "platform",
    .verb = "csr",
    .summary = "write the request for an owner's signature",
    .args = "FILE",
    .min_args = 1,
    .max_args = 1,
    VERB_OPTIONS(struct options),
    .run = run,
};
