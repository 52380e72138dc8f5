/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests from options. */
#include "kube/generate.h"

#include "manifest_text.h"

static const struct generate_options good = { .name = "a",
                                              .memory_kib = 1048576,
                                              .pvc = "p" };

static void bad_options_are_refused(void **state)
{
    OWN(buf_free) struct buf text = { 0 };
    struct generate_options o = good;
    struct sevk_error err;

    (void)state;
    o.name = NULL;
    assert_fails(kube_generate(&o, &text, &err), &err, SEVK_USAGE, "name");
    o = good;
    o.container_disk = "x";
    assert_fails(kube_generate(&o, &text, &err), &err, SEVK_USAGE, "one disk");
    o = good;
    o.name = "A";
    assert_fails(kube_generate(&o, &text, &err), &err, SEVK_INPUT, "'A'");
    o.name = "a\"\nb: c";
    assert_fails(kube_generate(&o, &text, &err), &err, SEVK_INPUT, "name");
    o = good;
    o.namespace_ = "";
    assert_fails(kube_generate(&o, &text, &err), &err, SEVK_INPUT, "namespace");
    assert_null(text.p);
}

static void memory_has_the_largest_unit_that_fits(void **state)
{
    static const struct {
        uint64_t kib;
        const char *text;
    } rows[] = { { 1048576, "guest: 1Gi\n" },
                 { 1049600, "guest: 1025Mi\n" },
                 { 1048577, "guest: 1048577Ki\n" } };
    struct sevk_error err;

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        OWN(buf_free) struct buf text = { 0 };
        struct generate_options o = good;

        o.memory_kib = rows[i].kib;
        assert_works(kube_generate(&o, &text, &err), &err);
        assert_non_null(strstr(buf_string(&text), rows[i].text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_options_are_refused),
        cmocka_unit_test(memory_has_the_largest_unit_that_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
