/* SPDX-License-Identifier: Apache-2.0 */
/* Which firmware a verb talks to: --device or --virtual. */
#include "cli/device.h"

bool device_from_options(const struct device_options *o, bool writable,
                         struct device **ret, struct sevk_error *err)
{
    if (o->device != NULL && o->directory != NULL) {
        return sevk_fail(err, SEVK_USAGE,
                         "'--device' and '--virtual' exclude each other");
    }
    if (o->directory != NULL) {
        return device_open_virtual(o->directory, rng_system(), clock_system(),
                                   ret, err);
    }
    return device_open_linux(o->device == NULL ? DEVICE_LINUX_PATH : o->device,
                             writable, ret, err);
}

void show_device_kind(struct out *out, const struct device *device)
{
    out_text(out, out->tree, "kind",
             device_is_virtual(device) ? "VIRTUAL" : "SEV");
}
