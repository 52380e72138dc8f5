/* SPDX-License-Identifier: Apache-2.0 */
/* Every rule: a domain that keeps it, and the same with one thing changed. */
#include "virt/lint.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/base64.h"
#include "base/own.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"
#include "wire/ovmf_table.h"

/* It keeps all the rules on the host below. */
static const char good[] =
    "<domain type='kvm'><name>g</name><memory unit='KiB'>4194304</memory>"
    "<currentMemory unit='KiB'>4194304</currentMemory><vcpu>4</vcpu>"
    "<memtune><hard_limit unit='KiB'>4563402</hard_limit></memtune>"
    "<os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type>"
    "<loader readonly='yes' type='pflash' stateless='yes'>/good.fd</loader>"
    "<kernel>/k</kernel></os><on_reboot>destroy</on_reboot>"
    "<launchSecurity type='sev' kernelHashes='yes'><cbitpos>51</cbitpos>"
    "<reducedPhysBits>1</reducedPhysBits><policy>0x000f</policy>"
    "</launchSecurity><devices><disk type='file'><target dev='vda' "
    "bus='virtio'/></disk><interface type='bridge'><model type='virtio'/>"
    "<rom enabled='no'/></interface><video><model type='vga' vram='16384'/>"
    "</video></devices></domain>";

static struct host_libvirt host = {
    .qemu_version = 7002000,
    .has_cbitpos = true,
    .cbitpos = 51,
    .has_reduced_phys_bits = true,
    .reduced_phys_bits = 1,
};

static struct lint_report report;
static struct temp_dir root;

/* GOOD with the first FROM replaced by TO; the caller frees it. */
static char *change(const char *from, const char *to)
{
    const char *at = strstr(good, from);
    char *text = NULL;

    if (at == NULL) {
        fail_msg("the good domain has no '%s'", from);
    }
    assert_true(asprintf(&text, "%.*s%s%s", (int)(at - good), good, to,
                         at + strlen(from)) > 0);
    return text;
}

static void lint_text(const char *text)
{
    OWN(domain_xml_close) struct domain_xml xml = { 0 };
    struct sevk_error err;

    assert_works(
        domain_xml_parse(bytes_of_string(text), "'vm.xml'", &xml, &err), &err);
    assert_works(lint_domain(&xml, &host, root.path, &report, &err), &err);
}

static const struct lint_finding *find(const char *id)
{
    for (size_t i = 0; i < report.n; i++) {
        if (strcmp(report.findings[i].id, id) == 0) {
            return &report.findings[i];
        }
    }
    return NULL;
}

static void put_image(const char *name, const struct ovmf_table *table)
{
    OWN(buf_free) struct buf image = { 0 };
    static const uint8_t end[32];

    assert_true(ovmf_table_encode(table, &image, NULL));
    assert_true(buf_append(&image, BYTES_OF(end), NULL));
    free(temp_dir_write(&root, name, buf_bytes(&image)));
}

static int set_up(void **state)
{
    static const struct ovmf_table whole = {
        .present = true,
        .has_reset_vector = true,
        .reset_vector = 0x0080b004,
        .hashes = { true, 0x810c00, 0x400 },
    };
    static const struct ovmf_table empty = { .present = true };

    (void)state;
    root = temp_dir_make();
    put_image("good.fd", &whole);
    put_image("plain.fd", &empty);
    put_image("x-ms-4m-code.bin", &whole);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    temp_dir_drop(&root);
    return 0;
}

static void the_good_domain_has_no_finding(void **state)
{
    (void)state;
    lint_text(good);
    if (report.n != 0) {
        fail_msg("%s: %s", report.findings[0].id, report.findings[0].message);
    }
    assert_int_equal(report.n_errors, 0);
}

static const struct bad {
    const char *id;
    enum lint_severity severity;
    const char *from;
    const char *to;
} bads[] = {
    { "machine-q35", LINT_ERROR, "pc-q35-7.2", "pc-i440fx-7.2" },
    { "machine-q35", LINT_ERROR, " machine='pc-q35-7.2'", "" },
    { "domain-kvm", LINT_ERROR, "type='kvm'", "type='qemu'" },
    { "firmware-uefi", LINT_ERROR,
      ("<loader readonly='yes' type='pflash' "
       "stateless='yes'>/good.fd</loader>"),
      "" },
    { "firmware-uefi", LINT_ERROR, "<os>", "<os firmware='bios'>" },
    { "firmware-secure-boot", LINT_ERROR, "/good.fd", "/x-ms-4m-code.bin" },
    { "firmware-secure-boot", LINT_ERROR, "readonly='yes'",
      "readonly='yes' secure='yes'" },
    { "firmware-secure-boot", LINT_ERROR, "<os>",
      ("<os firmware='efi'><firmware><feature enabled='yes' "
       "name='secure-boot'/></firmware>") },
    { "firmware-nvram", LINT_WARNING, " stateless='yes'", "" },
    { "firmware-nvram", LINT_WARNING, "<kernel>", "<nvram>/v</nvram><kernel>" },
    { "firmware-missing", LINT_NOTE, "/good.fd", "/none.fd" },
    { "firmware-es", LINT_ERROR, "/good.fd", "/plain.fd" },
    { "firmware-hashes", LINT_ERROR, "/good.fd", "/plain.fd" },
    { "disk-ide", LINT_ERROR, "dev='vda' bus='virtio'", "dev='vda' bus='ide'" },
    { "disk-ide", LINT_ERROR, "dev='vda' bus='virtio'", "dev='hda'" },
    { "disk-ide", LINT_ERROR, "<video>", "<controller type='ide'/><video>" },
    { "net-rom", LINT_ERROR, "<rom enabled='no'/>", "" },
    { "net-rom", LINT_ERROR, "<rom enabled='no'/>", "<rom bar='on'/>" },
    { "net-rom", LINT_ERROR, "<devices>",
      ("<devices><interface type='user'><model "
       "type='virtio-transitional'/></interface>") },
    { "hostdev", LINT_ERROR, "<video>", "<hostdev/><video>" },
    { "hostdev", LINT_ERROR, "type='bridge'", "type='hostdev'" },
    { "tpm", LINT_WARNING, "<video>", "<tpm model='tpm-crb'/><video>" },
    { "memory-locked", LINT_ERROR,
      "<memtune><hard_limit unit='KiB'>4563402</hard_limit></memtune>", "" },
    { "memory-hard-limit", LINT_ERROR, "4563402", "4194304" },
    { "memory-hard-limit", LINT_ERROR, "4563402", "0" },
    { "memory-hotplug", LINT_WARNING, "<vcpu>",
      "<maxMemory slots='2'>8388608</maxMemory><vcpu>" },
    { "memory-hotplug", LINT_WARNING, "<video>",
      "<memory model='dimm'/><video>" },
    { "memory-balloon", LINT_WARNING, "'KiB'>4194304</cur", "'KiB'>1</cur" },
    { "launch-security", LINT_ERROR, "type='sev'", "type='sev-snp'" },
    { "policy-missing", LINT_ERROR, "<policy>0x000f</policy>", "" },
    { "policy-reserved", LINT_ERROR, "0x000f", "0x004f" },
    { "policy-debug", LINT_WARNING, "0x000f", "0x000e" },
    { "policy-sharing", LINT_WARNING, "0x000f", "0x000d" },
    { "policy-send", LINT_NOTE, "0x000f", "0x0017" },
    { "policy-no-es", LINT_NOTE, "0x000f", "0x000b" },
    { "cbitpos", LINT_ERROR, ">51<", ">47<" },
    { "cbitpos", LINT_ERROR, ">51<", ">64<" },
    { "reduced-phys-bits", LINT_ERROR, "Bits>1<", "Bits>5<" },
    { "reduced-phys-bits", LINT_ERROR, "Bits>1<", "Bits>0<" },
    { "dh-cert", LINT_ERROR, "<policy>", "<dhCert>AAAA=B</dhCert><policy>" },
    { "dh-cert", LINT_ERROR, "<policy>", "<dhCert>AAAA</dhCert><policy>" },
    { "session", LINT_ERROR, "<policy>", "<session>AAAA</session><policy>" },
    { "session", LINT_ERROR, "<policy>", "<dhCert>AAAA</dhCert><policy>" },
    { "kernel-hashes-no-kernel", LINT_ERROR, "<kernel>/k</kernel>", "" },
    { "kernel-unmeasured", LINT_WARNING, " kernelHashes='yes'", "" },
    { "on-reboot", LINT_WARNING, ">destroy<", ">restart<" },
    { "on-reboot", LINT_WARNING, "<on_reboot>destroy</on_reboot>", "" },
    { "vcpu-hotplug", LINT_WARNING, "<vcpu>", "<vcpu current='2'>" },
    { "foreign", LINT_WARNING, "<vcpu>", "<q:commandline xmlns:q='u'/><vcpu>" },
    { "guest-os", LINT_ERROR, "<vcpu>",
      ("<metadata><l:libosinfo xmlns:l='u'><l:os "
       "id='http://suse.com/sles/12.3'/></l:libosinfo></metadata><vcpu>") },
};

static void one_change_breaks_one_rule(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(bads); i++) {
        OWN(own_free) char *text = change(bads[i].from, bads[i].to);
        const struct lint_finding *f;

        lint_text(text);
        f = find(bads[i].id);
        if (f == NULL) {
            fail_msg("'%s' was not found in %s", bads[i].id, text);
            return;
        }
        assert_int_equal(f->severity, bads[i].severity);
        assert_int_equal(f->where[0], '/');
        assert_true(f->message[0] != '\0' && f->fix != NULL);
    }
}

static void what_only_looks_bad_is_not_found(void **state)
{
    static const struct {
        const char *id;
        const char *from;
        const char *to;
    } table[] = {
        { "machine-q35", "pc-q35-7.2", "q35" },
        { "firmware-uefi", "<os>", "<os firmware='efi'>" },
        { "disk-ide", "dev='vda' bus='virtio'", "dev='hda' bus='sata'" },
        { "net-rom", "<rom enabled='no'/>", "<rom bar='off'/>" },
        { "net-rom", "<model type='virtio'/><rom enabled='no'/>",
          "<model type='e1000e'/>" },
        { "memory-locked",
          "<memtune><hard_limit unit='KiB'>4563402</hard_limit></memtune>",
          "<memoryBacking><locked/></memoryBacking>" },
        { "memory-hard-limit", "unit='KiB'>4563402", "unit='GiB'>5" },
        { "policy-send", "0x000f", "0x0037" },
        { "policy-reserved", "0x000f", "0x3301000f" },
        { "cbitpos", "<cbitpos>51</cbitpos>", "" },
        { "on-reboot",
          "<on_reboot>destroy</on_reboot><launchSecurity "
          "type='sev' kernelHashes='yes'><cbitpos>51</cbitpos>"
          "<reducedPhysBits>1</reducedPhysBits><policy>0x000f",
          "<launchSecurity type='sev' kernelHashes='yes'><policy>0x000b" },
        { "guest-os", "<vcpu>",
          "<metadata><l:os xmlns:l='u' id='http://suse.com/sles/12.4'/>"
          "</metadata><vcpu>" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        OWN(own_free) char *text = change(table[i].from, table[i].to);

        lint_text(text);
        if (find(table[i].id) != NULL) {
            fail_msg("'%s' was found in %s", table[i].id, text);
        }
    }
}

static void a_session_of_the_right_lengths_is_noted(void **state)
{
    OWN(buf_free) struct buf text = { 0 };
    OWN(own_free) char *xml = NULL;
    static const uint8_t cert[2084];
    static const uint8_t session[128];

    (void)state;
    assert_true(buf_append_string(&text, "<dhCert>", NULL) &&
                base64_append(&text, BYTES_OF(cert), NULL) &&
                buf_append_string(&text, "</dhCert><session>", NULL) &&
                base64_append(&text, BYTES_OF(session), NULL) &&
                buf_append_string(&text, "</session><policy>", NULL));
    xml = change("<policy>", buf_string(&text));
    lint_text(xml);
    assert_int_equal(report.n, 1);
    assert_non_null(find("session-once"));
}

static void an_old_QEMU_needs_iommu_on_each_virtio_device(void **state)
{
    const uint32_t version = host.qemu_version;

    (void)state;
    host.qemu_version = 5002000;
    lint_text(good);
    host.qemu_version = version;
    assert_int_equal(report.n, 2);
    assert_string_equal(report.findings[0].where, "/domain/devices/disk[1]");
    assert_string_equal(report.findings[1].where,
                        "/domain/devices/interface[1]");
}

static void what_there_is_no_room_for_is_counted(void **state)
{
    OWN(buf_free) struct buf text = { 0 };
    OWN(own_free) char *xml = NULL;

    (void)state;
    for (size_t i = 0; i < LINT_MAX + 5; i++) {
        assert_true(buf_append_string(&text, "<hostdev/>", NULL));
    }
    assert_true(buf_append_string(&text, "<video>", NULL));
    xml = change("<video>", buf_string(&text));
    lint_text(xml);
    assert_int_equal(report.n, LINT_MAX);
    assert_int_equal(report.n_left_out, 5);
    assert_int_equal(report.n_errors, LINT_MAX + 5);
    assert_string_equal(report.findings[LINT_MAX - 1].where,
                        "/domain/devices/hostdev[64]");
}

static void a_limit_that_is_no_number_is_malformed(void **state)
{
    static const char *const table[] = { "x", "", "99999999999999999999",
                                         "-1" };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        OWN(own_free) char *text = change("4563402", table[i]);
        OWN(domain_xml_close) struct domain_xml xml = { 0 };
        struct sevk_error err;

        assert_works(
            domain_xml_parse(bytes_of_string(text), "'vm.xml'", &xml, &err),
            &err);
        assert_fails(lint_domain(&xml, &host, root.path, &report, &err), &err,
                     SEVK_INPUT, "<hard_limit>");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_good_domain_has_no_finding),
        cmocka_unit_test(one_change_breaks_one_rule),
        cmocka_unit_test(what_only_looks_bad_is_not_found),
        cmocka_unit_test(a_session_of_the_right_lengths_is_noted),
        cmocka_unit_test(an_old_QEMU_needs_iommu_on_each_virtio_device),
        cmocka_unit_test(what_there_is_no_room_for_is_counted),
        cmocka_unit_test(a_limit_that_is_no_number_is_malformed),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
