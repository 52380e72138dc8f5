/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit kubevirt generate: a manifest that KubeVirt runs as an SEV guest. */
#include <string.h>

#include "base/error.h"
#include "base/own.h"
#include "cli/kube.h"
#include "cli/lint.h"
#include "cli/verb.h"
#include "owner/policy.h"
#include "virt/domain_summary.h"

struct options {
    const char *name;
    const char *namespace_;
    struct opt_u32 memory;
    struct opt_u32 vcpus;
    const char *cpu;
    const char *container_disk;
    const char *pvc;
    const char *data_volume;
    const char *mac;
    struct opt_u32 policy;
    bool no_attestation;
    bool instance;
    const char *from_domain;
    const char *out;
};

#define STRING_ROW(member, name_, arg_, help_)                                 \
    {                                                                          \
        .name = name_, .arg = arg_, .help = help_, .set = opt_set_string,      \
        .at = offsetof(struct options, member)                                 \
    }

static const struct opt rows[] = {
    STRING_ROW(name, "name", "NAME", "the VM's name"),
    STRING_ROW(namespace_, "namespace", "NAME",
               "the namespace to write into the manifest"),
    { .name = "memory",
      .arg = "MIB",
      .help = "memory in MiB",
      .set = opt_set_u32,
      .at = offsetof(struct options, memory),
      .min = 1 },
    { .name = "vcpus",
      .arg = "N",
      .help = "number of vCPUs",
      .set = opt_set_u32,
      .at = offsetof(struct options, vcpus),
      .min = 1,
      .max = 512 },
    STRING_ROW(cpu, "cpu", "MODEL",
               "CPU as KubeVirt names it, which SEV-ES measures"),
    STRING_ROW(container_disk, "container-disk", "IMAGE",
               "disk: an image in a registry"),
    STRING_ROW(pvc, "pvc", "NAME", "disk: a PersistentVolumeClaim"),
    STRING_ROW(data_volume, "data-volume", "NAME", "disk: a DataVolume"),
    STRING_ROW(mac, "mac", "ADDRESS", "the interface's MAC address"),
    { .name = "policy",
      .arg = "P",
      .help = "nodbg or nodbg,es: what KubeVirt can ask for (default: both)",
      .set = opt_set_policy,
      .at = offsetof(struct options, policy) },
    { .name = "no-attestation",
      .help = "let KubeVirt start it without its owner",
      .set = opt_set_flag,
      .at = offsetof(struct options, no_attestation) },
    { .name = "instance",
      .help = "a VirtualMachineInstance, which ends with its one run",
      .set = opt_set_flag,
      .at = offsetof(struct options, instance) },
    STRING_ROW(from_domain, "from-domain", "FILE",
               "take what is not given from a libvirt domain's XML"),
    STRING_ROW(out, "out", "FILE", "write it there; the file must not exist"),
};

/* KubeVirt builds the policy by itself: of two it lets one choose. */
static bool set_policy(uint32_t policy, struct generate_options *g,
                       struct sevk_error *err)
{
    char text[POLICY_TEXT_LEN];

    if ((policy & ~POLICY_ES) != POLICY_NODBG) {
        policy_format(policy, text);
        return sevk_fail(
            err, SEVK_USAGE,
            "KubeVirt can't ask for the policy 0x%02x (%s): it has "
            "nodbg and nodbg,es alone",
            policy, text);
    }
    g->es = (policy & POLICY_ES) != 0;
    return true;
}

/* A manifest has no place for these, or SEV has not. */
static void tell_lost(const struct out *out, const struct domain_summary *d)
{
    const struct {
        bool lost;
        const char *what;
    } rows_[] = {
        { d->kernel, "its kernel: KubeVirt can't have one measured" },
        { d->tpm, "its TPM: it would be the host's" },
        { d->hostdevs > 0, "its host devices: SEV guests can't have any" },
        { d->interfaces > 1, "its interfaces but one" },
        { d->disks > 1, "its disks but one" },
        { (d->policy & ~(uint32_t)(POLICY_NODBG | POLICY_ES)) != 0,
          "its policy but nodbg and es: KubeVirt has no others" },
    };

    for (size_t i = 0; i < sizeof rows_ / sizeof *rows_; i++) {
        if (rows_[i].lost) {
            out_warn(out, "not taken from the domain: %s", rows_[i].what);
        }
    }
}

static bool take_domain(const struct options *o, const struct out *out,
                        struct domain_summary *domain,
                        struct generate_options *g, struct sevk_error *err)
{
    const struct lint_module *lint;

    if (!lint_open(&lint, err) ||
        !lint->summarise(o->from_domain, domain, err)) {
        return false;
    }
    g->name = g->name == NULL ? domain->name : g->name;
    if (g->cpu_model == NULL && domain->cpu_model[0] != '\0') {
        g->cpu_model = domain->cpu_model;
    }
    g->memory_kib = g->memory_kib == 0 ? domain->memory_kib : g->memory_kib;
    g->vcpus = g->vcpus == 0 ? domain->vcpus : g->vcpus;
    if (!o->policy.given && domain->has_policy) {
        g->es = (domain->policy & POLICY_ES) != 0;
    }
    tell_lost(out, domain);
    return true;
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(buf_free) struct buf text = { 0 };
    struct domain_summary domain = { 0 };
    const struct kube_module *module;
    struct generate_options g = {
        .name = o->name,
        .namespace_ = o->namespace_,
        .memory_kib = (uint64_t)o->memory.value * 1024,
        .vcpus = o->vcpus.value,
        .cpu_model = o->cpu,
        .container_disk = o->container_disk,
        .pvc = o->pvc,
        .data_volume = o->data_volume,
        .mac = o->mac,
        .es = true,
        .attest = !o->no_attestation,
        .instance = o->instance,
    };

    if ((o->policy.given && !set_policy(o->policy.value, &g, err)) ||
        (o->from_domain != NULL &&
         !take_domain(o, call->out, &domain, &g, err))) {
        return false;
    }
    return kube_open(&module, err) && module->generate(&g, &text, err) &&
           kube_put(call->out, o->out, &text, err);
}

const struct verb verb_kubevirt_generate = {
    .noun = "kubevirt",
    .verb = "generate",
    .summary = "write a manifest that KubeVirt runs as an SEV guest",
    VERB_OPTIONS(struct options),
    .draw = kube_draw,
    .run = run,
};
