/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a manifest that passes the check. */
#include "kube/generate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/own.h"
#include "kube/check.h"

struct writer {
    struct buf text;
    struct sevk_error *err;
    unsigned int indent;
    bool done; /* false as soon as memory was short */
};

static void own_writer(struct writer *w)
{
    buf_free(&w->text);
}

__attribute__((format(printf, 2, 3))) static void line(struct writer *w,
                                                       const char *fmt, ...)
{
    char text[600];
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    w->done = w->done && buf_printf(&w->text, w->err, "%*s%s\n",
                                    (int)w->indent * 2, "", text);
}

/* -- What the options may be. ---------------------------------------------------- */

#define LABEL_MAX 63 /* RFC 1123 */

/* What stands in quotes must not end them. */
static bool check_word(const char *what, const char *text, size_t max,
                       const char *allowed, struct sevk_error *err)
{
    size_t n = text == NULL ? 1 : strlen(text);

    if (text != NULL &&
        (n == 0 || n > max || text[strspn(text, allowed)] != '\0')) {
        return sevk_fail(err, SEVK_INPUT,
                         "'%.80s' can't be %s on Kubernetes: at most %zu of "
                         "the characters %s",
                         text, what, max, allowed);
    }
    return true;
}

#define LOWER  "abcdefghijklmnopqrstuvwxyz0123456789"
#define LETTER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool check_label(const char *what, const char *text,
                        struct sevk_error *err)
{
    if (!check_word(what, text, LABEL_MAX, LOWER "-", err)) {
        return false;
    }
    return text == NULL || (text[0] != '-' && text[strlen(text) - 1] != '-') ||
           sevk_fail(err, SEVK_INPUT,
                     "'%.80s' can't be %s on Kubernetes: it begins and ends "
                     "with a letter or digit",
                     text, what);
}

static bool check_options(const struct generate_options *o,
                          struct sevk_error *err)
{
    unsigned int disks = (o->container_disk != NULL ? 1u : 0u) +
                         (o->pvc != NULL ? 1u : 0u) +
                         (o->data_volume != NULL ? 1u : 0u);

    if (o->name == NULL || disks != 1 || o->memory_kib == 0) {
        return sevk_fail(err, SEVK_USAGE,
                         "a VM needs a name, memory, and one disk: "
                         "--container-disk, --pvc or --data-volume");
    }
    return check_label("a VM's name", o->name, err) &&
           check_label("a namespace", o->namespace_, err) &&
           check_word("a CPU model", o->cpu_model, 40, LOWER LETTER "-_",
                      err) &&
           check_word("an image", o->container_disk, 400, LOWER LETTER "-_./:@",
                      err) &&
           check_word("a claim's name", o->pvc, 253, LOWER "-.", err) &&
           check_word("a DataVolume's name", o->data_volume, 253, LOWER "-.",
                      err) &&
           check_word("a MAC address", o->mac, 17,
                      "0123456789abcdefABCDEF:", err);
}

/* -- The text. ---------------------------------------------------------------------- */

static void write_head(struct writer *w, const struct generate_options *o)
{
    line(w, "apiVersion: kubevirt.io/v1");
    line(w, "kind: VirtualMachine%s", o->instance ? "Instance" : "");
    line(w, "metadata:");
    line(w, "  name: \"%s\"", o->name);
    if (o->namespace_ != NULL) {
        line(w, "  namespace: \"%s\"", o->namespace_);
    }
    line(w, "spec:");
    w->indent = 1;
    if (!o->instance) {
        if (o->attest) {
            line(w, "# Each start needs its owner: 'sevkit kubevirt launch'.");
        }
        line(w, "runStrategy: %s", o->attest ? "Manual" : "Halted");
        line(w, "template:");
        w->indent = 2;
        line(w, "metadata:");
        line(w, "  labels:");
        line(w, "    kubevirt.io/vm: \"%s\"", o->name);
        line(w, "spec:");
        w->indent = 3;
    }
}

static void write_life(struct writer *w, const struct generate_options *o)
{
    if (o->attest) {
        line(w, "# It waits for its owner's verdict before it runs.");
        line(w, "startStrategy: Paused");
    }
    line(w, "# SEV guests can't be migrated.");
    line(w, "evictionStrategy: None");
    line(w, "architecture: amd64");
}

static void write_security(struct writer *w, const struct generate_options *o)
{
    line(w, "firmware:");
    line(w, "  bootloader:");
    line(w, "    efi:");
    line(w, "      # On when nothing is said, and SEV does not work with it.");
    line(w, "      secureBoot: false");
    line(w, "launchSecurity:");
    if (!o->es && !o->attest) {
        line(w, "  sev: {}");
        return;
    }
    line(w, "  sev:");
    if (o->es) {
        line(w, "    policy:");
        line(w, "      encryptedState: true");
    }
    if (o->attest) {
        line(w, "    attestation: {}");
    }
}

static void write_memory(struct writer *w, uint64_t kib)
{
    if (kib % (1024 * 1024) == 0) {
        line(w, "  guest: %" PRIu64 "Gi", kib / (1024 * 1024));
    } else if (kib % 1024 == 0) {
        line(w, "  guest: %" PRIu64 "Mi", kib / 1024);
    } else {
        line(w, "  guest: %" PRIu64 "Ki", kib);
    }
}

static void write_domain(struct writer *w, const struct generate_options *o)
{
    line(w, "domain:");
    w->indent++;
    line(w, "machine:");
    line(w, "  type: q35");
    line(w, "cpu:");
    line(w, "  sockets: 1");
    line(w, "  cores: %" PRIu32, o->vcpus == 0 ? 1 : o->vcpus);
    line(w, "  threads: 1");
    if (o->cpu_model != NULL) {
        line(w, "  model: \"%s\"", o->cpu_model);
    }
    line(w, "memory:");
    write_memory(w, o->memory_kib);
    write_security(w, o);
    if (o->es) {
        line(w, "# An SEV-ES guest can't reboot from within.");
        line(w, "rebootPolicy: Terminate");
    }
    line(w, "devices:");
    line(w, "  rng: {}");
    line(w, "  disks:");
    line(w, "  - name: root");
    line(w, "    disk:");
    line(w, "      bus: virtio");
    line(w, "  interfaces:");
    line(w, "  # No bootOrder: its option ROM does not work with SEV.");
    line(w, "  - name: default");
    line(w, "    masquerade: {}");
    line(w, "    model: virtio");
    if (o->mac != NULL) {
        line(w, "    macAddress: \"%s\"", o->mac);
    }
    w->indent--;
}

static void write_volumes(struct writer *w, const struct generate_options *o)
{
    line(w, "networks:");
    line(w, "- name: default");
    line(w, "  pod: {}");
    line(w, "volumes:");
    line(w, "- name: root");
    if (o->container_disk != NULL) {
        line(w, "  containerDisk:");
        line(w, "    image: \"%s\"", o->container_disk);
    } else if (o->pvc != NULL) {
        line(w, "  persistentVolumeClaim:");
        line(w, "    claimName: \"%s\"", o->pvc);
    } else {
        line(w, "  dataVolume:");
        line(w, "    name: \"%s\"", o->data_volume);
    }
}

/* What is written has to pass what everybody else's manifest has to pass. */
static bool check_text(const struct buf *text, struct sevk_error *err)
{
    OWN(own_free) struct kube_report *report = calloc(1, sizeof *report);
    OWN(yaml_file_free) struct yaml_file file = { 0 };
    OWN(buf_free) struct buf copy = { 0 };

    if (report == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!buf_append(&copy, buf_bytes(text), err) ||
        !yaml_parse(&copy, &file, err)) {
        return false;
    }
    kube_check(&file, report);
    for (size_t i = 0; i < report->n; i++) {
        if (report->findings[i].rule->severity == KUBE_ERROR) {
            return sevk_fail(err, SEVK_INPUT, "%s: %s",
                             report->findings[i].where,
                             report->findings[i].message);
        }
    }
    return true;
}

bool kube_generate(const struct generate_options *o, struct buf *ret,
                   struct sevk_error *err)
{
    OWN(own_writer) struct writer w = { .err = err, .done = true };

    if (!check_options(o, err)) {
        return false;
    }
    write_head(&w, o);
    write_life(&w, o);
    write_domain(&w, o);
    write_volumes(&w, o);
    if (!w.done || !check_text(&w.text, err)) {
        return false;
    }
    buf_free(ret);
    *ret = w.text;
    w.text = (struct buf){ 0 };
    return true;
}
