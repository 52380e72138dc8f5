/* SPDX-License-Identifier: Apache-2.0 */
/* The XML of a domain, on libvirt's own test driver. */
#include "virt/live_domain.h"

#include "base/own.h"
#include "lib/unit.h"

#define TEST_URI "test:///default" /* has one VM, "test", that runs */

static void a_domains_xml_is_had_by_its_name(void **state)
{
    OWN(buf_free) struct buf xml = { 0 };
    bool saved = true;
    struct sevk_error err;

    (void)state;
    assert_works(live_domain_ask(TEST_URI, "test", 60, &xml, &saved, &err),
                 &err);
    assert_non_null(strstr(buf_string(&xml), "<name>test</name>"));
    assert_false(saved);
}

static void what_is_not_there_is_an_error_of_the_host(void **state)
{
    OWN(buf_free) struct buf xml = { 0 };
    bool saved = true;
    struct sevk_error err;

    (void)state;
    assert_fails(live_domain_ask(TEST_URI, "none", 60, &xml, &saved, &err),
                 &err, SEVK_HOST, "not found");
    assert_fails(
        live_domain_ask("test:///nonexistent", "test", 60, &xml, &saved, &err),
        &err, SEVK_HOST, "");
    assert_int_equal(xml.n, 0);
    assert_true(saved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_domains_xml_is_had_by_its_name),
        cmocka_unit_test(what_is_not_there_is_an_error_of_the_host),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
