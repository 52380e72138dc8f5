/* SPDX-License-Identifier: Apache-2.0 */
/* Rules about the firmware: what the domain asks for, and what the image is. */
#include <string.h>

#include "host/images.h"
#include "virt/lint_rules.h"
#include "virt/xml.h"

#define LOADER "/domain/os/loader"

static bool asks_secure(const struct lint *lint)
{
    const xmlNode *features = xml_child(lint->os, "firmware");

    for (const xmlNode *at = xml_child(features, "feature"); at != NULL;
         at = xml_next(at)) {
        if (xml_attr_is(at, "name", "secure-boot") &&
            xml_attr_is(at, "enabled", "yes")) {
            return true;
        }
    }
    return xml_attr_is(xml_child(lint->os, "loader"), "secure", "yes");
}

static bool is_uefi(const struct domain_facts *f)
{
    if (f->os_firmware != NULL) {
        return strcmp(f->os_firmware, "efi") == 0;
    }
    return f->loader != NULL && f->loader[0] != '\0' &&
           (f->loader_type == NULL || strcmp(f->loader_type, "pflash") == 0 ||
            f->loader_stateless || strcmp(f->loader_type, "rom") == 0);
}

/* What the image's own table says (formats.md 6.1). */
static void lint_table_of(struct lint *lint, const xmlNode *loader)
{
    const struct domain_facts *f = lint->facts;

    if (lint->es && !lint->image.has_reset_vector) {
        lint_add(lint, LINT_FIRMWARE_ES, loader, LOADER,
                 "'%.200s' has no SEV-ES reset vector in its table, and the "
                 "policy asks for SEV-ES",
                 f->loader);
    }
    if (f->kernel_hashes && !lint->image.has_hash_area) {
        lint_add(lint, LINT_FIRMWARE_HASHES, loader, LOADER,
                 "'%.200s' has no area for kernel hashes; QEMU will refuse "
                 "kernelHashes='yes'",
                 f->loader);
    }
}

/* And what the one says who packed it. */
static void lint_descriptor(struct lint *lint, const xmlNode *loader)
{
    const struct host_image *image = &lint->image;
    const char *path = lint->facts->loader;

    if (image->descriptor[0] == '\0') {
        lint_add(lint, LINT_FIRMWARE_DESCRIPTOR, loader, LOADER,
                 "no descriptor of the host describes '%.200s'", path);
    } else if (lint->es ? !image->says_es : !image->says_sev) {
        lint_add(lint, LINT_FIRMWARE_DESCRIPTOR, loader, LOADER,
                 "the descriptor %.80s does not list %s for '%.200s'%s",
                 image->descriptor, lint->es ? "amd-sev-es" : "amd-sev", path,
                 lint->es && image->has_reset_vector
                     ? ", though the image has a reset vector for it"
                     : "");
    }
}

static void lint_image(struct lint *lint)
{
    const xmlNode *loader = xml_child(lint->os, "loader");
    const struct domain_facts *f = lint->facts;
    bool looks = lint->options->root != NULL ||
                 (lint->host != NULL && lint->host->has_images);

    if (f->loader == NULL || f->loader[0] == '\0' || !looks) {
        return;
    }
    if (lint->image_seen) {
        lint_table_of(lint, loader);
        lint_descriptor(lint, loader);
        return;
    }
    lint_add(lint, LINT_FIRMWARE_MISSING, loader, LOADER,
             "'%.200s' is no file on %s, so it was not looked at", f->loader,
             lint->host != NULL && lint->host->has_images ? "that host"
                                                          : "this machine");
}

/* libvirt: "Unable to find any firmware to satisfy 'efi'". */
static void lint_offer(struct lint *lint, struct lint_run *run)
{
    const struct domain_facts *f = lint->facts;

    if (f->os_firmware != NULL && (f->loader == NULL || f->loader[0] == '\0') &&
        !lint_offers_image(run, lint->es)) {
        lint_add(lint, LINT_FIRMWARE_OFFER, lint->os, "/domain/os/@firmware",
                 "no descriptor there offers an image for %s on a Q35 without "
                 "Secure Boot",
                 lint->es ? "amd-sev-es" : "amd-sev");
    }
}

void lint_firmware(struct lint *lint, struct lint_run *run)
{
    const struct domain_facts *f = lint->facts;
    const xmlNode *loader = xml_child(lint->os, "loader");
    const xmlNode *nvram = xml_child(lint->os, "nvram");
    const xmlNode *at = loader == NULL ? lint->os : loader;
    const xmlNode *features = xml_child(lint->domain, "features");

    if (!is_uefi(f)) {
        lint_add(lint, LINT_FIRMWARE_UEFI,
                 lint->os == NULL ? lint->domain : lint->os, "/domain/os",
                 "the VM has no UEFI firmware, which SEV needs");
        return;
    }
    if (xml_child(features, "acpi") == NULL) {
        lint_add(lint, LINT_FIRMWARE_ACPI,
                 features == NULL ? lint->domain : features,
                 "/domain/features/acpi",
                 "libvirt refuses UEFI firmware for a VM without ACPI");
    }
    if (asks_secure(lint) || lint->image.secure_boot ||
        (f->loader != NULL && host_image_is_secure(f->loader))) {
        lint_add(lint, LINT_FIRMWARE_SECURE_BOOT, at, LOADER,
                 "the firmware has Secure Boot, which does not work with SEV");
    }
    if (f->nvram || !f->loader_stateless) {
        lint_add(lint, LINT_FIRMWARE_NVRAM, nvram == NULL ? at : nvram,
                 "/domain/os/nvram",
                 "UEFI variables are kept by the host and not measured: it "
                 "can choose what the firmware does");
    }
    lint_image(lint);
    lint_offer(lint, run);
}
