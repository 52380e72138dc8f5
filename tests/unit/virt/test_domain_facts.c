/* SPDX-License-Identifier: Apache-2.0 */
/* What is read from a VM's XML, and what is refused to be read. */
#include "virt/domain_facts.h"

#include <stdio.h>

#include "base/own.h"
#include "lib/unit.h"
#include "virt/xml.h"

static bool read_facts(const char *text, struct domain_facts *ret,
                       struct sevk_error *err)
{
    OWN(own_xml_doc) xmlDoc *doc = NULL;

    return xml_parse(bytes_of_string(text), "domain", "'vm.xml'", &doc, err) &&
           domain_facts_read(doc, ret, err);
}

static const char whole[] =
    "<domain type='kvm'><name> guide </name>"
    "<uuid>C7A5FDBD-edaf-9455-926a-d65c16db1809</uuid>"
    "<memory unit='GiB'>2</memory><vcpu placement='static' current='2'>4</vcpu>"
    "<vcpus><vcpu id='0' enabled='yes'/><vcpu id='3' enabled='no'/></vcpus>"
    "<os firmware='efi'><type>hvm</type>"
    "<loader readonly='yes' type='pflash' stateless='yes'>/fw.fd</loader>"
    "<nvram>/vars.fd</nvram><kernel>/k</kernel><initrd>/i</initrd>"
    "<cmdline>\n console=ttyS0  quiet </cmdline></os>"
    "<cpu mode='custom'><model fallback='forbid'>EPYC-Milan</model></cpu>"
    "<on_reboot>destroy</on_reboot><on_crash>restart</on_crash>"
    "<launchSecurity type='sev' kernelHashes='yes'><cbitpos>51</cbitpos>"
    "<reducedPhysBits>1</reducedPhysBits><policy>0x0033</policy>"
    "<dhCert>AAAA</dhCert><session>BBBB</session></launchSecurity></domain>";

static void everything_that_matters_is_read(void **state)
{
    OWN(domain_facts_clear) struct domain_facts f = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(read_facts(whole, &f, &err), &err);
    assert_string_equal(f.type, "kvm");
    assert_string_equal(f.name, "guide");
    assert_string_equal(f.uuid, "c7a5fdbd-edaf-9455-926a-d65c16db1809");
    assert_int_equal(f.memory_kib, 2 << 20);
    assert_int_equal(f.vcpus, 4);
    assert_int_equal(f.vcpus_current, 2);
    assert_int_equal(f.vcpus_disabled, 1);
    assert_string_equal(f.os_firmware, "efi");
    assert_string_equal(f.loader, "/fw.fd");
    assert_string_equal(f.loader_type, "pflash");
    assert_true(f.has_loader && f.loader_stateless && f.nvram);
    assert_false(f.loader_writable);
    assert_string_equal(f.kernel, "/k");
    assert_string_equal(f.initrd, "/i");
    /* libvirt hands it on as it is, so that is what gets measured. */
    assert_string_equal(f.cmdline, "\n console=ttyS0  quiet ");
    assert_string_equal(f.cpu_mode, "custom");
    assert_string_equal(f.cpu_model, "EPYC-Milan");
    assert_string_equal(f.on_reboot, "destroy");
    assert_string_equal(f.on_crash, "restart");
    assert_true(f.has_launch_security && f.kernel_hashes);
    assert_string_equal(f.security_type, "sev");
    assert_int_equal(f.policy, 0x33);
    assert_int_equal(f.cbitpos, 51);
    assert_int_equal(f.reduced_phys_bits, 1);
    assert_string_equal(f.dh_cert, "AAAA");
    assert_string_equal(f.session, "BBBB");
    assert_false(f.has_foreign);
}

static void what_is_left_out_is_not_there(void **state)
{
    OWN(domain_facts_clear) struct domain_facts f = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(read_facts("<domain/>", &f, &err), &err);
    assert_null(f.name);
    assert_null(f.kernel);
    assert_false(f.has_uuid || f.has_memory || f.has_vcpus || f.has_policy ||
                 f.has_cbitpos || f.has_launch_security || f.has_loader);
}

static void a_policy_is_hexadecimal_also_without_0x(void **state)
{
    static const struct {
        const char *text;
        uint32_t policy;
    } table[] = {
        { "0x0003", 3 },
        { "3", 3 },
        { "33", 0x33 },
        { "0X0f", 15 },
        { "f", 15 },
        { " 0x7 ", 7 },
        { "33010000", 0x33010000 },
        { "0xffffffff", 0xffffffff },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        OWN(domain_facts_clear) struct domain_facts f = { 0 };
        struct sevk_error err;
        char xml[160];

        snprintf(xml, sizeof xml,
                 "<domain><launchSecurity type='sev'><policy>%s</policy>"
                 "</launchSecurity></domain>",
                 table[i].text);
        assert_works(read_facts(xml, &f, &err), &err);
        assert_int_equal(f.policy, table[i].policy);
    }
}

static void memory_is_counted_in_kib_rounded_up(void **state)
{
    static const struct {
        const char *text;
        uint64_t kib;
    } table[] = {
        { "<memory>1024</memory>", 1024 },
        { "<memory unit='KiB'>1024</memory>", 1024 },
        { "<memory unit='b'>1025</memory>", 2 },
        { "<memory unit='KB'>1024</memory>", 1000 },
        { "<memory unit='MiB'>512</memory>", 524288 },
        { "<memory unit='mib'>512</memory>", 524288 },
        { "<memory unit='G'>4</memory>", 4194304 },
        { "<memory unit='TiB'>1</memory>", 1073741824 },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        OWN(domain_facts_clear) struct domain_facts f = { 0 };
        struct sevk_error err;
        char xml[160];

        snprintf(xml, sizeof xml, "<domain>%s</domain>", table[i].text);
        assert_works(read_facts(xml, &f, &err), &err);
        assert_int_equal(f.memory_kib, table[i].kib);
    }
}

static void what_is_no_number_is_malformed_and_named(void **state)
{
    static const struct {
        const char *text;
        const char *part;
    } table[] = {
        { "<memory>lots</memory>", "<memory>" },
        { "<memory>-1</memory>", "<memory>" },
        { "<memory unit='stone'>1</memory>", "unit" },
        { "<memory unit='TiB'>18446744073709551615</memory>", "too large" },
        { "<memory>18446744073709551616</memory>", "<memory>" },
        { "<vcpu>two</vcpu>", "<vcpu>" },
        { "<vcpu>4294967296</vcpu>", "<vcpu>" },
        { "<vcpu current='x'>2</vcpu>", "<vcpu current>" },
        { "<uuid>1234</uuid>", "<uuid>" },
        { "<uuid></uuid>", "<uuid>" },
        { "<launchSecurity><policy>0x1ffffffff</policy></launchSecurity>",
          "<policy>" },
        { "<launchSecurity><policy>0x0x3</policy></launchSecurity>",
          "<policy>" },
        { "<launchSecurity><policy/></launchSecurity>", "<policy>" },
        { "<launchSecurity><policy>nodbg</policy></launchSecurity>",
          "<policy>" },
        { "<launchSecurity><cbitpos>5l</cbitpos></launchSecurity>",
          "<cbitpos>" },
        { "<launchSecurity><reducedPhysBits>+1</reducedPhysBits>"
          "</launchSecurity>",
          "<reducedPhysBits>" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        struct domain_facts f = { 0 };
        struct sevk_error err;
        char xml[256];

        snprintf(xml, sizeof xml, "<domain>%s</domain>", table[i].text);
        assert_fails(read_facts(xml, &f, &err), &err, SEVK_INPUT,
                     table[i].part);
    }
}

static void an_element_that_matters_may_not_stand_there_twice(void **state)
{
    static const char *const table[] = {
        "<name>a</name><name>b</name>",
        "<os/><os/>",
        "<launchSecurity type='sev'/><launchSecurity type='sev'/>",
        "<vcpu>1</vcpu><vcpu>2</vcpu>",
        "<os><loader/><loader/></os>",
        "<os><kernel/><kernel/></os>",
        ("<launchSecurity><policy>1</policy><policy>3</policy>"
         "</launchSecurity>"),
        "<launchSecurity><session/><session/></launchSecurity>",
        "<devices/><devices/>",
    };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        struct domain_facts f = { 0 };
        struct sevk_error err;
        char xml[256];

        snprintf(xml, sizeof xml, "<domain>%s</domain>", table[i]);
        assert_fails(read_facts(xml, &f, &err), &err, SEVK_INPUT,
                     "more than once");
    }
}

static void elements_of_another_namespace_are_noticed_and_not_read(void **state)
{
    OWN(domain_facts_clear) struct domain_facts f = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(
        read_facts("<domain xmlns:q='urn:qemu'><q:commandline/>"
                   "<q:launchSecurity type='sev'/><q:name>x</q:name></domain>",
                   &f, &err),
        &err);
    assert_true(f.has_foreign);
    assert_false(f.has_launch_security);
    assert_null(f.name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_that_matters_is_read),
        cmocka_unit_test(what_is_left_out_is_not_there),
        cmocka_unit_test(a_policy_is_hexadecimal_also_without_0x),
        cmocka_unit_test(memory_is_counted_in_kib_rounded_up),
        cmocka_unit_test(what_is_no_number_is_malformed_and_named),
        cmocka_unit_test(an_element_that_matters_may_not_stand_there_twice),
        cmocka_unit_test(
            elements_of_another_namespace_are_noticed_and_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
