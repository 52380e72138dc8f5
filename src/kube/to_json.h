/* SPDX-License-Identifier: Apache-2.0 */
/* A manifest's tree as JSON, for the API server. */
#ifndef SEVKIT_KUBE_TO_JSON_H
#define SEVKIT_KUBE_TO_JSON_H

#include "kube/node.h"

struct json_object;

/* As kubectl would send it; the caller's to release. */
SEVK_MUST_CHECK bool node_to_json(const struct node *node,
                                  struct json_object **ret,
                                  struct sevk_error *err);

#endif
