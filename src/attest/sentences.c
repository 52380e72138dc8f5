/* SPDX-License-Identifier: Apache-2.0 */
/* A list of sentences: reasons, and what a verdict covers. */
#include "attest/sentences.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void sentences_clear(struct sentences *s)
{
    for (size_t i = 0; i < s->n; i++) {
        free(s->items[i]);
    }
    free(s->items);
    *s = (struct sentences){ 0 };
}

bool sentences_add(struct sentences *s, struct sevk_error *err, const char *fmt,
                   ...)
{
    char **grown = realloc(s->items, (s->n + 1) * sizeof *grown);
    va_list args;
    int n;

    if (grown == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    s->items = grown;
    va_start(args, fmt);
    n = vasprintf(&s->items[s->n], fmt, args);
    va_end(args);
    if (n < 0) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    s->n++;
    return true;
}
