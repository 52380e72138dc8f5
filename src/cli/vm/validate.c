/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit vm validate: does the measurement show the guest that was meant? */
#include "attest/verdict_json.h"
#include "base/own.h"
#include "cli/offline.h"
#include "cli/trust.h"
#include "cli/verb.h"
#include "cli/virt.h"

struct options {
    struct offline_options offline;
    const char *connect;
    const char *domain;
    bool explain;
    bool insecure;
    bool ignore_config;
    struct opt_u32 timeout;
};

static const struct opt rows[] = {
    KEY_ROWS(struct options, offline.keys),
    EXPECT_ROWS(struct options, offline.expect),
    TRY_ROWS(struct options, offline.expect),
    OFFLINE_ROWS(struct options, offline),
    { .name = "explain",
      .help = "after a no, search for what was measured instead",
      .set = opt_set_flag,
      .at = offsetof(struct options, explain) },
    { .name = "domain",
      .arg = "NAME|UUID|ID",
      .help = "ask libvirt about this guest",
      .set = opt_set_string,
      .at = offsetof(struct options, domain) },
    CONNECT_ROW(struct options, connect),
    { .name = "insecure",
      .help = "also on the hypervisor itself, where a verdict proves nothing",
      .set = opt_set_flag,
      .at = offsetof(struct options, insecure) },
    { .name = "ignore-config",
      .help = "do not look for mistakes in the guest's description",
      .set = opt_set_flag,
      .at = offsetof(struct options, ignore_config) },
    TIMEOUT_ROW(struct options, timeout),
};

static bool check_online(const struct options *o, struct sevk_error *err)
{
    const struct offline_options *f = &o->offline;

    if (f->measurement != NULL || f->api_major.given || f->api_minor.given ||
        f->build_id.given) {
        return sevk_fail(err, SEVK_USAGE,
                         "with '--domain', measurement, API and build come "
                         "from the host; leave their options out");
    }
    return true;
}

static bool run_online(const struct options *o, struct out *out,
                       struct sevk_error *err)
{
    const struct virt_module *module;
    struct virt_outcome outcome = { 0 };
    char cpu_text[OFFLINE_CPU_LEN];
    struct virt_validate_options options = {
        .connect = o->connect,
        .domain = o->domain,
        .ignore_config = o->ignore_config,
        .timeout = o->timeout.value,
    };

    if (!check_online(o, err) ||
        !offline_options(&o->offline, cpu_text, &options.validate, err)) {
        return false;
    }
    options.validate.explain = true;
    options.validate.insecure = o->insecure;
    if (!virt_open(&module, err) ||
        !module->validate(&options, watch_user(out), &outcome, err)) {
        return false;
    }
    virt_show(out, &outcome);
    return true;
}

static bool run_offline(const struct options *o, struct out *out,
                        struct sevk_error *err)
{
    OWN(verdict_clear) struct verdict verdict = { 0 };
    struct validate_options options;
    struct evidence evidence;
    char cpu_text[OFFLINE_CPU_LEN];

    if (o->connect != NULL) {
        return sevk_fail(
            err, SEVK_USAGE,
            "'--connect' needs '--domain', the guest to ask about");
    }
    if (!offline_evidence(&o->offline, &evidence, err) ||
        !offline_options(&o->offline, cpu_text, &options, err)) {
        return false;
    }
    options.explain = o->explain;
    if (!validate_evidence(&options, &evidence, NULL, &verdict, err) ||
        !verdict_to_json(&verdict, out->tree, err)) {
        return false;
    }
    out->no = !verdict.yes;
    say_virtual(out);
    return true;
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;

    return o->domain != NULL ? run_online(o, call->out, err)
                             : run_offline(o, call->out, err);
}

const struct verb verb_vm_validate = {
    .noun = "vm",
    .verb = "validate",
    .summary = "judge a guest's measurement, from files or from its host",
    VERB_OPTIONS(struct options),
    .run = run,
};
