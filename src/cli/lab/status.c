/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit lab status: whether the lab runs, and how it is reached. */
#include "base/own.h"
#include "cli/lab.h"
#include "cli/verb.h"

struct options {
    const char *dir;
};

static const struct opt rows[] = {
    LAB_DIR_ROW(struct options, dir),
};

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(lab_status_clear) struct lab_status status = { 0 };

    if (!lab_status_read(o->dir, &status, err)) {
        return false;
    }
    show_lab(call->out, &status);
    call->out->no = status.state != LAB_RUNNING;
    return true;
}

const struct verb verb_lab_status = {
    .noun = "lab",
    .verb = "status",
    .summary = "say whether the lab runs (exit status 1: no)",
    VERB_OPTIONS(struct options),
    .run = run,
};
