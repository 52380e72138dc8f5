/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit vmsa build: the state in which a vCPU of SEV-ES begins, as a file. */
#include "base/file.h"
#include "cli/verb.h"
#include "cli/vmsa_options.h"

struct options {
    struct vmsa_options vmsa;
};

static const struct opt rows[] = { VMSA_ROWS(struct options, vmsa) };

static bool check(const struct vmsa_options *o, struct sevk_error *err)
{
    if (o->cpu == NULL) {
        return sevk_fail(err, SEVK_USAGE,
                         "'--cpu MODEL' is missing: its signature is a part of "
                         "the state");
    }
    if (o->vcpu.value != 0 && o->firmware == NULL) {
        return sevk_fail(err, SEVK_USAGE,
                         "'--firmware FILE' is missing: the image says where "
                         "vCPU %u begins",
                         o->vcpu.value);
    }
    return true;
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    struct out *out = call->out;
    struct vmsa_init init = { .type = VMSA_LEGACY };
    uint8_t page[VMSA_LEN];

    if (!check(&o->vmsa, err) || !vmsa_options_apply(&o->vmsa, &init, err)) {
        return false;
    }
    (o->vmsa.vcpu.value == 0 ? vmsa_init_bsp : vmsa_init_ap)(&init, page);
    if (!file_replace(call->args[0], 0644, BYTES_OF(page), err)) {
        return false;
    }
    out_text(out, out->tree, "file", call->args[0]);
    out_number(out, out->tree, "vcpu", o->vmsa.vcpu.value);
    out_bits(out, out->tree, "cpu_signature", init.cpu_signature);
    out_text(out, out->tree, "vm_type", vmsa_vm_type_name(init.type));
    return true;
}

const struct verb verb_vmsa_build = {
    .noun = "vmsa",
    .verb = "build",
    .summary = "write the state in which a vCPU begins under SEV-ES",
    .args = "FILE",
    .min_args = 1,
    .max_args = 1,
    VERB_OPTIONS(struct options),
    .run = run,
};
