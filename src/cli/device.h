/* SPDX-License-Identifier: Apache-2.0 */
/* Which firmware a verb talks to: --device or --virtual. */
#ifndef SEVKIT_CLI_DEVICE_H
#define SEVKIT_CLI_DEVICE_H

#include "cli/opt.h"
#include "cli/out.h"
#include "device/device.h"

struct device_options {
    const char *device;
    const char *directory;
};

/* Rows for a struct TYPE with a struct device_options MEMBER. */
#define DEVICE_ROWS(type, member)                                              \
    { .name = "device",                                                        \
      .arg = "PATH",                                                           \
      .help = "the machine's own firmware (default: " DEVICE_LINUX_PATH ")",   \
      .set = opt_set_string,                                                   \
      .at = offsetof(type, member.device) },                                   \
    {                                                                          \
        .name = "virtual", .arg = "DIR",                                       \
        .help = "a platform that 'platform create' made",                      \
        .set = opt_set_string, .at = offsetof(type, member.directory)          \
    }

/* Opens what the options name. SEVK_USAGE when both are given. */
SEVK_MUST_CHECK bool device_from_options(const struct device_options *o,
                                         bool writable, struct device **ret,
                                         struct sevk_error *err);

/* Adds "kind": "VIRTUAL" or "SEV". */
void show_device_kind(struct out *out, const struct device *device);

/* The same for a platform that has an owner now, and which OCA that is. */
void show_owned(struct out *out, const struct device *device, struct bytes oca);

/* Says that what was exported before is no longer the platform's. */
void note_new_chain(const struct out *out);

#endif
