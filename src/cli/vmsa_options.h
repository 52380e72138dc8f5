/* SPDX-License-Identifier: Apache-2.0 */
/* The options that say how a vCPU of SEV-ES begins. */
#ifndef SEVKIT_CLI_VMSA_OPTIONS_H
#define SEVKIT_CLI_VMSA_OPTIONS_H

#include "cli/opt.h"
#include "owner/vmsa_init.h"

struct vmsa_options {
    struct opt_u32 vcpu;
    const char *cpu;
    const char *vm_type;
    struct opt_u32 sev_features;
    const char *firmware;
};

#define VMSA_ROW(type, m, field, name_, arg_, setter, help_)                   \
    {                                                                          \
        .name = name_, .arg = arg_, .help = help_, .set = setter,              \
        .at = offsetof(type, m.field)                                          \
    }

#define VMSA_ROWS(type, m)                                                     \
    VMSA_ROW(type, m, vcpu, "vcpu", "N", opt_set_u32,                          \
             "number of the vCPU; the first is 0 (the default)"),              \
        VMSA_ROW(type, m, cpu, "cpu", "MODEL", opt_set_string,                 \
                 "CPU as QEMU names it, or FAMILY/MODEL/STEPPING"),            \
        VMSA_ROW(type, m, vm_type, "vm-type", "legacy|init2", opt_set_string,  \
                 "how vCPUs begin under SEV-ES: legacy or init2"),             \
        VMSA_ROW(type, m, sev_features, "sev-features", "BITS", opt_set_u32,   \
                 "SEV_FEATURES; 0x20 on kernels 6.6 and 6.7"),                 \
        VMSA_ROW(type, m, firmware, "firmware", "FILE", opt_set_string,        \
                 "image that says where vCPUs after the first begin")

/*
 * Changes in INIT what options gave, and leaves the rest. The image is needed
 * for vCPUs after the first, and not looked at for the first.
 */
SEVK_MUST_CHECK bool vmsa_options_apply(const struct vmsa_options *o,
                                        struct vmsa_init *init,
                                        struct sevk_error *err);

#endif
