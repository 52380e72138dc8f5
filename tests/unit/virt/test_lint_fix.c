/* SPDX-License-Identifier: Apache-2.0 */
/* What is mended, how, and that mending again changes nothing. */
#include "virt/lint_fix.h"

#include <stdlib.h>

#include "base/own.h"
#include "lib/unit.h"

/* Nothing of it can be mended. */
static const char good[] =
    "<domain type='kvm'>\n"
    "  <name>g</name>\n"
    "  <memory unit='KiB'>4194304</memory>\n"
    "  <currentMemory unit='KiB'>4194304</currentMemory>\n"
    "  <memtune><hard_limit unit='KiB'>4563402</hard_limit></memtune>\n"
    "  <vcpu>4</vcpu>\n"
    "  <os>\n"
    "    <type arch='x86_64' machine='q35'>hvm</type>\n"
    "    <loader readonly='yes' type='pflash' "
    "stateless='yes'>/usr/share/qemu/ovmf-x86_64-4m-code.bin</loader>\n"
    "  </os>\n"
    "  <features><acpi/></features>\n"
    "  <on_reboot>destroy</on_reboot>\n"
    "  <launchSecurity type='sev'>\n"
    "    <policy>0x000f</policy>\n"
    "  </launchSecurity>\n"
    "  <devices>\n"
    "    <disk><target dev='vda' bus='virtio'/></disk>\n"
    "    <interface type='user'>\n"
    "      <model type='virtio'/>\n"
    "      <rom enabled='no'/>\n"
    "    </interface>\n"
    "  </devices>\n"
    "</domain>\n";

static struct host_facts host = {
    .has_images = true,
    .n_images = 2,
    .images = {
        { .path = "/amdsev.fd",
          .exists = true,
          .has_reset_vector = true,
          .has_hash_area = true },
        { .path = "/other-secure.fd", .exists = true, .secure_boot = true },
    },
    .libvirt = { .has_cbitpos = true,
                 .cbitpos = 51,
                 .has_reduced_phys_bits = true,
                 .reduced_phys_bits = 1 },
};

static struct lint_options options = { .host = &host };
static struct lint_report left;

static struct lint_fixed fix(const char *text)
{
    struct lint_fixed fixed = { .left = &left };
    struct sevk_error err;

    assert_works(
        lint_fix(&options, bytes_of_string(text), "vm.xml", &fixed, &err),
        &err);
    return fixed;
}

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

static bool is_left(const char *id)
{
    for (size_t i = 0; i < left.n; i++) {
        if (strcmp(left.findings[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

static void what_has_no_fault_keeps_its_bytes(void **state)
{
    OWN(lint_fixed_clear) struct lint_fixed fixed = fix(good);

    (void)state;
    assert_int_equal(fixed.n_mended, 0);
    assert_string_equal(buf_string(&fixed.text), good);
}

/* FROM of the good domain broken as TO is mended to MENDED (NULL: as it was). */
static const struct row {
    const char *id;
    const char *from;
    const char *to;
    const char *mended;
} table[] = {
    { "domain-kvm", "type='kvm'", "type='qemu'", NULL },
    { "domain-kvm", "<domain type='kvm'>", "<domain>", NULL },
    { "machine-q35", "machine='q35'", "machine='pc'", NULL },
    { "machine-q35", "    <type arch='x86_64' machine='q35'>hvm</type>\n", "",
      "?" },
    { "pci-root", "<devices>",
      "<devices>\n    <controller type='pci' model='pci-root'/>",
      "<devices>\n    <controller type='pci' model='pcie-root'/>" },
    { "firmware-uefi",
      "<os>\n    <type arch='x86_64' machine='q35'>hvm</type>\n    <loader "
      "readonly='yes' type='pflash' stateless='yes'>"
      "/usr/share/qemu/ovmf-x86_64-4m-code.bin</loader>",
      "<os>\n    <type arch='x86_64' machine='q35'>hvm</type>",
      "<os firmware='efi'>\n    <type arch='x86_64' machine='q35'>hvm</type>" },
    { "firmware-uefi", "<os>", "<os firmware='bios'>", "?" },
    { "firmware-acpi", "<features><acpi/></features>", "<features/>",
      "<features>\n    <acpi/>\n  </features>" },
    { "firmware-secure-boot", "ovmf-x86_64-4m-code", "ovmf-x86_64-ms-4m-code",
      NULL },
    { "firmware-secure-boot", " stateless='yes'>",
      " secure='yes' stateless='yes'>", " secure='no' stateless='yes'>" },
    { "firmware-secure-boot", "<os>",
      "<os><firmware><feature name='secure-boot' enabled='yes'/><feature "
      "name='enrolled-keys' enabled='yes'/></firmware>",
      "<os><firmware><feature name='secure-boot' enabled='no'/><feature "
      "name='enrolled-keys' enabled='no'/></firmware>" },
    { "firmware-nvram", " stateless='yes'", "", NULL },
    { "firmware-nvram", "</loader>", "</loader>\n    <nvram>/v</nvram>", NULL },
    { "disk-ide", "dev='vda' bus='virtio'/>",
      "dev='hda' bus='ide'/><address type='drive' bus='1'/>",
      "dev='sda' bus='sata'/>" },
    { "disk-ide", "<devices>",
      "<devices>\n    <controller type='ide' index='0'/>", NULL },
    { "net-rom", "\n      <rom enabled='no'/>", "", NULL },
    { "net-rom", "<rom enabled='no'/>", "<rom bar='on'></rom>", NULL },
    { "memory-locked",
      "<memtune><hard_limit unit='KiB'>4563402</hard_limit></memtune>",
      "<memoryBacking/>",
      "<memoryBacking>\n    <locked/>\n  </memoryBacking>" },
    { "memory-hard-limit", "'KiB'>4563402", "'MiB'>4096", "'KiB'>4460544" },
    { "memory-balloon", "'KiB'>4194304</cur", "'GiB'>1</cur", NULL },
    { "memory-hotplug", "  <vcpu>", "  <maxMemory>1</maxMemory>\n  <vcpu>",
      NULL },
    { "vcpu-hotplug", "<vcpu>", "<vcpu current='1'>", NULL },
    { "vcpu-hotplug", "  <vcpu>",
      "  <vcpus><vcpu id='1' enabled='no'/></vcpus>\n  <vcpu>", NULL },
    { "policy-missing", "\n    <policy>0x000f</policy>", "", NULL },
    { "policy-reserved", "0x000f", "0xffcf", NULL },
    { "policy-debug", "0x000f", "0x000e", NULL },
    { "policy-sharing", "0x000f", "0xd", NULL },
    { "cbitpos", "<policy>", "<cbitpos>47</cbitpos><policy>",
      "<cbitpos>51</cbitpos><policy>" },
    { "reduced-phys-bits", "<policy>",
      "<reducedPhysBits>0</reducedPhysBits><policy>",
      "<reducedPhysBits>1</reducedPhysBits><policy>" },
    { "kernel-hashes-no-kernel", "type='sev'", "type='sev' kernelHashes='yes'",
      NULL },
    { "on-reboot", ">destroy<", ">restart<", NULL },
};

static void each_fault_is_mended_where_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        const struct row *row = &table[i];
        OWN(own_free) char *broken = change(row->from, row->to);
        OWN(own_free)
        char *wanted =
            change(row->from, row->mended == NULL ? row->from : row->mended);
        OWN(lint_fixed_clear) struct lint_fixed fixed = fix(broken);

        assert_int_not_equal(fixed.n_mended, 0);
        assert_false(is_left(row->id));
        assert_int_equal(left.n_errors, 0);
        if (row->mended != NULL && row->mended[0] == '?') {
            continue;
        }
        assert_string_equal(buf_string(&fixed.text), wanted);
    }
}

static void what_has_all_faults_is_mended_to_the_end(void **state)
{
    static const char *const texts[] = {
        "<domain/>",
        "<domain></domain>",
        "<domain type='qemu'><os/><devices><disk><target dev='hda'/></disk>"
        "<disk><target dev='hdb' bus='ide'/></disk><disk><target dev='sda'/>"
        "</disk><interface type='user'><model type='virtio'/></interface>"
        "<interface type='user'><model type='virtio'/></interface></devices>"
        "</domain>",
    };

    (void)state;
    for (size_t i = 0; i < N_OF(texts); i++) {
        OWN(lint_fixed_clear) struct lint_fixed once = fix(texts[i]);
        OWN(lint_fixed_clear) struct lint_fixed twice = { 0 };

        assert_int_equal(left.n_errors, 0);
        twice = fix(buf_string(&once.text));
        assert_int_equal(twice.n_mended, 0);
        assert_string_equal(buf_string(&twice.text), buf_string(&once.text));
    }
}

static void what_only_the_owner_can_decide_stays(void **state)
{
    static const struct {
        const char *id;
        const char *from;
        const char *to;
    } stays[] = {
        { "hostdev", "<devices>", "<devices><hostdev/>" },
        { "tpm", "<devices>", "<devices><tpm/>" },
        { "launch-security", "type='sev'", "type='sev-snp'" },
        { "dh-cert", "<policy>",
          "<dhCert>A</dhCert><session>B</session><policy>" },
        { "policy-debug", "<policy>0x000f",
          "<dhCert>A</dhCert><session>B</session><policy>0x000e" },
        { "memory-hotplug", "<devices>", "<devices><memory model='dimm'/>" },
        { "firmware-secure-boot", "/usr/share/qemu/ovmf-x86_64-4m-code.bin",
          "/other-secure.fd" },
        { "firmware-nvram", "<loader readonly='yes'",
          "<nvram/><loader readonly='no'" },
        { "kernel-unmeasured", "<os>", "<os><kernel>/k</kernel>" },
        { "foreign", "<devices>", "<q:c xmlns:q='u'/><devices>" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(stays); i++) {
        OWN(own_free) char *broken = change(stays[i].from, stays[i].to);
        OWN(lint_fixed_clear) struct lint_fixed fixed = fix(broken);

        if (fixed.n_mended != 0 || !is_left(stays[i].id)) {
            fail_msg("%s: %s", stays[i].id, buf_string(&fixed.text));
        }
        assert_string_equal(buf_string(&fixed.text), broken);
    }
}

static void hashes_are_asked_for_where_the_image_has_room(void **state)
{
    OWN(own_free)
    char *kernel = change("/usr/share/qemu/ovmf-x86_64-4m-code.bin</loader>",
                          "/amdsev.fd</loader><kernel>/k</kernel>");
    OWN(lint_fixed_clear) struct lint_fixed fixed = fix(kernel);

    (void)state;
    assert_int_equal(fixed.n_mended, 1);
    assert_non_null(
        strstr(buf_string(&fixed.text), "type='sev' kernelHashes='yes'"));
}

static void a_host_without_SEV_ES_gets_a_policy_without(void **state)
{
    OWN(own_free)
    char *text = change("\n    <policy>0x000f</policy>", "");
    OWN(lint_fixed_clear) struct lint_fixed fixed = { 0 };

    (void)state;
    host.libvirt.has_max_es_guests = true;
    fixed = fix(text);
    host.libvirt.has_max_es_guests = false;
    assert_non_null(strstr(buf_string(&fixed.text), ">0x000b<"));
}

static void a_named_session_is_written_once(void **state)
{
    struct lint_session own = { "p", "QQ==", "Qg==", 0x07, NULL };
    OWN(lint_fixed_clear) struct lint_fixed fixed = { 0 };
    OWN(lint_fixed_clear) struct lint_fixed again = { 0 };
    OWN(lint_fixed_clear) struct lint_fixed used = { 0 };

    (void)state;
    options.session = &own;
    fixed = fix(good);
    assert_non_null(strstr(buf_string(&fixed.text),
                           "    <policy>0x0007</policy>\n"
                           "    <dhCert>QQ==</dhCert>\n"
                           "    <session>Qg==</session>\n"
                           "  </launchSecurity>"));
    assert_false(is_left("session-record"));
    again = fix(buf_string(&fixed.text));
    assert_int_equal(again.n_mended, 0);
    own.used_for = "a launch";
    used = fix(good);
    assert_int_equal(used.n_mended, 0);
    assert_true(is_left("session-used"));
    options.session = NULL;
}

static void what_is_no_domain_is_refused(void **state)
{
    struct lint_fixed fixed = { .left = &left };
    struct sevk_error err;

    (void)state;
    assert_fails(
        lint_fix(&options, bytes_of_string("<domain>"), "vm.xml", &fixed, &err),
        &err, SEVK_INPUT, "vm.xml");
    assert_fails(
        lint_fix(&options, bytes_of_string("<a/>"), "vm.xml", &fixed, &err),
        &err, SEVK_INPUT, "vm.xml");
    assert_null(fixed.text.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_no_fault_keeps_its_bytes),
        cmocka_unit_test(each_fault_is_mended_where_it_is),
        cmocka_unit_test(what_has_all_faults_is_mended_to_the_end),
        cmocka_unit_test(what_only_the_owner_can_decide_stays),
        cmocka_unit_test(hashes_are_asked_for_where_the_image_has_room),
        cmocka_unit_test(a_host_without_SEV_ES_gets_a_policy_without),
        cmocka_unit_test(a_named_session_is_written_once),
        cmocka_unit_test(what_is_no_domain_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
