/* SPDX-License-Identifier: Apache-2.0 */
/* The owner's spec and the cluster's, and the way there. */
#include "kube/spec_compare.h"

#include <json-c/json.h>

#include "kube/client.h"
#include "kube/to_json.h"
#include "manifest_text.h"

static struct json_object *spec(const char *yaml)
{
    OWN(yaml_file_free) struct yaml_file file = parsed(yaml);
    struct json_object *tree = NULL;
    struct sevk_error err;

    assert_works(node_to_json(file.documents[0], &tree, &err), &err);
    return tree;
}

#define OWNER                                                                  \
    "domain:\n  memory: {guest: 1024Mi}\n  cpu: {cores: 2}\n"                  \
    "  launchSecurity: {sev: {attestation: {}}}\n"                             \
    "  devices: {rng: {}, disks: [{name: a}]}\n"                               \
    "volumes: [{name: a}]\nstartStrategy: Paused\n"

static void found(const char *live, const char *what)
{
    OWN(own_json) struct json_object *a = spec(OWNER);
    OWN(own_json) struct json_object *b = spec(live);
    OWN(buf_free) struct buf differences = { 0 };
    struct sevk_error err;

    assert_works(spec_compare(a, b, &differences, &err), &err);
    assert_string_equal(buf_string(&differences), what);
}

#define LIVE(memory, sev, devices, rest)                                       \
    "domain:\n  memory: {guest: " memory "}\n  cpu: {cores: 2, threads: 1}\n"  \
    "  launchSecurity: {sev: {attestation: {}" sev "}}\n"                      \
    "  devices: {disks: [{name: a, disk: {}}]" devices "}\n"                   \
    "volumes: [{name: a}]\nstartStrategy: Paused\n" rest

static void what_the_server_fills_in_is_no_difference(void **state)
{
    (void)state;
    found(OWNER, "");
    found(LIVE("1Gi", ", session: a, dhCert: b", "", "hostname: x\n"), "");
}

static void what_is_changed_or_added_is_told(void **state)
{
    (void)state;
    found(LIVE("2Gi", "", "", ""), "domain.memory.guest has another value");
    found(LIVE("1Gi", "", ", hostDevices: [1]", ""),
          "domain.devices.hostDevices was added");
    found(LIVE("1Gi", "", "", "accessCredentials: []\n"),
          "accessCredentials was added");
    found("domain: {}\n",
          "domain.memory is gone; domain.cpu is gone; domain.launchSecurity is "
          "gone; domain.devices is gone; volumes is gone; startStrategy is "
          "gone");
    found("domain: 7\n", "domain has another value; volumes is gone; "
                         "startStrategy is gone");
}

static void nothing_to_compare_with_is_a_difference(void **state)
{
    OWN(own_json) struct json_object *a = spec(OWNER);
    OWN(buf_free) struct buf differences = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(spec_compare(a, NULL, &differences, &err), &err);
    assert_true(differences.n > 0);
}

static void trees_become_what_kubectl_would_send(void **state)
{
    OWN(own_json)
    struct json_object *tree =
        spec("a: 1\nb: yes\nc: 'yes'\nd: 1.5\ne: [x, null]\nf: ~\n");

    (void)state;
    assert_string_equal(
        json_object_to_json_string_ext(tree, JSON_C_TO_STRING_PLAIN),
        "{\"a\":1,\"b\":true,\"c\":\"yes\",\"d\":1.5,\"e\":[\"x\",null],"
        "\"f\":null}");
}

static void looks_into_answers_survive_anything(void **state)
{
    OWN(own_json) struct json_object *tree = spec("a: {b/c.d: x, e: [1]}\n");

    (void)state;
    assert_string_equal(kube_json_text(tree, "a|b/c.d"), "x");
    assert_null(kube_json_text(tree, "a|e"));
    assert_null(kube_json_text(tree, "a|e|f"));
    assert_null(kube_json_text(tree, "x|y"));
    assert_null(kube_json_text(NULL, "a"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_server_fills_in_is_no_difference),
        cmocka_unit_test(what_is_changed_or_added_is_told),
        cmocka_unit_test(nothing_to_compare_with_is_a_difference),
        cmocka_unit_test(trees_become_what_kubectl_would_send),
        cmocka_unit_test(looks_into_answers_survive_anything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
