/* SPDX-License-Identifier: Apache-2.0 */
/* The value tree of "vm info". */
#include "virt/info_json.h"

#include <json-c/json.h>

#include "base/own.h"
#include "lib/unit.h"

static void own_tree(struct json_object **tree)
{
    json_object_put(*tree);
    *tree = NULL;
}

static const char *text_at(struct json_object *tree, const char *path)
{
    struct json_object *member = NULL;

    return json_pointer_get(tree, path, &member) != 0
               ? NULL
               : json_object_get_string(member);
}

static void a_sev_guest_is_told_with_its_evidence(void **state)
{
    OWN(libvirt_info_clear)
    struct libvirt_info info = {
        .vm = { .name = "vm1", .uuid = "c7a5fdbd" },
        .state = "paused",
        .has_evidence = true,
        .evidence = { .api_major = 1,
                      .api_minor = 51,
                      .build = 3,
                      .policy = 7 },
    };
    OWN(own_tree) struct json_object *tree = NULL;
    struct sevk_error err;

    (void)state;
    assert_works(
        domain_xml_parse(
            bytes_of_string("<domain><vcpu>2</vcpu><memory>1024</memory>"
                            "<launchSecurity type='sev' kernelHashes='yes'>"
                            "<policy>7</policy><cbitpos>51</cbitpos>"
                            "<session>AAAA</session></launchSecurity>"
                            "</domain>"),
            "live", &info.xml, &err),
        &err);
    assert_works(info_to_json(&info, &tree, &err), &err);
    assert_string_equal(text_at(tree, "/name"), "vm1");
    assert_string_equal(text_at(tree, "/state"), "paused");
    assert_string_equal(text_at(tree, "/vcpus"), "2");
    assert_string_equal(text_at(tree, "/memory_kib"), "1024");
    assert_string_equal(text_at(tree, "/launch_security/type"), "sev");
    assert_string_equal(text_at(tree, "/launch_security/policy"), "0x07");
    assert_string_equal(text_at(tree, "/launch_security/kernel_hashes"),
                        "true");
    assert_string_equal(text_at(tree, "/launch_security/cbitpos"), "51");
    assert_null(text_at(tree, "/launch_security/reduced_phys_bits"));
    assert_string_equal(text_at(tree, "/launch_security/session"), "true");
    assert_string_equal(text_at(tree, "/evidence/api"), "1.51");
    assert_string_equal(text_at(tree, "/evidence/policy"), "0x07");
}

static void an_ordinary_vm_has_neither(void **state)
{
    OWN(libvirt_info_clear) struct libvirt_info info = { .state = "running" };
    OWN(own_tree) struct json_object *tree = NULL;
    struct sevk_error err;

    (void)state;
    assert_works(
        domain_xml_parse(bytes_of_string("<domain/>"), "live", &info.xml, &err),
        &err);
    assert_works(info_to_json(&info, &tree, &err), &err);
    assert_null(text_at(tree, "/launch_security"));
    assert_null(text_at(tree, "/evidence"));
    assert_null(text_at(tree, "/vcpus"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sev_guest_is_told_with_its_evidence),
        cmocka_unit_test(an_ordinary_vm_has_neither),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
