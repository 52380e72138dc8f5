/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit measurement build: what a platform would measure a guest as. */
#include "base/base64.h"
#include "cli/loaded.h"
#include "cli/verb.h"
#include "owner/measurement.h"

struct options {
    struct measured_options measured;
    const char *nonce;
    const char *measurement;
};

static const struct opt rows[] = {
    MEASURED_ROWS(struct options, measured),
    { .name = "nonce",
      .arg = "BASE64",
      .help = "the firmware's nonce, 16 bytes",
      .set = opt_set_string,
      .at = offsetof(struct options, nonce) },
    { .name = "measurement",
      .arg = "BASE64",
      .help = "a measurement whose nonce is taken",
      .set = opt_set_string,
      .at = offsetof(struct options, measurement) },
};

static bool find_nonce(const struct options *o, uint8_t ret[static 16],
                       struct sevk_error *err)
{
    struct measure_buf m;

    if ((o->nonce == NULL) == (o->measurement == NULL)) {
        return sevk_fail(err, SEVK_USAGE,
                         "the firmware's nonce comes from one of: --nonce, "
                         "--measurement");
    }
    if (o->nonce != NULL) {
        return base64_decode_exact(ret, 16, bytes_of_string(o->nonce),
                                   "--nonce", err);
    }
    if (!measurement_parse(o->measurement, &m, err)) {
        return false;
    }
    memcpy(ret, m.mnonce, sizeof m.mnonce);
    return true;
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    struct out *out = call->out;
    uint8_t raw[MEASURE_BUF_LEN];
    uint8_t digest[32];
    uint8_t nonce[16];
    struct measure_buf m;

    if (!find_nonce(o, nonce, err) ||
        !measured_compute(&o->measured, nonce, &m, digest, err)) {
        return false;
    }
    measure_buf_encode(&m, raw);
    out_base64(out, out->tree, "measurement", BYTES_OF(raw));
    out_hex(out, out->tree, "launch_digest_hex", BYTES_OF(digest));
    return true;
}

const struct verb verb_measurement_build = {
    .noun = "measurement",
    .verb = "build",
    .summary = "compute what a platform would measure a guest as",
    VERB_OPTIONS(struct options),
    .plain = "measurement",
    .run = run,
};
