/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit platform import: the platform comes into the hands of an owner. */
#include "base/own.h"
#include "cli/device.h"
#include "cli/owner_key.h"
#include "cli/verb.h"

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
    OWN(buf_free) struct buf pek = { 0 };
    OWN(buf_free) struct buf oca = { 0 };

    if (!owner_cert_read(call->args[0], SEV_USAGE_PEK, "PEK", &pek, err) ||
        !owner_cert_read(call->args[1], SEV_USAGE_OCA, "OCA", &oca, err) ||
        !device_from_options(&o->device, true, &device, err) ||
        !device_pek_cert_import(device, pek.p, oca.p, err)) {
        return false;
    }
    show_owned(call->out, device, buf_bytes(&oca));
    note_new_chain(call->out);
    return true;
}

const struct verb verb_platform_import = {
    .noun = "platform",
    .verb = "import",
    .summary = "take the certificates that an owner signed",
    .args = "PEK OCA",
    .min_args = 2,
    .max_args = 2,
    VERB_OPTIONS(struct options),
    .run = run,
};
