/* SPDX-License-Identifier: Apache-2.0 */
/* A reference as a tree of values, for the verbs that show it. */
#ifndef SEVKIT_CLI_REFERENCE_TREE_H
#define SEVKIT_CLI_REFERENCE_TREE_H

#include "cli/out.h"
#include "owner/reference.h"

/*
 * Adds to IN what REFERENCE says, under the names of the file; what it does
 * not say is left out. Codes get their names beside them.
 */
void reference_tree(struct out *out, struct json_object *in,
                    const struct reference *reference);

#endif
