/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs that talk to libvirt share. */
#ifndef SEVKIT_CLI_VIRT_H
#define SEVKIT_CLI_VIRT_H

#include "cli/opt.h"
#include "cli/out.h"
#include "cli/watch.h"
#include "virt/module.h"

#define CONNECT_ROW(type, member)                                              \
    {                                                                          \
        .name = "connect", .arg = "URI",                                       \
        .help = "libvirt to talk to (default: libvirt's own)",                 \
        .set = opt_set_string, .at = offsetof(type, member)                    \
    }

#define TIMEOUT_ROW(type, member)                                              \
    {                                                                          \
        .name = "timeout", .arg = "SECONDS",                                   \
        .help = "how long the host may take for an answer",                    \
        .set = opt_set_u32, .at = offsetof(type, member), .min = 1,            \
        .max = 3600, .preset = "60"                                            \
    }

/* The libvirt module's functions; errors are those of module_open(). */
SEVK_MUST_CHECK bool virt_open(const struct virt_module **ret,
                               struct sevk_error *err);

/* Moves the outcome's tree into the result, and the verdict with it. */
void virt_show(struct out *out, struct virt_outcome *outcome);

#endif
