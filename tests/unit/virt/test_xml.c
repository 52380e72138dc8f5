/* SPDX-License-Identifier: Apache-2.0 */
/* XML from enemies: what must not parse, and what must not be misread. */
#include "virt/xml.h"

#include <stdlib.h>

#include "base/own.h"
#include "lib/rng.h"
#include "lib/unit.h"

static bool parse(const char *text, xmlDoc **ret, struct sevk_error *err)
{
    return xml_parse(bytes_of_string(text), "domain", "'vm.xml'", ret, err);
}

static void what_is_no_xml_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *text;
        const char *part;
    } table[] = {
        { "", "0 bytes" },
        { " ", "not well-formed" },
        { "hello", "not well-formed" },
        { "<domain>", "not well-formed" },
        { "<domain></domain><domain/>", "line 1" },
        { "<domain>\n<a></b>\n</domain>", "line 2" },
        { "<domain a='1' a='2'/>", "not well-formed" },
        { "<domain a=1/>", "not well-formed" },
        { "<domain>&unknown;</domain>", "not well-formed" },
        { "<domain>&#0;</domain>", "not well-formed" },
        { "<domain>\xff\xfe</domain>", "not well-formed" },
        { "<x:domain/>", "root element is not <domain>" },
        { "<d:domain xmlns:d='urn:d'/>", "root element is not <domain>" },
        { "<domain xmlns='urn:d'/>", "root element is not <domain>" },
        { "<Domain/>", "root element is not <domain>" },
        { "<network/>", "root element is not <domain>" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        OWN(own_xml_doc) xmlDoc *doc = NULL;
        struct sevk_error err;

        assert_fails(parse(table[i].text, &doc, &err), &err, SEVK_INPUT,
                     table[i].part);
        assert_non_null(strstr(err.message, "'vm.xml'"));
        assert_null(doc);
    }
}

static void a_doctype_is_refused_before_anything_of_it_is_read(void **state)
{
    static const char *const table[] = {
        "<!DOCTYPE domain><domain/>",
        "<!DOCTYPE domain SYSTEM 'file:///etc/passwd'><domain/>",
        "<!DOCTYPE domain PUBLIC 'x' 'http://127.0.0.1:1/x'><domain/>",
        "<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
        "<domain>&x;</domain>",
        "<!DOCTYPE d [<!ENTITY % p SYSTEM 'file:///etc/passwd'>%p;]>"
        "<domain/>",
        "<!DOCTYPE d [<!ENTITY a 'aaaaaaaaaaaaaaaa'>"
        "<!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
        "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>"
        "<!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;'>"
        "<!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;'>"
        "<!ENTITY f '&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;'>"
        "<!ENTITY g '&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;'>]>"
        "<domain>&g;</domain>",
        "<?xml version='1.0'?><!-- x --><!DOCTYPE domain []><domain/>",
    };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        OWN(own_xml_doc) xmlDoc *doc = NULL;
        struct sevk_error err;

        assert_fails(parse(table[i], &doc, &err), &err, SEVK_INPUT, "DOCTYPE");
    }
}

/* N times TEXT between HEAD and TAIL; the caller frees it. */
static char *repeat(const char *head, const char *text, size_t n,
                    const char *tail)
{
    size_t len = strlen(text);
    size_t at = strlen(head);
    char *s = malloc(at + n * len + strlen(tail) + 1);

    assert_non_null(s);
    memcpy(s, head, at);
    for (size_t i = 0; i < n; i++, at += len) {
        memcpy(s + at, text, len);
    }
    memcpy(s + at, tail, strlen(tail) + 1);
    return s;
}

static void more_than_a_mebibyte_is_refused(void **state)
{
    OWN(own_free)
    char *fits = repeat("<domain>", "a", XML_MAX - 17, "</domain>");
    OWN(own_free)
    char *large = repeat("<domain>", "a", XML_MAX - 16, "</domain>");
    OWN(own_free)
    char *huge = repeat("<domain>", "<a/>", 10 << 18, "</domain>");
    OWN(own_xml_doc) xmlDoc *doc = NULL;
    struct sevk_error err;

    (void)state;
    assert_fails(parse(large, &doc, &err), &err, SEVK_INPUT, "bytes");
    assert_fails(parse(huge, &doc, &err), &err, SEVK_INPUT, "bytes");
    assert_works(parse(fits, &doc, &err), &err);
}

static void deep_nesting_is_refused(void **state)
{
    OWN(own_free) char *open = repeat("<domain>", "<a>", 100000, "");
    OWN(own_xml_doc) xmlDoc *doc = NULL;
    struct sevk_error err;

    (void)state;
    assert_fails(parse(open, &doc, &err), &err, SEVK_INPUT, "not well-formed");
}

static void a_zero_byte_is_refused_wherever_it_stands(void **state)
{
    static const char text[] = "<domain><name>vm</name></domain>";

    (void)state;
    for (size_t i = 0; i < sizeof text - 1; i++) {
        OWN(own_xml_doc) xmlDoc *doc = NULL;
        struct sevk_error err;
        char changed[sizeof text];

        memcpy(changed, text, sizeof text);
        changed[i] = '\0';
        assert_fails(xml_parse(bytes_make(changed, sizeof text - 1), "domain",
                               "'vm.xml'", &doc, &err),
                     &err, SEVK_INPUT, "zero byte");
    }
}

static void every_truncation_is_refused(void **state)
{
    static const char text[] = "<?xml version='1.0'?>\n<domain type='kvm'>"
                               "<name>vm &amp; co</name><!-- c -->"
                               "<os><![CDATA[x]]></os></domain>";

    (void)state;
    for (size_t n = 0; n < sizeof text - 1; n++) {
        OWN(own_xml_doc) xmlDoc *doc = NULL;
        struct sevk_error err;

        assert_false(
            xml_parse(bytes_make(text, n), "domain", "'vm.xml'", &doc, &err));
        assert_int_equal(err.code, SEVK_INPUT);
    }
}

static void flipped_bits_never_crash(void **state)
{
    static const char text[] = "<domain type='kvm'><name>vm</name><os>"
                               "<loader readonly='yes'>/a</loader></os>"
                               "</domain>";
    size_t parsed = 0;

    (void)state;
    for (size_t i = 0; i < (sizeof text - 1) * 8; i++) {
        OWN(own_xml_doc) xmlDoc *doc = NULL;
        char changed[sizeof text];

        memcpy(changed, text, sizeof text);
        changed[i / 8] = (char)(changed[i / 8] ^ (1 << i % 8));
        parsed += parse(changed, &doc, NULL) ? 1 : 0;
    }
    assert_in_range(parsed, 1, (sizeof text - 1) * 8 - 1);
}

static void messages_quote_no_control_characters(void **state)
{
    OWN(own_xml_doc) xmlDoc *doc = NULL;
    struct sevk_error err;

    (void)state;
    assert_fails(parse("<domain><a\x1b[31m></domain>", &doc, &err), &err,
                 SEVK_INPUT, "not well-formed");
    assert_null(strchr(err.message, '\x1b'));
    assert_null(strchr(err.message, '\n'));
}

/* -- Reading. ------------------------------------------------------------------- */

static void only_elements_without_a_namespace_count(void **state)
{
    OWN(own_xml_doc) xmlDoc *doc = NULL;
    const xmlNode *root;
    OWN(own_free) char *text = NULL;
    struct sevk_error err;

    (void)state;
    assert_works(parse("<domain xmlns:q='urn:q'><q:name>no</q:name>"
                       "<name q:id='3'>  yes\n</name><name>later</name>"
                       "</domain>",
                       &doc, &err),
                 &err);
    root = xmlDocGetRootElement(doc);
    assert_int_equal(xml_count(root, "name"), 2);
    assert_works(xml_text(xml_child(root, "name"), &text, &err), &err);
    assert_string_equal(text, "yes");
    free(text);
    text = NULL;
    assert_works(xml_attr(xml_child(root, "name"), "id", &text, &err), &err);
    assert_null(text);
}

static void comments_and_cdata_do_not_hide_text(void **state)
{
    OWN(own_xml_doc) xmlDoc *doc = NULL;
    OWN(own_free) char *text = NULL;
    struct sevk_error err;

    (void)state;
    assert_works(parse("<domain><a>x<!-- y --><![CDATA[<z>]]>&amp;</a>"
                       "</domain>",
                       &doc, &err),
                 &err);
    assert_works(
        xml_text(xml_child(xmlDocGetRootElement(doc), "a"), &text, &err), &err);
    assert_string_equal(text, "x<z>&");
}

static void what_is_not_there_is_null_and_what_is_empty_is_empty(void **state)
{
    OWN(own_xml_doc) xmlDoc *doc = NULL;
    const xmlNode *root;
    char *text = NULL;
    struct sevk_error err;

    (void)state;
    assert_works(parse("<domain a=''><b/></domain>", &doc, &err), &err);
    root = xmlDocGetRootElement(doc);
    assert_works(xml_text(xml_child(root, "c"), &text, &err), &err);
    assert_null(text);
    assert_null(xml_child(xml_child(root, "c"), "d"));
    assert_works(xml_attr(root, "z", &text, &err), &err);
    assert_null(text);
    assert_works(xml_text(xml_child(root, "b"), &text, &err), &err);
    assert_string_equal(text, "");
    free(text);
    assert_works(xml_attr(root, "a", &text, &err), &err);
    assert_string_equal(text, "");
    free(text);
}

/* -- Writing. ------------------------------------------------------------------- */

static void a_child_that_is_set_is_the_only_one_and_is_escaped(void **state)
{
    OWN(own_xml_doc) xmlDoc *doc = NULL;
    OWN(own_xml_doc) xmlDoc *again = NULL;
    OWN(buf_free) struct buf text = { 0 };
    OWN(own_free) char *value = NULL;
    xmlNode *root;
    struct sevk_error err;

    (void)state;
    assert_works(parse("<domain><a>1</a><b/><a>2</a></domain>", &doc, &err),
                 &err);
    assert_works(xml_set_child(xmlDocGetRootElement(doc), "a", "<x>&", &err),
                 &err);
    assert_works(xml_write(doc, &text, &err), &err);
    assert_works(parse(buf_string(&text), &again, &err), &err);
    root = xmlDocGetRootElement(again);
    assert_int_equal(xml_count(root, "a"), 1);
    assert_int_equal(xml_count(root, "b"), 1);
    assert_works(xml_text(xml_child(root, "a"), &value, &err), &err);
    assert_string_equal(value, "<x>&");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_xml_is_refused_with_its_line),
        cmocka_unit_test(a_doctype_is_refused_before_anything_of_it_is_read),
        cmocka_unit_test(more_than_a_mebibyte_is_refused),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(a_zero_byte_is_refused_wherever_it_stands),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(flipped_bits_never_crash),
        cmocka_unit_test(messages_quote_no_control_characters),
        cmocka_unit_test(only_elements_without_a_namespace_count),
        cmocka_unit_test(comments_and_cdata_do_not_hide_text),
        cmocka_unit_test(what_is_not_there_is_null_and_what_is_empty_is_empty),
        cmocka_unit_test(a_child_that_is_set_is_the_only_one_and_is_escaped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
