/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit host capture: records a host's facts for 'host check --from'. */
#include "base/own.h"
#include "cli/host.h"
#include "cli/verb.h"

static const struct opt rows[] = {
    HOST_LIVE_ROWS(struct host_options),
};

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    OWN(host_record_clear) struct host_record record = { 0 };
    struct out *out = call->out;
    struct json_object *pieces;

    if (!host_record_from(call->options, &record, err) ||
        !host_record_save(&record, call->args[0], err)) {
        return false;
    }
    out_text(out, out->tree, "directory", call->args[0]);
    pieces = out_list(out, out->tree, "recorded");
    for (size_t i = RECORD_FORMAT + 1; i < RECORD_PIECES; i++) {
        if (record.has[i]) {
            out_text(out, pieces, NULL, host_record_name((enum record_piece)i));
        }
    }
    return true;
}

const struct verb verb_host_capture = {
    .noun = "host",
    .verb = "capture",
    .summary = "record what a host can do, for 'host check --from'",
    .args = "DIR",
    .min_args = 1,
    .max_args = 1,
    VERB_OPTIONS(struct host_options),
    .run = run,
};
