/* SPDX-License-Identifier: Apache-2.0 */
/* Scalars as kubectl reads them, and looks into trees. */
#include "kube/node.h"

#include "manifest_text.h"

static void scalars_are_read_as_kubectl_does(void **state)
{
    static const struct {
        const char *text;
        enum scalar_kind kind;
    } rows[] = {
        { "", SCALAR_NULL },        { "~", SCALAR_NULL },
        { "null", SCALAR_NULL },    { "nULL", SCALAR_STRING },
        { "true", SCALAR_BOOL },    { "yes", SCALAR_BOOL },
        { "Off", SCALAR_BOOL },     { "oN", SCALAR_STRING },
        { "0", SCALAR_INTEGER },    { "-12", SCALAR_INTEGER },
        { "0x1f", SCALAR_INTEGER }, { "0o17", SCALAR_INTEGER },
        { "017", SCALAR_INTEGER },  { "0o", SCALAR_STRING },
        { "08", SCALAR_FLOAT },     { "1.5", SCALAR_FLOAT },
        { "1e3", SCALAR_FLOAT },    { ".inf", SCALAR_FLOAT },
        { "1.2.3", SCALAR_STRING }, { "4Gi", SCALAR_STRING },
        { "-", SCALAR_STRING },     { "e", SCALAR_STRING },
        { "nan", SCALAR_STRING },   { "99999999999999999999", SCALAR_FLOAT },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        if (scalar_classify(rows[i].text) != rows[i].kind) {
            fail_msg("'%s' is %d", rows[i].text, scalar_classify(rows[i].text));
        }
    }
}

static void nothing_is_found_in_nothing(void **state)
{
    int64_t value;

    (void)state;
    assert_null(node_get(NULL, "a"));
    assert_null(node_entry(NULL, "a"));
    assert_null(node_at(NULL, "a.b"));
    assert_null(node_text(NULL));
    assert_true(node_is_null(NULL));
    assert_false(node_is_true(NULL) || node_is_false(NULL));
    assert_false(node_integer(NULL, &value));
}

static void paths_lead_to_values(void **state)
{
    OWN(yaml_file_free)
    struct yaml_file file =
        parsed("a: {b: {c: 7, d: null, e: \"true\", f: on}}\ng: [1]\n");
    const struct node *root = file.documents[0];
    int64_t value = 0;

    (void)state;
    assert_true(node_integer(node_at(root, "a.b.c"), &value) && value == 7);
    assert_null(node_at(root, "a.b.d"));
    assert_null(node_at(root, "a.b.c.x"));
    assert_null(node_at(root, "g.0"));
    assert_false(node_is_true(node_at(root, "a.b.e")));
    assert_true(node_is_true(node_at(root, "a.b.f")));
    assert_null(node_text(node_get(root, "g")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_are_read_as_kubectl_does),
        cmocka_unit_test(nothing_is_found_in_nothing),
        cmocka_unit_test(paths_lead_to_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
