/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit lab stop: ends a lab and leaves nothing of it behind. */
#include "cli/lab.h"
#include "cli/verb.h"

struct options {
    const char *dir;
    bool keep_platform;
};

static const struct opt rows[] = {
    LAB_DIR_ROW(struct options, dir),
    { .name = "keep-platform",
      .help = "leave the virtual platform's directory",
      .set = opt_set_flag,
      .at = offsetof(struct options, keep_platform) },
};

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    struct out *out = call->out;
    bool was_there;

    if (!lab_stop(o->dir, o->keep_platform, &was_there, err)) {
        return false;
    }
    out_text(out, out->tree, "state", "stopped");
    out_flag(out, out->tree, "was_there", was_there);
    return true;
}

const struct verb verb_lab_stop = {
    .noun = "lab",
    .verb = "stop",
    .summary = "end the lab with all its VMs and remove its files",
    VERB_OPTIONS(struct options),
    .run = run,
};
