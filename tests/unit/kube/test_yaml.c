/* SPDX-License-Identifier: Apache-2.0 */
/* Texts to trees: what is refused, and where the parts stand. */
#include "kube/node.h"

#include "manifest_text.h"

static void refused(const char *text, const char *why)
{
    OWN(yaml_file_free) struct yaml_file file = { 0 };
    struct sevk_error err;

    assert_fails(parse_string(text, &file, &err), &err, SEVK_INPUT, why);
    assert_int_equal(file.n_nodes, 0);
}

static void what_is_malformed_is_refused(void **state)
{
    (void)state;
    refused("a: [1\n", "line 2");
    refused("a: \"x\n", "closing quote");
    refused("a: 1\nb: {a: 1, c: 2, a: 3}\n", "line 2, column 17: 'a'");
    refused("<<: {a: b}\n", "merge keys");
    refused("a: !!int 3\n", "tag");
    refused("? {a: b}\n: c\n", "not a text");
    refused("a: *b\n", "no anchor");
    refused("a: &a [*a]\n", "no anchor");
    refused("\t\ta: b: c\n  - x", "");
}

static void what_is_no_utf8_is_refused(void **state)
{
    (void)state;
    refused("a: \xa6\n", "UTF-8");
    refused("\xff\xfe"
            "a",
            "UTF-8");
    refused("a: \xc0\xaf\n", "UTF-8");
    refused("a: \xed\xa0\x80\n", "UTF-8");
    refused("a: \xf4\x90\x80\x80\n", "UTF-8");
    refused("a: \xe2\x82", "UTF-8");
}

static void depth_and_number_have_limits(void **state)
{
    OWN(buf_free) struct buf text = { 0 };
    struct sevk_error err;

    (void)state;
    for (unsigned int i = 0; i < 70; i++) {
        assert_works(buf_append_string(&text, "[", &err), &err);
    }
    refused(buf_string(&text), "nested");
    buf_free(&text);
    for (unsigned int i = 0; i < NODE_MAX + 1; i++) {
        assert_works(buf_append_string(&text, "- 1\n", &err), &err);
    }
    refused(buf_string(&text), "parts");
}

static void aliases_unfold_within_the_limits(void **state)
{
    OWN(yaml_file_free) struct yaml_file file = parsed("a: &x [1, 2]\nb: *x\n");
    const struct node *b = node_get(file.documents[0], "b");

    (void)state;
    assert_int_equal(b->n, 2);
    assert_true(b->shared);
    assert_true(b->entries[0].value->shared);
    assert_int_equal(file.documents[0]->weight, 9);
    refused("a: &a [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]\n"
            "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
            "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
            "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
            "e: [*d,*d]\n",
            "aliases");
}

static void parts_know_where_they_stand(void **state)
{
    static const char text[] = "a: \"x\"\n"
                               "b:\n"
                               "- c: {d: 1, e: []} # f\n"
                               "  g:\n"
                               "é: 'y'\n";
    OWN(yaml_file_free) struct yaml_file file = parsed(text);
    const struct node *root = file.documents[0];
    const struct node *a = node_get(root, "a");
    const struct node *item = node_get(root, "b")->entries[0].value;
    const struct node *c = node_get(item, "c");

    (void)state;
    assert_memory_equal(text + a->start, "\"x\"", a->end - a->start);
    assert_int_equal(a->column, 4);
    assert_memory_equal(text + c->start, "{d: 1, e: []}", c->end - c->start);
    assert_true(c->flow && !item->flow);
    assert_int_equal(c->line, 3);
    assert_memory_equal(text + node_get(root, "é")->start, "'y'", 3);
    assert_int_equal(text[node_entry(item, "g")->value->start - 1], ':');
}

static void documents_are_told_apart(void **state)
{
    OWN(yaml_file_free)
    struct yaml_file file =
        parsed("---\na: 1\n---\n---\n# nothing\n---\n{\"b\": 2}\n");

    (void)state;
    assert_int_equal(file.n_documents, 2);
    assert_non_null(node_get(file.documents[1], "b"));
}

static void nothing_is_no_document(void **state)
{
    OWN(yaml_file_free) struct yaml_file file = parsed("");

    (void)state;
    assert_int_equal(file.n_documents, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_malformed_is_refused),
        cmocka_unit_test(what_is_no_utf8_is_refused),
        cmocka_unit_test(depth_and_number_have_limits),
        cmocka_unit_test(aliases_unfold_within_the_limits),
        cmocka_unit_test(parts_know_where_they_stand),
        cmocka_unit_test(documents_are_told_apart),
        cmocka_unit_test(nothing_is_no_document),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
