/* SPDX-License-Identifier: Apache-2.0 */
/* What the clusters' module offers to the command line: one table. */
#include "kube/cluster_module.h"

#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "attest/verdict_json.h"
#include "base/error.h"
#include "base/own.h"
#include "kube/check.h"
#include "kube/cluster.h"
#include "kube/cluster_host.h"
#include "kube/schema.h"
#include "kube/to_json.h"
#include "owner/policy.h"

static bool check(const struct cluster_options *options, const char *const *vms,
                  size_t n, struct watch watch, struct kube_report *ret,
                  struct buf *ret_context, struct sevk_error *err)
{
    OWN(kubeconfig_clear) struct kubeconfig config = { 0 };
    OWN(kube_client_close)
    struct kube_client client = { .config = &config,
                                  .timeout_ms = options->timeout * 1000,
                                  .watch = &watch };

    return kubeconfig_load(options->kubeconfig, options->context, &config,
                           err) &&
           kube_client_open(&client, err) &&
           cluster_check(&client, vms, n, ret, err) &&
           buf_append_string(ret_context, config.context, err);
}

/* -- The owner's manifest. ----------------------------------------------------------- */

/* The one VM in the file; other documents may stand beside it. */
static bool find_vm(const struct yaml_file *file, struct manifest *ret,
                    struct sevk_error *err)
{
    size_t n = 0;

    for (size_t i = 0; i < file->n_documents; i++) {
        struct manifest m = manifest_look(file->documents[i]);

        if (m.kind == MANIFEST_VM || m.kind == MANIFEST_VMI) {
            *ret = m;
            n++;
        }
    }
    return n == 1 || sevk_fail(err, SEVK_INPUT,
                               "it has %zu VirtualMachines and "
                               "VirtualMachineInstances, and one is launched",
                               n);
}

/* The first error of the rules is the sentence. */
static bool check_rules(const struct yaml_file *file, struct sevk_error *err)
{
    OWN(own_free) struct kube_report *report = calloc(1, sizeof *report);

    if (report == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    kube_check(file, report);
    for (size_t i = 0; i < report->n; i++) {
        const struct kube_finding *f = &report->findings[i];

        if (f->rule->severity == KUBE_ERROR) {
            return sevk_fail(err, SEVK_REFUSED,
                             "line %u: %s (%s); 'sevkit kubevirt check' tells "
                             "all",
                             f->line, f->message, f->rule->id);
        }
    }
    return true;
}

static bool check_attested(const struct manifest *m, struct sevk_error *err)
{
    const char *strategy = node_text(node_at(m->root, "spec.runStrategy"));

    if (!m->attested) {
        return sevk_fail(err, SEVK_REFUSED,
                         "it does not ask for attestation: write "
                         "'attestation: {}' below sev, and 'startStrategy: "
                         "Paused'");
    }
    if (node_get(m->sev, "session") != NULL) {
        return sevk_fail(err, SEVK_REFUSED,
                         "it has a session already; leave session and dhCert "
                         "out: fresh ones are made");
    }
    if (m->kind == MANIFEST_VM &&
        (strategy == NULL || (strcmp(strategy, "Manual") != 0 &&
                              strcmp(strategy, "Halted") != 0))) {
        return sevk_fail(err, SEVK_REFUSED,
                         "KubeVirt would start it by itself: write "
                         "'runStrategy: Manual'");
    }
    return kube_name_ok(m->name) ||
           sevk_fail(err, SEVK_INPUT, "it has no name in its metadata");
}

/* -- What the owner says of the VM. ----------------------------------------------------- */

static uint32_t count_of(const struct node *cpu, const char *key)
{
    int64_t n;

    return node_integer(node_get(cpu, key), &n) && n > 0 && n <= 4096
               ? (uint32_t)n
               : 1;
}

/* A model that the cluster chooses says nothing to the owner. */
static const char *model_of(const struct node *cpu)
{
    const char *model = node_text(node_get(cpu, "model"));

    return model == NULL || strcmp(model, "host-model") == 0 ||
                   strcmp(model, "host-passthrough") == 0
               ? NULL
               : model;
}

/* KubeVirt builds the policy from one boolean (formats.md 12). */
static struct expectation_vm describe_vm(const struct manifest *m)
{
    const struct node *cpu = node_get(m->domain, "cpu");

    return (struct expectation_vm){
        .has_policy = true,
        .policy = POLICY_NODBG | (m->es ? POLICY_ES : 0),
        .vcpus = count_of(cpu, "sockets") * count_of(cpu, "cores") *
                 count_of(cpu, "threads"),
        .cpu_model = model_of(cpu),
    };
}

static bool check_policy(const struct cluster_launch_options *options,
                         const struct expectation_vm *vm,
                         struct sevk_error *err)
{
    const struct expectation_options *o = &options->launch.expect;

    if (o->has_policy && o->policy != vm->policy) {
        return sevk_fail(err, SEVK_REFUSED,
                         "KubeVirt starts this VM with policy 0x%x and no "
                         "other; --policy 0x%x can't be had",
                         vm->policy, o->policy);
    }
    return o->allow_weak_policy ||
           sevk_fail(err, SEVK_REFUSED,
                     "KubeVirt starts VMs with policy 0x%x, without noks: "
                     "another guest of the node may get the same key, and the "
                     "manifest can't forbid it; --allow-weak-policy accepts "
                     "that",
                     vm->policy);
}

/* -- Launch. --------------------------------------------------------------------------- */

static bool outcome_tree(const struct launch_outcome *outcome,
                         const char *namespace_, struct cluster_outcome *ret,
                         struct sevk_error *err)
{
    OWN(own_json) struct json_object *tree = json_object_new_object();
    const struct {
        const char *key;
        const char *text;
    } rows[] = {
        { "name", outcome->vm.name },
        { "namespace", namespace_ },
        { "uuid", outcome->vm.uuid },
        { "state", launch_state_name(outcome->state) },
    };

    if (tree == NULL || !verdict_to_json(&outcome->verdict, tree, err)) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_object_object_add(tree, rows[i].key,
                               json_object_new_string(rows[i].text));
    }
    json_object_object_add(tree, "secrets",
                           json_object_new_uint64(outcome->n_secrets));
    ret->yes = outcome->verdict.yes;
    ret->tree = TAKE(tree);
    return true;
}

static bool choose_namespace(const struct cluster_launch_options *options,
                             const struct manifest *m,
                             const struct kubeconfig *config,
                             struct cluster_host *host, struct sevk_error *err)
{
    const char *own = node_text(node_at(m->root, "metadata.namespace"));
    const char *ns = options->namespace_;

    if (ns != NULL && own != NULL && strcmp(ns, own) != 0) {
        return sevk_fail(err, SEVK_USAGE,
                         "the manifest's namespace is '%.80s', not '%.80s'",
                         own, ns);
    }
    ns = ns != NULL ? ns : own != NULL ? own : config->namespace_;
    if (!kube_name_ok(ns)) {
        return sevk_fail(err, SEVK_INPUT, "'%.80s' is no namespace", ns);
    }
    snprintf(host->ns, sizeof host->ns, "%s", ns);
    snprintf(host->name, sizeof host->name, "%s", m->name);
    return true;
}

static bool run_launch(struct launch_plan *plan, struct cluster_host *host,
                       const struct watch *watch, struct cluster_outcome *ret,
                       struct sevk_error *err)
{
    OWN(launch_outcome_clear) struct launch_outcome outcome = { 0 };
    struct host ops = cluster_host_ops(host);

    return kube_client_open(&host->client, err) &&
           launch_run(plan, &ops, watch, &outcome, err) &&
           outcome_tree(&outcome, host->ns, ret, err);
}

static bool read_manifest(const char *path, struct yaml_file *file,
                          struct manifest *m, struct sevk_error *err)
{
    return (yaml_read(path, file, err) && find_vm(file, m, err) &&
            check_rules(file, err) && check_attested(m, err)) ||
           sevk_fail_in(err, "'%.120s'", path);
}

static bool launch(const struct cluster_launch_options *options,
                   struct watch watch, struct cluster_outcome *ret,
                   struct sevk_error *err)
{
    OWN(kubeconfig_clear) struct kubeconfig config = { 0 };
    OWN(yaml_file_free) struct yaml_file file = { 0 };
    OWN(launch_plan_free) struct launch_plan *plan = NULL;
    OWN(cluster_host_close)
    struct cluster_host host = {
        .client = { .config = &config,
                    .timeout_ms = options->cluster.timeout * 1000,
                    .watch = &watch },
        .rng = options->launch.rng,
    };
    struct expectation_vm vm;
    struct manifest m = { 0 };

    if (!read_manifest(options->manifest, &file, &m, err)) {
        return false;
    }
    vm = describe_vm(&m);
    host.kind = m.kind;
    return check_policy(options, &vm, err) &&
           launch_prepare(&options->launch, &vm, &plan, err) &&
           kubeconfig_load(options->cluster.kubeconfig,
                           options->cluster.context, &config, err) &&
           choose_namespace(options, &m, &config, &host, err) &&
           node_to_json(m.root, &host.manifest, err) &&
           run_launch(plan, &host, &watch, ret, err);
}

__attribute__((visibility(
    "default"))) extern const struct cluster_module sevk_cluster_module;

const struct cluster_module sevk_cluster_module = {
    .head = { .abi = CLUSTER_MODULE_ABI,
              .size = sizeof(struct cluster_module) },
    .check = check,
    .launch = launch,
};
