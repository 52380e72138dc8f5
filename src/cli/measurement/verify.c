/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit measurement verify: is a measurement that of these values? */
#include "base/secret.h"
#include "cli/loaded.h"
#include "cli/verb.h"
#include "owner/measurement.h"

struct options {
    struct measured_options measured;
    const char *measurement;
};

static const struct opt rows[] = {
    MEASURED_ROWS(struct options, measured),
    { .name = "measurement",
      .arg = "BASE64",
      .help = "what the host says the guest was measured as",
      .set = opt_set_string,
      .at = offsetof(struct options, measurement),
      .required = true },
};

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    struct out *out = call->out;
    struct measure_buf theirs, ours;
    uint8_t digest[32];
    bool yes;

    if (!measurement_parse(o->measurement, &theirs, err) ||
        !measured_compute(&o->measured, theirs.mnonce, &ours, digest, err)) {
        return false;
    }
    yes = secret_equal(theirs.measure, ours.measure, sizeof ours.measure);
    out_text(out, out->tree, "verdict", yes ? "yes" : "no");
    out_hex(out, out->tree, "launch_digest_hex", BYTES_OF(digest));
    out->no = !yes;
    return true;
}

const struct verb verb_measurement_verify = {
    .noun = "measurement",
    .verb = "verify",
    .summary = "compare a measurement with the one that values make",
    VERB_OPTIONS(struct options),
    .run = run,
};
