/* SPDX-License-Identifier: Apache-2.0 */
/* Collects findings. */
#include "kube/report.h"

#include <stdarg.h>
#include <stdio.h>

struct kube_finding *report_add(struct kube_report *report,
                                const struct kube_rule *rule,
                                const struct node *node, const char *where,
                                const char *fmt, ...)
{
    bool room = report->n < KUBE_FINDINGS_MAX;
    struct kube_finding *f = &report->findings[report->n];
    va_list args;

    report->n_errors += rule->severity == KUBE_ERROR ? 1 : 0;
    report->n += room ? 1 : 0;
    report->n_left_out += room ? 0 : 1;
    *f = (struct kube_finding){ .rule = rule };
    if (node != NULL) {
        f->line = node->line;
        f->column = node->column;
    }
    snprintf(f->where, sizeof f->where, "%s", where);
    va_start(args, fmt);
    (void)vsnprintf(f->message, sizeof f->message, fmt, args);
    va_end(args);
    return f;
}
