/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the VM that was asked for with the one that the host describes. */
#include "virt/domain_compare.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "virt/xml.h"
#include "virt/xml_same.h"

/* One comparison under way. */
struct compare {
    struct buf *to;
    bool ok; /* false: *err is filled */
    struct sevk_error *err;
};

__attribute__((format(printf, 2, 3))) static void differ(struct compare *c,
                                                         const char *fmt, ...)
{
    char text[256];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    c->ok = c->ok &&
            buf_printf(c->to, c->err, "%s%s", c->to->n == 0 ? "" : "; ", text);
}

static bool same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static const char *show(const char *s)
{
    return s == NULL ? "nothing" : s;
}

/* -- Strings. --------------------------------------------------------------- */

enum when {
    IF_ASKED, /* what was not asked for is the host's to fill in */
    ALWAYS,   /* what was not asked for must not be there */
};

static const struct string_row {
    const char *what;
    size_t at; /* in struct domain_facts */
    enum when when;
} strings[] = {
    { "its name", offsetof(struct domain_facts, name), IF_ASKED },
    { "its type", offsetof(struct domain_facts, type), IF_ASKED },
    { "its loader", offsetof(struct domain_facts, loader), IF_ASKED },
    { "its loader's type", offsetof(struct domain_facts, loader_type),
      IF_ASKED },
    { "its kernel", offsetof(struct domain_facts, kernel), ALWAYS },
    { "its initrd", offsetof(struct domain_facts, initrd), ALWAYS },
    { "its command line", offsetof(struct domain_facts, cmdline), ALWAYS },
    { "its on_reboot", offsetof(struct domain_facts, on_reboot), IF_ASKED },
    { "its on_crash", offsetof(struct domain_facts, on_crash), IF_ASKED },
    { "its launchSecurity type", offsetof(struct domain_facts, security_type),
      ALWAYS },
};

static const char *string_at(const struct domain_facts *facts, size_t at)
{
    const char *s;

    memcpy(&s, (const char *)facts + at, sizeof s);
    return s;
}

static void compare_strings(struct compare *c, const struct domain_facts *asked,
                            const struct domain_facts *live)
{
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        const struct string_row *row = &strings[i];
        const char *a = string_at(asked, row->at);
        const char *l = string_at(live, row->at);

        if ((a != NULL || row->when == ALWAYS) && !same(a, l)) {
            differ(c, "%s is '%.80s' instead of '%.80s'", row->what, show(l),
                   show(a));
        }
    }
}

/* host-model becomes "custom" with a model in the live XML: the host's word. */
static void compare_cpu(struct compare *c, const struct domain_facts *asked,
                        const struct domain_facts *live)
{
    if (asked->cpu_mode != NULL && strcmp(asked->cpu_mode, "host-model") == 0) {
        return;
    }
    if (asked->cpu_mode != NULL && !same(asked->cpu_mode, live->cpu_mode)) {
        differ(c, "its CPU mode is '%.40s' instead of '%.40s'",
               show(live->cpu_mode), asked->cpu_mode);
    }
    if (asked->cpu_model != NULL && !same(asked->cpu_model, live->cpu_model)) {
        differ(c, "its CPU model is '%.40s' instead of '%.40s'",
               show(live->cpu_model), asked->cpu_model);
    }
}

/* Only line breaks may differ: libvirt stores the text as it came. */
static bool same_base64(const char *a, const char *b)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    for (;;) {
        a += strspn(a, " \t\r\n");
        b += strspn(b, " \t\r\n");
        if (*a != *b || *a == '\0') {
            return *a == *b;
        }
        a++;
        b++;
    }
}

static void compare_keys(struct compare *c, const struct domain_facts *asked,
                         const struct domain_facts *live)
{
    if (!same_base64(asked->dh_cert, live->dh_cert)) {
        differ(c, "its dhCert is not the one of this session");
    }
    if (!same_base64(asked->session, live->session)) {
        differ(c, "its session is not the one that was made for it");
    }
}

/* -- Numbers and flags. ------------------------------------------------------ */

static void compare_number(struct compare *c, const char *what, bool has_a,
                           uint64_t a, bool has_l, uint64_t l)
{
    if (has_a && (!has_l || a != l)) {
        differ(c, "%s is %" PRIu64 " instead of %" PRIu64, what, l, a);
    }
}

static void compare_numbers(struct compare *c, const struct domain_facts *a,
                            const struct domain_facts *l)
{
    uint64_t vcpus = a->has_vcpus ? a->vcpus : 1;

    /* libvirt rounds memory up to whole MiB. */
    if (l->memory_kib != (a->memory_kib + 1023) / 1024 * 1024) {
        compare_number(c, "its memory in KiB", a->has_memory, a->memory_kib,
                       l->has_memory, l->memory_kib);
    }
    compare_number(c, "its number of vCPUs", true, vcpus, l->has_vcpus,
                   l->vcpus);
    compare_number(c, "its number of vCPUs at the start", true, vcpus,
                   l->has_vcpus, l->vcpus_current);
    compare_number(c, "its policy", a->has_policy, a->policy, l->has_policy,
                   l->policy);
    compare_number(c, "its cbitpos", a->has_cbitpos, a->cbitpos, l->has_cbitpos,
                   l->cbitpos);
    compare_number(c, "its reducedPhysBits", a->has_reduced_phys_bits,
                   a->reduced_phys_bits, l->has_reduced_phys_bits,
                   l->reduced_phys_bits);
}

static void compare_flags(struct compare *c, const struct domain_facts *asked,
                          const struct domain_facts *live)
{
    if (asked->has_uuid && strcmp(asked->uuid, live->uuid) != 0) {
        differ(c, "its UUID is '%s' instead of '%s'", live->uuid, asked->uuid);
    }
    if (live->nvram && !asked->nvram) {
        differ(c, "the host gave it a variable store (nvram), which nothing "
                  "measures: write stateless='yes' into <loader>");
    }
    if (live->loader_writable && !asked->loader_writable) {
        differ(c, "its firmware is writable");
    }
    if (live->kernel_hashes != asked->kernel_hashes) {
        differ(c, "its kernelHashes is '%s' instead of '%s'",
               live->kernel_hashes ? "yes" : "no",
               asked->kernel_hashes ? "yes" : "no");
    }
}

/* -- Commands to QEMU, tables for the firmware. ------------------------------ */

static void compare_foreign(struct compare *c, const xmlNode *asked,
                            const xmlNode *live)
{
    if (!xml_same_foreign(asked, live)) {
        differ(c, "the commands to QEMU (elements of another namespace) are "
                  "not those of the XML");
    }
}

/* It reaches the firmware as files (fw_cfg) and tables that nothing measures. */
static void compare_sysinfo(struct compare *c, const xmlNode *asked,
                            const xmlNode *live)
{
    if (xml_count(asked, "sysinfo") < xml_count(live, "sysinfo")) {
        differ(c, "the host added a <sysinfo>, which the guest's firmware "
                  "reads and nothing measures");
    }
}

/* -- Devices. ---------------------------------------------------------------- */

/* What brings data into the guest or out of it. */
static const char *const device_kinds[] = {
    "disk",  "filesystem", "hostdev", "interface", "shmem",
    "vsock", "redirdev",   "memory",  "smartcard", "tpm",
};

/* The attributes of <source> and <target> that say what a device is. */
static const char *const source_attributes[] = {
    "file",   "dev",    "dir",     "name",     "pool",
    "volume", "bridge", "network", "protocol", "startupPolicy",
};

static bool attribute_kept(const xmlNode *asked, const xmlNode *live,
                           const char *name)
{
    OWN(own_xml_string) xmlChar *value = NULL;

    if (asked == NULL) {
        return true;
    }
    value = xmlGetNoNsProp(asked, (const xmlChar *)name);
    return value == NULL || xml_attr_is(live, name, (const char *)value);
}

/* Does LIVE have all that ASKED says about what it is? */
static bool device_kept(const xmlNode *asked, const xmlNode *live)
{
    const xmlNode *from = xml_child(asked, "source");
    const xmlNode *to = xml_child(live, "source");
    bool kept = attribute_kept(asked, live, "type") &&
                attribute_kept(asked, live, "device") &&
                attribute_kept(asked, live, "mode") &&
                attribute_kept(xml_child(asked, "target"),
                               xml_child(live, "target"), "dir");

    for (size_t i = 0; i < sizeof source_attributes / sizeof *source_attributes;
         i++) {
        kept = kept && attribute_kept(from, to, source_attributes[i]);
    }
    /* A disk that was empty must stay so. */
    return kept && (from != NULL || to == NULL || !xml_is(asked, "disk"));
}

static bool kept_in(const xmlNode *asked, const xmlNode *live_devices)
{
    const xmlNode *live = xml_child(live_devices, (const char *)asked->name);

    for (; live != NULL; live = xml_next(live)) {
        if (device_kept(asked, live)) {
            return true;
        }
    }
    return false;
}

static void compare_devices(struct compare *c, const xmlNode *asked,
                            const xmlNode *live)
{
    for (size_t i = 0; i < sizeof device_kinds / sizeof *device_kinds; i++) {
        const char *kind = device_kinds[i];
        size_t n_asked = xml_count(asked, kind);
        size_t n_live = xml_count(live, kind);

        if (n_asked != n_live) {
            differ(c, "it has %zu <%s> instead of %zu", n_live, kind, n_asked);
        }
        for (const xmlNode *at = xml_child(asked, kind); at != NULL;
             at = xml_next(at)) {
            if (!kept_in(at, live)) {
                differ(c, "a <%s> of the XML (line %ld) is another on the host",
                       kind, xmlGetLineNo(at));
            }
        }
    }
}

static bool read_both(const xmlDoc *asked, const xmlDoc *live,
                      struct domain_facts *ret_asked,
                      struct domain_facts *ret_live, struct sevk_error *err)
{
    if (!domain_facts_read(asked, ret_asked, err)) {
        return false;
    }
    return domain_facts_read(live, ret_live, err) ||
           sevk_fail_in(err, "the host's description of the VM");
}

bool domain_compare(const xmlDoc *asked, const xmlDoc *live,
                    struct buf *differences, struct sevk_error *err)
{
    OWN(domain_facts_clear) struct domain_facts a = { 0 };
    OWN(domain_facts_clear) struct domain_facts l = { 0 };
    struct compare c = { .to = differences, .ok = true, .err = err };

    if (!read_both(asked, live, &a, &l, err)) {
        return false;
    }
    compare_flags(&c, &a, &l);
    compare_strings(&c, &a, &l);
    compare_cpu(&c, &a, &l);
    compare_keys(&c, &a, &l);
    compare_numbers(&c, &a, &l);
    compare_foreign(&c, xmlDocGetRootElement(asked),
                    xmlDocGetRootElement(live));
    compare_sysinfo(&c, xmlDocGetRootElement(asked),
                    xmlDocGetRootElement(live));
    compare_devices(&c, xml_child(xmlDocGetRootElement(asked), "devices"),
                    xml_child(xmlDocGetRootElement(live), "devices"));
    return c.ok;
}
