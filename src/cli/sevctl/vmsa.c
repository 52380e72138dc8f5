/* SPDX-License-Identifier: Apache-2.0 */
/* sevctl vmsa: the state in which a vCPU of SEV-ES begins. */
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/own.h"
#include "cli/sevctl/sevctl.h"
#include "owner/cpu_model.h"
#include "owner/firmware.h"
#include "owner/vmsa_krun.h"

struct options {
    struct opt_u32 cpu;
    const char *userspace;
    struct opt_u32 family;
    struct opt_u32 model;
    struct opt_u32 stepping;
    const char *firmware;
};

static bool is_krun(const struct options *o)
{
    return strcmp(o->userspace, "krun") == 0;
}

static bool set_userspace(const struct opt *row, const char *value,
                          void *target, struct sevk_error *err)
{
    if (strcmp(value, "qemu") != 0 && strcmp(value, "krun") != 0) {
        return sevk_fail(err, SEVK_USAGE,
                         "--%s: '%.40s' is neither 'qemu' nor 'krun'",
                         row->name, value);
    }
    return opt_set_string(row, value, target, err);
}

#define NUMBER(name_, max_, help_, field, required_)                           \
    {                                                                          \
        .name = name_, .arg = "N", .help = help_, .set = opt_set_u32,          \
        .at = offsetof(struct options, field), .max = max_,                    \
        .required = required_                                                  \
    }

static const struct opt rows[] = {
    NUMBER("cpu", 4095, "number of the vCPU; the first is 0", cpu, true),
    { .name = "userspace",
      .arg = "qemu|krun",
      .help = "the program that starts the guest",
      .set = set_userspace,
      .at = offsetof(struct options, userspace),
      .required = true },
    NUMBER("family", 270, "CPU family", family, false),
    NUMBER("model", 255, "CPU model", model, false),
    NUMBER("stepping", 15, "CPU stepping", stepping, false),
    { .name = "firmware",
      .arg = "FILE",
      .help = "image that says where vCPUs after the first begin",
      .set = opt_set_string,
      .at = offsetof(struct options, firmware) },
};

/* Those of the three that are not given count as 0, as they do there. */
static bool signature(const struct options *o, uint32_t *ret,
                      struct sevk_error *err)
{
    return cpu_signature_make(o->family.value, o->model.value,
                              o->stepping.value, ret, err);
}

/* -- build ----------------------------------------------------------------- */

static bool place_later_vcpu(const struct sevctl_call *call,
                             struct vmsa_init *init, bool *ret_placed,
                             struct sevk_error *err)
{
    const struct options *o = call->options;
    struct firmware firmware;

    *ret_placed = false;
    if (o->cpu.value == 0 || is_krun(o)) {
        return true;
    }
    if (o->firmware == NULL) {
        if (!call->quiet) {
            out_warn(call->out,
                     "without --firmware vCPU %u is given the state of the "
                     "first one, which QEMU never does",
                     o->cpu.value);
        }
        return true;
    }
    *ret_placed = true;
    return firmware_read(o->firmware, &firmware, err) &&
           firmware_reset_vector(&firmware, &init->reset_vector, err);
}

static bool run_build(const struct sevctl_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    struct vmsa_init init = { .type = VMSA_LEGACY };
    uint8_t page[VMSA_LEN];
    bool placed;

    if (!signature(o, &init.cpu_signature, err) ||
        !place_later_vcpu(call, &init, &placed, err)) {
        return false;
    }
    if (is_krun(o)) {
        (o->cpu.value == 0 ? vmsa_krun_bsp : vmsa_krun_ap)(&init, page);
    } else {
        (placed ? vmsa_init_ap : vmsa_init_bsp)(&init, page);
    }
    return file_replace(call->args[0], 0644, BYTES_OF(page), err);
}

const struct sevctl_command sevctl_vmsa_build = {
    .group = "vmsa",
    .name = "build",
    .args = "FILE",
    .min_args = 1,
    .max_args = 1,
    .summary = "write the state in which a vCPU begins",
    SEVCTL_OPTIONS(struct options),
    .run = run_build,
};

/* -- update ---------------------------------------------------------------- */

static bool change(const struct sevctl_call *call, struct vmsa *vmsa,
                   struct sevk_error *err)
{
    const struct options *o = call->options;
    struct vmsa_init init = { .type = VMSA_LEGACY };
    uint32_t rdx;
    bool placed;

    if (!signature(o, &rdx, err) ||
        !place_later_vcpu(call, &init, &placed, err)) {
        return false;
    }
    if (o->family.given || o->model.given || o->stepping.given) {
        vmsa->rdx = rdx;
    }
    if (placed) {
        vmsa->cs.base = init.reset_vector & 0xffff0000;
        vmsa->rip = init.reset_vector & 0xffff;
    }
    return true;
}

static bool run_update(const struct sevctl_call *call, struct sevk_error *err)
{
    uint8_t page[VMSA_LEN];
    struct vmsa vmsa;
    bool plain;

    if (!vmsa_read_file(call->args[0], page, err) ||
        !vmsa_decode(BYTES_OF(page), &vmsa, &plain, err) ||
        !change(call, &vmsa, err) || !vmsa_update(page, &vmsa, err)) {
        return false;
    }
    return file_replace(call->args[0], 0644, BYTES_OF(page), err);
}

const struct sevctl_command sevctl_vmsa_update = {
    .group = "vmsa",
    .name = "update",
    .args = "FILE",
    .min_args = 1,
    .max_args = 1,
    .summary = "change fields of a vCPU's state and leave the others",
    SEVCTL_OPTIONS(struct options),
    .run = run_update,
};
