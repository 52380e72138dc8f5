/* SPDX-License-Identifier: Apache-2.0 */
/* How each rule's findings are mended. */
#include "virt/lint_mend.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "host/images.h"
#include "virt/xml.h"
#include "wire/policy.h"

#define HARD_LIMIT_MAX ((uint64_t)1 << 50) /* KiB; no machine has more */

/* NODE is the element of the finding, or the one in which something lacks. */
typedef void mender(const struct lint *lint, const xmlNode *node,
                    struct xml_editor *e);

static void set_number(struct xml_editor *e, const xmlNode *node,
                       uint64_t value)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRIu64, value);
    xml_edit_set_text(e, node, text);
}

/* -- Machine, firmware. ------------------------------------------------------ */

#define TYPE "<type arch='x86_64' machine='q35'>hvm</type>"

static void mend_kvm(const struct lint *lint, const xmlNode *node,
                     struct xml_editor *e)
{
    (void)lint;
    xml_edit_set_attr(e, node, "type", "kvm");
}

static void mend_q35(const struct lint *lint, const xmlNode *node,
                     struct xml_editor *e)
{
    if (node == NULL) {
        xml_edit_add_child(e, lint->domain, "<os>\n\t" TYPE "\n</os>");
    } else if (xml_is(node, "type")) {
        xml_edit_set_attr(e, node, "machine", "q35");
    } else {
        xml_edit_add_child(e, node, TYPE);
    }
}

static void mend_pci_root(const struct lint *lint, const xmlNode *node,
                          struct xml_editor *e)
{
    (void)lint;
    xml_edit_set_attr(e, node, "model", "pcie-root");
}

/* A loader that is no UEFI would stand in the way of libvirt's choice. */
static void mend_uefi(const struct lint *lint, const xmlNode *node,
                      struct xml_editor *e)
{
    const xmlNode *loader = xml_child(lint->os, "loader");

    if (lint->os == NULL) {
        xml_edit_add_child(e, node, "<os firmware='efi'>\n\t" TYPE "\n</os>");
        return;
    }
    xml_edit_set_attr(e, lint->os, "firmware", "efi");
    if (loader != NULL) {
        xml_edit_remove(e, loader);
    }
}

static void mend_acpi(const struct lint *lint, const xmlNode *node,
                      struct xml_editor *e)
{
    if (xml_is(node, "features")) {
        xml_edit_add_child(e, node, "<acpi/>");
    } else {
        xml_edit_add_child(e, lint->domain,
                           "<features>\n\t<acpi/>\n</features>");
    }
}

static void mend_features(const struct lint *lint, struct xml_editor *e)
{
    const xmlNode *firmware = xml_child(lint->os, "firmware");

    for (const xmlNode *at = xml_child(firmware, "feature"); at != NULL;
         at = xml_next(at)) {
        if ((xml_attr_is(at, "name", "secure-boot") ||
             xml_attr_is(at, "name", "enrolled-keys")) &&
            xml_attr_is(at, "enabled", "yes")) {
            xml_edit_set_attr(e, at, "enabled", "no");
        }
    }
}

/* Only where the same build without Secure Boot is known. */
static void mend_secure_boot(const struct lint *lint, const xmlNode *node,
                             struct xml_editor *e)
{
    const char *path = lint->facts->loader;
    const xmlNode *loader = xml_child(lint->os, "loader");
    const char *instead = path == NULL ? NULL : host_image_instead(path);
    bool secure =
        path != NULL && (host_image_is_secure(path) || lint->image.secure_boot);

    (void)node;
    if (secure && instead == NULL) {
        return;
    }
    if (secure) {
        xml_edit_set_text(e, loader, instead);
    }
    if (xml_attr_is(loader, "secure", "yes")) {
        xml_edit_set_attr(e, loader, "secure", "no");
    }
    mend_features(lint, e);
}

/* An image that libvirt chooses may be none that works without variables. */
static void mend_nvram(const struct lint *lint, const xmlNode *node,
                       struct xml_editor *e)
{
    const struct domain_facts *f = lint->facts;
    const xmlNode *loader = xml_child(lint->os, "loader");
    const xmlNode *nvram = xml_child(lint->os, "nvram");

    (void)node;
    if (f->os_firmware != NULL || f->loader == NULL || f->loader[0] == '\0' ||
        !xml_attr_is(loader, "type", "pflash") ||
        xml_attr_is(loader, "readonly", "no")) {
        return;
    }
    if (!f->loader_stateless) {
        xml_edit_set_attr(e, loader, "stateless", "yes");
    }
    if (nvram != NULL) {
        xml_edit_remove(e, nvram);
    }
}

/* -- Devices. ------------------------------------------------------------------ */

static bool is_taken(const struct lint *lint, const char *dev)
{
    for (const xmlNode *at = xml_child(lint->devices, "disk"); at != NULL;
         at = xml_next(at)) {
        if (xml_attr_is(xml_child(at, "target"), "dev", dev)) {
            return true;
        }
    }
    return false;
}

/* "hdb" becomes "sdb", or the first that is free. */
static bool new_name(const struct lint *lint, const char *old, char *ret,
                     size_t n)
{
    snprintf(ret, n, "sd%.20s", old + 2);
    for (char c = 'a'; is_taken(lint, ret); c++) {
        if (c > 'z') {
            return false;
        }
        snprintf(ret, n, "sd%c", c);
    }
    return true;
}

static bool is_plain(const char *name)
{
    return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789") == strlen(name);
}

/*
 * A disk moves to SATA, where a guest finds it with the driver that it has. One
 * in a pass, so that no two get one name; its address was one on the IDE bus.
 */
static void mend_disk(const struct lint *lint, const xmlNode *disk,
                      struct xml_editor *e)
{
    const xmlNode *target = xml_child(disk, "target");
    const xmlNode *address = xml_child(disk, "address");
    OWN(own_free) char *dev = NULL;
    char name[32];

    if (!xml_attr(target, "dev", &dev, NULL)) {
        return;
    }
    if (dev != NULL && strncmp(dev, "hd", 2) == 0) {
        if (!is_plain(dev) || !new_name(lint, dev, name, sizeof name)) {
            return;
        }
        xml_edit_set_attr(e, target, "dev", name);
    }
    xml_edit_set_attr(e, target, "bus", "sata");
    if (address != NULL) {
        xml_edit_remove(e, address);
    }
}

static bool is_first(const struct lint *lint, const xmlNode *disk)
{
    for (size_t i = 0; i < lint->report->n; i++) {
        if (lint->ids[i] == LINT_DISK_IDE && xml_is(lint->nodes[i], "disk")) {
            return lint->nodes[i] == disk;
        }
    }
    return true;
}

static void mend_ide(const struct lint *lint, const xmlNode *node,
                     struct xml_editor *e)
{
    if (xml_is(node, "controller")) {
        xml_edit_remove(e, node);
    } else if (is_first(lint, node)) {
        mend_disk(lint, node, e);
    }
}

static void mend_rom(const struct lint *lint, const xmlNode *node,
                     struct xml_editor *e)
{
    static const char off[] = "<rom enabled='no'/>";
    const xmlNode *rom = xml_child(node, "rom");

    (void)lint;
    if (rom == NULL) {
        xml_edit_add_child(e, node, off);
    } else {
        /* "enabled" forbids the other attributes. */
        xml_edit_replace(e, rom, off);
    }
}

static void mend_iommu(const struct lint *lint, const xmlNode *node,
                       struct xml_editor *e)
{
    const xmlNode *driver = xml_child(node, "driver");

    (void)lint;
    if (driver == NULL) {
        xml_edit_add_child(e, node, "<driver iommu='on'/>");
    } else {
        xml_edit_set_attr(e, driver, "iommu", "on");
    }
}

/* -- Memory, vCPUs, reboot. ---------------------------------------------------- */

static void mend_locked(const struct lint *lint, const xmlNode *node,
                        struct xml_editor *e)
{
    const xmlNode *backing = xml_child(lint->domain, "memoryBacking");

    if (backing != NULL) {
        xml_edit_add_child(e, backing, "<locked/>");
    } else {
        xml_edit_add_child(e, node,
                           "<memoryBacking>\n\t<locked/>\n</memoryBacking>");
    }
}

static void mend_hard_limit(const struct lint *lint, const xmlNode *node,
                            struct xml_editor *e)
{
    struct lint_sum sum;

    lint_sum_up(lint, &sum);
    if (sum.all <= HARD_LIMIT_MAX) {
        xml_edit_set_attr(e, node, "unit", "KiB");
        set_number(e, node, sum.all);
    }
}

static void mend_current(const struct lint *lint, const xmlNode *node,
                         struct xml_editor *e)
{
    xml_edit_set_attr(e, node, "unit", "KiB");
    set_number(e, node, lint->facts->memory_kib);
}

static void mend_memory_plug(const struct lint *lint, const xmlNode *node,
                             struct xml_editor *e)
{
    if (xml_child(lint->devices, "memory") == NULL) {
        xml_edit_remove(e, node);
    }
}

static void mend_vcpus(const struct lint *lint, const xmlNode *node,
                       struct xml_editor *e)
{
    (void)lint;
    if (xml_is(node, "vcpus")) {
        xml_edit_remove(e, node);
    } else {
        xml_edit_remove_attr(e, node, "current");
    }
}

static void mend_reboot(const struct lint *lint, const xmlNode *node,
                        struct xml_editor *e)
{
    if (node == lint->domain) {
        xml_edit_add_child(e, node, "<on_reboot>destroy</on_reboot>");
    } else {
        xml_edit_set_text(e, node, "destroy");
    }
}

/* -- Launch security. ----------------------------------------------------------- */

static uint32_t first_policy(const struct lint *lint)
{
    return lint->options->session != NULL ? lint->options->session->policy
                                          : lint_default_policy(lint->host);
}

static void mend_security(const struct lint *lint, const xmlNode *node,
                          struct xml_editor *e)
{
    char text[120];

    if (node == lint->domain) {
        snprintf(text, sizeof text,
                 "<launchSecurity type='sev'>\n\t<policy>0x%04x</policy>\n"
                 "</launchSecurity>",
                 first_policy(lint));
        xml_edit_add_child(e, node, text);
    }
}

static void mend_no_policy(const struct lint *lint, const xmlNode *node,
                           struct xml_editor *e)
{
    char text[40];

    snprintf(text, sizeof text, "<policy>0x%04x</policy>", first_policy(lint));
    xml_edit_add_child(e, node, text);
}

/* The firmware holds a session to the policy that it was made for. */
static void set_policy(const struct lint *lint, const xmlNode *node,
                       uint32_t policy, struct xml_editor *e)
{
    char text[16];

    if (lint->facts->session == NULL && lint->facts->dh_cert == NULL &&
        lint->options->session == NULL) {
        snprintf(text, sizeof text, "0x%04x", policy);
        xml_edit_set_text(e, node, text);
    }
}

static void mend_reserved(const struct lint *lint, const xmlNode *node,
                          struct xml_editor *e)
{
    set_policy(lint, node, lint->facts->policy & ~POLICY_RESERVED, e);
}

static void mend_debug(const struct lint *lint, const xmlNode *node,
                       struct xml_editor *e)
{
    set_policy(lint, node, lint->facts->policy | POLICY_NODBG, e);
}

static void mend_sharing(const struct lint *lint, const xmlNode *node,
                         struct xml_editor *e)
{
    set_policy(lint, node, lint->facts->policy | POLICY_NOKS, e);
}

/* The host's value where it is known and can be one; else libvirt's. */
static void mend_bits(const xmlNode *node, bool known, uint32_t value,
                      struct xml_editor *e)
{
    if (known && value >= 1 && value <= 63) {
        set_number(e, node, value);
    } else {
        xml_edit_remove(e, node);
    }
}

static void mend_cbitpos(const struct lint *lint, const xmlNode *node,
                         struct xml_editor *e)
{
    const struct host_facts *h = lint->host;

    mend_bits(node, h != NULL && h->libvirt.has_cbitpos,
              h == NULL ? 0 : h->libvirt.cbitpos, e);
}

static void mend_reduced(const struct lint *lint, const xmlNode *node,
                         struct xml_editor *e)
{
    const struct host_facts *h = lint->host;

    mend_bits(node, h != NULL && h->libvirt.has_reduced_phys_bits,
              h == NULL ? 0 : h->libvirt.reduced_phys_bits, e);
}

/* -- Session. --------------------------------------------------------------------- */

static bool put_element(struct buf *to, const char *name, const char *text,
                        bool first)
{
    return buf_printf(to, NULL, "%s<%s>%s</%s>", first ? "" : "\n", name, text,
                      name);
}

/* New elements stand together: two insertions in one place have no order. */
static void add_missing(const struct lint *lint, const struct lint_session *own,
                        struct xml_editor *e)
{
    const xmlNode *in = lint->security;
    OWN(buf_free) struct buf text = { 0 };
    char policy[16];
    bool ok = true;

    snprintf(policy, sizeof policy, "0x%04x", own->policy);
    if (xml_child(in, "policy") == NULL) {
        ok = put_element(&text, "policy", policy, true);
    }
    if (xml_child(in, "dhCert") == NULL) {
        ok = ok && put_element(&text, "dhCert", own->dh_cert, text.n == 0);
    }
    if (xml_child(in, "session") == NULL) {
        ok = ok && put_element(&text, "session", own->session, text.n == 0);
    }
    if (ok && text.n > 0) {
        xml_edit_add_child(e, in, buf_string(&text));
    }
}

/* A session that was used once is not written anywhere again. */
static void mend_session(const struct lint *lint, const xmlNode *node,
                         struct xml_editor *e)
{
    const struct lint_session *own = lint->options->session;
    const xmlNode *in = lint->security;
    char policy[16];

    (void)node;
    if (own == NULL || own->used_for != NULL) {
        return;
    }
    snprintf(policy, sizeof policy, "0x%04x", own->policy);
    if (xml_child(in, "policy") != NULL &&
        (!lint->facts->has_policy || lint->facts->policy != own->policy)) {
        xml_edit_set_text(e, xml_child(in, "policy"), policy);
    }
    if (xml_child(in, "dhCert") != NULL) {
        xml_edit_set_text(e, xml_child(in, "dhCert"), own->dh_cert);
    }
    if (xml_child(in, "session") != NULL) {
        xml_edit_set_text(e, xml_child(in, "session"), own->session);
    }
    add_missing(lint, own, e);
}

static void mend_no_kernel(const struct lint *lint, const xmlNode *node,
                           struct xml_editor *e)
{
    (void)lint;
    xml_edit_remove_attr(e, node, "kernelHashes");
}

static void mend_unmeasured(const struct lint *lint, const xmlNode *node,
                            struct xml_editor *e)
{
    (void)node;
    if (lint->image_seen && lint->image.has_hash_area) {
        xml_edit_set_attr(e, lint->security, "kernelHashes", "yes");
    }
}

/* -- The table. ------------------------------------------------------------------- */

static mender *const menders[LINT_RULES] = {
    [LINT_DOMAIN_KVM] = mend_kvm,
    [LINT_MACHINE_Q35] = mend_q35,
    [LINT_PCI_ROOT] = mend_pci_root,
    [LINT_FIRMWARE_UEFI] = mend_uefi,
    [LINT_FIRMWARE_ACPI] = mend_acpi,
    [LINT_FIRMWARE_SECURE_BOOT] = mend_secure_boot,
    [LINT_FIRMWARE_NVRAM] = mend_nvram,
    [LINT_DISK_IDE] = mend_ide,
    [LINT_NET_ROM] = mend_rom,
    [LINT_VIRTIO_IOMMU] = mend_iommu,
    [LINT_MEMORY_LOCKED] = mend_locked,
    [LINT_MEMORY_HARD_LIMIT] = mend_hard_limit,
    [LINT_MEMORY_BALLOON] = mend_current,
    [LINT_MEMORY_HOTPLUG] = mend_memory_plug,
    [LINT_VCPU_HOTPLUG] = mend_vcpus,
    [LINT_LAUNCH_SECURITY] = mend_security,
    [LINT_POLICY_MISSING] = mend_no_policy,
    [LINT_POLICY_RESERVED] = mend_reserved,
    [LINT_POLICY_DEBUG] = mend_debug,
    [LINT_POLICY_SHARING] = mend_sharing,
    [LINT_CBITPOS] = mend_cbitpos,
    [LINT_REDUCED_PHYS_BITS] = mend_reduced,
    [LINT_DH_CERT] = mend_session,
    [LINT_SESSION] = mend_session,
    [LINT_SESSION_RECORD] = mend_session,
    [LINT_KERNEL_HASHES_NO_KERNEL] = mend_no_kernel,
    [LINT_KERNEL_UNMEASURED] = mend_unmeasured,
    [LINT_ON_REBOOT] = mend_reboot,
};

void lint_mend(const struct lint *lint, size_t i, struct xml_editor *editor)
{
    mender *mend = menders[lint->ids[i]];

    if (mend != NULL) {
        mend(lint, lint->nodes[i], editor);
    }
}
