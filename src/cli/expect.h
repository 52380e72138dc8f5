/* SPDX-License-Identifier: Apache-2.0 */
/* The options that say what the owner expects of a guest. */
#ifndef SEVKIT_CLI_EXPECT_H
#define SEVKIT_CLI_EXPECT_H

#include "attest/launch.h"
#include "cli/opt.h"

struct expect_options {
    const char *reference;
    const char *firmware;
    const char *kernel;
    const char *initrd;
    const char *cmdline;
    bool firmware_measures_boot;
    struct opt_u32 policy;
    const char *cpu;
    const char *vm_type;
    struct opt_u32 sev_features;
    const char *try_kernel;
    const char *try_initrd;
    const char *try_cmdline;
    struct opt_api min_api;
};

#define EXPECT_ROW(type, member, field, name_, arg_, setter, help_)            \
    {                                                                          \
        .name = name_, .arg = arg_, .help = help_, .set = setter,              \
        .at = offsetof(type, member.field)                                     \
    }

/* Rows for a struct TYPE with a struct expect_options MEMBER. */
#define EXPECT_ROWS(type, member)                                              \
    EXPECT_ROW(type, member, reference, "reference", "FILE", opt_set_string,   \
               "expected values in one file; options win over it"),            \
        EXPECT_ROW(type, member, firmware, "firmware", "FILE", opt_set_string, \
                   "firmware image"),                                          \
        EXPECT_ROW(type, member, kernel, "kernel", "FILE", opt_set_string,     \
                   "kernel that is booted directly"),                          \
        EXPECT_ROW(type, member, initrd, "initrd", "FILE", opt_set_string,     \
                   "initial RAM disk of that kernel"),                         \
        EXPECT_ROW(type, member, cmdline, "cmdline", "TEXT", opt_set_text,     \
                   "command line of that kernel"),                             \
        EXPECT_ROW(type, member, firmware_measures_boot,                       \
                   "firmware-measures-boot", NULL, opt_set_flag,               \
                   "the firmware checks what it boots by itself"),             \
        EXPECT_ROW(type, member, policy, "policy", "P", opt_set_policy,        \
                   "guest policy, a number or names"),                         \
        EXPECT_ROW(type, member, cpu, "cpu", "MODEL", opt_set_string,          \
                   "CPU as QEMU names it, or FAMILY/MODEL/STEPPING"),          \
        EXPECT_ROW(type, member, vm_type, "vm-type", "legacy|init2",           \
                   opt_set_string,                                             \
                   "how vCPUs begin under SEV-ES: legacy or init2"),           \
        EXPECT_ROW(type, member, sev_features, "sev-features", "BITS",         \
                   opt_set_u32, "SEV_FEATURES of each vCPU under SEV-ES"),     \
        EXPECT_ROW(type, member, min_api, "min-api", "M.N", opt_set_api,       \
                   "oldest firmware API to accept (default: 1.51)")

/* For verbs that explain a no. */
#define TRY_ROWS(type, member)                                                 \
    EXPECT_ROW(type, member, try_kernel, "try-kernel", "FILE", opt_set_string, \
               "explain: a kernel that may have been measured"),               \
        EXPECT_ROW(type, member, try_initrd, "try-initrd", "FILE",             \
                   opt_set_string, "explain: its initial RAM disk"),           \
        EXPECT_ROW(type, member, try_cmdline, "try-cmdline", "TEXT",           \
                   opt_set_text, "explain: its command line")

/* What the rows filled; the rest is as if it was not given. */
struct expectation_options expect_from(const struct expect_options *o);

/* RET has OPT_LIST_MAX places; its strings are those of FROM. */
void secrets_from(const struct opt_secrets *from,
                  struct launch_secret_file *ret);

#endif
