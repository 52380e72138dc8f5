/* SPDX-License-Identifier: Apache-2.0 */
/* The owner's XML: refused with the remedy, or completed with a session. */
#include "virt/domain_xml.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/own.h"
#include "lib/rng.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"
#include "virt/xml.h"

#define LOADER                                                                 \
    "<loader readonly='yes' type='pflash' stateless='yes'>/fw.fd</loader>"

/* A VM with MORE in <domain> and IN_OS in <os>. */
static struct domain_xml make(const char *in_os, const char *more)
{
    struct domain_xml xml = { 0 };
    struct sevk_error err;
    char text[1024];

    snprintf(text, sizeof text,
             "<domain type='kvm'><name>vm1</name><os><type>hvm</type>%s</os>"
             "%s</domain>",
             in_os, more);
    assert_works(
        domain_xml_parse(bytes_of_string(text), "'vm.xml'", &xml, &err), &err);
    return xml;
}

static void an_ordinary_vm_can_be_launched(void **state)
{
    static const char *const table[][2] = {
        { LOADER, "" },
        { LOADER, "<launchSecurity type='sev'/>" },
        { LOADER, "<vcpu>4</vcpu>" },
        { LOADER, "<vcpu current='4'>4</vcpu>" },
        { LOADER "<kernel>/k</kernel>",
          "<launchSecurity type='sev' kernelHashes='yes'/>" },
        { LOADER "<kernel>/k</kernel><initrd>/i</initrd>", "" },
        { "<loader type='rom'>/fw.fd</loader>", "" },
        { LOADER, "<on_reboot>destroy</on_reboot>" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        OWN(domain_xml_close)
        struct domain_xml xml = make(table[i][0], table[i][1]);
        struct sevk_error err;

        assert_works(domain_xml_check(&xml.facts, true, &err), &err);
        assert_works(domain_xml_check(&xml.facts, false, &err), &err);
    }
}

static void what_can_not_be_proven_is_refused_with_the_remedy(void **state)
{
    static const struct {
        const char *in_os;
        const char *more;
        const char *part;
    } table[] = {
        { LOADER "<nvram>/vars.fd</nvram>", "", "stateless='yes'" },
        { LOADER "<nvram template='/t'/>", "", "remove <nvram>" },
        { "<loader readonly='no' type='pflash'>/fw.fd</loader>", "",
          "readonly='yes'" },
        { "", "", "<loader" },
        { LOADER, "<launchSecurity type='sev-snp'/>", "type='sev'" },
        { LOADER, "<launchSecurity type='s390-pv'/>", "type='sev'" },
        { LOADER, "<launchSecurity/>", "type='sev'" },
        { LOADER, "<launchSecurity type='sev' kernelHashes='yes'/>",
          "kernelHashes" },
        { LOADER "<initrd>/i</initrd>", "", "<kernel>" },
        { LOADER "<cmdline>quiet</cmdline>", "", "<kernel>" },
        { LOADER, "<vcpu current='1'>4</vcpu>", "3 of 4 vCPUs" },
        { LOADER, "<vcpu>2</vcpu><vcpus><vcpu id='1' enabled='no'/></vcpus>",
          "1 of 2 vCPUs" },
        { LOADER, "<vcpu>0</vcpu>", "at least 1" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        OWN(domain_xml_close)
        struct domain_xml xml = make(table[i].in_os, table[i].more);
        struct sevk_error err;

        assert_fails(domain_xml_check(&xml.facts, false, &err), &err,
                     SEVK_REFUSED, table[i].part);
    }
}

static void an_es_vm_that_would_reboot_is_refused(void **state)
{
    OWN(domain_xml_close)
    struct domain_xml xml = make(LOADER, "<on_reboot>restart</on_reboot>");
    struct sevk_error err;

    (void)state;
    assert_works(domain_xml_check(&xml.facts, false, &err), &err);
    assert_fails(domain_xml_check(&xml.facts, true, &err), &err, SEVK_REFUSED,
                 "SEV-ES");
}

static void a_vm_without_a_name_is_refused(void **state)
{
    OWN(domain_xml_close) struct domain_xml xml = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(domain_xml_parse(
                     bytes_of_string("<domain><os>" LOADER "</os></domain>"),
                     "'vm.xml'", &xml, &err),
                 &err);
    assert_fails(domain_xml_check(&xml.facts, false, &err), &err, SEVK_REFUSED,
                 "<name>");
}

static void bits_that_do_not_fit_the_host_are_refused_with_both(void **state)
{
    OWN(domain_xml_close)
    struct domain_xml xml =
        make(LOADER, "<launchSecurity type='sev'><cbitpos>47</cbitpos>"
                     "<reducedPhysBits>5</reducedPhysBits></launchSecurity>");
    OWN(domain_xml_close) struct domain_xml open = make(LOADER, "");
    struct sevk_error err;

    (void)state;
    assert_works(domain_xml_fits(&xml.facts, 47, 5, &err), &err);
    assert_fails(domain_xml_fits(&xml.facts, 51, 5, &err), &err, SEVK_REFUSED,
                 "<cbitpos>47</cbitpos>, but this host has 51");
    assert_fails(domain_xml_fits(&xml.facts, 47, 1, &err), &err, SEVK_REFUSED,
                 "<reducedPhysBits>5</reducedPhysBits>, but this host has 1");
    assert_works(domain_xml_fits(&open.facts, 51, 1, &err), &err);
}

/* -- Completing. ------------------------------------------------------------------- */

static void a_uuid_is_made_of_random_bits_only_when_there_is_none(void **state)
{
    OWN(domain_xml_close) struct domain_xml without = make(LOADER, "");
    OWN(domain_xml_close)
    struct domain_xml with =
        make(LOADER, "<uuid>c7a5fdbd-edaf-4455-926a-d65c16db1809</uuid>");
    struct fake_rng random = { 7 };
    struct sevk_error err;

    (void)state;
    assert_works(domain_xml_set_uuid(&with, rng_failing(), &err), &err);
    assert_string_equal(with.facts.uuid,
                        "c7a5fdbd-edaf-4455-926a-d65c16db1809");
    assert_fails(domain_xml_set_uuid(&without, rng_failing(), &err), &err,
                 SEVK_HOST, "no random bytes");
    assert_works(domain_xml_set_uuid(&without, rng_fake(&random), &err), &err);
    assert_true(without.facts.has_uuid);
    assert_int_equal(without.facts.uuid[14], '4');
    assert_non_null(strchr("89ab", without.facts.uuid[19]));
}

static void a_session_is_written_where_libvirt_looks(void **state)
{
    static const struct domain_session with = { 0x0f, 51, 1, "REhD", "U0VT" };
    OWN(domain_xml_close)
    struct domain_xml xml =
        make(LOADER, "<on_reboot>restart</on_reboot>"
                     "<launchSecurity type='sev' kernelHashes='yes'>"
                     "<policy>3</policy><session>OLD</session>"
                     "<dhCert>OLD</dhCert></launchSecurity>");
    OWN(domain_xml_close) struct domain_xml again = { 0 };
    OWN(buf_free) struct buf text = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(domain_xml_set_session(&xml, &with, &err), &err);
    assert_works(xml_write(xml.doc, &text, &err), &err);
    assert_works(
        domain_xml_parse(buf_bytes(&text), "'again.xml'", &again, &err), &err);
    assert_int_equal(again.facts.policy, 0x0f);
    assert_int_equal(again.facts.cbitpos, 51);
    assert_int_equal(again.facts.reduced_phys_bits, 1);
    assert_string_equal(again.facts.dh_cert, "REhD");
    assert_string_equal(again.facts.session, "U0VT");
    assert_true(again.facts.kernel_hashes);
    assert_string_equal(again.facts.on_reboot, "destroy");
    assert_null(strstr(buf_string(&text), "OLD"));
    assert_string_equal(xml.facts.session, "U0VT");
}

static void launch_security_is_made_when_there_is_none(void **state)
{
    static const struct domain_session with = { 0x03, 47, 5, "REhD", "U0VT" };
    OWN(domain_xml_close) struct domain_xml xml = make(LOADER, "");
    struct sevk_error err;

    (void)state;
    assert_works(domain_xml_set_session(&xml, &with, &err), &err);
    assert_true(xml.facts.has_launch_security);
    assert_string_equal(xml.facts.security_type, "sev");
    assert_int_equal(xml.facts.policy, 3);
    assert_null(xml.facts.on_reboot); /* SEV alone may reboot */
}

static void a_vm_of_somebody_else_is_looked_at_for_what_voids_a_yes(
    void **state)
{
#define KEYS       "<dhCert>REhD</dhCert><session>U0VT</session>"
#define WITH(more) "<launchSecurity type='sev'>" more "</launchSecurity>"
    static const char *const table[][3] = {
        { LOADER, WITH(KEYS), "" },
        { LOADER, "", "no launchSecurity" },
        { LOADER, WITH("<dhCert>REhD</dhCert>"), "without an owner's session" },
        { LOADER, WITH(""), "without an owner's session" },
        { LOADER "<nvram>/x</nvram>", WITH(KEYS), "variable store" },
        { LOADER, WITH(KEYS) "<vcpu current='1'>2</vcpu>", "vCPUs" },
        { LOADER, WITH(KEYS) "<q:commandline xmlns:q='urn:q'/>",
          "commands to QEMU" },
        { LOADER,
          WITH(KEYS "<policy>7</policy>") "<on_reboot>restart</on_reboot>",
          "on_reboot" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        OWN(domain_xml_close)
        struct domain_xml xml = make(table[i][0], table[i][1]);
        OWN(buf_free) struct buf faults = { 0 };
        struct sevk_error err;

        assert_works(domain_check_existing(&xml.facts, &faults, &err), &err);
        assert_int_equal(faults.n == 0, table[i][2][0] == '\0');
        if (faults.n > 0) {
            assert_non_null(strstr(buf_string(&faults), table[i][2]));
        }
    }
}

static void a_file_is_named_in_messages(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free)
    char *path = temp_dir_write(&dir, "bad.xml",
                                bytes_of_string("<domain><vcpu>x"
                                                "</vcpu></domain>"));
    struct domain_xml xml = { 0 };
    struct sevk_error err;

    (void)state;
    assert_fails(domain_xml_read(path, &xml, &err), &err, SEVK_INPUT,
                 "bad.xml");
    assert_fails(domain_xml_read("/nowhere/vm.xml", &xml, &err), &err,
                 SEVK_INPUT, "/nowhere/vm.xml");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ordinary_vm_can_be_launched),
        cmocka_unit_test(what_can_not_be_proven_is_refused_with_the_remedy),
        cmocka_unit_test(an_es_vm_that_would_reboot_is_refused),
        cmocka_unit_test(a_vm_without_a_name_is_refused),
        cmocka_unit_test(bits_that_do_not_fit_the_host_are_refused_with_both),
        cmocka_unit_test(a_uuid_is_made_of_random_bits_only_when_there_is_none),
        cmocka_unit_test(a_session_is_written_where_libvirt_looks),
        cmocka_unit_test(launch_security_is_made_when_there_is_none),
        cmocka_unit_test(
            a_vm_of_somebody_else_is_looked_at_for_what_voids_a_yes),
        cmocka_unit_test(a_file_is_named_in_messages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
