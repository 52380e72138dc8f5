/* SPDX-License-Identifier: Apache-2.0 */
/* A verified chain drawn as a tree, for people. */
#ifndef SEVKIT_CLI_CHAIN_TEXT_H
#define SEVKIT_CLI_CHAIN_TEXT_H

#include <stdbool.h>
#include <stdio.h>

struct json_object;

/*
 * Draws the members "certificates" and "links" of sevkit-chain-verify(1) as the
 * tree that they are, from the PDH down to the root that it stands on, each
 * certificate with the links that it vouches for; the other members stand
 * below, as out_text_print() has them. TREE is used up.
 */
void chain_text_print(struct json_object *tree, bool colour, FILE *to);

#endif
