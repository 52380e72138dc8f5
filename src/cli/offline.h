/* SPDX-License-Identifier: Apache-2.0 */
/* Validates a measurement from options and files alone, without libvirt. */
#ifndef SEVKIT_CLI_OFFLINE_H
#define SEVKIT_CLI_OFFLINE_H

#include "attest/validate.h"
#include "cli/expect.h"
#include "cli/keys.h"

struct offline_options {
    struct key_options keys;
    struct expect_options expect;
    const char *measurement; /* base64 of 48 bytes */
    struct opt_u32 api_major;
    struct opt_u32 api_minor;
    struct opt_u32 build_id;
    struct opt_u32 num_cpus;
    const char *vmsa_cpu0;
    const char *vmsa_cpu1;
    struct opt_u32 cpu_family;
    struct opt_u32 cpu_model;
    struct opt_u32 cpu_stepping;
};

/* The rows of virt-qemu-sev-validate beyond keys and expectation. */
#define OFFLINE_ROWS(type, m)                                                  \
    { .name = "measurement",                                                   \
      .arg = "BASE64",                                                         \
      .help = "what the host says the guest was measured as",                  \
      .set = opt_set_string,                                                   \
      .at = offsetof(type, m.measurement) },                                   \
        OFFLINE_NUMBER(type, m, api_major, "api-major", 255,                   \
                       "firmware API, as the host says"),                      \
        OFFLINE_NUMBER(type, m, api_minor, "api-minor", 255,                   \
                       "firmware API, as the host says"),                      \
        OFFLINE_NUMBER(type, m, build_id, "build-id", 255,                     \
                       "firmware build, as the host says"),                    \
        { .name = "num-cpus",                                                  \
          .arg = "N",                                                          \
          .help = "number of vCPUs, which SEV-ES measures",                    \
          .set = opt_set_u32,                                                  \
          .at = offsetof(type, m.num_cpus),                                    \
          .max = 4096 },                                                       \
        { .name = "vmsa-cpu0",                                                 \
          .arg = "FILE",                                                       \
          .help = "initial state of the first vCPU, instead of --cpu",         \
          .set = opt_set_string,                                               \
          .at = offsetof(type, m.vmsa_cpu0) },                                 \
        { .name = "vmsa-cpu1",                                                 \
          .arg = "FILE",                                                       \
          .help = "initial state of all other vCPUs",                          \
          .set = opt_set_string,                                               \
          .at = offsetof(type, m.vmsa_cpu1) },                                 \
        OFFLINE_NUMBER(type, m, cpu_family, "cpu-family", 270,                 \
                       "CPU family, instead of --cpu"),                        \
        OFFLINE_NUMBER(type, m, cpu_model, "cpu-model", 255,                   \
                       "CPU model, instead of --cpu"),                         \
        OFFLINE_NUMBER(type, m, cpu_stepping, "cpu-stepping", 15,              \
                       "CPU stepping, instead of --cpu")

#define OFFLINE_NUMBER(type, m, field, name_, max_, help_)                     \
    {                                                                          \
        .name = name_, .arg = "N", .help = help_, .set = opt_set_u32,          \
        .at = offsetof(type, m.field), .max = max_                             \
    }

/*
 * What the library's validate_evidence() and validate_online() want. RET refers
 * to O and to CPU_TEXT (in which the three numbers of a CPU become one text);
 * both live as long.
 */
#define OFFLINE_CPU_LEN 48
SEVK_MUST_CHECK bool offline_options(const struct offline_options *o,
                                     char cpu_text[static OFFLINE_CPU_LEN],
                                     struct validate_options *ret,
                                     struct sevk_error *err);

/*
 * What the host said, as given by options. SEVK_USAGE when a part is missing;
 * the policy may come from the session's record.
 */
SEVK_MUST_CHECK bool offline_evidence(const struct offline_options *o,
                                      struct evidence *ret,
                                      struct sevk_error *err);

#endif
