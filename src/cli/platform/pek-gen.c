/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit platform pek-gen: new keys, and the platform is its own again. */
#include "base/own.h"
#include "cli/device.h"
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

    if (!device_from_options(&o->device, true, &device, err) ||
        !device_pek_gen(device, err)) {
        return false;
    }
    show_device_kind(call->out, device);
    out_text(call->out, call->out->tree, "owner", "itself");
    out_text(call->out, call->out->tree, "made", "OCA PEK PDH");
    note_new_chain(call->out);
    return true;
}

const struct verb verb_platform_pek_gen = {
    .noun = "platform",
    .verb = "pek-gen",
    .summary = "make new OCA, PEK and PDH keys; the platform owns itself",
    VERB_OPTIONS(struct options),
    .run = run,
};
