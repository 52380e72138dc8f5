/* SPDX-License-Identifier: Apache-2.0 */
/* A list of sentences: reasons, and what a verdict covers. */
#ifndef SEVKIT_ATTEST_SENTENCES_H
#define SEVKIT_ATTEST_SENTENCES_H

#include <stddef.h>

#include "base/error.h"

/* Starts with all zeros. Sentences have no full stop and no newline. */
struct sentences {
    char **items;
    size_t n;
};

void sentences_clear(struct sentences *s); /* also for OWN() */

/* Fails (SEVK_HOST) only when memory is short. */
SEVK_MUST_CHECK bool sentences_add(struct sentences *s, struct sevk_error *err,
                                   const char *fmt, ...) SEVK_PRINTF(3, 4);

#endif
