/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/unit.h"

#include "base/own.h"
#include "lib/temp_dir.h"
#include "virt/domain_summary.h"

static bool summary(const char *xml, struct domain_summary *ret,
                    struct sevk_error *err)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free)
    char *path = temp_dir_write(&dir, "vm.xml", bytes_of_string(xml));

    return domain_summary_read(path, ret, err);
}

static void what_is_no_domain_is_refused(void **state)
{
    struct domain_summary s = { 0 };
    struct sevk_error err;

    (void)state;
    assert_fails(summary("<pool/>", &s, &err), &err, SEVK_INPUT, "domain");
    assert_fails(domain_summary_read("/nonexistent", &s, &err), &err,
                 SEVK_INPUT, "/nonexistent");
}

static void a_domain_is_summed_up(void **state)
{
    struct domain_summary s = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(
        summary("<domain type='kvm'><name>a</name>"
                "<memory unit='GiB'>2</memory><vcpu>3</vcpu>"
                "<cpu mode='custom'><model>EPYC</model></cpu>"
                "<os><kernel>/k</kernel></os>"
                "<launchSecurity type='sev'><policy>0x7</policy>"
                "</launchSecurity>"
                "<devices><disk/><disk/><interface/><hostdev/><tpm/></devices>"
                "</domain>",
                &s, &err),
        &err);
    assert_string_equal(s.name, "a");
    assert_string_equal(s.cpu_model, "EPYC");
    assert_true(s.has_memory && s.memory_kib == 2 * 1024 * 1024);
    assert_int_equal(s.vcpus, 3);
    assert_true(s.has_policy && s.policy == 7);
    assert_true(s.kernel && s.tpm);
    assert_int_equal(s.disks, 2);
    assert_int_equal(s.interfaces, 1);
    assert_int_equal(s.hostdevs, 1);
}

static void a_model_of_the_hosts_choice_is_none(void **state)
{
    struct domain_summary s = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(summary("<domain><name>a</name><cpu mode='host-model'>"
                         "<model>EPYC</model></cpu></domain>",
                         &s, &err),
                 &err);
    assert_string_equal(s.cpu_model, "");
    assert_false(s.has_memory || s.has_policy || s.kernel || s.tpm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_domain_is_refused),
        cmocka_unit_test(a_domain_is_summed_up),
        cmocka_unit_test(a_model_of_the_hosts_choice_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
