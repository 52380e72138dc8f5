/* SPDX-License-Identifier: Apache-2.0 */
/* What a VM's XML says that matters to an attested launch, as plain values. */
#include "virt/domain_facts.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/own.h"
#include "virt/xml.h"

void domain_facts_clear(struct domain_facts *facts)
{
    char **strings[] = {
        &facts->type,      &facts->name,          &facts->os_firmware,
        &facts->loader,    &facts->loader_type,   &facts->kernel,
        &facts->initrd,    &facts->cmdline,       &facts->cpu_mode,
        &facts->cpu_model, &facts->on_reboot,     &facts->on_crash,
        &facts->dh_cert,   &facts->security_type, &facts->session,
    };

    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        free(*strings[i]);
    }
    *facts = (struct domain_facts){ 0 };
}

/* -- Numbers. -------------------------------------------------------------- */

static bool read_number(const xmlNode *node, uint64_t max, const char *what,
                        bool *ret_has, uint64_t *ret, struct sevk_error *err)
{
    OWN(own_free) char *text = NULL;

    *ret_has = false;
    if (!xml_text(node, &text, err)) {
        return false;
    }
    if (text == NULL) {
        return true;
    }
    *ret_has = true;
    return number_parse(text, 0, max, what, ret, err);
}

static bool read_u32(const xmlNode *node, const char *what, bool *ret_has,
                     uint32_t *ret, struct sevk_error *err)
{
    uint64_t value = 0;

    if (!read_number(node, UINT32_MAX, what, ret_has, &value, err)) {
        return false;
    }
    *ret = (uint32_t)value;
    return true;
}

/* libvirt reads <policy> as hexadecimal even without 0x: "33" is 33h. */
static bool read_policy(const xmlNode *security, struct domain_facts *facts,
                        struct sevk_error *err)
{
    OWN(own_free) char *text = NULL;
    char hex[16];
    const char *digits;

    if (!xml_text(xml_child(security, "policy"), &text, err)) {
        return false;
    }
    if (text == NULL) {
        return true;
    }
    digits = strncasecmp(text, "0x", 2) == 0 ? text + 2 : text;
    if (strlen(digits) > 8) {
        return sevk_fail(err, SEVK_INPUT, "<policy> has more than 32 bits");
    }
    snprintf(hex, sizeof hex, "0x%s", digits);
    facts->has_policy = true;
    return number_parse_u32(hex, 0, UINT32_MAX, "<policy>", &facts->policy,
                            err);
}

static const struct unit {
    const char *name;
    uint64_t bytes;
} units[] = {
    { "b", 1 },
    { "bytes", 1 },
    { "KB", 1000 },
    { "k", 1024 },
    { "KiB", 1024 },
    { "MB", 1000000 },
    { "M", (uint64_t)1 << 20 },
    { "MiB", (uint64_t)1 << 20 },
    { "GB", 1000000000 },
    { "G", (uint64_t)1 << 30 },
    { "GiB", (uint64_t)1 << 30 },
    { "TB", 1000000000000 },
    { "T", (uint64_t)1 << 40 },
    { "TiB", (uint64_t)1 << 40 },
};

static bool find_unit(const char *name, const char *what, uint64_t *ret,
                      struct sevk_error *err)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcasecmp(units[i].name, name) == 0) {
            *ret = units[i].bytes;
            return true;
        }
    }
    return sevk_fail(err, SEVK_INPUT,
                     "%s has a unit that libvirt does not know; use KiB, MiB "
                     "or GiB",
                     what);
}

bool domain_memory_kib(const xmlNode *node, const char *what, bool *ret_has,
                       uint64_t *ret, struct sevk_error *err)
{
    OWN(own_free) char *unit = NULL;
    uint64_t value = 0;
    uint64_t bytes = 1024;

    if (!read_number(node, UINT64_MAX, what, ret_has, &value, err) ||
        !xml_attr(node, "unit", &unit, err)) {
        return false;
    }
    if (unit != NULL && !find_unit(unit, what, &bytes, err)) {
        return false;
    }
    if (value > (UINT64_MAX - 1023) / bytes) {
        return sevk_fail(err, SEVK_INPUT, "%s is too large", what);
    }
    *ret = (value * bytes + 1023) / 1024;
    return true;
}

/* -- Parts of the XML. ------------------------------------------------------ */

static bool read_uuid(const xmlNode *domain, struct domain_facts *facts,
                      struct sevk_error *err)
{
    OWN(own_free) char *text = NULL;
    struct guid uuid;

    if (!xml_text(xml_child(domain, "uuid"), &text, err)) {
        return false;
    }
    if (text == NULL) {
        return true;
    }
    if (!guid_parse(text, &uuid, err)) {
        return sevk_fail_in(err, "<uuid>");
    }
    facts->has_uuid = true;
    guid_format(&uuid, facts->uuid);
    return true;
}

static bool read_vcpus(const xmlNode *domain, struct domain_facts *facts,
                       struct sevk_error *err)
{
    const xmlNode *node = xml_child(domain, "vcpu");
    const xmlNode *list = xml_child(domain, "vcpus");
    OWN(own_free) char *current = NULL;

    if (!read_u32(node, "<vcpu>", &facts->has_vcpus, &facts->vcpus, err) ||
        !xml_attr(node, "current", &current, err)) {
        return false;
    }
    facts->vcpus_current = facts->vcpus;
    for (node = xml_child(list, "vcpu"); node != NULL; node = xml_next(node)) {
        facts->vcpus_disabled += xml_attr_is(node, "enabled", "no") ? 1 : 0;
    }
    return current == NULL ||
           number_parse_u32(current, 0, UINT32_MAX, "<vcpu current>",
                            &facts->vcpus_current, err);
}

static bool read_os(const xmlNode *domain, struct domain_facts *facts,
                    struct sevk_error *err)
{
    const xmlNode *os = xml_child(domain, "os");
    const xmlNode *loader = xml_child(os, "loader");

    facts->has_loader = loader != NULL;
    facts->loader_stateless = xml_attr_is(loader, "stateless", "yes");
    facts->loader_writable = xml_attr_is(loader, "readonly", "no");
    facts->nvram = xml_child(os, "nvram") != NULL;
    return xml_attr(os, "firmware", &facts->os_firmware, err) &&
           xml_text(loader, &facts->loader, err) &&
           xml_attr(loader, "type", &facts->loader_type, err) &&
           xml_text(xml_child(os, "kernel"), &facts->kernel, err) &&
           xml_text(xml_child(os, "initrd"), &facts->initrd, err) &&
           xml_whole_text(xml_child(os, "cmdline"), &facts->cmdline, err);
}

static bool read_cpu(const xmlNode *domain, struct domain_facts *facts,
                     struct sevk_error *err)
{
    const xmlNode *cpu = xml_child(domain, "cpu");

    return xml_attr(cpu, "mode", &facts->cpu_mode, err) &&
           xml_text(xml_child(cpu, "model"), &facts->cpu_model, err);
}

static bool read_security(const xmlNode *domain, struct domain_facts *facts,
                          struct sevk_error *err)
{
    const xmlNode *node = xml_child(domain, "launchSecurity");

    facts->has_launch_security = node != NULL;
    facts->kernel_hashes = xml_attr_is(node, "kernelHashes", "yes");
    return xml_attr(node, "type", &facts->security_type, err) &&
           read_policy(node, facts, err) &&
           read_u32(xml_child(node, "cbitpos"), "<cbitpos>",
                    &facts->has_cbitpos, &facts->cbitpos, err) &&
           read_u32(xml_child(node, "reducedPhysBits"), "<reducedPhysBits>",
                    &facts->has_reduced_phys_bits, &facts->reduced_phys_bits,
                    err) &&
           xml_text(xml_child(node, "dhCert"), &facts->dh_cert, err) &&
           xml_text(xml_child(node, "session"), &facts->session, err);
}

/* libvirt takes the first or the sum of these: two would mislead somebody. */
static const struct {
    const char *parent;
    const char *child;
} singles[] = {
    { NULL, "name" },
    { NULL, "uuid" },
    { NULL, "memory" },
    { NULL, "vcpu" },
    { NULL, "vcpus" },
    { NULL, "os" },
    { NULL, "cpu" },
    { NULL, "on_reboot" },
    { NULL, "on_crash" },
    { NULL, "devices" },
    { NULL, "launchSecurity" },
    { "os", "loader" },
    { "os", "nvram" },
    { "os", "kernel" },
    { "os", "initrd" },
    { "os", "cmdline" },
    { "cpu", "model" },
    { "launchSecurity", "policy" },
    { "launchSecurity", "cbitpos" },
    { "launchSecurity", "reducedPhysBits" },
    { "launchSecurity", "dhCert" },
    { "launchSecurity", "session" },
};

static bool check_singles(const xmlNode *domain, struct sevk_error *err)
{
    for (size_t i = 0; i < sizeof singles / sizeof *singles; i++) {
        const xmlNode *parent = singles[i].parent == NULL
                                    ? domain
                                    : xml_child(domain, singles[i].parent);

        if (xml_count(parent, singles[i].child) > 1) {
            return sevk_fail(err, SEVK_INPUT,
                             "<%s> stands there more than once; keep one",
                             singles[i].child);
        }
    }
    return true;
}

static bool has_foreign(const xmlNode *domain)
{
    for (const xmlNode *at = domain->children; at != NULL; at = at->next) {
        if (at->type == XML_ELEMENT_NODE && at->ns != NULL) {
            return true;
        }
    }
    return false;
}

static bool read_all(const xmlNode *domain, struct domain_facts *facts,
                     struct sevk_error *err)
{
    facts->has_foreign = has_foreign(domain);
    return check_singles(domain, err) &&
           xml_attr(domain, "type", &facts->type, err) &&
           xml_text(xml_child(domain, "name"), &facts->name, err) &&
           read_uuid(domain, facts, err) &&
           domain_memory_kib(xml_child(domain, "memory"), "<memory>",
                             &facts->has_memory, &facts->memory_kib, err) &&
           read_vcpus(domain, facts, err) && read_os(domain, facts, err) &&
           read_cpu(domain, facts, err) &&
           xml_text(xml_child(domain, "on_reboot"), &facts->on_reboot, err) &&
           xml_text(xml_child(domain, "on_crash"), &facts->on_crash, err) &&
           read_security(domain, facts, err);
}

bool domain_facts_read(const xmlDoc *doc, struct domain_facts *ret,
                       struct sevk_error *err)
{
    OWN(domain_facts_clear) struct domain_facts facts = { 0 };
    struct sevk_error inner = { 0 };

    if (!read_all(xmlDocGetRootElement(doc), &facts, &inner)) {
        /* A number that is none is wrong usage only on a command line. */
        return sevk_fail(err,
                         inner.code == SEVK_USAGE ? SEVK_INPUT : inner.code,
                         "%s", inner.message);
    }
    *ret = facts;
    facts = (struct domain_facts){ 0 };
    return true;
}
