/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a domain's XML: plain values, without libxml2. */
#ifndef SEVKIT_VIRT_LINT_REPORT_H
#define SEVKIT_VIRT_LINT_REPORT_H

#include <stddef.h>

enum lint_severity {
    LINT_NOTE,    /* works; worth knowing */
    LINT_WARNING, /* starts, and is weaker or shorter-lived than it looks */
    LINT_ERROR,   /* does not start, or not as an SEV guest */
};

#define LINT_WHERE_LEN 96
#define LINT_TEXT_LEN  400
struct lint_finding {
    const char *id;    /* static and stable; listed in sevkit-vm-check(1) */
    const char *guide; /* section of the guide, or NULL; static */
    const char *fix;   /* static */
    enum lint_severity severity;
    char where[LINT_WHERE_LEN]; /* XPath */
    char message[LINT_TEXT_LEN];
};

/* More than there is room for are counted and left out. */
#define LINT_MAX 64
struct lint_report {
    size_t n;
    size_t n_left_out;
    size_t n_errors;
    struct lint_finding findings[LINT_MAX];
};

#endif
