/* SPDX-License-Identifier: Apache-2.0 */
/* What "vm info" found, as a value tree. */
#ifndef SEVKIT_VIRT_INFO_JSON_H
#define SEVKIT_VIRT_INFO_JSON_H

#include "virt/libvirt_host.h"

struct json_object; /* json-c's */

/*
 * { "name", "uuid", "state", "vcpus", "memory_kib",
 *   "launch_security": { "type", "policy", "kernel_hashes", "cbitpos",
 *                        "reduced_phys_bits", "session" },
 *   "evidence": { "measurement", "api", "build", "policy" } }
 *
 * What is not known is left out; nothing here is proven. "session" says
 * whether the VM has one. The tree is the caller's. SEVK_HOST when memory is
 * short.
 */
SEVK_MUST_CHECK bool info_to_json(const struct libvirt_info *info,
                                  struct json_object **ret,
                                  struct sevk_error *err);

#endif
