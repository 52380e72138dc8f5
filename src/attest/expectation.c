/* SPDX-License-Identifier: Apache-2.0 */
/* What the owner expects of a guest: options, reference file and XML in one. */
#include "attest/expectation.h"

#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "owner/cpu_model.h"
#include "owner/kernel_hashes.h"
#include "owner/policy.h"

void expectation_free(struct expectation **e)
{
    if (*e != NULL) {
        free((*e)->vmsa_bsp);
        free((*e)->vmsa_ap);
        free((*e)->cmdline);
        free((*e)->try_cmdline);
        free(*e);
    }
    *e = NULL;
}

/* -- Options over the reference. ---------------------------------------------- */

/* Digests in a reference were made from its other values. */
static bool changes_digest(const struct expectation_options *o)
{
    return o->firmware != NULL || o->kernel != NULL || o->cpu != NULL ||
           o->vm_type != NULL || o->vmsa_bsp != NULL || o->vmsa_ap != NULL ||
           o->has_vcpus || o->has_sev_features;
}

static bool read_firmware(struct expectation *e, const char *path,
                          struct sevk_error *err)
{
    if (path == NULL) {
        return true;
    }
    if (!firmware_read(path, &e->firmware, err)) {
        return false;
    }
    e->has_image = true;
    return !e->reference.has_firmware ||
           reference_check_firmware(&e->reference, &e->firmware, err);
}

static bool read_kernel(struct expectation *e,
                        const struct expectation_options *o,
                        const struct expectation_vm *vm, struct sevk_error *err)
{
    const char *cmdline = o->cmdline;

    if (o->kernel == NULL) {
        if (o->initrd != NULL || o->cmdline != NULL) {
            return sevk_fail(err, SEVK_USAGE,
                             "--initrd and --cmdline need --kernel");
        }
        return true;
    }
    if (cmdline == NULL && vm != NULL) {
        cmdline = vm->cmdline;
    }
    if (!kernel_hashes_read(o->kernel, o->initrd, cmdline,
                            &e->reference.kernel_hashes, err)) {
        return false;
    }
    e->reference.has_kernel_hashes = true;
    e->cmdline = strdup(cmdline == NULL ? "" : cmdline);
    return e->cmdline != NULL || sevk_fail(err, SEVK_HOST, "out of memory");
}

static bool read_try(struct expectation *e, const struct expectation_options *o,
                     struct sevk_error *err)
{
    if (o->try_kernel == NULL) {
        return (o->try_initrd == NULL && o->try_cmdline == NULL) ||
               sevk_fail(err, SEVK_USAGE,
                         "--try-initrd and --try-cmdline need --try-kernel");
    }
    if (e->reference.has_kernel_hashes) {
        return sevk_fail(err, SEVK_USAGE,
                         "--try-kernel is for guests whose kernel is not "
                         "expected to be measured; here --kernel or the "
                         "reference says that it is");
    }
    if (!kernel_hashes_read(o->try_kernel, o->try_initrd, o->try_cmdline,
                            &e->try_hashes, err)) {
        return false;
    }
    e->try_cmdline = strdup(o->try_cmdline == NULL ? "" : o->try_cmdline);
    e->has_try = true;
    return e->try_cmdline != NULL || sevk_fail(err, SEVK_HOST, "out of memory");
}

static bool read_vmsa(const char *path, uint8_t **ret, struct sevk_error *err)
{
    OWN(own_free) uint8_t *vmsa = NULL;

    if (path == NULL) {
        return true;
    }
    vmsa = malloc(VMSA_LEN);
    if (vmsa == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!vmsa_read_file(path, vmsa, err)) {
        return false;
    }
    *ret = TAKE(vmsa);
    return true;
}

static bool read_vcpus(struct expectation *e,
                       const struct expectation_options *o,
                       struct sevk_error *err)
{
    struct reference *r = &e->reference;

    if (o->has_vcpus) {
        r->has_vcpus = true;
        r->vcpus = o->vcpus;
    }
    if (o->cpu != NULL) {
        if (!cpu_signature_parse(o->cpu, &r->cpu_signature, err)) {
            return sevk_fail_in(err, "--cpu");
        }
        r->has_cpu_signature = true;
    }
    if (o->vm_type != NULL) {
        if (!vmsa_vm_type_parse(o->vm_type, &r->vm_type, err)) {
            return sevk_fail_in(err, "--vm-type");
        }
        r->has_vm_type = true;
    }
    if (o->has_sev_features && o->vmsa_bsp != NULL) {
        return sevk_fail(err, SEVK_USAGE,
                         "--sev-features stand in the files of --vmsa-cpu0 "
                         "and --vmsa-cpu1 already: leave one of them out");
    }
    if (o->has_sev_features) {
        r->has_sev_features = true;
        r->sev_features = o->sev_features;
    }
    return read_vmsa(o->vmsa_bsp, &e->vmsa_bsp, err) &&
           read_vmsa(o->vmsa_ap, &e->vmsa_ap, err);
}

static bool read_rules(struct expectation *e,
                       const struct expectation_options *o,
                       struct sevk_error *err)
{
    struct reference *r = &e->reference;
    struct acceptance *rules = &e->rules;

    *rules = acceptance_default();
    if (o->has_min_api || r->has_min_api) {
        rules->min_api_major =
            o->has_min_api ? o->min_api_major : r->min_api_major;
        rules->min_api_minor =
            o->has_min_api ? o->min_api_minor : r->min_api_minor;
    }
    rules->allow_weak_policy = o->allow_weak_policy;
    rules->unmeasured_boot = o->unmeasured_boot;
    if (o->firmware_measures_boot) {
        r->has_firmware_measures_boot = true;
        r->firmware_measures_boot = true;
    }
    for (size_t i = 0; i < o->n_platform_ids; i++) {
        if (!acceptance_add_platform(rules, o->platform_ids[i], err)) {
            return false;
        }
    }
    for (size_t i = 0; o->n_platform_ids == 0 && i < r->n_platform_ids; i++) {
        memcpy(rules->platforms[i], r->platform_ids[i], SHA256_LEN);
        rules->n_platforms = i + 1;
    }
    if (o->has_policy) {
        r->has_policy = true;
        r->policy = o->policy;
    }
    return true;
}

/* -- The description against both. ---------------------------------------------- */

static bool agree_kernel(const struct expectation *e,
                         const struct expectation_options *o,
                         const struct expectation_vm *vm,
                         struct sevk_error *err)
{
    if (vm->kernel_hashes && !e->reference.has_kernel_hashes) {
        return sevk_fail(err, SEVK_USAGE,
                         "the VM has kernelHashes='yes': give --kernel, "
                         "--initrd and --cmdline, or a reference with "
                         "kernel_hashes");
    }
    if (!vm->kernel_hashes && e->reference.has_kernel_hashes) {
        return sevk_fail(err, SEVK_USAGE,
                         "a kernel is expected, but the VM does not have its "
                         "kernel measured: write kernelHashes='yes' into "
                         "<launchSecurity>, or leave --kernel out");
    }
    if (o->kernel == NULL) {
        return true;
    }
    if (vm->has_initrd != (o->initrd != NULL)) {
        return sevk_fail(err, SEVK_USAGE,
                         vm->has_initrd
                             ? "the VM has an <initrd>: give the same file "
                               "with --initrd"
                             : "--initrd is given, but the VM has no <initrd>");
    }
    if (o->cmdline != NULL &&
        strcmp(o->cmdline, vm->cmdline == NULL ? "" : vm->cmdline) != 0) {
        return sevk_fail(err, SEVK_USAGE,
                         "--cmdline is '%.120s', but the VM's <cmdline> is "
                         "'%.120s'; make them equal",
                         o->cmdline, vm->cmdline == NULL ? "" : vm->cmdline);
    }
    return true;
}

static bool agree_policy(struct expectation *e, const struct expectation_vm *vm,
                         struct sevk_error *err)
{
    struct reference *r = &e->reference;

    if (!vm->has_policy) {
        return true;
    }
    if (r->has_policy && r->policy != vm->policy) {
        return sevk_fail(err, SEVK_USAGE,
                         "the VM's <policy> is 0x%02x, but 0x%02x is expected; "
                         "correct --policy (or the reference) or the XML, or "
                         "remove the element",
                         vm->policy, r->policy);
    }
    r->has_policy = true;
    r->policy = vm->policy;
    return true;
}

static bool agree_vcpus(struct expectation *e, const struct expectation_vm *vm,
                        struct sevk_error *err)
{
    struct reference *r = &e->reference;
    uint32_t signature;

    if (r->has_vcpus && r->vcpus != vm->vcpus) {
        return sevk_fail(err, SEVK_USAGE,
                         "the VM has %u vCPUs, but %u are expected; correct "
                         "--vcpus (or the reference) or <vcpu>",
                         vm->vcpus, r->vcpus);
    }
    r->has_vcpus = true;
    r->vcpus = vm->vcpus;
    /* A model that we do not know is a matter for --cpu, and only with ES. */
    if (vm->cpu_model == NULL ||
        !cpu_signature_parse(vm->cpu_model, &signature, NULL)) {
        return true;
    }
    if (r->has_cpu_signature && r->cpu_signature != signature) {
        return sevk_fail(err, SEVK_USAGE,
                         "the VM's CPU model '%.40s' has the signature 0x%08x, "
                         "but 0x%08x is expected; correct --cpu (or the "
                         "reference) or <cpu>",
                         vm->cpu_model, signature, r->cpu_signature);
    }
    r->has_cpu_signature = true;
    r->cpu_signature = signature;
    return true;
}

static bool merge(struct expectation *e, const struct expectation_options *o,
                  const struct expectation_vm *vm, struct sevk_error *err)
{
    if (o->reference != NULL &&
        !reference_read(o->reference, &e->reference, err)) {
        return false;
    }
    e->has_reference = o->reference != NULL;
    if (changes_digest(o)) {
        e->reference.n_launch_digests = 0;
    }
    return read_firmware(e, o->firmware, err) && read_kernel(e, o, vm, err) &&
           read_try(e, o, err) && read_vcpus(e, o, err) &&
           read_rules(e, o, err) &&
           (vm == NULL ||
            (agree_kernel(e, o, vm, err) && agree_policy(e, vm, err) &&
             agree_vcpus(e, vm, err)));
}

bool expectation_read(const struct expectation_options *options,
                      const struct expectation_vm *vm, struct expectation **ret,
                      struct sevk_error *err)
{
    OWN(expectation_free) struct expectation *e = calloc(1, sizeof *e);

    if (e == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!merge(e, options, vm, err)) {
        return false;
    }
    *ret = TAKE(e);
    return true;
}

bool expectation_policy(const struct expectation *e, uint32_t *ret)
{
    if (e->reference.has_policy) {
        *ret = e->reference.policy;
    }
    return e->reference.has_policy;
}

/* -- Digests. -------------------------------------------------------------------- */

static bool need(bool has, const char *what, struct sevk_error *err)
{
    return has || sevk_fail(err, SEVK_USAGE,
                            "%s is needed to compute what SEV-ES measures; it "
                            "may also stand in the reference",
                            what);
}

static bool check_complete(const struct expectation *e, bool es,
                           struct sevk_error *err)
{
    const struct reference *r = &e->reference;

    if (r->n_launch_digests != 0) {
        return true;
    }
    if (!e->has_image && !(r->has_firmware && !es && !r->has_kernel_hashes)) {
        return sevk_fail(err, SEVK_USAGE,
                         "--firmware is needed: the image that the VM starts "
                         "with, from a source that you trust, never from the "
                         "host");
    }
    if (!es) {
        return true;
    }
    return need(r->has_vcpus, "--vcpus (or --num-cpus)", err) &&
           need(e->vmsa_bsp != NULL || r->has_cpu_signature, "--cpu", err);
}

/* VMSAs that the owner brings are taken as they are. */
static bool digest_of_vmsas(struct expectation *e, struct sevk_error *err)
{
    struct digest_inputs in = {
        .firmware = &e->firmware,
        .kernel_hashes =
            e->reference.has_kernel_hashes ? &e->reference.kernel_hashes : NULL,
        .vcpus = e->reference.vcpus,
        .vmsa_bsp = e->vmsa_bsp,
        .vmsa_ap = e->vmsa_ap,
    };

    if (e->vmsa_bsp == NULL || (in.vcpus > 1 && e->vmsa_ap == NULL)) {
        return sevk_fail(err, SEVK_USAGE,
                         "--vmsa-cpu0 and, from 2 vCPUs on, --vmsa-cpu1 go "
                         "together");
    }
    if (!digest_compute(&in, e->digests[0], err)) {
        return false;
    }
    e->n_digests = 1;
    return true;
}

static bool compute(struct expectation *e, bool es, struct sevk_error *err)
{
    struct reference *r = &e->reference;

    if (es && r->n_launch_digests == 0 &&
        (e->vmsa_bsp != NULL || e->vmsa_ap != NULL)) {
        return digest_of_vmsas(e, err);
    }
    if (!r->has_vm_type) {
        r->has_vm_type = true;
        r->vm_type = VMSA_LEGACY;
    }
    return reference_launch_digests(r, e->has_image ? &e->firmware : NULL,
                                    e->digests, REFERENCE_LIST_MAX,
                                    &e->n_digests, err);
}

bool expectation_settle(struct expectation *e, uint32_t policy,
                        struct sevk_error *err)
{
    bool es = (policy & POLICY_ES) != 0;
    struct reference *r = &e->reference;

    if (r->has_policy && r->policy != policy) {
        return sevk_fail(err, SEVK_USAGE,
                         "policy 0x%02x is expected, not 0x%02x", r->policy,
                         policy);
    }
    if (e->has_reference && es != (r->type == REFERENCE_SEV_ES)) {
        return sevk_fail(err, SEVK_USAGE,
                         "the reference is for %s, but policy 0x%02x is for %s",
                         es ? "SEV" : "SEV-ES", policy, es ? "SEV-ES" : "SEV");
    }
    if (!check_complete(e, es, err)) {
        return false;
    }
    r->type = es ? REFERENCE_SEV_ES : REFERENCE_SEV;
    if (!compute(e, es, err)) {
        return false;
    }
    e->policy = policy;
    e->vcpus = es ? r->vcpus : 0;
    e->settled = true;
    return true;
}
