/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit vmsa update: changes fields of a VMSA and leaves all others. */
#include "base/file.h"
#include "base/own.h"
#include "cli/verb.h"
#include "cli/vmsa_options.h"

struct options {
    struct vmsa_options vmsa;
};

static const struct opt rows[] = { VMSA_ROWS(struct options, vmsa) };

static bool check(const struct vmsa_options *o, struct sevk_error *err)
{
    if (o->cpu == NULL && o->vm_type == NULL && !o->sev_features.given &&
        o->firmware == NULL) {
        return sevk_fail(err, SEVK_USAGE,
                         "nothing to change: give --cpu, --vm-type, "
                         "--sev-features or --firmware");
    }
    if (o->firmware != NULL && o->vcpu.value == 0) {
        return sevk_fail(err, SEVK_USAGE,
                         "'--firmware' says where vCPUs after the first begin: "
                         "it goes with '--vcpu 1' or above");
    }
    return true;
}

/* The fields that options name, as a new state has them. */
static void change(const struct vmsa_options *o, const struct vmsa *fresh,
                   struct vmsa *vmsa)
{
    if (o->cpu != NULL) {
        vmsa->rdx = fresh->rdx;
    }
    if (o->vm_type != NULL) {
        vmsa->mxcsr = fresh->mxcsr;
        vmsa->x87_fcw = fresh->x87_fcw;
    }
    if (o->sev_features.given) {
        vmsa->sev_features = fresh->sev_features;
    }
    if (o->firmware != NULL) {
        vmsa->cs.base = fresh->cs.base;
        vmsa->rip = fresh->rip;
    }
}

static bool update(const struct vmsa_options *o, uint8_t page[static VMSA_LEN],
                   struct sevk_error *err)
{
    struct vmsa_init init = { .type = VMSA_LEGACY };
    uint8_t work[VMSA_LEN];
    struct vmsa vmsa, fresh;
    bool plain;

    if (!vmsa_options_apply(o, &init, err)) {
        return false;
    }
    vmsa_init_ap(&init, work);
    if (!vmsa_decode(bytes_make(work, VMSA_LEN), &fresh, &plain, err) ||
        !vmsa_decode(bytes_make(page, VMSA_LEN), &vmsa, &plain, err)) {
        return false;
    }
    change(o, &fresh, &vmsa);
    return vmsa_update(page, &vmsa, err);
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(own_free) uint8_t *page = malloc(VMSA_LEN);

    if (page == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!check(&o->vmsa, err) || !vmsa_read_file(call->args[0], page, err) ||
        !update(&o->vmsa, page, err) ||
        !file_replace(call->args[0], 0644, bytes_make(page, VMSA_LEN), err)) {
        return false;
    }
    out_text(call->out, call->out->tree, "file", call->args[0]);
    return true;
}

const struct verb verb_vmsa_update = {
    .noun = "vmsa",
    .verb = "update",
    .summary = "change fields of a vCPU's state and leave the others",
    .args = "FILE",
    .min_args = 1,
    .max_args = 1,
    VERB_OPTIONS(struct options),
    .run = run,
};
