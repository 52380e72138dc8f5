/* SPDX-License-Identifier: Apache-2.0 */
/* Texts before and after they were mended. */
#include "kube/fix.h"

#include "manifest_text.h"

/* BEFORE becomes AFTER by N changes, and AFTER stays as it is. */
static void becomes(const char *before, const char *after, size_t n)
{
    OWN(buf_free) struct buf text = { 0 };
    struct sevk_error err;
    size_t changes = 99;

    assert_works(kube_fix(bytes_of_string(before), &text, &changes, &err),
                 &err);
    assert_string_equal(buf_string(&text), after);
    assert_int_equal(changes, n);
    assert_works(kube_fix(bytes_of_string(after), &text, &changes, &err), &err);
    assert_string_equal(buf_string(&text), after);
    assert_int_equal(changes, 0);
}

#define HEAD   "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstance\n"
#define SEV    "    launchSecurity: {sev: {}}\n"
#define EFI    "    firmware: {bootloader: {efi: {secureBoot: false}}}\n"
#define MEMORY "    memory: {guest: 1Gi}\n"

static void what_is_right_stays(void **state)
{
    (void)state;
    becomes(GOOD_VMI, GOOD_VMI, 0);
    becomes("", "", 0);
    becomes("a: b # c", "a: b # c", 0);
}

static void entries_are_added_behind_the_last(void **state)
{
    (void)state;
    becomes(HEAD "spec:\n  # first\n  domain:\n" EFI SEV MEMORY
                 "    devices:\n      rng: {} # random\n",
            HEAD "spec:\n  # first\n  domain:\n" EFI SEV MEMORY
                 "    devices:\n      rng: {} # random\n",
            0);
    becomes(HEAD "spec:\n  domain:\n" SEV MEMORY "    devices: {}\n# end\n",
            HEAD "spec:\n  domain:\n" SEV MEMORY "    devices: {}\n"
                 "    firmware:\n      bootloader:\n        efi:\n"
                 "          secureBoot: false\n# end\n",
            1);
    becomes(HEAD "spec:\n  domain:\n" EFI MEMORY "    devices: {}",
            HEAD "spec:\n  domain:\n" EFI MEMORY "    devices: {}\n"
                 "    launchSecurity:\n      sev: {}\n",
            1);
}

static void new_lines_end_as_the_first_one_does(void **state)
{
    (void)state;
    becomes("kind: VirtualMachineInstance\r\napiVersion: kubevirt.io/v1\r\n"
            "spec:\r\n  domain:\r\n    devices: {}\r\n"
            "    memory: {guest: 1Gi}\r\n    launchSecurity: {sev: {}}",
            "kind: VirtualMachineInstance\r\napiVersion: kubevirt.io/v1\r\n"
            "spec:\r\n  domain:\r\n    devices: {}\r\n"
            "    memory: {guest: 1Gi}\r\n    launchSecurity: {sev: {}}\r\n"
            "    firmware:\r\n      bootloader:\r\n        efi:\r\n"
            "          secureBoot: false\r\n",
            1);
}

static void entries_without_a_value_get_one(void **state)
{
    (void)state;
    becomes(HEAD "spec:\n  domain:\n" EFI MEMORY
                 "    launchSecurity: # what\n    devices: {}\n",
            HEAD "spec:\n  domain:\n" EFI MEMORY
                 "    launchSecurity: {sev: {}} # what\n    devices: {}\n",
            1);
    becomes(HEAD "spec:\n  domain:\n" SEV MEMORY
                 "    firmware:\n      bootloader:\n        efi:\n"
                 "    devices: {}\n",
            HEAD "spec:\n  domain:\n" SEV MEMORY
                 "    firmware:\n      bootloader:\n"
                 "        efi: {secureBoot: false}\n"
                 "    devices: {}\n",
            1);
}

static void quotes_stay_quotes(void **state)
{
    (void)state;
    becomes(HEAD "spec:\n  evictionStrategy: 'LiveMigrate'\n  domain:\n" EFI SEV
                MEMORY "    devices: {}\n",
            HEAD "spec:\n  evictionStrategy: 'None'\n  domain:\n" EFI SEV MEMORY
                 "    devices: {}\n",
            1);
    becomes(
        HEAD
        "spec:\n  evictionStrategy: \"LiveMigrate\"\n  domain:\n" EFI SEV MEMORY
        "    devices: {}\n",
        HEAD "spec:\n  evictionStrategy: \"None\"\n  domain:\n" EFI SEV MEMORY
             "    devices: {}\n",
        1);
}

static void entries_go_without_a_trace(void **state)
{
#define INTERFACES                                                             \
    HEAD "spec:\n  domain:\n" EFI SEV MEMORY "    devices:\n      "            \
         "interfaces:\n"
    (void)state;
    becomes(INTERFACES "      - name: a\n        bootOrder: 1 # boot\n"
                       "        # after\n        masquerade: {}\n",
            INTERFACES "      - name: a\n        # after\n"
                       "        masquerade: {}\n",
            1);
    becomes(INTERFACES "      - bootOrder: 1\n        name: a\n",
            INTERFACES "      - name: a\n", 1);
    becomes(INTERFACES "      - {name: a, bootOrder: 1}\n"
                       "      - {bootOrder: 2, name: b}\n"
                       "      - {name: c, bootOrder: 3, masquerade: {}}\n",
            INTERFACES "      - {name: a}\n      - {name: b}\n"
                       "      - {name: c, masquerade: {}}\n",
            3);
    becomes(INTERFACES "      - bootOrder: 1\n", INTERFACES "      - {}\n", 1);
#undef INTERFACES
}

#define CR(gates)                                                              \
    "apiVersion: kubevirt.io/v1\nkind: KubeVirt\nspec:\n  configuration:\n"    \
    "    developerConfiguration:\n" gates

static void gates_are_added_to_lists(void **state)
{
    (void)state;
    becomes(CR("      featureGates: # all\n      - A # a\n      # b\n"),
            CR("      featureGates: # all\n      - A # a\n"
               "      - WorkloadEncryptionSEV\n      # b\n"),
            1);
    becomes(CR("      featureGates:\n        - A\n"),
            CR("      featureGates:\n        - A\n"
               "        - WorkloadEncryptionSEV\n"),
            1);
    becomes(CR("      featureGates: []\n"),
            CR("      featureGates: [WorkloadEncryptionSEV]\n"), 1);
    becomes(CR("      featureGates: [A,B]\n"),
            CR("      featureGates: [A,B, WorkloadEncryptionSEV]\n"), 1);
    becomes("apiVersion: kubevirt.io/v1\nkind: KubeVirt\nspec:\n",
            "apiVersion: kubevirt.io/v1\nkind: KubeVirt\nspec: "
            "{configuration: {developerConfiguration: {featureGates: "
            "[WorkloadEncryptionSEV]}}}\n",
            1);
    becomes("{\"apiVersion\": \"kubevirt.io/v1\", \"kind\": \"KubeVirt\"}",
            "{\"apiVersion\": \"kubevirt.io/v1\", \"kind\": \"KubeVirt\", "
            "\"spec\": {\"configuration\": {\"developerConfiguration\": "
            "{\"featureGates\": [\"WorkloadEncryptionSEV\"]}}}}",
            1);
}

static void json_keeps_its_lines(void **state)
{
    (void)state;
    becomes("{\n  \"apiVersion\": \"kubevirt.io/v1\",\n"
            "  \"kind\": \"KubeVirt\"\n}\n",
            "{\n  \"apiVersion\": \"kubevirt.io/v1\",\n"
            "  \"kind\": \"KubeVirt\",\n"
            "  \"spec\": {\"configuration\": {\"developerConfiguration\": "
            "{\"featureGates\": [\"WorkloadEncryptionSEV\"]}}}\n}\n",
            1);
}

static void what_an_alias_shares_is_left(void **state)
{
#define SHARED                                                                 \
    HEAD "spec:\n  evictionStrategy: &e LiveMigrate\n  hostname: *e\n"         \
         "  domain:\n" EFI SEV MEMORY "    devices: {}\n"
    (void)state;
    becomes(SHARED, SHARED, 0);
#undef SHARED
}

static void more_than_was_meant_is_noticed(void **state)
{
    OWN(yaml_file_free) struct yaml_file a = parsed("a: 1\nb: [1, 2]\n");
    OWN(yaml_file_free) struct yaml_file b = parsed("a: 2\nb: [1, 2]\n");
    OWN(yaml_file_free) struct yaml_file c = parsed("a: 2\nb: [1, 3]\n");
    OWN(yaml_file_free) struct yaml_file d = parsed("a: 2\nb: [1, 2]\nc: 3\n");
    OWN(yaml_file_free) struct yaml_file e = parsed("a: 1\nb: [1, 2]\nc: 3\n");
    struct fix set = { FIX_SET, node_get(a.documents[0], "a"), NULL, "2" };
    struct fix add = { FIX_ADD, a.documents[0], NULL, "c: 3" };

    (void)state;
    assert_true(fix_only(&a, &b, &set));
    assert_false(fix_only(&a, &c, &set));
    assert_false(fix_only(&a, &d, &set));
    assert_true(fix_only(&a, &e, &add));
    assert_false(fix_only(&a, &d, &add));
    assert_false(fix_only(&a, &b, &add));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_right_stays),
        cmocka_unit_test(entries_are_added_behind_the_last),
        cmocka_unit_test(new_lines_end_as_the_first_one_does),
        cmocka_unit_test(entries_without_a_value_get_one),
        cmocka_unit_test(quotes_stay_quotes),
        cmocka_unit_test(entries_go_without_a_trace),
        cmocka_unit_test(gates_are_added_to_lists),
        cmocka_unit_test(json_keeps_its_lines),
        cmocka_unit_test(what_an_alias_shares_is_left),
        cmocka_unit_test(more_than_was_meant_is_noticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
