/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit kubevirt check: will KubeVirt run this as an SEV guest? */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/own.h"
#include "cli/cluster.h"
#include "cli/in_place.h"
#include "cli/kube.h"
#include "cli/verb.h"
#include "cli/watch.h"

struct options {
    bool cluster;
    struct cluster_row_options where;
    bool fix;
    bool in_place;
    bool sarif;
    const char *out;
};

static const struct opt rows[] = {
    { .name = "cluster",
      .help = "ask a cluster; what is named are VMs in it",
      .set = opt_set_flag,
      .at = offsetof(struct options, cluster) },
    CLUSTER_ROWS(struct options, where),
    { .name = "fix",
      .help = "mend what can be mended, and print the manifest",
      .set = opt_set_flag,
      .at = offsetof(struct options, fix) },
    { .name = "out",
      .arg = "FILE",
      .help = "with --fix: write it there",
      .set = opt_set_string,
      .at = offsetof(struct options, out) },
    { .name = "in-place",
      .help = "with --fix: write it where it came from",
      .set = opt_set_flag,
      .at = offsetof(struct options, in_place) },
    { .name = "sarif",
      .help = "print the findings as a SARIF log",
      .set = opt_set_flag,
      .at = offsetof(struct options, sarif) },
};

static bool check_formats(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;

    if (o->sarif && (o->fix || o->cluster || call->out->json)) {
        return sevk_fail(err, SEVK_USAGE,
                         "--sarif is a format of its own, for files: it goes "
                         "without --json, --fix and --cluster");
    }
    return true;
}

static bool check_usage(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;

    if (o->cluster && o->fix) {
        return sevk_fail(err, SEVK_USAGE,
                         "a cluster is not mended; --fix takes a file");
    }
    if (o->cluster) {
        return true;
    }
    if (o->where.kubeconfig != NULL || o->where.context != NULL) {
        return sevk_fail(err, SEVK_USAGE,
                         "--kubeconfig and --context need --cluster");
    }
    if (call->n_args == 0) {
        return sevk_fail(err, SEVK_USAGE,
                         "something is missing; usage: sevkit kubevirt check "
                         "[options] FILE..., or --cluster [NAMESPACE/NAME...]");
    }
    if (!o->fix && (o->in_place || o->out != NULL)) {
        return sevk_fail(err, SEVK_USAGE, "--out and --in-place need --fix");
    }
    if (o->in_place && o->out != NULL) {
        return sevk_fail(err, SEVK_USAGE, "either --out or --in-place");
    }
    if (o->fix && !o->in_place && call->n_args != 1) {
        return sevk_fail(err, SEVK_USAGE,
                         "--fix takes one file, or several with --in-place");
    }
    for (size_t i = 0; o->in_place && i < call->n_args; i++) {
        if (strcmp(call->args[i], "-") == 0) {
            return sevk_fail(err, SEVK_USAGE,
                             "standard input can't be mended in place");
        }
    }
    return true;
}

/* What is left to find goes to standard error when the text takes stdout. */
static void tell_left(const struct out *out, const struct kube_report *left)
{
    for (size_t i = 0; i < left->n; i++) {
        const struct kube_finding *f = &left->findings[i];

        if (f->rule->severity != KUBE_NOTE) {
            out_note(out, "%s: left for you: %s", f->rule->id, f->message);
        }
    }
}

static bool fix_file(const struct kube_module *module,
                     const struct verb_call *call, const char *file,
                     struct kube_report *report, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(buf_free) struct buf text = { 0 };
    size_t n;

    if (!module->fix(file, &text, &n, report, err)) {
        return false;
    }
    if (o->in_place ? n > 0 && !in_place_write(file, &text, err)
                    : !kube_put(call->out, o->out, &text, err)) {
        return false;
    }
    kube_show(call->out, file, report);
    out_note(call->out, "%s: %zu mended", file, n);
    if (!o->in_place && o->out == NULL) {
        tell_left(call->out, report);
    }
    return true;
}

static bool check_file(const struct kube_module *module,
                       const struct verb_call *call, const char *file,
                       struct kube_report *report, struct sevk_error *err)
{
    if (!module->check(file, report, err)) {
        return false;
    }
    kube_show(call->out, file, report);
    return true;
}

static bool check_cluster(const struct verb_call *call,
                          struct kube_report *report, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(own_free) char *path = NULL;
    OWN(buf_free) struct buf context = { 0 };
    const struct cluster_module *module;
    struct cluster_options options;

    if (!cluster_from(&o->where, &path, &options, err) ||
        !cluster_open(&module, err) ||
        !module->check(&options, call->args, call->n_args,
                       watch_user(call->out), report, &context, err)) {
        return false;
    }
    kube_show(call->out, buf_string(&context), report);
    return true;
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(own_free) struct kube_report *report = calloc(1, sizeof *report);
    const struct kube_module *module;

    if (report == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!check_formats(call, err) || !check_usage(call, err)) {
        return false;
    }
    if (o->cluster) {
        return check_cluster(call, report, err);
    }
    if (!kube_open(&module, err)) {
        return false;
    }
    for (size_t i = 0; i < call->n_args; i++) {
        const char *file = call->args[i];

        if (!(o->fix ? fix_file : check_file)(module, call, file, report,
                                              err)) {
            return sevk_fail_in(err, "'%.120s'", file);
        }
    }
    return !o->sarif || kube_sarif(call->out, module, err);
}

const struct verb verb_kubevirt_check = {
    .noun = "kubevirt",
    .verb = "check",
    .summary = "look for what keeps KubeVirt from running a VM with SEV",
    .args = "FILE... | --cluster [NAMESPACE/NAME...]",
    .min_args = 0,
    .max_args = VERB_ARGS_ANY,
    VERB_OPTIONS(struct options),
    .draw = kube_draw,
    .run = run,
};
