/* SPDX-License-Identifier: Apache-2.0 */
/* What a lint finds, and the rules it goes by: plain values, without libxml2. */
#ifndef SEVKIT_VIRT_LINT_REPORT_H
#define SEVKIT_VIRT_LINT_REPORT_H

#include <stdbool.h>
#include <stddef.h>

enum lint_severity {
    LINT_NOTE,    /* works; worth knowing */
    LINT_WARNING, /* starts, and is weaker or shorter-lived than it looks */
    LINT_ERROR,   /* does not start, or not as an SEV guest */
};

/* "note", "warning", "error" */
static inline const char *lint_severity_name(enum lint_severity severity)
{
    static const char *const names[] = { "note", "warning", "error" };

    return names[severity];
}

/* What every finding of a rule shares. All of it is static text. */
struct lint_rule {
    const char *id;    /* stable; listed in the verb's manual page */
    const char *guide; /* section of the guide, or NULL */
    enum lint_severity severity;
    bool mendable;       /* --fix can mend it, at least in the usual case */
    const char *summary; /* what is wrong, as one phrase without a full stop */
    const char *fix;     /* what to write instead */
};

#define LINT_WHERE_LEN 96
#define LINT_TEXT_LEN  400
struct lint_finding {
    const char *id; /* these four are the rule's */
    const char *guide;
    const char *fix;
    enum lint_severity severity;
    bool mendable;
    unsigned int line;          /* counted from 1; 0: not known */
    char where[LINT_WHERE_LEN]; /* XPath */
    char message[LINT_TEXT_LEN];
};

/* More than there is room for are counted and left out. */
#define LINT_MAX 64
struct lint_report {
    size_t n;
    size_t n_left_out;
    size_t n_errors; /* those left out are counted, too */
    struct lint_finding findings[LINT_MAX];
};

#endif
