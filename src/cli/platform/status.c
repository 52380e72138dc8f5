/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit platform status: what the firmware says of itself. */
#include "wire/status.h"
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
    struct out *out = call->out;
    OWN(device_close) struct device *device = NULL;
    struct cmd_platform_status status;
    char api[16];

    if (!device_from_options(&o->device, false, &device, err) ||
        !device_platform_status(device, &status, err)) {
        return false;
    }
    snprintf(api, sizeof api, "%u.%u", status.api_major, status.api_minor);
    show_device_kind(out, device);
    out_text(out, out->tree, "api", api);
    out_number(out, out->tree, "build", status.build);
    out_text(out, out->tree, "state", sev_platform_state_name(status.state));
    out_text(out, out->tree, "owner",
             (status.owner & 1) != 0 ? "external" : "itself");
    out_flag(out, out->tree, "sev_es", (status.config & 1) != 0);
    out_number(out, out->tree, "guests", status.guest_count);
    return true;
}

const struct verb verb_platform_status = {
    .noun = "platform",
    .verb = "status",
    .summary = "show what the SEV firmware says of itself",
    VERB_OPTIONS(struct options),
    .run = run,
};
