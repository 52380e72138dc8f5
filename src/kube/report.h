/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a manifest, and what can be mended: plain values. */
#ifndef SEVKIT_KUBE_REPORT_H
#define SEVKIT_KUBE_REPORT_H

#include <stdbool.h>

#include "kube/node.h"

enum kube_severity {
    KUBE_NOTE,    /* works; worth knowing */
    KUBE_WARNING, /* starts, and is weaker or shorter-lived than it looks */
    KUBE_ERROR,   /* is refused, or does not start, or not as an SEV guest */
};

/* What every finding of a rule shares; all static. */
struct kube_rule {
    const char *id;    /* "kubevirt.…", stable, listed in the man page */
    const char *guide; /* section of the guide, or NULL */
    enum kube_severity severity;
    const char *summary; /* what is wrong, as one phrase without a full stop */
    const char *fix;     /* what to do, in words */
};

/* How the text would be mended; see kube/fix.h. */
enum fix_kind {
    FIX_NONE,
    FIX_SET,    /* AT, a scalar, becomes TEXT */
    FIX_ADD,    /* the map AT gets the entry TEXT ("a.b: value") */
    FIX_APPEND, /* the list AT gets the item TEXT */
    FIX_DROP,   /* the entry with the key AT goes */
};

struct fix {
    enum fix_kind kind;
    const struct node *at;
    const struct node *in; /* FIX_DROP: the map that holds it */
    const char *text;      /* static */
};

#define KUBE_WHERE_LEN 160
#define KUBE_TEXT_LEN  320
struct kube_finding {
    const struct kube_rule *rule;
    struct fix fix;    /* valid as long as the file that was checked */
    unsigned int line; /* 0: nowhere in particular */
    unsigned int column;
    char where[KUBE_WHERE_LEN]; /* "spec.template.spec.domain.memory" */
    char message[KUBE_TEXT_LEN];
};

/* More than there is room for are counted and left out. */
#define KUBE_FINDINGS_MAX 100
struct kube_report {
    size_t n;
    size_t n_left_out;
    size_t n_errors;
    struct kube_finding
        findings[KUBE_FINDINGS_MAX + 1]; /* the last: for those */
};

/* Adds one at NODE (NULL: nowhere in particular); the caller may add a fix. */
struct kube_finding *report_add(struct kube_report *report,
                                const struct kube_rule *rule,
                                const struct node *node, const char *where,
                                const char *fmt, ...) SEVK_PRINTF(5, 6);

#endif
