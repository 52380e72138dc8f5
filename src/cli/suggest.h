/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean": the known word that is nearest to a mistyped one. */
#ifndef SEVKIT_CLI_SUGGEST_H
#define SEVKIT_CLI_SUGGEST_H

#include <stddef.h>

/* Start with { .typed = … }, offer all known words, then read "best". */
struct suggest {
    const char *typed;
    const char *best; /* NULL: nothing is near */
    size_t distance;
};

void suggest_offer(struct suggest *s, const char *known);

#endif
