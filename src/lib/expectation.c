/* SPDX-License-Identifier: Apache-2.0 */
/* What the owner expects of a guest, set by other programs. */
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "lib/expectation.h"
#include "owner/cpu_model.h"
#include "owner/kernel_hashes.h"
#include "owner/policy.h"

bool sevk_expectation_new(struct sevk_expectation **ret_expectation,
                          struct sevk_error *err)
{
    OWN(own_free) struct sevk_expectation *x = NULL;
    const struct expectation_options none = { 0 };

    if (!NEW_HANDLE(&x, err) || !expectation_read(&none, NULL, &x->e, err)) {
        return false;
    }
    *ret_expectation = TAKE(x);
    return true;
}

void sevk_expectation_free(struct sevk_expectation **expectation)
{
    if (*expectation != NULL) {
        expectation_free(&(*expectation)->e);
        free(*expectation);
    }
    *expectation = NULL;
}

bool sevk_expectation_read_reference(struct sevk_expectation *expectation,
                                     const char *path, struct sevk_error *err)
{
    const struct expectation_options options = { .reference = path };
    OWN(expectation_free) struct expectation *fresh = NULL;

    if (expectation->touched) {
        return sevk_fail(err, SEVK_USAGE,
                         "the reference '%s' has to be read before other "
                         "values are set, which win over it",
                         path);
    }
    if (!expectation_read(&options, NULL, &fresh, err)) {
        return false;
    }
    expectation_free(&expectation->e);
    expectation->e = TAKE(fresh);
    expectation->touched = true;
    return true;
}

/* -- What is loaded. ---------------------------------------------------------- */

/* Digests that were listed before were made from other values. */
static struct reference *change_loaded(struct sevk_expectation *expectation)
{
    expectation->touched = true;
    expectation->e->reference.n_launch_digests = 0;
    return &expectation->e->reference;
}

bool sevk_expectation_set_firmware(struct sevk_expectation *expectation,
                                   const struct sevk_firmware *firmware,
                                   struct sevk_error *err)
{
    struct expectation *e = expectation->e;

    if (e->reference.has_firmware &&
        !reference_check_firmware(&e->reference, &firmware->firmware, err)) {
        return false;
    }
    change_loaded(expectation);
    e->has_image = true;
    e->firmware = firmware->firmware;
    return true;
}

static void set_kernel(struct sevk_expectation *expectation,
                       const struct kernel_hash_table *table, char *cmdline)
{
    struct reference *r = change_loaded(expectation);

    r->has_kernel_hashes = true;
    r->kernel_hashes = *table;
    free(expectation->e->cmdline);
    expectation->e->cmdline = cmdline;
}

bool sevk_expectation_set_kernel(struct sevk_expectation *expectation,
                                 const char *kernel, const char *initrd,
                                 const char *cmdline, struct sevk_error *err)
{
    OWN(own_free) char *copy = strdup(cmdline == NULL ? "" : cmdline);
    struct kernel_hash_table table;

    if (copy == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!kernel_hashes_read(kernel, initrd, cmdline, &table, err)) {
        return false;
    }
    set_kernel(expectation, &table, TAKE(copy));
    return true;
}

void sevk_expectation_set_kernel_hashes(struct sevk_expectation *expectation,
                                        const uint8_t kernel[SEVK_DIGEST_LEN],
                                        const uint8_t initrd[SEVK_DIGEST_LEN],
                                        const uint8_t cmdline[SEVK_DIGEST_LEN])
{
    struct kernel_hash_table table;

    memcpy(table.kernel, kernel, sizeof table.kernel);
    kernel_hashes_no_initrd(table.initrd);
    kernel_hashes_cmdline(NULL, table.cmdline);
    if (initrd != NULL) {
        memcpy(table.initrd, initrd, sizeof table.initrd);
    }
    if (cmdline != NULL) {
        memcpy(table.cmdline, cmdline, sizeof table.cmdline);
    }
    set_kernel(expectation, &table, NULL);
}

bool sevk_expectation_set_vcpus(struct sevk_expectation *expectation,
                                uint32_t vcpus, struct sevk_error *err)
{
    struct reference *r;

    if (vcpus == 0 || vcpus > DIGEST_VCPUS_MAX) {
        return sevk_fail(err, SEVK_USAGE, "a guest has 1 to %d vCPUs, not %u",
                         DIGEST_VCPUS_MAX, vcpus);
    }
    r = change_loaded(expectation);
    r->has_vcpus = true;
    r->vcpus = vcpus;
    return true;
}

bool sevk_expectation_set_cpu(struct sevk_expectation *expectation,
                              const char *cpu, struct sevk_error *err)
{
    struct reference *r;
    uint32_t signature;

    if (!cpu_signature_parse(cpu, &signature, err)) {
        return false;
    }
    r = change_loaded(expectation);
    r->has_cpu_signature = true;
    r->cpu_signature = signature;
    return true;
}

bool sevk_expectation_set_vm_type(struct sevk_expectation *expectation,
                                  const char *type, struct sevk_error *err)
{
    struct reference *r;
    enum vmsa_vm_type parsed;

    if (!vmsa_vm_type_parse(type, &parsed, err)) {
        return false;
    }
    r = change_loaded(expectation);
    r->has_vm_type = true;
    r->vm_type = parsed;
    return true;
}

void sevk_expectation_set_sev_features(struct sevk_expectation *expectation,
                                       uint64_t features)
{
    struct reference *r = change_loaded(expectation);

    r->has_sev_features = true;
    r->sev_features = features;
}

static uint8_t *copy_vmsa(const uint8_t *from)
{
    uint8_t *copy = malloc(VMSA_LEN);

    if (copy != NULL) {
        memcpy(copy, from, VMSA_LEN);
    }
    return copy;
}

bool sevk_expectation_set_vmsas(struct sevk_expectation *expectation,
                                const uint8_t bsp[SEVK_VMSA_LEN],
                                const uint8_t ap[SEVK_VMSA_LEN],
                                struct sevk_error *err)
{
    OWN(own_free) uint8_t *first = copy_vmsa(bsp);
    OWN(own_free) uint8_t *others = ap == NULL ? NULL : copy_vmsa(ap);
    struct expectation *e = expectation->e;

    if (first == NULL || (ap != NULL && others == NULL)) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    change_loaded(expectation);
    free(e->vmsa_bsp);
    free(e->vmsa_ap);
    e->vmsa_bsp = TAKE(first);
    e->vmsa_ap = TAKE(others);
    return true;
}

bool sevk_expectation_add_digest(struct sevk_expectation *expectation,
                                 const uint8_t digest[SEVK_DIGEST_LEN],
                                 struct sevk_error *err)
{
    struct reference *r = &expectation->e->reference;

    if (r->n_launch_digests == REFERENCE_LIST_MAX) {
        return sevk_fail(err, SEVK_USAGE, "more than %d launch digests",
                         REFERENCE_LIST_MAX);
    }
    expectation->touched = true;
    memcpy(r->launch_digests[r->n_launch_digests], digest, SHA256_LEN);
    r->n_launch_digests++;
    return true;
}

/* -- Rules. -------------------------------------------------------------------- */

void sevk_expectation_set_firmware_measures_boot(
    struct sevk_expectation *expectation, bool measures)
{
    struct reference *r = &expectation->e->reference;

    expectation->touched = true;
    r->has_firmware_measures_boot = true;
    r->firmware_measures_boot = measures;
}

bool sevk_expectation_set_policy(struct sevk_expectation *expectation,
                                 uint32_t policy, struct sevk_error *err)
{
    struct reference *r = &expectation->e->reference;

    if (!policy_check_reserved(policy, err)) {
        return false;
    }
    expectation->touched = true;
    r->has_policy = true;
    r->policy = policy;
    return true;
}

void sevk_expectation_set_min_api(struct sevk_expectation *expectation,
                                  uint8_t major, uint8_t minor)
{
    expectation->touched = true;
    expectation->e->rules.min_api_major = major;
    expectation->e->rules.min_api_minor = minor;
}

bool sevk_expectation_add_platform(struct sevk_expectation *expectation,
                                   const uint8_t id[SEVK_PLATFORM_ID_LEN],
                                   struct sevk_error *err)
{
    expectation->touched = true;
    return acceptance_add_platform_id(&expectation->e->rules, id, err);
}

void sevk_expectation_allow_weak_policy(struct sevk_expectation *expectation,
                                        bool allow)
{
    expectation->touched = true;
    expectation->e->rules.allow_weak_policy = allow;
}

void sevk_expectation_allow_unmeasured_boot(
    struct sevk_expectation *expectation, bool allow)
{
    expectation->touched = true;
    expectation->e->rules.unmeasured_boot = allow;
}

/* -- What follows from them. ---------------------------------------------------- */

bool expectation_settled(const struct sevk_expectation *expectation,
                         uint32_t policy, struct expectation **ret,
                         struct sevk_error *err)
{
    OWN(own_free) struct expectation *copy = malloc(sizeof *copy);

    if (copy == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    *copy = *expectation->e;
    if (!expectation_settle(copy, policy, err)) {
        return false;
    }
    *ret = TAKE(copy);
    return true;
}

bool sevk_expectation_digest(const struct sevk_expectation *expectation,
                             uint32_t policy,
                             uint8_t ret_digest[SEVK_DIGEST_LEN],
                             struct sevk_error *err)
{
    OWN(own_free) struct expectation *settled = NULL;

    if (!expectation_settled(expectation, policy, &settled, err)) {
        return false;
    }
    memcpy(ret_digest, settled->digests[0], SHA256_LEN);
    return true;
}
