/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit platform create: manufactures a virtual platform in a directory. */
#include "base/clock.h"
#include "base/own.h"
#include "base/random.h"
#include "cli/verb.h"
#include "fw/platform.h"

struct options {
    const char *profile;
};

static const struct opt rows[] = {
    { .name = "profile",
      .arg = "PROFILE",
      .help = "which chip and firmware to be",
      .set = opt_set_string,
      .at = offsetof(struct options, profile),
      .preset = "milan-1.51" },
};

static void show(struct out *out, const char *dir,
                 const struct fw_profile *profile)
{
    OWN(own_free) char *root = NULL;
    char api[16];

    if (asprintf(&root, "%s/ask_ark.cert", dir) < 0) {
        root = NULL;
        out->short_of_memory = true;
        return;
    }
    snprintf(api, sizeof api, "%u.%u", profile->api_major, profile->api_minor);
    out_text(out, out->tree, "kind", "VIRTUAL");
    out_text(out, out->tree, "directory", dir);
    out_text(out, out->tree, "profile", profile->name);
    out_text(out, out->tree, "api", api);
    out_number(out, out->tree, "build", profile->build);
    out_text(out, out->tree, "root", root);
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    const char *dir = call->args[0];
    struct fw_profile profile;

    if (!fw_profile_find(o->profile, &profile, err)) {
        return false;
    }
    out_note(call->out, "making the platform's keys takes a few seconds");
    if (!platform_create(dir, &profile, rng_system(), clock_system(), err)) {
        return false;
    }
    show(call->out, dir, &profile);
    return true;
}

const struct verb verb_platform_create = {
    .noun = "platform",
    .verb = "create",
    .summary = "make a virtual platform, with a root of its own",
    .args = "DIR",
    .min_args = 1,
    .max_args = 1,
    VERB_OPTIONS(struct options),
    .run = run,
};
