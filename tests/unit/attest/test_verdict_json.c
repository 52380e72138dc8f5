/* SPDX-License-Identifier: Apache-2.0 */
/* The value tree of a verdict, as programs read it. */
#include "attest/verdict_json.h"

#include <stdio.h>

#include <json-c/json.h>

#include "base/own.h"
#include "lib/unit.h"
#include "unit/attest/case.h"

static void own_tree(struct json_object **tree)
{
    json_object_put(*tree);
    *tree = NULL;
}

static struct json_object *tree_of(const struct verdict *v)
{
    struct json_object *tree = json_object_new_object();
    struct sevk_error err;

    assert_non_null(tree);
    assert_works(verdict_to_json(v, tree, &err), &err);
    return tree;
}

/* The member at PATH ("/inputs/policy"), which must be there. */
static struct json_object *at(struct json_object *tree, const char *path)
{
    struct json_object *member = NULL;

    if (json_pointer_get(tree, path, &member) != 0) {
        fail_msg("no member '%s'", path);
    }
    return member;
}

static void assert_text(struct json_object *tree, const char *path,
                        const char *text)
{
    assert_string_equal(json_object_get_string(at(tree, path)), text);
}

static bool has(struct json_object *tree, const char *path)
{
    return json_pointer_get(tree, path, NULL) == 0;
}

static void a_launch_gives_every_member(void **state)
{
    struct test_case *c = *state;
    OWN(own_tree) struct json_object *tree = NULL;

    assert_works(case_run(c), &c->err);
    tree = tree_of(&c->outcome.verdict);
    assert_text(tree, "/verdict", "yes");
    assert_true(json_object_get_boolean(at(tree, "/platform/verified")));
    assert_true(json_object_get_boolean(at(tree, "/platform/virtual")));
    assert_int_equal(json_object_get_string_len(at(tree, "/platform/id_hex")),
                     64);
    assert_int_equal(json_object_array_length(at(tree, "/reasons")), 0);
    assert_int_equal(json_object_array_length(at(tree, "/covered")),
                     c->outcome.verdict.covered.n);
    assert_int_equal(json_object_array_length(at(tree, "/not_covered")),
                     c->outcome.verdict.not_covered.n);
    assert_text(tree, "/evidence/api", "1.51");
    assert_text(tree, "/evidence/policy", "0x03");
    assert_int_equal(json_object_get_int(at(tree, "/evidence/build")), 3);
    assert_int_equal(
        json_object_get_string_len(at(tree, "/evidence/measurement")), 64);
    assert_text(tree, "/inputs/policy", "0x03");
    assert_text(tree, "/inputs/initrd_sha256_hex",
                "09e6c018d2c8c4903308613dd1b72484d57eadf12ec50ddc8f52e5accce47"
                "0f2");
    assert_false(has(tree, "/inputs/vcpus"));
}

static void what_is_not_known_is_left_out(void **state)
{
    const struct verdict empty = { 0 };
    OWN(own_tree) struct json_object *tree = tree_of(&empty);

    (void)state;
    assert_text(tree, "/verdict", "no");
    assert_false(json_object_get_boolean(at(tree, "/platform/verified")));
    assert_false(has(tree, "/platform/id_hex"));
    assert_false(has(tree, "/platform/root"));
    assert_false(has(tree, "/evidence"));
    assert_false(has(tree, "/inputs"));
}

static void es_shows_its_vcpus_unless_they_came_as_files(void **state)
{
    struct verdict v = { .has_inputs = true,
                         .vcpus = 4,
                         .cpu_signature = 0xa00f11,
                         .vm_type = VMSA_INIT2 };
    OWN(own_tree) struct json_object *by_model = tree_of(&v);
    OWN(own_tree) struct json_object *by_files = NULL;

    (void)state;
    assert_int_equal(json_object_get_int(at(by_model, "/inputs/vcpus")), 4);
    assert_text(by_model, "/inputs/cpu_signature", "0x00a00f11");
    assert_text(by_model, "/inputs/vm_type", "init2");
    v.own_vmsa = true;
    by_files = tree_of(&v);
    assert_true(has(by_files, "/inputs/vcpus"));
    assert_false(has(by_files, "/inputs/cpu_signature"));
}

static void a_no_by_its_measurement_is_explained(void **state)
{
    struct test_case *c = *state;
    OWN(own_tree) struct json_object *nothing = NULL;
    OWN(own_tree) struct json_object *something = NULL;

    case_load_other_kernel(c);
    assert_works(case_run(c), &c->err);
    nothing = tree_of(&c->outcome.verdict);
    assert_true(has(nothing, "/explanation/candidates"));
    assert_false(has(nothing, "/explanation/changes/0"));

    c->host.loaded.n -= KERNEL_HASH_TABLE_LEN; /* QEMU without kernel hashes */
    assert_works(case_run(c), &c->err);
    something = tree_of(&c->outcome.verdict);
    assert_text(something, "/explanation/text", "matches if kernel_hashes=off");
    assert_text(something, "/explanation/changes/0/what", "kernel_hashes");
    assert_text(something, "/explanation/changes/0/expected", "on");
    assert_text(something, "/explanation/changes/0/found", "off");
    assert_text(something, "/verdict", "no");
}

static void the_secret_and_the_keys_are_not_in_it(void **state)
{
    struct test_case *c = *state;
    OWN(own_tree) struct json_object *tree = NULL;

    assert_works(case_run(c), &c->err);
    tree = tree_of(&c->outcome.verdict);
    assert_null(strstr(json_object_to_json_string(tree), CASE_SECRET));
}

#define CASE_TEST(name)                                                        \
    cmocka_unit_test_setup_teardown(name, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE_TEST(a_launch_gives_every_member),
        CASE_TEST(what_is_not_known_is_left_out),
        CASE_TEST(es_shows_its_vcpus_unless_they_came_as_files),
        CASE_TEST(a_no_by_its_measurement_is_explained),
        CASE_TEST(the_secret_and_the_keys_are_not_in_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
