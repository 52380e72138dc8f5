/* SPDX-License-Identifier: Apache-2.0 */
/* Edits of a text: what is changed, and that nothing else is. */
#include "virt/xml_edit.h"

#include <stdlib.h>

#include "base/own.h"
#include "lib/unit.h"
#include "virt/xml.h"

static void own_editor(struct xml_editor **e)
{
    if (*e != NULL) {
        xml_editor_close(*e);
        free(*e);
    }
    *e = NULL;
}

/* One edit of the first child NAME of the root (NULL: the root itself). */
enum kind {
    ATTR,
    NO_ATTR,
    TEXT,
    CHILD,
    REPLACE,
    REMOVE
};

static void edit(struct xml_editor *e, enum kind kind, const xmlNode *node,
                 const char *value)
{
    switch (kind) {
    case ATTR:
        xml_edit_set_attr(e, node, "k", value);
        break;
    case NO_ATTR:
        xml_edit_remove_attr(e, node, "k");
        break;
    case TEXT:
        xml_edit_set_text(e, node, value);
        break;
    case CHILD:
        xml_edit_add_child(e, node, value);
        break;
    case REPLACE:
        xml_edit_replace(e, node, value);
        break;
    case REMOVE:
        xml_edit_remove(e, node);
        break;
    }
}

static const struct row {
    enum kind kind;
    const char *node;
    const char *value;
    const char *from;
    const char *to; /* NULL: as before */
} table[] = {
    { ATTR, "b", "v", "<a><b/></a>", "<a><b k='v'/></a>" },
    { ATTR, "b", "v", "<a><b /></a>", "<a><b k='v' /></a>" },
    { ATTR, "b", "v", "<a><b k = \"w\" l='1'/></a>",
      "<a><b k = \"v\" l='1'/></a>" },
    { ATTR, "b", "v", "<a><b l=\"1\">t</b></a>",
      "<a><b l=\"1\" k=\"v\">t</b></a>" },
    { ATTR, "b", "v", "<a><b k='v'/></a>", NULL },
    { ATTR, NULL, "v", "\xef\xbb\xbf<a/>", "\xef\xbb\xbf<a k='v'/>" },
    { NO_ATTR, "b", NULL, "<a><b\n k='1' l='2'/></a>", "<a><b l='2'/></a>" },
    { NO_ATTR, "b", NULL, "<a><b l='2'/></a>", NULL },
    { TEXT, "b", "v", "<a><b> w </b>&amp;</a>", "<a><b>v</b>&amp;</a>" },
    { TEXT, "b", "v", "<a><b/></a>", "<a><b>v</b></a>" },
    { TEXT, "b", "v", "<a><b k='1' /></a>", "<a><b k='1' >v</b></a>" },
    { TEXT, "b", "v", "<a><b>w<!-- c --></b></a>", "<a><b>v</b></a>" },
    { TEXT, "b", "v", "<a><b>v</b></a>", NULL },
    { CHILD, "b", "<c/>", "<a><b/></a>", "<a><b><c/></b></a>" },
    { CHILD, "b", "<c/>", "<a>\n  <b/>\n</a>",
      "<a>\n  <b>\n    <c/>\n  </b>\n</a>" },
    { CHILD, "b", "<c/>", "<a>\r\n  <b/>\r\n</a>",
      "<a>\r\n  <b>\r\n    <c/>\r\n  </b>\r\n</a>" },
    { CHILD, "b", "<c/>", "<a>\n\t<b></b>\n</a>",
      "<a>\n\t<b>\n\t\t<c/>\n\t</b>\n</a>" },
    { CHILD, NULL, "<c/>", "<a>\n   <b/>\n</a>",
      "<a>\n   <b/>\n   <c/>\n</a>" },
    { CHILD, NULL, "<c>\n\t<d/>\n</c>", "<a>\n   <b/>\n</a>",
      "<a>\n   <b/>\n   <c>\n      <d/>\n   </c>\n</a>" },
    { CHILD, NULL, "<c>\n\t<d/>\n</c>", "<a><b/><!-- x --></a>",
      "<a><b/><c><d/></c><!-- x --></a>" },
    { REPLACE, "b", "<c/>", "<a>\n <b>\n</b> </a>", "<a>\n <c/> </a>" },
    { REMOVE, "b", NULL, "<a>\n  <b>x</b>\n  <c/></a>", "<a>\n  <c/></a>" },
    { REMOVE, "b", NULL, "<a>\r\n  <b/>\r\n</a>", "<a>\r\n</a>" },
    { REMOVE, "b", NULL, "<a> <c/> <b/> </a>", "<a> <c/>  </a>" },
    { TEXT, "b", "v",
      "<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe4<b/></a>",
      "<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe4<b>v</b></a>" },
};

static void each_edit_changes_what_it_should_and_no_more(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        const struct row *row = &table[i];
        struct bytes text = bytes_of_string(row->from);
        OWN(own_xml_doc) xmlDoc *doc = NULL;
        OWN(own_editor) struct xml_editor *e = calloc(1, sizeof *e);
        OWN(buf_free) struct buf result = { 0 };
        const xmlNode *node;

        assert_true(xml_parse(text, "a", "t", &doc, NULL));
        assert_true(xml_editor_open(text, doc, e, NULL));
        node = xmlDocGetRootElement(doc);
        node = row->node == NULL ? node : xml_child(node, row->node);
        edit(e, row->kind, node, row->value);
        assert_int_equal(xml_edit_take(e), row->to != NULL);
        assert_true(xml_edit_apply(e, &result, NULL));
        assert_string_equal(buf_string(&result),
                            row->to == NULL ? row->from : row->to);
    }
}

static void a_group_that_meets_another_waits(void **state)
{
    struct bytes text = bytes_of_string("<a><b/><c/></a>");
    OWN(own_xml_doc) xmlDoc *doc = NULL;
    OWN(own_editor) struct xml_editor *e = calloc(1, sizeof *e);
    OWN(buf_free) struct buf result = { 0 };
    const xmlNode *root;

    (void)state;
    assert_true(xml_parse(text, "a", "t", &doc, NULL));
    assert_true(xml_editor_open(text, doc, e, NULL));
    root = xmlDocGetRootElement(doc);
    xml_edit_add_child(e, root, "<d/>");
    assert_true(xml_edit_take(e));
    xml_edit_set_attr(e, xml_child(root, "b"), "k", "1");
    xml_edit_add_child(e, root, "<e/>");
    assert_false(xml_edit_take(e));
    assert_false(xml_edit_take(e));
    xml_edit_set_attr(e, xml_child(root, "b"), "k", "2");
    assert_true(xml_edit_take(e));
    assert_true(xml_edit_apply(e, &result, NULL));
    assert_string_equal(buf_string(&result), "<a><b k='2'/><c/><d/></a>");
}

static void an_encoding_without_ASCII_is_refused(void **state)
{
    struct bytes text =
        bytes_of_string("<?xml version='1.0' encoding='SHIFT_JIS'?><a/>");
    OWN(own_xml_doc) xmlDoc *doc = NULL;
    OWN(own_editor) struct xml_editor *e = calloc(1, sizeof *e);
    struct sevk_error err;

    (void)state;
    assert_true(xml_parse(text, "a", "t", &doc, NULL));
    assert_fails(xml_editor_open(text, doc, e, &err), &err, SEVK_REFUSED,
                 "UTF-8");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_edit_changes_what_it_should_and_no_more),
        cmocka_unit_test(a_group_that_meets_another_waits),
        cmocka_unit_test(an_encoding_without_ASCII_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
