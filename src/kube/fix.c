/* SPDX-License-Identifier: Apache-2.0 */
/* Mends a manifest's text, touching nothing else. */
#include "kube/fix.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/own.h"
#include "kube/check.h"

/* -- Nothing else has changed. ---------------------------------------------- */

static bool same_scalar(const struct node *a, const struct node *b)
{
    return a->scalar == b->scalar && strcmp(a->text, b->text) == 0;
}

static bool same(const struct node *a, const struct node *b,
                 const struct fix *fix);

/* B has one more than A at the end, or one less, where FIX means that. */
static bool same_entries(const struct node *a, const struct node *b,
                         const struct fix *fix)
{
    bool here = fix->at == a || fix->in == a;
    size_t in_b = 0;

    for (size_t i = 0; i < a->n; i++) {
        const struct node_entry *x = &a->entries[i];
        const struct node_entry *y;

        if (here && fix->kind == FIX_DROP && x->key == fix->at) {
            continue;
        }
        if (in_b >= b->n) {
            return false;
        }
        y = &b->entries[in_b++];
        if (x->key != NULL && !same_scalar(x->key, y->key)) {
            return false;
        }
        /* A key without a value gets one: it is what is added. */
        if (here && fix->kind == FIX_ADD && node_is_null(x->value)) {
            continue;
        }
        if (!same(x->value, y->value, fix)) {
            return false;
        }
    }
    return b->n - in_b == 0 ||
           (here && b->n - in_b == 1 &&
            (fix->kind == FIX_ADD || fix->kind == FIX_APPEND));
}

static bool same(const struct node *a, const struct node *b,
                 const struct fix *fix)
{
    if (fix->kind == FIX_SET && fix->at == a) {
        return true;
    }
    if (a->kind != b->kind) {
        return false;
    }
    return a->kind == NODE_SCALAR ? same_scalar(a, b) : same_entries(a, b, fix);
}

bool fix_only(const struct yaml_file *old, const struct yaml_file *new,
              const struct fix *fix)
{
    if (old->n_documents != new->n_documents) {
        return false;
    }
    for (size_t i = 0; i < old->n_documents; i++) {
        if (!same(old->documents[i], new->documents[i], fix)) {
            return false;
        }
    }
    return true;
}

/* -- One after the other. ------------------------------------------------------ */

static bool copy_text(struct bytes from, struct buf *ret,
                      struct sevk_error *err)
{
    buf_free(ret);
    return buf_append(ret, from, err);
}

/* *RET_DONE is false when this one can't be mended without doing more. */
static bool try_fix(const struct yaml_file *file, const struct fix *fix,
                    struct buf *text, bool *ret_done, struct sevk_error *err)
{
    OWN(yaml_file_free) struct yaml_file after = { 0 };
    OWN(buf_free) struct buf edited = { 0 };
    OWN(buf_free) struct buf copy = { 0 };

    *ret_done = false;
    if (fix->at->shared || (fix->in != NULL && fix->in->shared) ||
        !fix_edit(file, fix, &edited, NULL)) {
        return true;
    }
    if (!copy_text(buf_bytes(&edited), &copy, err)) {
        return false;
    }
    if (!yaml_parse(&copy, &after, NULL) || !fix_only(file, &after, fix)) {
        return true;
    }
    buf_free(text);
    *text = edited;
    edited = (struct buf){ 0 };
    *ret_done = true;
    return true;
}

static size_t count_fixes(const struct yaml_file *file,
                          struct kube_report *report)
{
    size_t n = 0;

    *report = (struct kube_report){ 0 };
    kube_check(file, report);
    for (size_t i = 0; i < report->n; i++) {
        n += report->findings[i].fix.kind != FIX_NONE ? 1 : 0;
    }
    return n;
}

/* Mends the first that can be; *RET_DONE is false when there is none. */
static bool fix_one(struct buf *text, struct kube_report *report,
                    size_t *fixable, bool *ret_done, struct sevk_error *err)
{
    OWN(yaml_file_free) struct yaml_file file = { 0 };
    OWN(buf_free) struct buf copy = { 0 };
    size_t n;

    *ret_done = false;
    if (!copy_text(buf_bytes(text), &copy, err) ||
        !yaml_parse(&copy, &file, err)) {
        return false;
    }
    n = count_fixes(&file, report);
    if (n >= *fixable) {
        return true; /* the last one did not help: stop */
    }
    *fixable = n;
    for (size_t i = 0; i < report->n && !*ret_done; i++) {
        const struct fix *fix = &report->findings[i].fix;

        if (fix->kind != FIX_NONE &&
            !try_fix(&file, fix, text, ret_done, err)) {
            return false;
        }
    }
    return true;
}

bool kube_fix(struct bytes text, struct buf *ret, size_t *ret_n,
              struct sevk_error *err)
{
    OWN(own_free) struct kube_report *report = calloc(1, sizeof *report);
    OWN(buf_free) struct buf now = { 0 };
    size_t fixable = KUBE_FINDINGS_MAX + 1;
    size_t n = 0;
    bool done = true;

    if (report == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!copy_text(text, &now, err)) {
        return false;
    }
    while (done) {
        if (!fix_one(&now, report, &fixable, &done, err)) {
            return false;
        }
        n += done ? 1 : 0;
    }
    buf_free(ret);
    *ret = now;
    now = (struct buf){ 0 };
    *ret_n = n;
    return true;
}
