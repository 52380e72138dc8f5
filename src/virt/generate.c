/* SPDX-License-Identifier: Apache-2.0 */
/* From a plan to the XML of a domain. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <libxml/xmlwriter.h>

#include "base/own.h"
#include "virt/domain_plan.h"
#include "virt/domain_xml.h"

/*
 * libxml2's writer escapes and indents. Its calls fail only when memory is
 * short, so the first failure is remembered, and looked at once in the end.
 */
struct writer {
    xmlTextWriter *to;
    bool failed;
};

static void keep(struct writer *w, int status)
{
    w->failed = w->failed || status < 0;
}

static void begin(struct writer *w, const char *name)
{
    keep(w, xmlTextWriterStartElement(w->to, (const xmlChar *)name));
}

static void end(struct writer *w)
{
    keep(w, xmlTextWriterEndElement(w->to));
}

/* The writer escapes a quotation mark, but not an apostrophe. */
static void attribute(struct writer *w, const char *name, const char *value)
{
    if (value != NULL) {
        keep(w, xmlTextWriterSetQuoteChar(
                    w->to, strchr(value, '\'') == NULL ? '\'' : '"'));
        keep(w, xmlTextWriterWriteAttribute(w->to, (const xmlChar *)name,
                                            (const xmlChar *)value));
    }
}

/* <NAME>TEXT</NAME>; nothing for no text. */
static void leaf(struct writer *w, const char *name, const char *text)
{
    if (text != NULL) {
        keep(w, xmlTextWriterWriteElement(w->to, (const xmlChar *)name,
                                          (const xmlChar *)text));
    }
}

/* <NAME A='VALUE'/> */
static void empty(struct writer *w, const char *name, const char *a,
                  const char *value)
{
    begin(w, name);
    attribute(w, a, value);
    end(w);
}

static void number(struct writer *w, const char *name, const char *unit,
                   uint64_t value)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRIu64, value);
    begin(w, name);
    attribute(w, "unit", unit);
    keep(w, xmlTextWriterWriteString(w->to, (const xmlChar *)text));
    end(w);
}

/* -- The parts, in libvirt's order. ------------------------------------------ */

static void write_metadata(struct writer *w, const struct domain_plan *plan)
{
    static const char space[] = "http://libosinfo.org/xmlns/libvirt/domain/1.0";

    if (plan->guest_os != NULL) {
        begin(w, "metadata");
        begin(w, "libosinfo:libosinfo");
        attribute(w, "xmlns:libosinfo", space);
        empty(w, "libosinfo:os", "id", plan->guest_os);
        end(w);
        end(w);
    }
}

static void write_memory(struct writer *w, const struct domain_plan *plan)
{
    number(w, "memory", "KiB", plan->memory_kib);
    number(w, "currentMemory", "KiB", plan->memory_kib);
    if (!plan->session) {
        begin(w, "memtune");
        number(w, "hard_limit", "KiB",
               plan->memory_kib + PLAN_LOCKED_EXTRA_KIB);
        end(w);
    }
    begin(w, "memoryBacking");
    empty(w, "locked", NULL, NULL);
    end(w);
    number(w, "vcpu", NULL, plan->vcpus);
}

/* Without a path libvirt looks for an image that says it can do SEV. */
static void write_loader(struct writer *w, const struct domain_plan *plan)
{
    if (plan->firmware == NULL) {
        begin(w, "firmware");
        begin(w, "feature");
        attribute(w, "enabled", "no");
        attribute(w, "name", "secure-boot");
        end(w);
        end(w);
    }
    begin(w, "loader");
    if (plan->firmware != NULL) {
        attribute(w, "readonly", "yes");
        attribute(w, "type", "pflash");
    }
    attribute(w, "stateless", "yes");
    if (plan->firmware != NULL) {
        keep(w,
             xmlTextWriterWriteString(w->to, (const xmlChar *)plan->firmware));
    }
    end(w);
}

static void write_os(struct writer *w, const struct domain_plan *plan)
{
    begin(w, "os");
    attribute(w, "firmware", plan->firmware == NULL ? "efi" : NULL);
    begin(w, "type");
    attribute(w, "arch", "x86_64");
    attribute(w, "machine", "q35");
    keep(w, xmlTextWriterWriteString(w->to, (const xmlChar *)"hvm"));
    end(w);
    write_loader(w, plan);
    leaf(w, "kernel", plan->kernel);
    leaf(w, "initrd", plan->initrd);
    leaf(w, "cmdline", plan->cmdline);
    if (plan->kernel == NULL) {
        empty(w, "boot", "dev", "hd");
    }
    end(w);
    begin(w, "features");
    empty(w, "acpi", NULL, NULL);
    empty(w, "apic", NULL, NULL);
    end(w);
}

static void write_cpu(struct writer *w, const struct domain_plan *plan)
{
    begin(w, "cpu");
    if (plan->cpu == NULL) {
        attribute(w, "mode", "host-passthrough");
    } else {
        attribute(w, "mode", "custom");
        attribute(w, "match", "exact");
        attribute(w, "check", "none");
        leaf(w, "model", plan->cpu);
    }
    end(w);
    /* An SEV-ES guest can't start over with the state that was measured. */
    leaf(w, "on_reboot",
         (plan->policy & DOMAIN_POLICY_ES) != 0 ? "destroy" : "restart");
    leaf(w, "on_crash", "destroy");
}

static void write_driver(struct writer *w, const struct domain_plan *plan,
                         const char *format)
{
    if (format != NULL || plan->iommu) {
        begin(w, "driver");
        attribute(w, "name", format == NULL ? NULL : "qemu");
        attribute(w, "type", format);
        attribute(w, "iommu", plan->iommu ? "on" : NULL);
        end(w);
    }
}

static void write_disk(struct writer *w, const struct domain_plan *plan,
                       const struct plan_disk *disk, char letter)
{
    char target[8];

    snprintf(target, sizeof target, "%s%c", disk->cdrom ? "sd" : "vd", letter);
    begin(w, "disk");
    attribute(w, "type",
              strncmp(disk->path, "/dev/", 5) == 0 ? "block" : "file");
    attribute(w, "device", disk->cdrom ? "cdrom" : "disk");
    begin(w, "driver");
    attribute(w, "name", "qemu");
    attribute(w, "type", disk->format);
    attribute(w, "iommu", plan->iommu && !disk->cdrom ? "on" : NULL);
    end(w);
    empty(w, "source", strncmp(disk->path, "/dev/", 5) == 0 ? "dev" : "file",
          disk->path);
    begin(w, "target");
    attribute(w, "dev", target);
    attribute(w, "bus", disk->cdrom ? "sata" : "virtio");
    end(w);
    if (disk->cdrom) {
        empty(w, "readonly", NULL, NULL);
    }
    end(w);
}

static void write_net(struct writer *w, const struct domain_plan *plan,
                      const struct plan_net *net)
{
    static const char *const kinds[] = { "network", "bridge", "user" };

    begin(w, "interface");
    attribute(w, "type", kinds[net->kind]);
    if (net->name != NULL) {
        empty(w, "source", kinds[net->kind], net->name);
    }
    empty(w, "model", "type", "virtio");
    write_driver(w, plan, NULL);
    empty(w, "rom", "enabled", "no");
    end(w);
}

static void write_console(struct writer *w, const struct domain_plan *plan)
{
    begin(w, "serial");
    attribute(w, "type", plan->serial == NULL ? "pty" : "file");
    if (plan->serial != NULL) {
        empty(w, "source", "path", plan->serial);
    }
    end(w);
    if (plan->vnc) {
        begin(w, "graphics");
        attribute(w, "type", "vnc");
        attribute(w, "autoport", "yes");
        attribute(w, "listen", "127.0.0.1");
        end(w);
        begin(w, "video");
        empty(w, "model", "type", "vga");
        end(w);
    }
}

static void write_devices(struct writer *w, const struct domain_plan *plan)
{
    char disk = 'a';
    char cdrom = 'a';

    begin(w, "devices");
    for (size_t i = 0; i < plan->n_disks; i++) {
        write_disk(w, plan, &plan->disks[i],
                   plan->disks[i].cdrom ? cdrom++ : disk++);
    }
    for (size_t i = 0; i < plan->n_nets; i++) {
        write_net(w, plan, &plan->nets[i]);
    }
    write_console(w, plan);
    /* Locked memory can't be given back, so there is nothing to balloon. */
    empty(w, "memballoon", "model", "none");
    begin(w, "rng");
    attribute(w, "model", "virtio");
    write_driver(w, plan, NULL);
    begin(w, "backend");
    attribute(w, "model", "random");
    keep(w, xmlTextWriterWriteString(w->to, (const xmlChar *)"/dev/urandom"));
    end(w);
    end(w);
    end(w);
}

static void write_security(struct writer *w, const struct domain_plan *plan)
{
    char policy[16];

    snprintf(policy, sizeof policy, "0x%04x", plan->policy);
    begin(w, "launchSecurity");
    attribute(w, "type", "sev");
    attribute(w, "kernelHashes", plan->kernel_hashes ? "yes" : NULL);
    if (plan->has_cbitpos) {
        number(w, "cbitpos", NULL, plan->cbitpos);
    }
    if (plan->has_reduced_phys_bits) {
        number(w, "reducedPhysBits", NULL, plan->reduced_phys_bits);
    }
    leaf(w, "policy", policy);
    leaf(w, "dhCert", plan->dh_cert);
    leaf(w, "session", plan->session_blob);
    end(w);
}

static void write_domain(struct writer *w, const struct domain_plan *plan)
{
    begin(w, "domain");
    attribute(w, "type", "kvm");
    leaf(w, "name", plan->name);
    write_metadata(w, plan);
    write_memory(w, plan);
    write_os(w, plan);
    write_cpu(w, plan);
    write_devices(w, plan);
    write_security(w, plan);
    end(w);
}

/* -- All of it. ---------------------------------------------------------------- */

/* XML 1.0 has no control characters but tab and line ends, nor escapes for
 * them; a name or path has none of those either. */
static bool check_text(const char *what, const char *text,
                       struct sevk_error *err)
{
    if (text == NULL) {
        return true;
    }
    for (const char *at = text; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7f) {
            return sevk_fail(err, SEVK_USAGE,
                             "the %s has a control character, which can't "
                             "stand in XML",
                             what);
        }
    }
    return xmlCheckUTF8((const xmlChar *)text) != 0 ||
           sevk_fail(err, SEVK_USAGE,
                     "the %s is not UTF-8, and can't stand in XML", what);
}

static bool check_texts(const struct domain_plan *plan, struct sevk_error *err)
{
    const struct {
        const char *what;
        const char *text;
    } texts[] = {
        { "name", plan->name },
        { "CPU model", plan->cpu },
        { "guest's system", plan->guest_os },
        { "firmware's path", plan->firmware },
        { "kernel's path", plan->kernel },
        { "initrd's path", plan->initrd },
        { "command line", plan->cmdline },
        { "console's path", plan->serial },
        { "certificate", plan->dh_cert },
        { "session", plan->session_blob },
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (!check_text(texts[i].what, texts[i].text, err)) {
            return false;
        }
    }
    for (size_t i = 0; i < plan->n_disks; i++) {
        if (!check_text("disk's path", plan->disks[i].path, err) ||
            !check_text("disk's format", plan->disks[i].format, err)) {
            return false;
        }
    }
    for (size_t i = 0; i < plan->n_nets; i++) {
        if (!check_text("network's name", plan->nets[i].name, err)) {
            return false;
        }
    }
    return true;
}

static bool check_plan(const struct domain_plan *plan, struct sevk_error *err)
{
    /* It becomes the name of a file, so libvirt refuses it. */
    if (strchr(plan->name, '/') != NULL) {
        return sevk_fail(err, SEVK_USAGE,
                         "the name has a '/', which libvirt refuses");
    }
    if (plan->kernel == NULL &&
        (plan->initrd != NULL || plan->cmdline != NULL ||
         plan->kernel_hashes)) {
        return sevk_fail(err, SEVK_USAGE,
                         "an initrd, a command line and hashes belong to a "
                         "kernel: give '--kernel', too");
    }
    if ((plan->dh_cert == NULL) != (plan->session_blob == NULL)) {
        return sevk_fail(err, SEVK_USAGE,
                         "certificate and session belong together");
    }
    return check_texts(plan, err);
}

static void own_writer(xmlTextWriter **writer)
{
    if (*writer != NULL) {
        xmlFreeTextWriter(*writer);
    }
}

static void own_xml_buffer(xmlBuffer **buffer)
{
    if (*buffer != NULL) {
        xmlBufferFree(*buffer);
    }
}

bool domain_generate(const struct domain_plan *plan, struct buf *ret,
                     struct sevk_error *err)
{
    OWN(own_xml_buffer) xmlBuffer *buffer = xmlBufferCreate();
    OWN(own_writer)
    xmlTextWriter *to =
        buffer == NULL ? NULL : xmlNewTextWriterMemory(buffer, 0);
    struct writer w = { .to = to, .failed = to == NULL };

    if (!check_plan(plan, err)) {
        return false;
    }
    if (!w.failed) {
        keep(&w, xmlTextWriterSetIndent(to, 1));
        keep(&w, xmlTextWriterSetIndentString(to, (const xmlChar *)"  "));
        write_domain(&w, plan);
        keep(&w, xmlTextWriterFlush(to));
    }
    if (w.failed) {
        return sevk_fail(err, SEVK_HOST, "out of memory for the domain");
    }
    return buf_append(ret,
                      (struct bytes){ xmlBufferContent(buffer),
                                      (size_t)xmlBufferLength(buffer) },
                      err);
}
