/* SPDX-License-Identifier: Apache-2.0 */
/* Rules for the XML of a domain that is to be an SEV guest. */
#include "virt/lint.h"

#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/own.h"
#include "host/images.h"
#include "virt/lint_rules.h"
#include "virt/lint_schema.h"
#include "virt/xml.h"

/* -- A run. ----------------------------------------------------------------- */

struct lint_run {
    const struct lint_options *options;
    void *sessions; /* tsearch(3)'s tree of struct seen */
    bool looked;    /* for images below the options' root */
    size_t n_images;
    struct host_image images[HOST_IMAGES_MAX];
};

struct seen {
    char *session;
    char *name;
};

bool lint_begin(const struct lint_options *options, struct lint_run **ret,
                struct sevk_error *err)
{
    struct lint_run *run = calloc(1, sizeof *run);

    if (run == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    run->options = options;
    *ret = run;
    return true;
}

static void free_seen(void *p)
{
    struct seen *seen = p;

    free(seen->session);
    free(seen->name);
    free(seen);
}

void lint_end(struct lint_run **run)
{
    if (*run != NULL) {
        tdestroy((*run)->sessions, free_seen);
        free(*run);
    }
    *run = NULL;
}

static int order(const void *a, const void *b)
{
    return strcmp(((const struct seen *)a)->session,
                  ((const struct seen *)b)->session);
}

const char *lint_remember(struct lint_run *run, const char *session,
                          const char *name)
{
    struct seen *seen = calloc(1, sizeof *seen);
    struct seen **at;

    if (seen == NULL || (seen->session = strdup(session)) == NULL ||
        (seen->name = strdup(name)) == NULL ||
        (at = tsearch(seen, &run->sessions, order)) == NULL) {
        if (seen != NULL) {
            free_seen(seen);
        }
        return NULL;
    }
    if (*at == seen) {
        return NULL;
    }
    free_seen(seen);
    return (*at)->name;
}

/* -- Images. ---------------------------------------------------------------- */

static bool has_list(const struct lint_run *run)
{
    return run->options->host != NULL && run->options->host->has_images;
}

/* Descriptors and images below the root, once for all domains of the run. */
static void look(struct lint_run *run)
{
    OWN(buf_free) struct buf text = { 0 };

    if (!run->looked && run->options->root != NULL &&
        host_images_gather(run->options->root, &text, NULL)) {
        run->n_images =
            host_images_read(buf_string(&text), run->images, HOST_IMAGES_MAX);
    }
    run->looked = true;
}

/* An image that several descriptors name is good for what any of them says. */
static void merge(const struct host_image *images, size_t n, const char *path,
                  struct host_image *ret)
{
    for (size_t i = 0; i < n; i++) {
        const struct host_image *image = &images[i];

        if (strcmp(image->path, path) != 0) {
            continue;
        }
        if (ret->path[0] == '\0') {
            *ret = *image;
            continue;
        }
        ret->says_sev = ret->says_sev || image->says_sev;
        ret->says_es = ret->says_es || image->says_es;
        ret->secure_boot = ret->secure_boot && image->secure_boot;
    }
}

bool lint_offers_image(struct lint_run *run, bool es)
{
    const struct host_image *images = run->images;
    size_t n;

    look(run);
    n = run->n_images;
    if (has_list(run)) {
        images = run->options->host->images;
        n = run->options->host->n_images;
    }
    for (size_t i = 0; i < n; i++) {
        if (host_image_offered(&images[i], es)) {
            return true;
        }
    }
    return n == 0;
}

/* An image that no descriptor names, below the root. */
static bool look_at(const char *root, const char *path,
                    struct host_image *ret_image, uint64_t *ret_kib,
                    struct sevk_error *err)
{
    OWN(own_free) char *full = NULL;
    OWN(buf_free) struct buf line = { 0 };
    struct stat st;

    if (asprintf(&full, "%s%s", root, path) < 0) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (stat(full, &st) != 0 || !S_ISREG(st.st_mode)) {
        return true;
    }
    *ret_kib = ((uint64_t)st.st_size + 1023) / 1024;
    if (ret_image->exists) {
        return true;
    }
    if (!buf_append_string(&line, "/", err) ||
        !host_image_describe(root, path, &line, err)) {
        return false;
    }
    (void)host_images_read(buf_string(&line), ret_image, 1);
    return true;
}

static bool find_image(struct lint *lint, struct lint_run *run,
                       struct sevk_error *err)
{
    const char *path = lint->facts->loader;
    const char *root = run->options->root;
    const struct host_facts *host = run->options->host;

    if (path == NULL || path[0] != '/') {
        return true;
    }
    if (has_list(run)) {
        merge(host->images, host->n_images, path, &lint->image);
    } else {
        look(run);
        merge(run->images, run->n_images, path, &lint->image);
    }
    if (!has_list(run) && root != NULL &&
        !look_at(root, path, &lint->image, &lint->image_kib, err)) {
        return false;
    }
    lint->image_seen = lint->image.exists;
    return true;
}

/* -- Findings. -------------------------------------------------------------- */

static size_t place_of(const xmlNode *node)
{
    size_t n = 1;

    for (const xmlNode *at = node->prev; at != NULL; at = at->prev) {
        n += xml_is(at, (const char *)node->name) ? 1 : 0;
    }
    return n;
}

void lint_add(struct lint *lint, enum lint_id id, const xmlNode *node,
              const char *where, const char *fmt, ...)
{
    struct lint_report *report = lint->report;
    size_t n_rules;
    const struct lint_rule *rule = &lint_rules(&n_rules)[id];
    struct lint_finding *f;
    va_list args;

    if (lint->only_mendable && !rule->mendable) {
        return;
    }
    report->n_errors += rule->severity == LINT_ERROR ? 1 : 0;
    if (report->n == LINT_MAX) {
        report->n_left_out++;
        return;
    }
    lint->ids[report->n] = id;
    lint->nodes[report->n] = node;
    f = &report->findings[report->n++];
    *f = (struct lint_finding){ .id = rule->id,
                                .guide = rule->guide,
                                .severity = rule->severity,
                                .mendable = rule->mendable,
                                .fix = rule->fix };
    f->line = node == NULL ? 0 : (unsigned int)xmlGetLineNo(node);
    if (node == NULL || node->parent != lint->devices) {
        snprintf(f->where, sizeof f->where, "%s", where);
    } else {
        snprintf(f->where, sizeof f->where, "%s[%zu]", where, place_of(node));
    }
    va_start(args, fmt);
    (void)vsnprintf(f->message, sizeof f->message, fmt, args);
    va_end(args);
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

/* -- All of it. ------------------------------------------------------------- */

static bool apply(struct lint *lint, struct lint_run *run,
                  const struct domain_xml *xml, const char *name,
                  struct sevk_error *err)
{
    lint_machine(lint);
    lint_firmware(lint, run);
    lint_devices(lint);
    if (!lint_memory(lint, err)) {
        return false;
    }
    lint_security(lint);
    lint_session(lint, run, name);
    return lint_guest(lint, err) &&
           (run->options->schema == NULL ||
            lint_schema(lint, xml->doc, run->options->schema, err));
}

bool lint_look(struct lint_run *run, const struct domain_xml *xml,
               const char *name, struct lint *lint, struct sevk_error *err)
{
    const xmlNode *domain = xmlDocGetRootElement(xml->doc);
    struct lint_report *report = lint->report;
    bool only_mendable = lint->only_mendable;

    *lint = (struct lint){
        .domain = domain,
        .os = xml_child(domain, "os"),
        .devices = xml_child(domain, "devices"),
        .security = xml_child(domain, "launchSecurity"),
        .facts = &xml->facts,
        .options = run->options,
        .host = run->options->host,
        .es = xml->facts.has_policy &&
              (xml->facts.policy & DOMAIN_POLICY_ES) != 0,
        .report = report,
        .only_mendable = only_mendable,
    };
    report->n = 0;
    report->n_left_out = 0;
    report->n_errors = 0;
    if (find_image(lint, run, err) && apply(lint, run, xml, name, err)) {
        return true;
    }
    /* A number that is none is wrong usage only on a command line. */
    if (err != NULL && err->code == SEVK_USAGE) {
        err->code = SEVK_INPUT;
    }
    return false;
}

bool lint_domain(struct lint_run *run, const struct domain_xml *xml,
                 const char *name, struct lint_report *ret,
                 struct sevk_error *err)
{
    struct lint lint = { .report = ret };

    return lint_look(run, xml, name, &lint, err);
}

bool lint_text(struct lint_run *run, struct bytes text, const char *name,
               struct lint_report *ret, struct sevk_error *err)
{
    OWN(domain_xml_close) struct domain_xml xml = { 0 };

    return domain_xml_parse(text, name, &xml, err) &&
           lint_domain(run, &xml, name, ret, err);
}

bool lint_file(struct lint_run *run, const char *path, struct lint_report *ret,
               struct sevk_error *err)
{
    OWN(domain_xml_close) struct domain_xml xml = { 0 };
    char name[256];

    snprintf(name, sizeof name, "'%.240s'", path);
    return domain_xml_read(path, &xml, err) &&
           lint_domain(run, &xml, name, ret, err);
}
