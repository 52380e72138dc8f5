/* SPDX-License-Identifier: Apache-2.0 */
/* What the manifests' module offers to the command line: one table. */
#include "kube/module.h"

#include "base/own.h"
#include "kube/check.h"
#include "kube/fix.h"
#include "kube/rules.h"

/* The file goes, and with it what the fixes point to. */
static void forget_places(struct kube_report *report)
{
    for (size_t i = 0; i < report->n; i++) {
        report->findings[i].fix =
            (struct fix){ .kind = report->findings[i].fix.kind };
    }
}

static bool check(const char *path, struct kube_report *ret,
                  struct sevk_error *err)
{
    OWN(yaml_file_free) struct yaml_file file = { 0 };

    if (!yaml_read(path, &file, err)) {
        return false;
    }
    *ret = (struct kube_report){ 0 };
    kube_check(&file, ret);
    forget_places(ret);
    return true;
}

static bool fix(const char *path, struct buf *ret_text, size_t *ret_n,
                struct kube_report *ret_left, struct sevk_error *err)
{
    OWN(yaml_file_free) struct yaml_file file = { 0 };
    OWN(yaml_file_free) struct yaml_file after = { 0 };
    OWN(buf_free) struct buf text = { 0 };
    OWN(buf_free) struct buf copy = { 0 };

    if (!yaml_read(path, &file, err) ||
        !kube_fix(buf_bytes(&file.text), &text, ret_n, err) ||
        !buf_append(&copy, buf_bytes(&text), err) ||
        !yaml_parse(&copy, &after, err)) {
        return false;
    }
    *ret_left = (struct kube_report){ 0 };
    kube_check(&after, ret_left);
    forget_places(ret_left);
    buf_free(ret_text);
    *ret_text = text;
    text = (struct buf){ 0 };
    return true;
}

static const struct kube_rule *rules(size_t *ret_n)
{
    *ret_n = N_RULES;
    return kube_rules;
}

__attribute__((
    visibility("default"))) extern const struct kube_module sevk_kube_module;

const struct kube_module sevk_kube_module = {
    .head = { .abi = KUBE_MODULE_ABI, .size = sizeof(struct kube_module) },
    .check = check,
    .fix = fix,
    .rules = rules,
    .generate = kube_generate,
};
