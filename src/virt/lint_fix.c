/* SPDX-License-Identifier: Apache-2.0 */
/* Mends the XML of a domain, and touches nothing else of it. */
#include "virt/lint_fix.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/own.h"
#include "virt/lint_mend.h"
#include "virt/xml.h"

/* Each pass mends something, and of the most findings that fit in a file. */
#define PASSES_MAX 4096

void lint_fixed_clear(struct lint_fixed *fixed)
{
    buf_free(&fixed->text);
    fixed->n_mended = 0;
}

/* What one pass works with; too large for the stack. */
struct pass {
    struct lint_run *run;
    struct lint lint;
    struct lint_report report;
    struct xml_editor editor;
    struct domain_xml xml;
};

static void end_pass(struct pass **p)
{
    if (*p != NULL) {
        lint_end(&(*p)->run);
        xml_editor_close(&(*p)->editor);
        domain_xml_close(&(*p)->xml);
        free(*p);
    }
    *p = NULL;
}

/*
 * Mends what can be mended at once: findings whose edits would meet wait for
 * the next pass, as do those that another mend brings to light.
 */
static bool mend_once(const struct lint_options *options, struct bytes text,
                      const char *name, struct buf *to, size_t *ret_n,
                      struct sevk_error *err)
{
    OWN(end_pass) struct pass *p = calloc(1, sizeof *p);
    size_t n = 0;

    if (p == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    p->lint.report = &p->report;
    p->lint.only_mendable = true;
    if (!domain_xml_parse(text, name, &p->xml, err) ||
        !lint_begin(options, &p->run, err) ||
        !lint_look(p->run, &p->xml, name, &p->lint, err) ||
        !xml_editor_open(text, p->xml.doc, &p->editor, err)) {
        return false;
    }
    for (size_t i = 0; i < p->report.n; i++) {
        lint_mend(&p->lint, i, &p->editor);
        n += xml_edit_take(&p->editor) ? 1 : 0;
    }
    if (!xml_edit_apply(&p->editor, to, err)) {
        return false;
    }
    *ret_n = n;
    return true;
}

static bool mend_all(const struct lint_options *options, struct buf *text,
                     const char *name, size_t *ret_n, struct sevk_error *err)
{
    size_t total = 0;

    for (size_t i = 0; i < PASSES_MAX; i++) {
        OWN(buf_free) struct buf next = { 0 };
        struct buf last = *text;
        size_t n = 0;

        if (!mend_once(options, buf_bytes(text), name, &next, &n, err)) {
            return false;
        }
        if (n == 0) {
            *ret_n = total;
            return true;
        }
        total += n;
        *text = next;
        next = last;
    }
    return sevk_fail(err, SEVK_REFUSED, "there is too much to mend at once");
}

bool lint_fix(const struct lint_options *options, struct bytes text,
              const char *name, struct lint_fixed *ret, struct sevk_error *err)
{
    OWN(buf_free) struct buf mended = { 0 };
    OWN(lint_end) struct lint_run *run = NULL;
    size_t n = 0;

    if (!buf_append(&mended, text, err) ||
        !mend_all(options, &mended, name, &n, err) ||
        !lint_begin(options, &run, err) ||
        !lint_text(run, buf_bytes(&mended), name, ret->left, err)) {
        return false;
    }
    ret->n_mended = n;
    ret->text = mended;
    mended = (struct buf){ 0 };
    return true;
}
