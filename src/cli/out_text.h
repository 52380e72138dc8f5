/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of values as text for people. */
#ifndef SEVKIT_CLI_OUT_TEXT_H
#define SEVKIT_CLI_OUT_TEXT_H

#include <stdbool.h>
#include <stdio.h>

struct json_object;

/*
 * An object is a column of "key: value" with "_" read as a space ("_hex" at the
 * end is left out), aligned; what is in it stands below, indented; a list is a
 * column of "- value". An empty list is "none", a flag "yes" or "no". "schema"
 * is left out. If PLAIN is not NULL, only the value of that member of the root
 * is printed. Lists in lists do not occur.
 */
void out_text_print(struct json_object *tree, const char *plain, bool colour,
                    FILE *to);

#endif
