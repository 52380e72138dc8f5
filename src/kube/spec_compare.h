/* SPDX-License-Identifier: Apache-2.0 */
/* Is what the cluster runs what the owner asked for? */
#ifndef SEVKIT_KUBE_SPEC_COMPARE_H
#define SEVKIT_KUBE_SPEC_COMPARE_H

#include "base/buf.h"

struct json_object;

/*
 * Both are specs of instances. All that OWNER says must be in LIVE, which may
 * have more, for the server fills in what is left open; but not more of what
 * opens the guest to its host: a kernel, devices, filesystems, credentials,
 * volumes. Session and certificate are not compared. Appends a sentence to
 * DIFFERENCES for each.
 *
 * It finds mistakes and crude tampering. What runs beneath is the host's matter
 * all the same, and what it measured is the measurement's.
 */
SEVK_MUST_CHECK bool spec_compare(struct json_object *owner,
                                  struct json_object *live,
                                  struct buf *differences,
                                  struct sevk_error *err);

#endif
