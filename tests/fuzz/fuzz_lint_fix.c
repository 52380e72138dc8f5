/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes mending: what comes out is a domain, and mending it changes nothing. */
#include "base/own.h"
#include "fuzz.h"
#include "virt/lint_fix.h"

static const struct lint_session own = { "p", "QQ==", "Qg==", 0x0f, NULL };

/* As a text, without a finding that a mend would take away at once. */
static void again(const struct lint_options *options,
                  const struct lint_fixed *fixed)
{
    OWN(own_free) struct lint_report *left = calloc(1, sizeof *left);
    OWN(lint_fixed_clear) struct lint_fixed twice = { .left = left };
    struct sevk_error err = { 0 };

    must(left != NULL);
    must(lint_fix(options, buf_bytes(&fixed->text), "again", &twice, &err));
    must(twice.n_mended == 0);
    must(bytes_equal(buf_bytes(&twice.text), buf_bytes(&fixed->text)));
    must(left->n == fixed->left->n && left->n_errors == fixed->left->n_errors);
}

static void mend(const struct lint_options *options, struct bytes text)
{
    OWN(own_free) struct lint_report *left = calloc(1, sizeof *left);
    OWN(lint_fixed_clear) struct lint_fixed fixed = { .left = left };
    struct sevk_error err = { 0 };

    must(left != NULL);
    if (!lint_fix(options, text, "fuzz", &fixed, &err)) {
        must(err.message[0] != '\0');
        must(fixed.text.p == NULL);
        return;
    }
    must(fixed.n_mended != 0 || bytes_equal(buf_bytes(&fixed.text), text));
    /* Only what came in near the limit may go beyond it. */
    if (fixed.text.n <= LINT_XML_MAX) {
        again(options, &fixed);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static const struct lint_options plain = { .root = NULL };
    static const struct lint_options session = { .root = NULL,
                                                 .session = &own };

    mend(&plain, bytes_make(p, n));
    mend(&session, bytes_make(p, n));
    return 0;
}
