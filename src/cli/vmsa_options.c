/* SPDX-License-Identifier: Apache-2.0 */
/* The options that say how a vCPU of SEV-ES begins. */
#include "cli/vmsa_options.h"

#include "owner/cpu_model.h"
#include "owner/firmware.h"

static bool read_reset_vector(const char *path, uint32_t *ret,
                              struct sevk_error *err)
{
    struct firmware firmware;

    return firmware_read(path, &firmware, err) &&
           firmware_reset_vector(&firmware, ret, err);
}

bool vmsa_options_apply(const struct vmsa_options *o, struct vmsa_init *init,
                        struct sevk_error *err)
{
    if (o->cpu != NULL &&
        !cpu_signature_parse(o->cpu, &init->cpu_signature, err)) {
        return sevk_fail_in(err, "--cpu");
    }
    if (o->vm_type != NULL &&
        !vmsa_vm_type_parse(o->vm_type, &init->type, err)) {
        return sevk_fail_in(err, "--vm-type");
    }
    if (o->sev_features.given) {
        init->sev_features = o->sev_features.value;
    }
    return o->vcpu.value == 0 || o->firmware == NULL ||
           read_reset_vector(o->firmware, &init->reset_vector, err);
}
