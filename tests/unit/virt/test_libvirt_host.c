/* SPDX-License-Identifier: Apache-2.0 */
/* The host over libvirt, as far as libvirt's own test driver goes. */
#include "virt/libvirt_host.h"

#include <sched.h>
#include <stdio.h>

#include "base/own.h"
#include "lib/unit.h"
#include "virt/libvirt_ops.h"

#define TEST_URI "test:///default" /* has one VM, "test", that runs */
#define UUID     "c7a5fdbd-edaf-4455-926a-d65c16db1809"

static const struct watch nobody;

static struct libvirt_host host_on_test(const char *domain)
{
    return (struct libvirt_host){
        .link = { .uri = TEST_URI, .timeout_ms = 60000, .watch = &nobody },
        .domain = domain,
    };
}

static struct domain_xml xml_named(const char *name, const char *uuid)
{
    struct domain_xml xml = { 0 };
    struct sevk_error err;
    char text[512];

    snprintf(text, sizeof text,
             "<domain type='test'><name>%s</name><uuid>%s</uuid>"
             "<memory>8192</memory><os><type>hvm</type><loader>/fw</loader>"
             "</os></domain>",
             name, uuid);
    assert_works(
        domain_xml_parse(bytes_of_string(text), "'vm.xml'", &xml, &err), &err);
    return xml;
}

static void a_host_that_offers_no_sev_is_refused_with_its_reason(void **state)
{
    OWN(libvirt_host_close) struct libvirt_host host = host_on_test("test");
    struct host ops = libvirt_host_ops(&host);
    struct host_description d;
    struct sevk_error err;

    (void)state;
    assert_works(libvirt_host_open(&host, &err), &err);
    assert_fails(ops.describe(ops.ctx, &d, &err), &err, SEVK_HOST,
                 "offers no SEV: ");
    assert_non_null(strstr(err.message, "sevkit host check"));
}

static void an_existing_vm_is_found_by_its_name(void **state)
{
    OWN(libvirt_host_close) struct libvirt_host host = host_on_test("test");
    struct host ops = libvirt_host_ops(&host);
    struct host_vm vm = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(libvirt_host_open(&host, &err), &err);
    assert_works(ops.vm(ops.ctx, &vm, &err), &err);
    assert_string_equal(vm.name, "test");
    assert_int_equal(strlen(vm.uuid), GUID_TEXT_LEN - 1);
}

static void a_vm_that_runs_takes_no_secrets(void **state)
{
    OWN(libvirt_host_close) struct libvirt_host host = host_on_test("test");
    struct host ops = libvirt_host_ops(&host);
    struct host_vm vm = { 0 };
    struct sevk_error err;

    (void)state;
    host.want_paused = true;
    assert_works(libvirt_host_open(&host, &err), &err);
    assert_fails(ops.vm(ops.ctx, &vm, &err), &err, SEVK_REFUSED,
                 "'test' is running");
}

static void an_ordinary_vm_is_no_sev_guest(void **state)
{
    OWN(libvirt_host_close) struct libvirt_host host = host_on_test("test");
    OWN(buf_free) struct buf differences = { 0 };
    struct host ops = libvirt_host_ops(&host);
    struct host_vm vm = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(libvirt_host_open(&host, &err) && ops.vm(ops.ctx, &vm, &err) &&
                     ops.compare(ops.ctx, &differences, &err),
                 &err);
    assert_string_equal(buf_string(&differences), "it has no launchSecurity");
    host.ignore_config = true;
    buf_free(&differences);
    assert_works(ops.compare(ops.ctx, &differences, &err), &err);
    assert_int_equal(differences.n, 0);
}

static void info_tells_of_a_vm_that_has_no_evidence(void **state)
{
    OWN(libvirt_host_close) struct libvirt_host host = host_on_test("test");
    OWN(libvirt_host_close) struct libvirt_host none = host_on_test("nobody");
    OWN(libvirt_info_clear) struct libvirt_info info = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(libvirt_host_open(&host, &err) &&
                     libvirt_host_info(&host, &info, &err),
                 &err);
    assert_string_equal(info.vm.name, "test");
    assert_string_equal(info.state, "running");
    assert_false(info.has_evidence);
    assert_works(libvirt_host_open(&none, &err), &err);
    assert_fails(libvirt_host_info(&none, &info, &err), &err, SEVK_HOST,
                 "the VM 'nobody'");
}

/* -- Start and abandon. -------------------------------------------------------------- */

static const uint8_t godh[SEV_CERT_LEN];
static const uint8_t blob[SESSION_BUF_LEN] = { 1, 2, 3 };
static const struct host_session session = { godh, blob, 3 };

static void a_vm_whose_name_is_taken_is_not_started_nor_destroyed(void **state)
{
    OWN(domain_xml_close) struct domain_xml xml = xml_named("test", UUID);
    OWN(libvirt_host_close) struct libvirt_host host = host_on_test(NULL);
    OWN(libvirt_host_close) struct libvirt_host witness = host_on_test("test");
    struct host ops = libvirt_host_ops(&host);
    struct host_vm vm;
    struct sevk_error err;

    (void)state;
    host.xml = &xml;
    assert_works(libvirt_host_open(&host, &err), &err);
    assert_fails(ops.start(ops.ctx, &session, &err), &err, SEVK_REFUSED,
                 "has a VM 'test'");
    assert_works(ops.abandon(ops.ctx, &err), &err);
    assert_works(libvirt_host_open(&witness, &err) &&
                     libvirt_vm(&witness, &vm, &err),
                 &err);
}

static void a_start_that_libvirt_refuses_leaves_nothing_to_destroy(void **state)
{
    OWN(domain_xml_close) struct domain_xml xml = xml_named("vm1", UUID);
    OWN(libvirt_host_close) struct libvirt_host host = host_on_test(NULL);
    struct host ops = libvirt_host_ops(&host);
    struct sevk_error err;

    (void)state;
    host.xml = &xml;
    assert_works(libvirt_host_open(&host, &err), &err);
    /* The test driver can't start a VM paused. */
    assert_fails(ops.start(ops.ctx, &session, &err), &err, SEVK_HOST,
                 "starting the VM: unsupported flags");
    assert_false(host.may_exist);
    assert_true(xml.facts.has_launch_security);
    assert_works(ops.abandon(ops.ctx, &err), &err);
}

static void abandoning_connects_anew_when_the_connection_is_gone(void **state)
{
    OWN(domain_xml_close) struct domain_xml xml = xml_named("vm1", UUID);
    OWN(libvirt_host_close) struct libvirt_host host = host_on_test(NULL);
    struct host ops = libvirt_host_ops(&host);
    struct sevk_error err;

    (void)state;
    host.xml = &xml;
    assert_works(libvirt_host_open(&host, &err), &err);
    host.may_exist = true; /* a start of which the answer was lost */
    link_close(&host.link);
    assert_false(link_alive(&host.link));
    assert_works(ops.abandon(ops.ctx, &err), &err);
    assert_true(link_alive(&host.link));
    assert_false(host.may_exist);
}

static void abandoning_fails_while_there_is_no_way_to_the_host(void **state)
{
    OWN(domain_xml_close) struct domain_xml xml = xml_named("vm1", UUID);
    OWN(libvirt_host_close) struct libvirt_host host = host_on_test(NULL);
    struct host ops = libvirt_host_ops(&host);
    struct sevk_error err;

    (void)state;
    host.xml = &xml;
    assert_works(libvirt_host_open(&host, &err), &err);
    host.may_exist = true;
    link_close(&host.link);
    host.link.uri = "qemu+unix:///system?socket=/nowhere/sock";
    assert_fails(ops.abandon(ops.ctx, &err), &err, SEVK_HOST, "/nowhere/sock");
    assert_true(host.may_exist);
    host.link.uri = TEST_URI;
    assert_works(ops.abandon(ops.ctx, &err), &err);
}

#define LATE_XML                                                               \
    "<domain type='test'><name>late</name><uuid>" UUID "</uuid>"               \
    "<memory>8192</memory><os><type>hvm</type></os></domain>"

static bool is_there(virConnectPtr conn)
{
    virDomainPtr domain = virDomainLookupByUUIDString(conn, UUID);
    bool there = domain != NULL;

    if (there) {
        virDomainFree(domain);
    }
    return there;
}

static void make_vm(virConnectPtr conn)
{
    virDomainPtr domain = virDomainCreateXML(conn, LATE_XML, 0);

    if (domain != NULL) {
        virDomainFree(domain);
    }
}

/* A start that takes so long that the VM is looked for before it is there. */
static void start_once_it_was_looked_for(void *arg)
{
    virConnectPtr conn = virConnectOpen(TEST_URI);

    (void)arg;
    if (conn == NULL) {
        return;
    }
    while (is_there(conn)) {
        sched_yield();
    }
    make_vm(conn);
    virConnectClose(conn);
}

static void release_nothing(void *arg)
{
    (void)arg;
}

static void a_start_that_ends_after_the_abandoning_began_leaves_no_vm(
    void **state)
{
    OWN(domain_xml_close) struct domain_xml xml = xml_named("late", UUID);
    OWN(libvirt_host_close) struct libvirt_host host = host_on_test(NULL);
    struct host ops = libvirt_host_ops(&host);
    struct sevk_error err;

    (void)state;
    host.xml = &xml;
    assert_works(libvirt_host_open(&host, &err), &err);
    /* What the first look finds and destroys; the start then makes another. */
    make_vm(host.link.conn);
    assert_true(is_there(host.link.conn));
    host.may_exist = true;
    assert_works(call_begin(start_once_it_was_looked_for, NULL, release_nothing,
                            &host.starting, &err),
                 &err);
    assert_works(ops.abandon(ops.ctx, &err), &err);
    assert_false(is_there(host.link.conn));
    assert_null(host.starting);
    assert_false(host.may_exist);
}

static void what_was_never_opened_can_be_closed(void **state)
{
    struct libvirt_host host = host_on_test("test");

    (void)state;
    libvirt_host_close(&host);
    libvirt_host_close(&host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_that_offers_no_sev_is_refused_with_its_reason),
        cmocka_unit_test(an_existing_vm_is_found_by_its_name),
        cmocka_unit_test(a_vm_that_runs_takes_no_secrets),
        cmocka_unit_test(an_ordinary_vm_is_no_sev_guest),
        cmocka_unit_test(info_tells_of_a_vm_that_has_no_evidence),
        cmocka_unit_test(a_vm_whose_name_is_taken_is_not_started_nor_destroyed),
        cmocka_unit_test(
            a_start_that_libvirt_refuses_leaves_nothing_to_destroy),
        cmocka_unit_test(abandoning_connects_anew_when_the_connection_is_gone),
        cmocka_unit_test(abandoning_fails_while_there_is_no_way_to_the_host),
        cmocka_unit_test(
            a_start_that_ends_after_the_abandoning_began_leaves_no_vm),
        cmocka_unit_test(what_was_never_opened_can_be_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
