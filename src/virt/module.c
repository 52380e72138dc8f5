/* SPDX-License-Identifier: Apache-2.0 */
/* What the libvirt module offers to the command line: one table of functions. */
#include "virt/module.h"

#include <string.h>

#include <json-c/json.h>
#include <libxml/parser.h>

#include "attest/place.h"
#include "attest/verdict_json.h"
#include "base/own.h"
#include "virt/as_validator.h"
#include "virt/capabilities_ask.h"
#include "virt/info_json.h"
#include "virt/libvirt_host.h"
#include "virt/libvirt_ops.h"
#include "virt/live_domain.h"

static struct link link_to(const char *uri, uint32_t timeout_s,
                           const struct watch *watch)
{
    return (struct link){
        .uri = uri,
        .timeout_ms = (uint64_t)timeout_s * 1000,
        .watch = watch,
    };
}

static void own_tree(struct json_object **tree)
{
    json_object_put(*tree);
    *tree = NULL;
}

static bool add(struct json_object *tree, const char *key,
                struct json_object *value)
{
    if (value != NULL && json_object_object_add(tree, key, value) == 0) {
        return true;
    }
    json_object_put(value);
    return false;
}

static bool outcome_tree(const struct launch_outcome *outcome,
                         struct virt_outcome *ret, struct sevk_error *err)
{
    OWN(own_tree) struct json_object *tree = json_object_new_object();

    if (tree == NULL || !verdict_to_json(&outcome->verdict, tree, err) ||
        !add(tree, "name", json_object_new_string(outcome->vm.name)) ||
        !add(tree, "uuid", json_object_new_string(outcome->vm.uuid)) ||
        !add(tree, "state",
             json_object_new_string(launch_state_name(outcome->state))) ||
        !add(tree, "secrets", json_object_new_uint64(outcome->n_secrets))) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    ret->yes = outcome->verdict.yes;
    ret->tree = TAKE(tree);
    return true;
}

/* -- launch ----------------------------------------------------------------------- */

/* A model that the host chooses says nothing to the owner. */
static const char *cpu_model_of(const struct domain_facts *f)
{
    bool of_host = f->cpu_mode != NULL && (strcmp(f->cpu_mode, "custom") != 0);

    return of_host ? NULL : f->cpu_model;
}

static struct expectation_vm describe_vm(const struct domain_facts *f)
{
    return (struct expectation_vm){
        .has_policy = f->has_policy,
        .policy = f->policy,
        .vcpus = f->has_vcpus ? f->vcpus : 1,
        .cpu_model = cpu_model_of(f),
        .kernel_hashes = f->kernel_hashes,
        .has_initrd = f->initrd != NULL,
        .cmdline = f->cmdline,
    };
}

/* --trust-host-files: the paths of the XML, read on this machine. */
static void use_host_files(const struct domain_facts *f,
                           struct expectation_options *o,
                           const struct watch *watch)
{
    if (o->firmware == NULL) {
        o->firmware = f->loader;
    }
    if (o->kernel == NULL && f->kernel_hashes) {
        o->kernel = f->kernel;
        o->initrd = o->initrd == NULL ? f->initrd : o->initrd;
    }
    watch_warn(watch, "expected files are read from the paths of the VM's XML "
                      "(--trust-host-files): if the host can write there, the "
                      "verdict says nothing");
}

static bool check_xml(const struct domain_xml *xml,
                      const struct launch_plan *plan, const char *file,
                      struct sevk_error *err)
{
    bool es = (launch_plan_policy(plan) & DOMAIN_POLICY_ES) != 0;

    return domain_xml_check(&xml->facts, es, err) ||
           sevk_fail_in(err, "'%.120s'", file);
}

static bool run_launch(struct launch_plan *plan, struct libvirt_host *host,
                       const struct watch *watch, struct launch_outcome *ret,
                       struct sevk_error *err)
{
    struct host ops = libvirt_host_ops(host);

    return libvirt_host_open(host, err) &&
           launch_run(plan, &ops, watch, ret, err);
}

static bool launch(const struct virt_launch_options *options,
                   struct watch watch, struct virt_outcome *ret,
                   struct sevk_error *err)
{
    OWN(domain_xml_close) struct domain_xml xml = { 0 };
    OWN(launch_plan_free) struct launch_plan *plan = NULL;
    OWN(launch_outcome_clear) struct launch_outcome outcome = { 0 };
    OWN(libvirt_host_close)
    struct libvirt_host host = {
        .link = link_to(options->connect, options->timeout, &watch),
        .xml = &xml,
    };
    struct launch_options with = options->launch;
    struct expectation_vm vm;

    if (!domain_xml_read(options->xml, &xml, err) ||
        !domain_xml_set_uuid(&xml, with.rng, err)) {
        return false;
    }
    if (options->trust_host_files) {
        use_host_files(&xml.facts, &with.expect, &watch);
    }
    vm = describe_vm(&xml.facts);
    return launch_prepare(&with, &vm, &plan, err) &&
           check_xml(&xml, plan, options->xml, err) &&
           run_launch(plan, &host, &watch, &outcome, err) &&
           outcome_tree(&outcome, ret, err);
}

/* -- validate, info ---------------------------------------------------------------- */

/* What as_validator_fill() takes from the host lives as long as this. */
struct found {
    struct libvirt_info info;
    char cpu[AS_VALIDATOR_CPU_LEN];
};

static void own_found(struct found *found)
{
    libvirt_info_clear(&found->info);
}

static bool ask_host_cpu(struct libvirt_host *host,
                         char ret[static AS_VALIDATOR_CPU_LEN],
                         struct sevk_error *err)
{
    OWN(job_free) struct job *job = NULL;

    return link_do(&host->link, libvirt_job(job_capabilities, NULL),
                   "asking for the host's CPU", NULL, &job, err) &&
           as_validator_host_cpu(bytes_of_string(job->text), ret, err);
}

/*
 * Who runs on the hypervisor hears of that first, whatever else is wrong. A
 * host that offers no SEV may have a VM with something to be said of it:
 * *RET_NO_SEV says why, when it comes to that.
 */
static bool check_place(struct libvirt_host *host, bool insecure,
                        bool *ret_remote, struct sevk_error *ret_no_sev,
                        struct sevk_error *err)
{
    static const struct watch nobody = { 0 };
    struct host_description h;

    if (!libvirt_describe(host, &h, ret_no_sev) &&
        host->description.name[0] == '\0') {
        return sevk_fail(err, ret_no_sev->code, "%s", ret_no_sev->message);
    }
    *ret_remote = !host->description.same_machine;
    return place_check(&host->description, insecure, &nobody, err);
}

static bool by_validators_rules(struct libvirt_host *host,
                                const struct virt_validate_options *options,
                                struct found *found,
                                struct validate_options *with,
                                struct sevk_error *err)
{
    struct as_validator_view view = { .facts = &found->info.xml.facts };
    bool secure = !options->validate.insecure;
    struct sevk_error no_sev = { 0 };

    if (!check_place(host, !secure, &view.remote, &no_sev, err) ||
        !libvirt_host_info(host, &found->info, err)) {
        return false;
    }
    view.state = found->info.state;
    view.policy = with->expect.has_policy ? with->expect.policy
                                          : found->info.evidence.policy;
    if (!as_validator_check(&view, options, &options->as_validator->trouble,
                            err)) {
        return false;
    }
    if (no_sev.code != SEVK_OK) {
        return sevk_fail(err, no_sev.code, "%s", no_sev.message);
    }
    if (!ask_host_cpu(host, found->cpu, err)) {
        return false;
    }
    view.host_cpu = found->cpu[0] == '\0' ? NULL : found->cpu;
    return as_validator_fill(&view, secure, &with->expect, err);
}

static bool validate(const struct virt_validate_options *options,
                     struct watch watch, struct virt_outcome *ret,
                     struct sevk_error *err)
{
    OWN(own_found) struct found found = { 0 };
    OWN(launch_outcome_clear) struct launch_outcome outcome = { 0 };
    OWN(libvirt_host_close)
    struct libvirt_host host = {
        .link = link_to(options->connect, options->timeout, &watch),
        .domain = options->domain,
        .ignore_config =
            options->ignore_config || options->as_validator != NULL,
        .want_paused =
            options->validate.n_secrets != 0 && options->as_validator == NULL,
        .stated = options->as_validator,
    };
    struct host ops = libvirt_host_ops(&host);
    struct validate_options with = options->validate;

    return libvirt_host_open(&host, err) &&
           (options->as_validator == NULL ||
            by_validators_rules(&host, options, &found, &with, err)) &&
           validate_online(&with, &ops, &watch, &outcome, err) &&
           outcome_tree(&outcome, ret, err);
}

static bool info(const struct virt_info_options *options,
                 struct json_object **ret_tree, struct sevk_error *err)
{
    OWN(libvirt_info_clear) struct libvirt_info found = { 0 };
    static const struct watch nobody = { 0 };
    OWN(libvirt_host_close)
    struct libvirt_host host = {
        .link = link_to(options->connect, options->timeout, &nobody),
        .domain = options->domain,
    };

    return libvirt_host_open(&host, err) &&
           libvirt_host_info(&host, &found, err) &&
           info_to_json(&found, ret_tree, err);
}

static bool domain(const struct virt_info_options *options, struct buf *ret_xml,
                   bool *ret_saved, struct sevk_error *err)
{
    return live_domain_ask(options->connect, options->domain, options->timeout,
                           ret_xml, ret_saved, err);
}

__attribute__((
    visibility("default"))) extern const struct virt_module sevk_virt_module;

const struct virt_module sevk_virt_module = {
    .head = { .abi = VIRT_MODULE_ABI, .size = sizeof(struct virt_module) },
    .launch = launch,
    .validate = validate,
    .info = info,
    .ask_capabilities = capabilities_ask,
    .domain = domain,
};
