/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptions: every plan that can be made passes the lint, or is refused. */
#include "virt/domain_plan.h"

#include <stdlib.h>

#include "base/own.h"
#include "lib/unit.h"
#include "virt/domain_xml.h"
#include "virt/lint.h"
#include "virt/xml.h"

static struct domain_plan usual(void)
{
    return (struct domain_plan){
        .name = "vm",
        .memory_kib = 4194304,
        .vcpus = 4,
        .policy = 0x0f,
        .firmware = "/nowhere/code.fd",
        .n_disks = 1,
        .disks = { { "/disk.qcow2", "qcow2", false } },
        .n_nets = 1,
        .nets = { { PLAN_NET_BRIDGE, "br0" } },
    };
}

static struct buf generate(const struct domain_plan *plan)
{
    struct buf xml = { 0 };
    struct sevk_error err;

    assert_works(domain_generate(plan, &xml, &err), &err);
    return xml;
}

static void has(const struct buf *xml, const char *part)
{
    if (strstr(buf_string(xml), part) == NULL) {
        fail_msg("no '%s' in %s", part, buf_string(xml));
    }
}

static void refused(const struct domain_plan *plan, const char *part)
{
    OWN(buf_free) struct buf xml = { 0 };
    struct sevk_error err;

    assert_fails(domain_generate(plan, &xml, &err), &err, SEVK_USAGE, part);
    assert_int_equal(xml.n, 0);
}

static void what_xml_cannot_hold_is_refused(void **state)
{
    struct domain_plan plan = usual();

    (void)state;
    plan.name = "a\nb";
    refused(&plan, "the name has a control character");
    plan.name = "a/b";
    refused(&plan, "the name has a '/'");
    plan = usual();
    plan.kernel = "/k";
    plan.cmdline = "\xff";
    refused(&plan, "the command line is not UTF-8");
    plan = usual();
    plan.disks[0].path = "/\x01";
    refused(&plan, "disk's path");
    plan = usual();
    plan.nets[0].name = "\x7f";
    refused(&plan, "network's name");
}

static void a_plan_that_contradicts_itself_is_refused(void **state)
{
    struct domain_plan plan = usual();

    (void)state;
    plan.initrd = "/i";
    refused(&plan, "belong to a kernel");
    plan = usual();
    plan.cmdline = "";
    refused(&plan, "belong to a kernel");
    plan = usual();
    plan.kernel_hashes = true;
    refused(&plan, "belong to a kernel");
    plan = usual();
    plan.dh_cert = "AAAA";
    refused(&plan, "belong together");
}

/* In attributes, each of which stands in the one or the other quotes. */
static void quotes_in_paths_read_back_as_they_were(void **state)
{
    static const char *const paths[] = { "/it's", "/\"a\"", "/\"it's\" <&>",
                                         "/x' startupPolicy='optional" };

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        OWN(buf_free) struct buf text = { 0 };
        OWN(own_free) char *back = NULL;
        struct domain_plan plan = usual();
        struct sevk_error err;
        const xmlNode *source;
        OWN(own_xml_doc) xmlDoc *doc = NULL;

        plan.disks[0].path = paths[i];
        text = generate(&plan);
        assert_works(xml_parse(buf_bytes(&text), "domain", "it", &doc, &err),
                     &err);
        source = xml_child(xmlDocGetRootElement(doc), "devices");
        source = xml_child(xml_child(source, "disk"), "source");
        assert_works(xml_attr(source, "file", &back, &err), &err);
        assert_string_equal(back, paths[i]);
        assert_false(xml_attr_is(source, "startupPolicy", "optional"));
    }
}

static void text_is_escaped_and_reads_back_as_it_was(void **state)
{
    static const char line[] = "a=\"1\" b='2' <c> & ]]> \xc3\xa4";
    OWN(domain_xml_close) struct domain_xml xml = { 0 };
    OWN(buf_free) struct buf text = { 0 };
    struct domain_plan plan = usual();
    struct sevk_error err;

    (void)state;
    plan.name = "<&'\">";
    plan.kernel = "/k&k";
    plan.cmdline = line;
    text = generate(&plan);
    assert_works(domain_xml_parse(buf_bytes(&text), "it", &xml, &err), &err);
    assert_string_equal(xml.facts.name, plan.name);
    assert_string_equal(xml.facts.kernel, plan.kernel);
    assert_string_equal(xml.facts.cmdline, line);
    assert_int_equal(xml.facts.policy, 0x0f);
    assert_int_equal(xml.facts.vcpus, 4);
    assert_int_equal(xml.facts.memory_kib, 4194304);
}

/* What each bit of a plan's choices adds. */
static struct domain_plan plan_of(unsigned int bits)
{
    struct domain_plan plan = usual();

    plan.policy = (bits & 1) != 0 ? 0x0f : 0x0b;
    plan.session = (bits & 2) != 0;
    plan.firmware = (bits & 4) != 0 ? NULL : plan.firmware;
    plan.kernel = (bits & 8) != 0 ? "/k" : NULL;
    plan.kernel_hashes = (bits & 8) != 0;
    plan.iommu = (bits & 16) != 0;
    plan.vnc = (bits & 32) != 0;
    plan.serial = (bits & 64) != 0 ? "/console" : NULL;
    plan.cpu = (bits & 128) != 0 ? "EPYC-Milan" : NULL;
    if ((bits & 256) != 0) {
        plan.disks[plan.n_disks++] =
            (struct plan_disk){ "/dev/sdb", "raw", true };
        plan.nets[plan.n_nets++] = (struct plan_net){ PLAN_NET_USER, NULL };
        plan.guest_os = "http://suse.com/sle/15.4";
        plan.has_cbitpos = true;
        plan.cbitpos = 51;
        plan.has_reduced_phys_bits = true;
        plan.reduced_phys_bits = 1;
    }
    return plan;
}

static void every_combination_passes_the_lint(void **state)
{
    static struct lint_report report;
    static struct host_facts host;
    const struct lint_options options = { .host = &host };

    (void)state;
    host.libvirt = (struct host_libvirt){
        .has_cbitpos = true,
        .cbitpos = 51,
        .has_reduced_phys_bits = true,
        .reduced_phys_bits = 1,
    };
    for (unsigned int bits = 0; bits < 512; bits++) {
        OWN(lint_end) struct lint_run *run = NULL;
        OWN(buf_free) struct buf text = { 0 };
        struct domain_plan plan = plan_of(bits);
        struct sevk_error err;

        host.libvirt.qemu_version = plan.iommu ? 5002000 : 7002000;
        text = generate(&plan);
        assert_works(lint_begin(&options, &run, &err), &err);
        assert_works(lint_text(run, buf_bytes(&text), "it", &report, &err),
                     &err);
        for (size_t i = 0; i < report.n; i++) {
            if (report.findings[i].severity != LINT_NOTE) {
                fail_msg("%#x: %s: %s", bits, report.findings[i].id,
                         buf_string(&text));
            }
        }
    }
}

static void a_session_instance_has_no_limit(void **state)
{
    OWN(buf_free) struct buf with = { 0 };
    OWN(buf_free) struct buf without = { 0 };
    struct domain_plan plan = usual();

    (void)state;
    with = generate(&plan);
    has(&with, "<hard_limit unit='KiB'>4587520</hard_limit>");
    plan.session = true;
    without = generate(&plan);
    assert_null(strstr(buf_string(&without), "memtune"));
    has(&without, "<locked/>");
}

static void sev_es_does_not_reboot(void **state)
{
    OWN(buf_free) struct buf es = { 0 };
    OWN(buf_free) struct buf sev = { 0 };
    struct domain_plan plan = usual();

    (void)state;
    es = generate(&plan);
    has(&es, "<on_reboot>destroy</on_reboot>");
    plan.policy = 3;
    sev = generate(&plan);
    has(&sev, "<on_reboot>restart</on_reboot>");
    has(&sev, "<policy>0x0003</policy>");
}

static void devices_are_as_they_were_named(void **state)
{
    OWN(buf_free) struct buf xml = { 0 };
    struct domain_plan plan = plan_of(256);

    (void)state;
    xml = generate(&plan);
    has(&xml, "<source file='/disk.qcow2'/>");
    has(&xml, "<target dev='vda' bus='virtio'/>");
    has(&xml, "<source dev='/dev/sdb'/>");
    has(&xml, "<target dev='sda' bus='sata'/>");
    has(&xml, "<source bridge='br0'/>");
    has(&xml, "<interface type='user'>");
    has(&xml, "<libosinfo:os id='http://suse.com/sle/15.4'/>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_xml_cannot_hold_is_refused),
        cmocka_unit_test(a_plan_that_contradicts_itself_is_refused),
        cmocka_unit_test(quotes_in_paths_read_back_as_they_were),
        cmocka_unit_test(text_is_escaped_and_reads_back_as_it_was),
        cmocka_unit_test(every_combination_passes_the_lint),
        cmocka_unit_test(a_session_instance_has_no_limit),
        cmocka_unit_test(sev_es_does_not_reboot),
        cmocka_unit_test(devices_are_as_they_were_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
