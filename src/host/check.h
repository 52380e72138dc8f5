/* SPDX-License-Identifier: Apache-2.0 */
/* Is this host ready for SEV and SEV-ES, and what is to be done if not? */
#ifndef SEVKIT_HOST_CHECK_H
#define SEVKIT_HOST_CHECK_H

#include "host/facts.h"

/*
 * Each check is a row; the rows stand in the order in which a person would fix
 * what they find, and a row is skipped when one that it needs has failed, so
 * that one cause is named once. A check only looks at the facts.
 */
enum check_verdict {
    CHECK_OK,
    CHECK_NOTE,    /* not known, or worth knowing */
    CHECK_WARNING, /* works, or works for plain SEV only */
    CHECK_ERROR,
    CHECK_SKIPPED,
};

enum check_want {
    CHECK_BOTH, /* SEV has to work; what only SEV-ES lacks is a warning */
    CHECK_SEV,
    CHECK_ES,
};

#define CHECK_TEXT_LEN 400
struct check_result {
    enum check_verdict verdict;
    char message[CHECK_TEXT_LEN];
    const char *fix; /* static; NULL when there is nothing to do */
};

struct check {
    const char *id;       /* stable; listed in sevkit-host-check(1) */
    const char *title;    /* a few words for the line */
    const char *guide;    /* section of the guide that demands it, or NULL */
    const char *needs[3]; /* ids of rows above */
    bool hardware;        /* means nothing for a virtual platform */
    bool es_only;
    void (*probe)(const struct host_facts *facts, enum check_want want,
                  struct check_result *ret);
};

#define CHECKS_MAX 40

/* The rows, in their order. */
const struct check *check_rows(size_t *ret_n);

/* Runs all rows. RET has a result for each; returns whether none is an error. */
bool check_host(const struct host_facts *facts, enum check_want want,
                struct check_result ret[static CHECKS_MAX]);

/* "ok", "note", "warning", "error", "skipped" */
const char *check_verdict_name(enum check_verdict verdict);

#endif
