/* SPDX-License-Identifier: Apache-2.0 */
/* The ASK that signed a CEK, and the trusted ARK above it. */
#ifndef SEVKIT_FETCH_UPPER_H
#define SEVKIT_FETCH_UPPER_H

#include "fetch/fetch.h"

struct upper_search {
    const struct trust *trust;
    struct bytes at_hand;  /* an ASK, or empty */
    const char *processor; /* NULL: neither cache nor server */
    const char *cache;     /* NULL: none */
    struct kds *kds;       /* NULL: not asked */
    const struct watch *watch;
};

/*
 * Fills ask_ark, root and ask_source of RET with the first ASK that signed CEK
 * (one whole certificate) and was signed by a trusted ARK. One that came from
 * the server is cached. Fails (SEVK_HOST) when there is none.
 */
SEVK_MUST_CHECK bool upper_find(const struct upper_search *search,
                                struct bytes cek, struct fetch_found *ret,
                                struct sevk_error *err);

#endif
