/* SPDX-License-Identifier: Apache-2.0 */
/* Where elements and attributes stand in a text. */
#include "virt/xml_span.h"

#include "base/own.h"
#include "lib/unit.h"

static void text_that_is_no_XML_is_refused(void **state)
{
    static const char *const table[] = {
        "<a>",   "</a>",         "<a></a></a>", "<",
        "<a",    "<a b='>'",     "<!-- a",      "<a><![CDATA[",
        "<?xml", "<!DOCTYPE a>", "<a><b></a>",  "< a/>",
    };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        OWN(xml_spans_free) struct xml_spans spans = { 0 };
        struct sevk_error err;

        assert_fails(xml_spans_read(bytes_of_string(table[i]), &spans, &err),
                     &err, SEVK_INPUT, "can't be told apart");
        assert_int_equal(spans.n, 0);
    }
}

static void expect(struct bytes text, size_t from, size_t to, const char *what)
{
    assert_int_equal(to - from, strlen(what));
    assert_memory_equal(text.p + from, what, to - from);
}

static void elements_are_found_in_the_order_of_the_tree(void **state)
{
    struct bytes bytes = bytes_of_string("<?xml version='1.0'?><!-- <x> -->"
                                         "<a  b='>'>t<c/><![CDATA[<d>]]>"
                                         "<e f=\"/>\">u</e >\n</a>");
    OWN(xml_spans_free) struct xml_spans spans = { 0 };

    (void)state;
    assert_true(xml_spans_read(bytes, &spans, NULL));
    assert_int_equal(spans.n, 3);
    expect(bytes, spans.items[0].start, spans.items[0].inside, "<a  b='>'>");
    expect(bytes, spans.items[0].close, spans.items[0].end, "</a>");
    expect(bytes, spans.items[1].start, spans.items[1].end, "<c/>");
    assert_true(spans.items[1].empty);
    expect(bytes, spans.items[2].start, spans.items[2].inside, "<e f=\"/>\">");
    expect(bytes, spans.items[2].inside, spans.items[2].close, "u");
    expect(bytes, spans.items[2].close, spans.items[2].end, "</e >");
    assert_false(spans.items[2].empty);
}

static void attributes_are_found_by_their_whole_names(void **state)
{
    struct bytes text = bytes_of_string("<a bc='1' b = \"2'\"\n\tn:d=''/>");
    OWN(xml_spans_free) struct xml_spans spans = { 0 };
    struct xml_attr_span attr;
    size_t at = 0;
    size_t n = 0;

    (void)state;
    assert_true(xml_spans_read(text, &spans, NULL));
    assert_true(xml_span_attr(text, &spans.items[0], "b", &attr));
    expect(text, attr.value, attr.value + attr.value_len, "2'");
    expect(text, attr.start, attr.end, "b = \"2'\"");
    assert_true(xml_span_attr(text, &spans.items[0], "n:d", &attr));
    assert_int_equal(attr.value_len, 0);
    assert_false(xml_span_attr(text, &spans.items[0], "d", &attr));
    assert_false(xml_span_attr(text, &spans.items[0], "c", &attr));
    while (xml_span_next_attr(text, &spans.items[0], &at, &attr)) {
        n++;
    }
    assert_int_equal(n, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_that_is_no_XML_is_refused),
        cmocka_unit_test(elements_are_found_in_the_order_of_the_tree),
        cmocka_unit_test(attributes_are_found_by_their_whole_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
