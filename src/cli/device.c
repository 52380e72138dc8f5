/* SPDX-License-Identifier: Apache-2.0 */
/* Which firmware a verb talks to: --device or --virtual. */
#include "cli/device.h"

#include "crypto/hash.h"

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

void show_owned(struct out *out, const struct device *device, struct bytes oca)
{
    uint8_t digest[SHA256_LEN];

    sha256(oca, digest);
    show_device_kind(out, device);
    out_text(out, out->tree, "owner", "external");
    out_hex(out, out->tree, "oca_sha256_hex", BYTES_OF(digest));
}

void note_new_chain(const struct out *out)
{
    out_note(out, "the platform's certificates are new: guest owners need them "
                  "exported anew");
}
