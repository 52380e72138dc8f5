/* SPDX-License-Identifier: Apache-2.0 */
/* The owner's domain XML: read, checked, and completed with a session. */
#include "virt/domain_xml.h"

#include <string.h>

#include "base/file.h"
#include "base/own.h"
#include "virt/xml.h"

void domain_xml_close(struct domain_xml *xml)
{
    domain_facts_clear(&xml->facts);
    own_xml_doc(&xml->doc);
}

bool domain_xml_parse(struct bytes text, const char *what,
                      struct domain_xml *ret, struct sevk_error *err)
{
    OWN(domain_xml_close) struct domain_xml xml = { 0 };

    if (!xml_parse(text, "domain", what, &xml.doc, err)) {
        return false;
    }
    if (!domain_facts_read(xml.doc, &xml.facts, err)) {
        return sevk_fail_in(err, "%s", what);
    }
    *ret = xml;
    xml = (struct domain_xml){ 0 };
    return true;
}

bool domain_xml_read(const char *file, struct domain_xml *ret,
                     struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };
    char what[256];

    if (!file_read(file, XML_MAX, "domain XML", &text, err)) {
        return false;
    }
    snprintf(what, sizeof what, "'%.240s'", file);
    return domain_xml_parse(buf_bytes(&text), what, ret, err);
}

/* -- What can be launched with proof. ---------------------------------------- */

static bool is(const char *a, const char *b)
{
    return a != NULL && strcmp(a, b) == 0;
}

static bool check_security(const struct domain_facts *f, struct sevk_error *err)
{
    if (f->has_launch_security && !is(f->security_type, "sev")) {
        return sevk_fail(err, SEVK_REFUSED,
                         "launchSecurity has the type '%.40s'; an attested "
                         "launch needs type='sev'",
                         f->security_type == NULL ? "" : f->security_type);
    }
    if (f->kernel_hashes && f->kernel == NULL) {
        return sevk_fail(err, SEVK_REFUSED,
                         "kernelHashes='yes' without a <kernel> in <os>: there "
                         "is nothing to hash; add the kernel or remove "
                         "kernelHashes");
    }
    if (f->kernel == NULL && (f->initrd != NULL || f->cmdline != NULL)) {
        return sevk_fail(err, SEVK_REFUSED,
                         "<initrd> and <cmdline> mean nothing without a "
                         "<kernel> in <os>");
    }
    return true;
}

static bool check_firmware(const struct domain_facts *f, struct sevk_error *err)
{
    if (f->nvram) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the VM has a variable store (<nvram>), which nothing "
                         "measures: the host could choose what the firmware "
                         "does; remove <nvram> and write stateless='yes' into "
                         "<loader>");
    }
    if (f->loader_writable) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the firmware is writable (<loader readonly='no'>), "
                         "so the host's copy changes; write readonly='yes'");
    }
    if (f->loader == NULL && !is(f->os_firmware, "efi")) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the VM has no UEFI firmware, and no other is "
                         "measured; add <loader readonly='yes' type='pflash' "
                         "stateless='yes'> with its path on the host to <os>");
    }
    return true;
}

static bool check_vcpus(const struct domain_facts *f, struct sevk_error *err)
{
    if (f->vcpus_current != f->vcpus || f->vcpus_disabled != 0) {
        return sevk_fail(err, SEVK_REFUSED,
                         "%u of %u vCPUs would be plugged after the "
                         "measurement, which does not cover them; start with "
                         "all (remove 'current' from <vcpu>) or lower the "
                         "maximum",
                         f->vcpus_disabled != 0 ? f->vcpus_disabled
                                                : f->vcpus - f->vcpus_current,
                         f->vcpus);
    }
    if (f->has_vcpus && f->vcpus == 0) {
        return sevk_fail(err, SEVK_REFUSED, "<vcpu> is 0; a VM has at least 1");
    }
    return true;
}

bool domain_xml_check(const struct domain_facts *f, bool es,
                      struct sevk_error *err)
{
    if (!check_security(f, err) || !check_firmware(f, err) ||
        !check_vcpus(f, err)) {
        return false;
    }
    if (es && f->on_reboot != NULL && !is(f->on_reboot, "destroy")) {
        return sevk_fail(err, SEVK_REFUSED,
                         "<on_reboot> is '%.40s', but an SEV-ES VM can't "
                         "reboot; write 'destroy' or leave it out",
                         f->on_reboot);
    }
    if (f->name == NULL || f->name[0] == '\0') {
        return sevk_fail(err, SEVK_REFUSED,
                         "the VM has no name; add <name> to the XML");
    }
    return true;
}

bool domain_check_existing(const struct domain_facts *live, struct buf *faults,
                           struct sevk_error *err)
{
    bool es = (live->policy & DOMAIN_POLICY_ES) != 0;
    struct sevk_error fault = { 0 };

    if (!live->has_launch_security) {
        return buf_append_string(faults, "it has no launchSecurity", err);
    }
    if (live->dh_cert == NULL || live->session == NULL) {
        return buf_append_string(
            faults, "it was started without an owner's session", err);
    }
    if (live->has_foreign) {
        return buf_append_string(faults,
                                 "it has commands to QEMU (an element of "
                                 "another namespace)",
                                 err);
    }
    return domain_xml_check(live, es, &fault) ||
           buf_append_string(faults, fault.message, err);
}

static bool fits(const char *what, bool has, uint32_t asked, uint32_t host,
                 struct sevk_error *err)
{
    if (!has || asked == host) {
        return true;
    }
    return sevk_fail(err, SEVK_REFUSED,
                     "the XML says <%s>%u</%s>, but this host has %u; correct "
                     "it or remove the element, then the host's value is used",
                     what, asked, what, host);
}

bool domain_xml_fits(const struct domain_facts *facts, uint32_t cbitpos,
                     uint32_t reduced_phys_bits, struct sevk_error *err)
{
    return fits("cbitpos", facts->has_cbitpos, facts->cbitpos, cbitpos, err) &&
           fits("reducedPhysBits", facts->has_reduced_phys_bits,
                facts->reduced_phys_bits, reduced_phys_bits, err);
}

/* -- What a launch writes. ---------------------------------------------------- */

static bool reread(struct domain_xml *xml, struct sevk_error *err)
{
    struct domain_facts facts = { 0 };

    if (!domain_facts_read(xml->doc, &facts, err)) {
        return false;
    }
    domain_facts_clear(&xml->facts);
    xml->facts = facts;
    return true;
}

bool domain_xml_set_uuid(struct domain_xml *xml, struct rng rng,
                         struct sevk_error *err)
{
    struct guid uuid;
    char text[GUID_TEXT_LEN];

    if (xml->facts.has_uuid) {
        return true;
    }
    if (!rng_fill(rng, uuid.b, sizeof uuid.b, err)) {
        return false;
    }
    uuid.b[7] = (uint8_t)((uuid.b[7] & 0x0f) | 0x40); /* RFC 4122, 4.4; the */
    uuid.b[8] = (uint8_t)((uuid.b[8] & 0x3f) | 0x80); /* third group is LE */
    guid_format(&uuid, text);
    return xml_set_child(xmlDocGetRootElement(xml->doc), "uuid", text, err) &&
           reread(xml, err);
}

/* <launchSecurity type='sev'>, made when it is not there. */
static bool security_node(xmlNode *domain, xmlNode **ret,
                          struct sevk_error *err)
{
    xmlNode *node = xml_child(domain, "launchSecurity");

    if (node == NULL) {
        node =
            xmlNewChild(domain, NULL, (const xmlChar *)"launchSecurity", NULL);
        if (node == NULL || xmlNewProp(node, (const xmlChar *)"type",
                                       (const xmlChar *)"sev") == NULL) {
            return sevk_fail(err, SEVK_HOST, "out of memory");
        }
    }
    *ret = node;
    return true;
}

static bool set_decimal(xmlNode *parent, const char *name, uint32_t value,
                        struct sevk_error *err)
{
    char text[16];

    snprintf(text, sizeof text, "%u", value);
    return xml_set_child(parent, name, text, err);
}

static bool set_policy(xmlNode *parent, uint32_t policy, struct sevk_error *err)
{
    char text[16];

    snprintf(text, sizeof text, "0x%04x", policy);
    return xml_set_child(parent, "policy", text, err);
}

bool domain_xml_set_session(struct domain_xml *xml,
                            const struct domain_session *with,
                            struct sevk_error *err)
{
    xmlNode *domain = xmlDocGetRootElement(xml->doc);
    xmlNode *node = NULL;

    if (!security_node(domain, &node, err) ||
        !set_decimal(node, "cbitpos", with->cbitpos, err) ||
        !set_decimal(node, "reducedPhysBits", with->reduced_phys_bits, err) ||
        !set_policy(node, with->policy, err) ||
        !xml_set_child(node, "dhCert", with->dh_cert, err) ||
        !xml_set_child(node, "session", with->session, err)) {
        return false;
    }
    if ((with->policy & DOMAIN_POLICY_ES) != 0 &&
        !xml_set_child(domain, "on_reboot", "destroy", err)) {
        return false;
    }
    return reread(xml, err);
}
