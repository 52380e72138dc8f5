/* SPDX-License-Identifier: Apache-2.0 */
/* The options that every attested launch has, wherever the host is. */
#ifndef SEVKIT_CLI_LAUNCH_H
#define SEVKIT_CLI_LAUNCH_H

#include "attest/launch.h"
#include "cli/expect.h"

struct launch_row_options {
    struct opt_list trust;
    struct opt_list chain;
    struct opt_list platform_ids;
    struct expect_options expect;
    struct opt_u32 vcpus;
    bool unmeasured_boot;
    bool allow_weak_policy;
    struct opt_secrets secrets;
    const char *keep_keys;
    bool no_resume;
    bool keep_on_failure;
};

#define LAUNCH_ROW(type, m, field, name_, arg_, setter, help_)                 \
    {                                                                          \
        .name = name_, .arg = arg_, .help = help_, .set = setter,              \
        .at = offsetof(type, m.field)                                          \
    }
#define LAUNCH_ROW_MANY(type, m, field, name_, arg_, setter, help_)            \
    {                                                                          \
        .name = name_, .arg = arg_, .help = help_, .set = setter,              \
        .at = offsetof(type, m.field), .many = true                            \
    }

/* Rows for a struct TYPE with a struct launch_row_options M. */
#define LAUNCH_ROWS(type, m)                                                   \
    LAUNCH_ROW_MANY(type, m, trust, "trust", "amd|FILE", opt_set_list,         \
                    "root to trust: AMD's own (the default) or a file's"),     \
        LAUNCH_ROW_MANY(type, m, chain, "chain", "FILE", opt_set_list,         \
                        "certificates that the host does not give"),           \
        LAUNCH_ROW_MANY(type, m, platform_ids, "platform-id", "ID",            \
                        opt_set_list, "accept only this platform"),            \
        EXPECT_ROWS(type, m.expect), TRY_ROWS(type, m.expect),                 \
        { .name = "vcpus",                                                     \
          .arg = "N",                                                          \
          .help = "number of vCPUs",                                           \
          .set = opt_set_u32,                                                  \
          .at = offsetof(type, m.vcpus),                                       \
          .min = 1,                                                            \
          .max = 4096 },                                                       \
        LAUNCH_ROW(type, m, unmeasured_boot, "unmeasured-boot", NULL,          \
                   opt_set_flag,                                               \
                   "also when what reads the secret is not measured"),         \
        LAUNCH_ROW(type, m, allow_weak_policy, "allow-weak-policy", NULL,      \
                   opt_set_flag, "also without nodbg or noks"),                \
        LAUNCH_ROW_MANY(type, m, secrets, "secret", "NAME-OR-GUID:FILE",       \
                        opt_set_secret,                                        \
                        "secret to inject, for example luks-key:FILE"),        \
        LAUNCH_ROW(type, m, keep_keys, "keep-keys", "DIR", opt_set_string,     \
                   "write the session's files there"),                         \
        LAUNCH_ROW(type, m, no_resume, "no-resume", NULL, opt_set_flag,        \
                   "leave the guest paused"),                                  \
        LAUNCH_ROW(type, m, keep_on_failure, "keep-on-failure", NULL,          \
                   opt_set_flag,                                               \
                   "do not destroy the guest when the answer is no")

/* SECRETS has OPT_LIST_MAX places; it and O live as long as what comes back. */
struct launch_options launch_from(const struct launch_row_options *o,
                                  struct launch_secret_file *secrets);

#endif
