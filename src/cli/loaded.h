/* SPDX-License-Identifier: Apache-2.0 */
/* What is loaded into a guest, as options name it, and its measurement. */
#ifndef SEVKIT_CLI_LOADED_H
#define SEVKIT_CLI_LOADED_H

#include "cli/expect.h"
#include "cli/keys.h"
#include "wire/measure_buf.h"

struct loaded_options {
    struct expect_options expect;
    struct opt_u32 vcpus;
    const char *vmsa_cpu0;
    const char *vmsa_cpu1;
    struct opt_list platform_ids;
};

#define LOADED_ROWS(type, m)                                                   \
    EXPECT_ROWS(type, m.expect),                                               \
        { .name = "vcpus",                                                     \
          .arg = "N",                                                          \
          .help = "number of vCPUs, which SEV-ES measures",                    \
          .set = opt_set_u32,                                                  \
          .at = offsetof(type, m.vcpus),                                       \
          .min = 1,                                                            \
          .max = 4096 },                                                       \
        { .name = "vmsa-cpu0",                                                 \
          .arg = "FILE",                                                       \
          .help = "initial state of the first vCPU, instead of --cpu",         \
          .set = opt_set_string,                                               \
          .at = offsetof(type, m.vmsa_cpu0) },                                 \
    {                                                                          \
        .name = "vmsa-cpu1", .arg = "FILE",                                    \
        .help = "initial state of all other vCPUs", .set = opt_set_string,     \
        .at = offsetof(type, m.vmsa_cpu1)                                      \
    }

/*
 * Reads the files and computes the launch digests. Without a policy, a number
 * of vCPUs (or a reference of that type) means SEV-ES.
 */
SEVK_MUST_CHECK bool loaded_read(const struct loaded_options *o,
                                 struct expectation **ret,
                                 struct sevk_error *err);

/* For the measurement: also what the platform says of itself. */
struct measured_options {
    struct key_options keys;
    struct loaded_options loaded;
    const char *launch_digest; /* hexadecimal, instead of what is loaded */
    struct opt_u32 api_major;
    struct opt_u32 api_minor;
    struct opt_u32 build_id;
};

#define MEASURED_NUMBER(type, m, field, name_, help_)                          \
    {                                                                          \
        .name = name_, .arg = "N", .help = help_, .set = opt_set_u32,          \
        .at = offsetof(type, m.field), .max = 255, .required = true            \
    }

#define MEASURED_ROWS(type, m)                                                 \
    KEY_ROWS(type, m.keys), LOADED_ROWS(type, m.loaded),                       \
        { .name = "launch-digest",                                             \
          .arg = "HEX",                                                        \
          .help = "the digest itself, instead of what it is made from",        \
          .set = opt_set_string,                                               \
          .at = offsetof(type, m.launch_digest) },                             \
        MEASURED_NUMBER(type, m, api_major, "api-major", "firmware API"),      \
        MEASURED_NUMBER(type, m, api_minor, "api-minor", "firmware API"),      \
        MEASURED_NUMBER(type, m, build_id, "build-id", "firmware build")

/* MEASURE for this mnonce. SEVK_USAGE when something is missing. */
SEVK_MUST_CHECK bool measured_compute(const struct measured_options *o,
                                      const uint8_t mnonce[static 16],
                                      struct measure_buf *ret,
                                      uint8_t ret_digest[static 32],
                                      struct sevk_error *err);

#endif
