/* SPDX-License-Identifier: Apache-2.0 */
/* A live VM against the one that was asked for. */
#include "virt/domain_compare.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/own.h"
#include "lib/unit.h"
#include "virt/xml.h"

#define LOADER                                                                 \
    "<loader readonly='yes' type='pflash' stateless='yes'>/fw.fd</loader>"
#define SECURITY                                                               \
    "<launchSecurity type='sev' kernelHashes='yes'><cbitpos>51</cbitpos>"      \
    "<reducedPhysBits>1</reducedPhysBits><policy>0x0003</policy>"              \
    "<dhCert>REhD</dhCert><session>U0VT</session></launchSecurity>"

static const char asked_text[] =
    "<domain type='kvm'><name>vm1</name>"
    "<uuid>c7a5fdbd-edaf-4455-926a-d65c16db1809</uuid>"
    "<memory unit='KiB'>219100</memory><vcpu>2</vcpu>"
    "<os><type arch='x86_64' machine='q35'>hvm</type>" LOADER
    "<kernel>/k</kernel><cmdline>quiet</cmdline></os>"
    "<cpu mode='custom'><model>EPYC-Milan</model></cpu>"
    "<on_reboot>destroy</on_reboot>"
    "<devices><disk type='file' device='disk'><source file='/d.qcow2'/>"
    "<target dev='vda'/></disk>"
    "<disk type='file' device='cdrom'><target dev='sda'/></disk>"
    "<interface type='bridge'><source bridge='br0'/></interface>"
    "</devices>" SECURITY "</domain>";

/* The same as libvirt shows it: rounded, completed, in another order. */
static const char live_text[] =
    "<domain type='kvm' id='3'>\n <name>vm1</name>"
    "<uuid>c7a5fdbd-edaf-4455-926a-d65c16db1809</uuid>"
    "<memory unit='KiB'>219136</memory>"
    "<currentMemory unit='KiB'>219100</currentMemory>"
    "<vcpu placement='static'>2</vcpu>"
    "<os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type>" LOADER
    "<kernel>/k</kernel><cmdline>quiet</cmdline><boot dev='hd'/></os>"
    "<cpu mode='custom' match='exact' check='full'>"
    "<model fallback='forbid'>EPYC-Milan</model></cpu>"
    "<on_poweroff>destroy</on_poweroff><on_reboot>destroy</on_reboot>"
    "<on_crash>destroy</on_crash>"
    "<devices><emulator>/usr/bin/qemu-system-x86_64</emulator>"
    "<disk type='file' device='disk'><driver name='qemu'/>"
    "<source file='/d.qcow2' index='1'/><target dev='vda' bus='virtio'/>"
    "<alias name='virtio-disk0'/></disk>"
    "<disk type='file' device='cdrom'><target dev='sda' bus='sata'/></disk>"
    "<controller type='pci' index='0'/>"
    "<interface type='bridge'><mac address='52:54:00:00:00:01'/>"
    "<source bridge='br0'/><target dev='vnet0'/></interface>"
    "<memballoon model='virtio'/></devices>" SECURITY "</domain>";

/* The live text with FROM replaced by TO; the caller frees it. */
static char *changed(const char *from, const char *to)
{
    const char *at = strstr(live_text, from);
    char *text = NULL;

    assert_non_null(at);
    assert_true(asprintf(&text, "%.*s%s%s", (int)(at - live_text), live_text,
                         to, at + strlen(from)) > 0);
    return text;
}

static bool compare(const char *asked, const char *live,
                    struct buf *differences, struct sevk_error *err)
{
    OWN(own_xml_doc) xmlDoc *a = NULL;
    OWN(own_xml_doc) xmlDoc *l = NULL;

    return xml_parse(bytes_of_string(asked), "domain", "asked", &a, err) &&
           xml_parse(bytes_of_string(live), "domain", "live", &l, err) &&
           domain_compare(a, l, differences, err);
}

static void what_libvirt_fills_in_is_no_difference(void **state)
{
    OWN(buf_free) struct buf differences = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(compare(asked_text, live_text, &differences, &err), &err);
    assert_string_equal(buf_string(&differences), "");
}

static void every_change_is_told(void **state)
{
    static const struct {
        const char *from;
        const char *to;
        const char *part;
    } table[] = {
        { "type='kvm'", "type='qemu'", "its type is 'qemu'" },
        { "<name>vm1", "<name>vm2", "its name is 'vm2' instead of 'vm1'" },
        { "c7a5fdbd", "c7a5fdbe", "UUID" },
        { "219136", "219137", "its memory in KiB is 219137 instead of" },
        { ">2</vcpu>", ">3</vcpu>", "its number of vCPUs is 3 instead of 2" },
        { "placement='static'>2", "current='1'>2", "at the start is 1" },
        { "/fw.fd", "/evil.fd", "its loader is '/evil.fd'" },
        { "type='pflash'", "type='rom'", "loader's type" },
        { "readonly='yes'", "readonly='no'", "writable" },
        { "<kernel>/k", "<kernel>/x", "its kernel" },
        { "<kernel>/k</kernel>", "", "its kernel is 'nothing'" },
        { "<cmdline>", "<initrd>/i</initrd><cmdline>",
          "its initrd is '/i' instead of 'nothing'" },
        { ">quiet<", ">quiet init=/bin/sh<", "command line" },
        { "<boot dev='hd'/>", "<nvram>/vars.fd</nvram>", "variable store" },
        { "EPYC-Milan", "EPYC", "CPU model is 'EPYC'" },
        { "mode='custom'", "mode='host-passthrough'", "CPU mode" },
        { "<on_reboot>destroy", "<on_reboot>restart", "on_reboot" },
        { "launchSecurity type='sev'", "launchSecurity type='other'",
          "launchSecurity type" },
        { SECURITY, "", "launchSecurity type is 'nothing'" },
        { "kernelHashes='yes'", "", "kernelHashes is 'no'" },
        { "<cbitpos>51", "<cbitpos>47", "its cbitpos is 47 instead of 51" },
        { "Bits>1<", "Bits>5<", "reducedPhysBits" },
        { "0x0003", "0x0000", "its policy is 0 instead of 3" },
        { "REhD", "REhE", "dhCert" },
        { "<dhCert>REhD</dhCert>", "", "dhCert" },
        { "U0VT", "U0VU", "session" },
        { "/d.qcow2", "/other.qcow2", "a <disk> of the XML" },
        { "<target dev='sda' bus='sata'/>",
          "<source file='/evil.iso'/><target dev='sda'/>",
          "a <disk> of the XML" },
        { "<memballoon",
          "<disk type='file'><source file='/x'/></disk><memballoon",
          "it has 3 <disk> instead of 2" },
        { "<memballoon", "<hostdev type='pci'/><memballoon",
          "1 <hostdev> instead of 0" },
        { "<memballoon", "<filesystem type='mount'/><memballoon",
          "<filesystem>" },
        { "<memballoon", "<shmem name='x'/><memballoon", "<shmem>" },
        { "bridge='br0'", "bridge='br1'", "<interface>" },
        { "<devices>", "<q:commandline xmlns:q='urn:q'/><devices>",
          "commands to QEMU" },
        { "<devices>", "<sysinfo type='fwcfg'/><devices>", "<sysinfo>" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        OWN(own_free) char *live = changed(table[i].from, table[i].to);
        OWN(buf_free) struct buf differences = { 0 };
        struct sevk_error err;

        assert_works(compare(asked_text, live, &differences, &err), &err);
        if (strstr(buf_string(&differences), table[i].part) == NULL) {
            fail_msg("'%s' for '%s' instead of '%s'", buf_string(&differences),
                     table[i].to, table[i].from);
        }
    }
}

static void several_differences_are_all_told(void **state)
{
    OWN(own_free) char *live = changed("<name>vm1", "<name>vm2");
    OWN(buf_free) struct buf differences = { 0 };
    struct sevk_error err;

    (void)state;
    memcpy(strstr(live, "U0VT"), "XXXX", 4);
    assert_works(compare(asked_text, live, &differences, &err), &err);
    assert_non_null(strstr(buf_string(&differences), "'vm2'"));
    assert_non_null(strstr(buf_string(&differences), "; "));
    assert_non_null(strstr(buf_string(&differences), "session"));
}

static void a_cpu_that_the_host_chooses_may_be_any(void **state)
{
    static const char asked[] = "<domain><name>a</name><os>" LOADER "</os>"
                                "<cpu mode='host-model'/></domain>";
    static const char live[] = "<domain><name>a</name><vcpu>1</vcpu>"
                               "<os>" LOADER "</os><cpu mode='custom'>"
                               "<model>EPYC-Milan</model></cpu></domain>";
    OWN(buf_free) struct buf differences = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(compare(asked, live, &differences, &err), &err);
    assert_string_equal(buf_string(&differences), "");
}

static void a_malformed_description_is_an_error_of_the_host(void **state)
{
    OWN(own_free) char *live = changed(">2</vcpu>", ">many</vcpu>");
    OWN(buf_free) struct buf differences = { 0 };
    struct sevk_error err;

    (void)state;
    assert_fails(compare(asked_text, live, &differences, &err), &err,
                 SEVK_INPUT, "the host's description of the VM");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_libvirt_fills_in_is_no_difference),
        cmocka_unit_test(every_change_is_told),
        cmocka_unit_test(several_differences_are_all_told),
        cmocka_unit_test(a_cpu_that_the_host_chooses_may_be_any),
        cmocka_unit_test(a_malformed_description_is_an_error_of_the_host),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
