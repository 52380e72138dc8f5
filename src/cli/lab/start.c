/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit lab start: a private libvirt on a machine that has virtual SEV. */
#include "base/clock.h"
#include "base/own.h"
#include "base/random.h"
#include "cli/lab.h"
#include "cli/verb.h"
#include "fw/platform.h"

struct options {
    const char *dir;
    const char *platform;
    const char *qemu;
    struct opt_u32 timeout;
};

static const struct opt rows[] = {
    LAB_DIR_ROW(struct options, dir),
    { .name = "platform",
      .arg = "DIR",
      .help = "a virtual platform that is there, instead of a new one",
      .set = opt_set_string,
      .at = offsetof(struct options, platform) },
    { .name = "qemu",
      .arg = "PROGRAM",
      .help = "the real QEMU (default: qemu-system-x86_64 in PATH)",
      .set = opt_set_string,
      .at = offsetof(struct options, qemu) },
    { .name = "timeout",
      .arg = "SECONDS",
      .help = "how long libvirtd may take to answer",
      .set = opt_set_u32,
      .at = offsetof(struct options, timeout),
      .min = 1,
      .max = 3600,
      .preset = "60" },
};

static bool make_platform(void *ctx, const char *dir, struct sevk_error *err)
{
    struct fw_profile profile = fw_profile_default();

    (void)ctx;
    return platform_create(dir, &profile, rng_system(), clock_system(), err);
}

static void say(void *ctx, const char *line)
{
    const struct out *out = ctx;

    out_note(out, "%s", line);
}

/* The lab is the host of the platform that it was given. */
static bool fit_host(const char *platform, struct lab_host *ret,
                     struct sevk_error *err)
{
    struct fw_profile profile;

    if (platform == NULL) {
        profile = fw_profile_default();
    } else if (!platform_load_profile(platform, &profile, err)) {
        return false;
    }
    *ret = (struct lab_host){
        .cbitpos = profile.cbitpos,
        .reduced_phys_bits = profile.reduced_phys_bits,
        .max_asid = profile.max_asid,
        .min_sev_asid = profile.min_sev_asid,
        .cpu_signature = fw_profile_cpu_signature(&profile),
    };
    return true;
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(lab_status_clear) struct lab_status status = { 0 };
    struct lab_options lab = {
        .dir = o->dir,
        .platform = o->platform,
        .qemu = o->qemu,
        .timeout_s = o->timeout.value,
        .make_platform = make_platform,
        .say = say,
        .ctx = call->out,
    };

    if (!fit_host(o->platform, &lab.host, err) ||
        !lab_start(&lab, &status, err)) {
        return false;
    }
    show_lab(call->out, &status);
    return true;
}

const struct verb verb_lab_start = {
    .noun = "lab",
    .verb = "start",
    .summary = "start a private libvirt with a virtual SEV platform",
    VERB_OPTIONS(struct options),
    .run = run,
};
