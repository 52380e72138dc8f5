/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of xml_same.c: what counts as a difference, and what does not. */
#include "virt/xml_same.h"

#include "base/own.h"
#include "lib/unit.h"
#include "virt/xml.h"

/* A root with these children; "q" and "p" are one namespace, "o" another. */
static xmlDoc *document(const char *children)
{
    OWN(own_free) char *text = NULL;
    struct sevk_error err;
    xmlDoc *doc = NULL;

    assert_true(asprintf(&text,
                         "<domain xmlns:q='urn:q' xmlns:p='urn:q' "
                         "xmlns:o='urn:o'>%s</domain>",
                         children) > 0);
    assert_works(xml_parse(bytes_of_string(text), "domain", "x", &doc, &err),
                 &err);
    return doc;
}

static bool same(const char *a, const char *b)
{
    OWN(own_xml_doc) xmlDoc *left = document(a);
    OWN(own_xml_doc) xmlDoc *right = document(b);
    bool forth = xml_same_foreign(xmlDocGetRootElement(left),
                                  xmlDocGetRootElement(right));

    assert_int_equal(xml_same_foreign(xmlDocGetRootElement(right),
                                      xmlDocGetRootElement(left)),
                     forth);
    return forth;
}

#define COMMANDS                                                               \
    "<q:cmd><q:arg value='-s'/><q:arg value='x'/>"                             \
    "<q:env name='A' value='B'/></q:cmd>"

static void every_change_is_a_difference(void **state)
{
    static const char *const others[] = {
        "",
        "<q:cmd/>",
        "<q:cmd><q:arg value='-s'/><q:arg value='x'/></q:cmd>",
        "<q:cmd><q:arg value='-s'/><q:arg value='y'/>"
        "<q:env name='A' value='B'/></q:cmd>",
        "<q:cmd><q:arg value='x'/><q:arg value='-s'/>"
        "<q:env name='A' value='B'/></q:cmd>",
        "<q:cmd><q:arg value='-s'/><q:arg value='x'/>"
        "<q:env name='A' value='B'/><q:arg value='-fw_cfg'/></q:cmd>",
        "<q:cmd><q:arg value='-s'/><q:arg value='x'/>"
        "<q:env name='A' other='B'/></q:cmd>",
        "<q:cmd><q:arg value='-s'/><q:arg value='x'/><q:env name='A'/></q:cmd>",
        "<q:cmd><arg value='-s'/><q:arg value='x'/>"
        "<q:env name='A' value='B'/></q:cmd>",
        "<o:cmd><q:arg value='-s'/><q:arg value='x'/>"
        "<q:env name='A' value='B'/></o:cmd>",
        COMMANDS COMMANDS,
        COMMANDS "<o:cmd/>",
    };

    (void)state;
    for (size_t i = 0; i < N_OF(others); i++) {
        if (same(COMMANDS, others[i])) {
            fail_msg("no difference: %s", others[i]);
        }
    }
}

static void spaces_prefixes_and_order_of_attributes_do_not_count(void **state)
{
    (void)state;
    assert_true(same("", ""));
    assert_true(same(COMMANDS, COMMANDS));
    assert_true(same(COMMANDS, "\n<!-- x --><p:cmd>\n<p:arg value='-s'/> "
                               "<q:arg value='x'/><q:env value='B' name='A'/>"
                               "</p:cmd>"));
}

static void what_has_no_namespace_is_for_others_to_compare(void **state)
{
    (void)state;
    assert_true(same("<name>a</name>" COMMANDS, COMMANDS "<name>b</name>"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_change_is_a_difference),
        cmocka_unit_test(spaces_prefixes_and_order_of_attributes_do_not_count),
        cmocka_unit_test(what_has_no_namespace_is_for_others_to_compare),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
