/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit platform reset: give the platform back; its keys are forgotten. */
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
        !device_reset(device, err)) {
        return false;
    }
    show_device_kind(call->out, device);
    out_text(call->out, call->out->tree, "owner", "itself");
    note_new_chain(call->out);
    return true;
}

const struct verb verb_platform_reset = {
    .noun = "platform",
    .verb = "reset",
    .summary = "forget the platform's keys and owner",
    VERB_OPTIONS(struct options),
    .run = run,
};
