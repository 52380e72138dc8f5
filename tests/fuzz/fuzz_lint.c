/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the lint of a domain: any XML has findings or an error, in bounds. */
#include "base/own.h"
#include "fuzz.h"
#include "virt/lint.h"

static void look(const struct lint_report *report)
{
    size_t errors = 0;

    must(report->n <= LINT_MAX);
    for (size_t i = 0; i < report->n; i++) {
        const struct lint_finding *f = &report->findings[i];

        must(f->id != NULL && f->fix != NULL);
        must(f->where[0] == '/' && f->message[0] != '\0');
        errors += f->severity == LINT_ERROR ? 1 : 0;
    }
    must(report->n_errors >= errors);
    must(report->n_errors <= errors + report->n_left_out);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static const struct lint_options options = { .root = NULL };
    OWN(lint_end) struct lint_run *run = NULL;
    OWN(own_free) struct lint_report *report = calloc(1, sizeof *report);
    struct sevk_error err = { 0 };

    must(report != NULL && lint_begin(&options, &run, &err));
    /* Twice: a session that the first has is met again. */
    for (size_t i = 0; i < 2; i++) {
        if (lint_text(run, bytes_make(p, n), "fuzz", report, &err)) {
            look(report);
        } else {
            must(err.message[0] != '\0' && err.code == SEVK_INPUT);
        }
    }
    return 0;
}
