/* SPDX-License-Identifier: Apache-2.0 */
/* What SEV guests can't do, where that is found before it hurts, and until when. */
#ifndef SEVKIT_HOST_LIMITS_H
#define SEVKIT_HOST_LIMITS_H

#include "host/facts.h"

/*
 * The guide's limits (section 8, and what section 3 says of "currently") are
 * rows of one table. "Found by" names what already exists: an id of a check of
 * the host, a rule of the lint, or a scenario in the lab that shows it.
 */
enum limit_state {
    LIMIT_HOLDS,
    LIMIT_GONE, /* on this host */
    LIMIT_UNKNOWN,
};

enum limit_finder {
    LIMIT_BY_HOST_CHECK = 1,
    LIMIT_BY_VM_CHECK,
    LIMIT_BY_LAB,
};

#define LIMIT_FINDERS 3
struct limit {
    const char *id;
    const char *guide;   /* section */
    const char *summary; /* one phrase, no full stop */
    bool es_only;
    struct {
        enum limit_finder by; /* 0: no more */
        const char *id;
    } found_by[LIMIT_FINDERS];
    const char *ends; /* since when it no longer holds, or that it still does */
    enum limit_state (*judge)(const struct host_facts *facts);
};

/* The rows, in the guide's order. */
const struct limit *limits_rows(size_t *ret_n);

/* "holds", "gone", "unknown" */
const char *limit_state_name(enum limit_state state);

/* "host check", "vm check", "lab" */
const char *limit_finder_name(enum limit_finder by);

#endif
