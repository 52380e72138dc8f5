/* SPDX-License-Identifier: Apache-2.0 */
/* Every rule: a domain that keeps it, and the same with one thing changed. */
#include "virt/lint.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/base64.h"
#include "base/own.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"
#include "wire/ovmf_table.h"
#include "wire/sev_cert.h"

/* It keeps all the rules on the host below. */
static const char good[] =
    "<domain type='kvm'><name>g</name><memory unit='KiB'>4194304</memory>"
    "<currentMemory unit='KiB'>4194304</currentMemory><vcpu>4</vcpu>"
    "<memtune><hard_limit unit='KiB'>4563402</hard_limit></memtune>"
    "<os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type>"
    "<loader readonly='yes' type='pflash' stateless='yes'>/good.fd</loader>"
    "<kernel>/k</kernel></os><features><acpi/></features><on_reboot>destroy</"
    "on_reboot>"
    "<launchSecurity type='sev' kernelHashes='yes'><cbitpos>51</cbitpos>"
    "<reducedPhysBits>1</reducedPhysBits><policy>0x000f</policy>"
    "</launchSecurity><devices><disk type='file'><target dev='vda' "
    "bus='virtio'/></disk><interface type='bridge'><model type='virtio'/>"
    "<rom enabled='no'/></interface><video><model type='vga' vram='16384'/>"
    "</video><memballoon model='none'/></devices></domain>";

static struct host_facts host = {
    .libvirt = {
        .qemu_version = 7002000,
        .has_cbitpos = true,
        .cbitpos = 51,
        .has_reduced_phys_bits = true,
        .reduced_phys_bits = 1,
    },
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

/* Of the whole test; set for one text by those who need another. */
static struct lint_options options;

static void check(const char *text)
{
    OWN(lint_end) struct lint_run *run = NULL;
    struct sevk_error err;

    assert_works(lint_begin(&options, &run, &err), &err);
    assert_works(
        lint_text(run, bytes_of_string(text), "'vm.xml'", &report, &err), &err);
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

/* What the root's folder of descriptors says of the images. */
static void put_descriptors(void)
{
    static const char *const folders[] = { "usr", "usr/share", "usr/share/qemu",
                                           "usr/share/qemu/firmware" };
    static const char text[] =
        "{\"interface-types\":[\"uefi\"],\"mapping\":{\"device\":\"flash\","
        "\"mode\":\"stateless\",\"executable\":{\"filename\":\"%s\"}},"
        "\"targets\":[{\"architecture\":\"x86_64\",\"machines\":"
        "[\"pc-q35-*\"]}],\"features\":[%s]}";
    static const char *const files[][3] = {
        { "1.json", "/good.fd", "\"amd-sev\",\"amd-sev-es\"" },
        { "2.json", "/sev.fd", "\"amd-sev\"" },
    };

    for (size_t i = 0; i < N_OF(folders); i++) {
        OWN(own_free) char *path = temp_dir_path(&root, folders[i]);

        assert_int_equal(mkdir(path, 0700), 0);
    }
    for (size_t i = 0; i < N_OF(files); i++) {
        OWN(own_free) char *name = NULL;
        OWN(own_free) char *content = NULL;

        assert_true(asprintf(&name, "usr/share/qemu/firmware/%s", files[i][0]) >
                    0);
        assert_true(asprintf(&content, text, files[i][1], files[i][2]) > 0);
        free(temp_dir_write(&root, name, bytes_of_string(content)));
    }
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
    options = (struct lint_options){ .host = &host, .root = root.path };
    put_descriptors();
    put_image("good.fd", &whole);
    put_image("sev.fd", &whole);
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
    check(good);
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
    { "firmware-acpi", LINT_ERROR, "<acpi/>", "" },
    { "firmware-acpi", LINT_ERROR, "<features><acpi/></features>", "" },
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
    { "firmware-descriptor", LINT_NOTE, "/good.fd", "/plain.fd" },
    { "firmware-descriptor", LINT_NOTE, "/good.fd", "/sev.fd" },
    { "pci-root", LINT_ERROR, "<video>",
      "<controller type='pci' index='0' model='pci-root'/><video>" },
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
    { "hostdev", LINT_ERROR, "<video>", "<hostdev type='pci'/><video>" },
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
    { "memory-balloon", LINT_WARNING, "'KiB'>4194304</cur", "'MiB'>4095</cur" },
    { "memory-hard-limit", LINT_ERROR, "unit='KiB'>4563402",
      "unit='b'>4563402" },
    { "memballoon", LINT_NOTE, "model='none'", "model='virtio'" },
    { "memballoon", LINT_NOTE, "<memballoon model='none'/>", "" },
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
    { "vcpu-hotplug", LINT_WARNING, "<vcpu>",
      "<vcpus><vcpu id='1' enabled='no'/></vcpus><vcpu>" },
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

        check(text);
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
        { "hostdev", "<video>", "<hostdev type='usb'/><video>" },
        { "pci-root", "<video>",
          "<controller type='pci' model='pcie-root'/><video>" },
        { "firmware-descriptor", "/good.fd", "/nowhere.fd" },
        { "memory-hard-limit", "unit='KiB'>4563402", "unit='b'>4672923648" },
        { "memory-hard-limit", "unit='KiB'>4563402", "unit='MB'>4700" },
        { "memory-hard-limit", " unit='KiB'>4563402", ">4563402" },
        { "memory-balloon", "'KiB'>4194304</cur", "'GiB'>4</cur" },
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

        check(text);
        if (find(table[i].id) != NULL) {
            fail_msg("'%s' was found in %s", table[i].id, text);
        }
    }
}

/* A certificate and a session as they look; no key is behind them. */
static void put_session(struct buf *to, uint32_t usage, uint32_t algo,
                        uint8_t first)
{
    struct sev_cert cert = { .version = 1,
                             .pubkey_usage = usage,
                             .pubkey_algo = algo };
    uint8_t encoded[SEV_CERT_LEN];
    uint8_t session[128] = { first };

    sev_cert_encode(&cert, encoded);
    assert_true(buf_append_string(to, "<dhCert>", NULL) &&
                base64_append(to, BYTES_OF(encoded), NULL) &&
                buf_append_string(to, "</dhCert><session>", NULL) &&
                base64_append(to, BYTES_OF(session), NULL) &&
                buf_append_string(to, "</session><policy>", NULL));
}

static char *with_session(uint32_t usage, uint32_t algo, uint8_t first)
{
    OWN(buf_free) struct buf text = { 0 };

    put_session(&text, usage, algo, first);
    return change("<policy>", buf_string(&text));
}

static void a_session_of_the_right_form_is_noted(void **state)
{
    OWN(own_free)
    char *xml = with_session(SEV_USAGE_PDH, SEV_ALGO_ECDH_SHA256, 1);

    (void)state;
    check(xml);
    assert_int_equal(report.n, 1);
    assert_non_null(find("session-once"));
}

static void a_certificate_of_another_key_is_no_owners(void **state)
{
    OWN(own_free)
    char *usage = with_session(SEV_USAGE_PEK, SEV_ALGO_ECDH_SHA256, 1);
    OWN(own_free)
    char *algo = with_session(SEV_USAGE_PDH, SEV_ALGO_ECDSA_SHA256, 1);

    (void)state;
    check(usage);
    assert_non_null(find("dh-cert"));
    check(algo);
    assert_non_null(find("dh-cert"));
}

static void one_session_in_two_domains_is_a_fault_of_the_second(void **state)
{
    OWN(own_free)
    char *one = with_session(SEV_USAGE_PDH, SEV_ALGO_ECDH_SHA256, 1);
    OWN(own_free)
    char *other = with_session(SEV_USAGE_PDH, SEV_ALGO_ECDH_SHA256, 2);
    OWN(lint_end) struct lint_run *run = NULL;

    (void)state;
    assert_true(lint_begin(&options, &run, NULL));
    assert_true(lint_text(run, bytes_of_string(one), "a", &report, NULL));
    assert_null(find("session-reused"));
    assert_true(lint_text(run, bytes_of_string(other), "b", &report, NULL));
    assert_null(find("session-reused"));
    assert_true(lint_text(run, bytes_of_string(one), "c", &report, NULL));
    assert_non_null(find("session-reused"));
    assert_non_null(strstr(find("session-reused")->message, "a has the same"));
}

/* What is between TAG and its end, in new memory. */
static char *between(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    const char *end;

    assert_non_null(at);
    at += strlen(from);
    end = strstr(at, to);
    assert_non_null(end);
    return strndup(at, (size_t)(end - at));
}

static void the_named_session_must_be_there_of_this_policy_and_new(void **state)
{
    OWN(own_free)
    char *xml = with_session(SEV_USAGE_PDH, SEV_ALGO_ECDH_SHA256, 1);
    OWN(own_free) char *cert = between(xml, "<dhCert>", "</dhCert>");
    OWN(own_free) char *session = between(xml, "<session>", "</session>");
    struct lint_session own = { "p", cert, session, 0x0f, NULL };

    (void)state;
    options.session = &own;
    check(xml);
    assert_null(find("session-record"));
    assert_null(find("session-used"));
    own.policy = 0x07;
    check(xml);
    assert_non_null(find("session-record"));
    own.policy = 0x0f;
    own.used_for = "launch of a";
    check(xml);
    assert_null(find("session-record"));
    assert_non_null(find("session-used"));
    own.session = "another";
    check(xml);
    assert_non_null(find("session-record"));
    check(good);
    assert_non_null(find("session-record"));
    options.session = NULL;
}

static void a_host_that_can_less_than_the_policy_asks_is_told(void **state)
{
    (void)state;
    check(good);
    assert_null(find("policy-host"));
    host.libvirt.has_max_es_guests = true;
    check(good);
    assert_non_null(find("policy-host"));
    host.libvirt.max_es_guests = 1;
    host.firmware.known = true;
    host.firmware.api_major = 1;
    host.firmware.api_minor = 50;
    check(good);
    assert_null(find("policy-host"));
    {
        OWN(own_free) char *asks = change("0x000f", "0x3301000f");

        check(asks);
        assert_non_null(find("policy-host"));
    }
    host.firmware = (struct host_firmware){ 0 };
    host.libvirt.has_max_es_guests = false;
}

static void a_recorded_host_says_what_its_images_are(void **state)
{
    static const struct host_image elsewhere = { .path = "/elsewhere.fd",
                                                 .descriptor = "1.json",
                                                 .exists = true,
                                                 .q35 = true,
                                                 .says_sev = true,
                                                 .has_reset_vector = true };
    OWN(own_free) char *there = change("/good.fd", "/elsewhere.fd");
    OWN(own_free)
    char *any = change("<loader readonly='yes' type='pflash' "
                       "stateless='yes'>/good.fd</loader>",
                       "");
    OWN(own_free) char *efi = NULL;

    (void)state;
    host.has_images = true;
    host.n_images = 1;
    host.images[0] = elsewhere;
    check(there);
    assert_null(find("firmware-missing"));
    assert_null(find("firmware-es"));
    assert_non_null(find("firmware-descriptor"));
    assert_non_null(find("firmware-hashes"));
    check(good);
    assert_non_null(find("firmware-missing"));
    assert_true(asprintf(&efi, "%.*s<os firmware='efi'>%s",
                         (int)(strstr(any, "<os>") - any), any,
                         strstr(any, "<os>") + 4) > 0);
    check(efi);
    assert_non_null(find("firmware-offer"));
    host.images[0].says_es = true;
    check(efi);
    assert_null(find("firmware-offer"));
    host.has_images = false;
    host.n_images = 0;
}

static void a_saved_state_is_told(void **state)
{
    (void)state;
    options.saved = true;
    check(good);
    options.saved = false;
    assert_int_equal(report.n, 1);
    assert_non_null(find("managed-save"));
}

static void systems_are_judged_by_their_ids(void **state)
{
    static const struct {
        const char *id;
        const char *found; /* the rule, or NULL */
    } table[] = {
        { "http://suse.com/sles/11.4", "guest-os" },
        { "http://suse.com/sles/12", "guest-os" },
        { "http://suse.com/sles/12.3", "guest-os" },
        { "http://suse.com/sles/12.4", "guest-os-es" },
        { "http://suse.com/sle/15", "guest-os-es" },
        { "http://suse.com/sle/15.4", NULL },
        { "http://suse.com/sle/15-unknown", NULL },
        { "http://opensuse.org/opensuse/42.3", "guest-os" },
        { "http://opensuse.org/opensuse/15.1", "guest-os-es" },
        { "http://opensuse.org/opensuse/tumbleweed", NULL },
        { "http://redhat.com/rhel/7.5", "guest-os" },
        { "http://redhat.com/rhel/7.9", "guest-os-es" },
        { "http://centos.org/centos/6.9", "guest-os" },
        { "http://centos.org/centos/7.0", "guest-os-es" },
        { "http://redhat.com/rhel/8.2", "guest-os-es" },
        { "http://redhat.com/rhel/8.10", NULL },
        { "http://redhat.com/rhel/9.1", NULL },
        { "http://debian.org/debian/9", "guest-os" },
        { "http://debian.org/debian/10", "guest-os-es" },
        { "http://debian.org/debian/12", NULL },
        { "http://ubuntu.com/ubuntu/17.10", "guest-os" },
        { "http://ubuntu.com/ubuntu/20.04", "guest-os-es" },
        { "http://ubuntu.com/ubuntu/22.04", NULL },
        { "http://fedoraproject.org/fedora/27", "guest-os" },
        { "http://fedoraproject.org/fedora/37", NULL },
        { "http://microsoft.com/win/11", "guest-os" },
        { "http://freebsd.org/freebsd/13.0", "guest-os" },
        { "http://example.org/a/1", NULL },
        { "http://suse.com/sles/", NULL },
        { "", NULL },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(table); i++) {
        OWN(buf_free) struct buf metadata = { 0 };
        OWN(own_free) char *xml = NULL;

        assert_true(buf_printf(&metadata, NULL,
                               "<metadata><l:libosinfo xmlns:l='u'><l:os "
                               "id='%s'/></l:libosinfo></metadata><vcpu>",
                               table[i].id));
        xml = change("<vcpu>", buf_string(&metadata));
        check(xml);
        if (report.n != (table[i].found == NULL ? 0 : 1) ||
            (table[i].found != NULL && find(table[i].found) == NULL)) {
            fail_msg("%s: %zu findings", table[i].id, report.n);
        }
    }
}

static void a_finding_has_its_line(void **state)
{
    OWN(own_free)
    char *xml = change("<rom enabled='no'/></interface>",
                       "\n</interface>\n"
                       "<interface type='user'>\n<model type='virtio'/>"
                       "</interface>");

    (void)state;
    check(xml);
    assert_int_equal(report.n, 2);
    assert_string_equal(report.findings[0].where,
                        "/domain/devices/interface[1]");
    assert_int_equal(report.findings[0].line, 1);
    assert_int_equal(report.findings[1].line, 3);
}

static void every_rule_has_an_id_a_summary_and_a_fix(void **state)
{
    size_t n;
    const struct lint_rule *rules = lint_rules(&n);

    (void)state;
    assert_int_equal(n, LINT_RULES);
    for (size_t i = 0; i < n; i++) {
        assert_non_null(rules[i].id);
        assert_non_null(rules[i].summary);
        assert_non_null(rules[i].fix);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(rules[i].id, rules[j].id);
        }
    }
}

static void a_schema_finds_what_it_does_not_allow(void **state)
{
    static const char rng[] =
        "<grammar xmlns='http://relaxng.org/ns/structure/1.0'><start>"
        "<element name='domain'><attribute name='type'/><element name='name'>"
        "<text/></element></element></start></grammar>";
    OWN(own_free)
    char *file = temp_dir_write(&root, "a.rng", bytes_of_string(rng));
    OWN(own_free)
    char *none = temp_dir_write(&root, "b.rng", bytes_of_string("<a/>"));
    OWN(lint_end) struct lint_run *run = NULL;
    struct sevk_error err;

    (void)state;
    options.schema = file;
    check(good);
    assert_non_null(find("schema"));
    check("<domain type='kvm'><name>n</name></domain>");
    assert_null(find("schema"));
    options.schema = none;
    assert_true(lint_begin(&options, &run, NULL));
    assert_fails(lint_text(run, bytes_of_string(good), "n", &report, &err),
                 &err, SEVK_HOST, "no RELAX NG schema");
    options.schema = "/nonexistent";
    assert_fails(lint_text(run, bytes_of_string(good), "n", &report, &err),
                 &err, SEVK_HOST, "schema is not at");
    options.schema = NULL;
}

static void an_old_QEMU_needs_iommu_on_each_virtio_device(void **state)
{
    const uint32_t version = host.libvirt.qemu_version;

    (void)state;
    host.libvirt.qemu_version = 5002000;
    check(good);
    host.libvirt.qemu_version = version;
    assert_int_equal(report.n, 2); /* the balloon is none */
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
    check(xml);
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
        OWN(lint_end) struct lint_run *run = NULL;
        struct sevk_error err;

        assert_works(lint_begin(&options, &run, &err), &err);
        assert_fails(
            lint_text(run, bytes_of_string(text), "'vm.xml'", &report, &err),
            &err, SEVK_INPUT, "<hard_limit>");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_good_domain_has_no_finding),
        cmocka_unit_test(one_change_breaks_one_rule),
        cmocka_unit_test(what_only_looks_bad_is_not_found),
        cmocka_unit_test(a_session_of_the_right_form_is_noted),
        cmocka_unit_test(a_certificate_of_another_key_is_no_owners),
        cmocka_unit_test(one_session_in_two_domains_is_a_fault_of_the_second),
        cmocka_unit_test(
            the_named_session_must_be_there_of_this_policy_and_new),
        cmocka_unit_test(a_host_that_can_less_than_the_policy_asks_is_told),
        cmocka_unit_test(a_recorded_host_says_what_its_images_are),
        cmocka_unit_test(a_saved_state_is_told),
        cmocka_unit_test(systems_are_judged_by_their_ids),
        cmocka_unit_test(a_finding_has_its_line),
        cmocka_unit_test(every_rule_has_an_id_a_summary_and_a_fix),
        cmocka_unit_test(a_schema_finds_what_it_does_not_allow),
        cmocka_unit_test(an_old_QEMU_needs_iommu_on_each_virtio_device),
        cmocka_unit_test(what_there_is_no_room_for_is_counted),
        cmocka_unit_test(a_limit_that_is_no_number_is_malformed),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
