/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes manifests: checked, mended, and mended again to no effect. */
#include "fuzz.h"
#include "kube/check.h"
#include "kube/fix.h"

/* libfyaml 0.7.12 loses a buffer when some quoted texts are malformed. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfyaml";
}

static void mend(struct bytes text, const struct kube_report *before)
{
    struct yaml_file file = { 0 };
    struct kube_report *after = calloc(1, sizeof *after);
    struct buf mended = { 0 };
    struct buf again = { 0 };
    struct buf copy = { 0 };
    struct sevk_error err;
    size_t n = 0;

    must(after != NULL && kube_fix(text, &mended, &n, &err));
    must(n > 0 || bytes_equal(text, buf_bytes(&mended)));
    must(buf_append(&copy, buf_bytes(&mended), &err));
    must(yaml_parse(&copy, &file, &err));
    kube_check(&file, after);
    must(after->n_errors <= before->n_errors);
    must(kube_fix(buf_bytes(&mended), &again, &n, &err));
    must(n == 0 && bytes_equal(buf_bytes(&mended), buf_bytes(&again)));
    buf_free(&mended);
    buf_free(&again);
    yaml_file_free(&file);
    free(after);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct yaml_file file = { 0 };
    struct kube_report *report = calloc(1, sizeof *report);
    struct buf text = { 0 };
    struct sevk_error err = { 0 };

    must(report != NULL && buf_append(&text, bytes_make(p, n), &err));
    if (yaml_parse(&text, &file, &err)) {
        kube_check(&file, report);
        must(report->n > 0 || file.n_documents > 0);
        mend(bytes_make(p, n), report);
    } else {
        must(err.message[0] != '\0');
    }
    yaml_file_free(&file);
    free(report);
    return 0;
}
