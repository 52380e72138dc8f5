/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs for KubeVirt share. */
#include "cli/kube.h"

#include <json-c/json.h>

#include "base/error.h"
#include "base/file.h"
#include "base/own.h"
#include "cli/findings.h"
#include "cli/module.h"
#include "cli/printable.h"
#include "cli/sarif.h"

static const struct module_kind kube_kind = {
    .file = "kube.so",
    .symbol = KUBE_MODULE_SYMBOL,
    .head = { .abi = KUBE_MODULE_ABI, .size = sizeof(struct kube_module) },
    .part = "KubeVirt",
    .install = "libfyaml",
};

bool kube_open(const struct kube_module **ret, struct sevk_error *err)
{
    const void *table;

    if (!module_open(&kube_kind, &table, err)) {
        return false;
    }
    *ret = table;
    return true;
}

/* -- Findings. -------------------------------------------------------------- */

static struct json_object *list_of(struct out *out)
{
    struct json_object *list = json_object_object_get(out->tree, "findings");

    return list != NULL ? list : out_list(out, out->tree, "findings");
}

static void show_one(struct out *out, struct json_object *list,
                     const char *file, const struct kube_finding *f)
{
    static const char *const severities[] = { "note", "warning", "error" };

    finding_add(
        out, list,
        &(struct finding_text){ .file = file,
                                .id = f->rule->id,
                                .severity = severities[f->rule->severity],
                                .where = f->where,
                                .line = f->line,
                                .column = f->column,
                                .message = f->message,
                                .guide = f->rule->guide,
                                .fix = f->rule->fix });
}

void kube_show(struct out *out, const char *file,
               const struct kube_report *report)
{
    struct json_object *list = list_of(out);

    for (size_t i = 0; i < report->n; i++) {
        show_one(out, list, file, &report->findings[i]);
    }
    if (report->n_left_out > 0) {
        finding_add(out, list,
                    &(struct finding_text){
                        .file = file,
                        .id = "kubevirt.more",
                        .severity = "note",
                        .message = "there are more findings than are shown",
                        .fix = "mend these, and check again" });
    }
    out->no = out->no || report->n_errors > 0;
}

bool kube_sarif(struct out *out, const struct kube_module *module,
                struct sevk_error *err)
{
    size_t n;
    const struct kube_rule *rules = module->rules(&n);
    OWN(own_free) struct lint_rule *as = calloc(n, sizeof *as);

    if (as == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    for (size_t i = 0; i < n; i++) {
        as[i] = (struct lint_rule){
            .id = rules[i].id,
            .guide = rules[i].guide,
            .severity = rules[i].severity == KUBE_ERROR     ? LINT_ERROR
                        : rules[i].severity == KUBE_WARNING ? LINT_WARNING
                                                            : LINT_NOTE,
            .summary = rules[i].summary,
            .fix = rules[i].fix,
        };
    }
    sarif_make(out, as, n, list_of(out));
    return true;
}

static const char *member(struct json_object *in, const char *key)
{
    struct json_object *found = NULL;

    return json_object_object_get_ex(in, key, &found)
               ? json_object_get_string(found)
               : "";
}

/* "at FILE:12:7 spec.domain" */
static void draw_place(struct json_object *finding, FILE *to)
{
    fputs("         at: ", to);
    printable_put(member(finding, "file"), false, to);
    if (member(finding, "line")[0] != '\0') {
        fprintf(to, ":%s:%s", member(finding, "line"),
                member(finding, "column"));
    }
    fputc(' ', to);
    printable_put(member(finding, "where"), false, to);
    fputc('\n', to);
}

void kube_draw(struct json_object *tree, bool colour, FILE *to)
{
    struct json_object *list = json_object_object_get(tree, "findings");
    struct json_object *text = json_object_object_get(tree, "text");

    if (text != NULL) {
        fputs(json_object_get_string(text), to);
        return;
    }
    for (size_t i = 0; list != NULL && i < json_object_array_length(list);
         i++) {
        struct json_object *finding = json_object_array_get_idx(list, i);

        finding_draw(finding, "severity", "id", colour, to);
        draw_place(finding, to);
    }
    if (list != NULL && json_object_array_length(list) == 0) {
        fputs("nothing to find fault with\n", to);
    }
}

/* -- Texts. ------------------------------------------------------------------ */

bool kube_put(struct out *out, const char *file, const struct buf *text,
              struct sevk_error *err)
{
    OWN(file_set_drop) struct file_set set = { 0 };

    if (file == NULL) {
        out_text(out, out->tree, "text", buf_string(text));
        return true;
    }
    return file_set_add(&set, file, 0644, buf_bytes(text), err) &&
           file_set_commit(&set, err);
}
