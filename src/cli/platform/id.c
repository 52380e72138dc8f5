/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit platform id: the name of the chip. */
#include "base/own.h"
#include "cli/device.h"
#include "cli/verb.h"
#include "fetch/kds.h"

struct options {
    struct device_options device;
};

static const struct opt rows[] = {
    DEVICE_ROWS(struct options, device),
};

#define KEY_SERVER KDS_CEK_SERVER KDS_CEK_PATH

/* Where AMD's key server has the chip's signed CEK (formats.md 1.4). */
static void show_url(struct out *out, struct bytes id)
{
    char url[sizeof KEY_SERVER + 2 * DEVICE_ID_LEN];
    size_t n = sizeof KEY_SERVER - 1;

    memcpy(url, KEY_SERVER, n);
    for (size_t i = 0; i < id.n; i++, n += 2) {
        snprintf(url + n, 3, "%02X", id.p[i]);
    }
    out_text(out, out->tree, "cek_url", url);
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(device_close) struct device *device = NULL;
    uint8_t id[DEVICE_ID_LEN];

    if (!device_from_options(&o->device, false, &device, err) ||
        !device_get_id(device, id, err)) {
        return false;
    }
    show_device_kind(call->out, device);
    out_hex(call->out, call->out->tree, "id_hex", BYTES_OF(id));
    if (!device_is_virtual(device)) {
        show_url(call->out, BYTES_OF(id));
    }
    return true;
}

const struct verb verb_platform_id = {
    .noun = "platform",
    .verb = "id",
    .summary = "show the unique id of the chip",
    VERB_OPTIONS(struct options),
    .run = run,
};
