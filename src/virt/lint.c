/* SPDX-License-Identifier: Apache-2.0 */
/* Rules for the XML of a domain that is to be an SEV guest. */
#include "virt/lint.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/own.h"
#include "host/images.h"
#include "host/lines.h"
#include "virt/lint_rules.h"
#include "virt/xml.h"

static size_t place_of(const xmlNode *node)
{
    size_t n = 1;

    for (const xmlNode *at = node->prev; at != NULL; at = at->prev) {
        n += xml_is(at, (const char *)node->name) ? 1 : 0;
    }
    return n;
}

void lint_add(struct lint *lint, const struct lint_rule *rule,
              const xmlNode *node, const char *where, const char *fmt, ...)
{
    struct lint_report *report = lint->report;
    struct lint_finding *f;
    va_list args;

    report->n_errors += rule->severity == LINT_ERROR ? 1 : 0;
    if (report->n == LINT_MAX) {
        report->n_left_out++;
        return;
    }
    f = &report->findings[report->n++];
    f->id = rule->id;
    f->guide = rule->guide;
    f->severity = rule->severity;
    f->fix = rule->fix;
    if (node == NULL) {
        snprintf(f->where, sizeof f->where, "%s", where);
    } else {
        snprintf(f->where, sizeof f->where, "%s[%zu]", where, place_of(node));
    }
    va_start(args, fmt);
    (void)vsnprintf(f->message, sizeof f->message, fmt, args);
    va_end(args);
}

bool lint_image_has(const struct lint *lint, const char *word)
{
    return lines_has_word(buf_string(&lint->image), word);
}

static bool starts_virtio(const xmlNode *node, const char *attribute)
{
    OWN(own_xml_string) xmlChar *text = NULL;

    if (node == NULL) {
        return false;
    }
    text = xmlGetNoNsProp(node, (const xmlChar *)attribute);
    return text != NULL && strncmp((const char *)text, "virtio", 6) == 0;
}

bool lint_is_virtio(const xmlNode *device)
{
    return starts_virtio(xml_child(device, "model"), "type") ||
           starts_virtio(xml_child(device, "target"), "bus") ||
           starts_virtio(device, "model") || starts_virtio(device, "type") ||
           starts_virtio(device, "bus");
}

static bool look_at_image(struct lint *lint, const char *root,
                          struct sevk_error *err)
{
    const char *path = lint->facts->loader;
    OWN(own_free) char *full = NULL;
    struct stat st;

    if (path == NULL || path[0] != '/') {
        return true;
    }
    if (asprintf(&full, "%s%s", root, path) < 0) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    lint->image_seen = stat(full, &st) == 0 && S_ISREG(st.st_mode);
    lint->image_kib =
        lint->image_seen ? ((uint64_t)st.st_size + 1023) / 1024 : 0;
    return !lint->image_seen ||
           host_image_describe(root, path, &lint->image, err);
}

static void clear(struct lint *lint)
{
    buf_free(&lint->image);
}

bool lint_domain(const struct domain_xml *xml, const struct host_libvirt *host,
                 const char *root, struct lint_report *ret,
                 struct sevk_error *err)
{
    const xmlNode *domain = xmlDocGetRootElement(xml->doc);
    OWN(clear)
    struct lint lint = {
        .domain = domain,
        .os = xml_child(domain, "os"),
        .devices = xml_child(domain, "devices"),
        .facts = &xml->facts,
        .host = host,
        .es = xml->facts.has_policy &&
              (xml->facts.policy & DOMAIN_POLICY_ES) != 0,
        .report = ret,
    };

    ret->n = 0;
    ret->n_left_out = 0;
    ret->n_errors = 0;
    if (!look_at_image(&lint, root, err)) {
        return false;
    }
    lint_machine(&lint);
    lint_firmware(&lint);
    lint_devices(&lint);
    if (!lint_memory(&lint, err)) {
        return false;
    }
    lint_security(&lint);
    return lint_guest(&lint, err);
}

bool lint_file(const char *path, const struct host_libvirt *host,
               struct lint_report *ret, struct sevk_error *err)
{
    OWN(domain_xml_close) struct domain_xml xml = { 0 };

    return domain_xml_read(path, &xml, err) &&
           lint_domain(&xml, host, "", ret, err);
}
