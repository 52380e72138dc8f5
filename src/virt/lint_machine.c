/* SPDX-License-Identifier: Apache-2.0 */
/* Rules about the machine, its firmware and its devices. */
#include <string.h>

#include "base/own.h"
#include "virt/lint_rules.h"
#include "virt/xml.h"

static bool attr_starts(const xmlNode *node, const char *name,
                        const char *prefix)
{
    OWN(own_xml_string) xmlChar *text = NULL;

    if (node == NULL) {
        return false;
    }
    text = xmlGetNoNsProp(node, (const xmlChar *)name);
    return text != NULL &&
           strncmp((const char *)text, prefix, strlen(prefix)) == 0;
}

static bool has_attr(const xmlNode *node, const char *name)
{
    return node != NULL &&
           xmlHasNsProp(node, (const xmlChar *)name, NULL) != NULL;
}

void lint_machine(struct lint *lint)
{
    static const struct lint_rule q35 = {
        "machine-q35", "3", LINT_ERROR,
        "set <type arch='x86_64' machine='q35'>hvm</type>"
    };
    static const struct lint_rule kvm = { "domain-kvm", "2", LINT_ERROR,
                                          "set <domain type='kvm'>" };
    const xmlNode *type = xml_child(lint->os, "type");

    if (!attr_starts(type, "machine", "q35") &&
        !attr_starts(type, "machine", "pc-q35")) {
        lint_add(lint, &q35, NULL, "/domain/os/type/@machine",
                 "the machine type is not Q35, which SEV needs");
    }
    if (lint->facts->type == NULL || strcmp(lint->facts->type, "kvm") != 0) {
        lint_add(lint, &kvm, NULL, "/domain/@type",
                 "the domain does not run under KVM, so nothing encrypts it");
    }
}

/* -- Firmware. -------------------------------------------------------------- */

/* How the distributions name images with Secure Boot. */
static bool is_named_secure(const char *path)
{
    static const char *const parts[] = { "-ms-", "secboot", ".ms.fd", "-smm-",
                                         "snakeoil" };

    for (size_t i = 0; path != NULL && i < sizeof parts / sizeof *parts; i++) {
        if (strstr(path, parts[i]) != NULL) {
            return true;
        }
    }
    return false;
}

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

static void lint_image(struct lint *lint)
{
    static const struct lint_rule missing = {
        "firmware-missing", "3", LINT_NOTE,
        "check the path on the host; the guide's images are "
        "/usr/share/qemu/ovmf-x86_64-code.bin and ovmf-x86_64-4m-code.bin"
    };
    static const struct lint_rule es = {
        "firmware-es", "3", LINT_ERROR,
        "take an image with an SEV-ES reset vector, or a policy without 'es'"
    };
    static const struct lint_rule hashes = {
        "firmware-hashes", NULL, LINT_ERROR,
        "take an AmdSev build of OVMF (OVMF.amdsev.fd), or leave out "
        "kernelHashes='yes'"
    };
    const struct domain_facts *f = lint->facts;

    if (f->loader != NULL && !lint->image_seen) {
        lint_add(lint, &missing, NULL, "/domain/os/loader",
                 "'%.200s' is not on this machine, so it was not looked at",
                 f->loader);
    }
    if (!lint->image_seen) {
        return;
    }
    if (lint->es && !lint_image_has(lint, "reset-vector")) {
        lint_add(lint, &es, NULL, "/domain/os/loader",
                 "'%.200s' has no SEV-ES reset vector in its table, and the "
                 "policy asks for SEV-ES",
                 f->loader);
    }
    if (f->kernel_hashes && !lint_image_has(lint, "hash-area")) {
        lint_add(lint, &hashes, NULL, "/domain/os/loader",
                 "'%.200s' has no area for kernel hashes; QEMU will refuse "
                 "kernelHashes='yes'",
                 f->loader);
    }
}

void lint_firmware(struct lint *lint)
{
    static const struct lint_rule uefi = {
        "firmware-uefi", "3", LINT_ERROR,
        "set <os firmware='efi'>, or name an image: <loader readonly='yes' "
        "type='pflash'>/usr/share/qemu/ovmf-x86_64-4m-code.bin</loader>"
    };
    static const struct lint_rule secure = {
        "firmware-secure-boot", "8", LINT_ERROR,
        "take the image without Secure Boot, for example "
        "/usr/share/qemu/ovmf-x86_64-4m-code.bin"
    };
    static const struct lint_rule nvram = {
        "firmware-nvram", NULL, LINT_WARNING,
        "for attestation take an image that keeps no variables: <loader "
        "type='pflash' readonly='yes' stateless='yes'>"
    };
    const struct domain_facts *f = lint->facts;

    if (!is_uefi(f)) {
        lint_add(lint, &uefi, NULL, "/domain/os",
                 "the VM has no UEFI firmware, which SEV needs");
        return;
    }
    if (asks_secure(lint) || is_named_secure(f->loader)) {
        lint_add(lint, &secure, NULL, "/domain/os/loader",
                 "the firmware has Secure Boot, which does not work with SEV");
    }
    if (f->nvram || !f->loader_stateless) {
        lint_add(lint, &nvram, NULL, "/domain/os/nvram",
                 "UEFI variables are kept by the host and not measured: it "
                 "can choose what the firmware does");
    }
    lint_image(lint);
}

/* -- Devices. ----------------------------------------------------------------- */

static void lint_disk(struct lint *lint, const xmlNode *disk)
{
    static const struct lint_rule ide = {
        "disk-ide", "3", LINT_ERROR,
        "set <target dev='vda' bus='virtio'/>, for a CD <target dev='sda' "
        "bus='sata'/>"
    };
    const xmlNode *target = xml_child(disk, "target");

    /* Without a bus libvirt takes it from the name: hda is IDE. */
    if (xml_attr_is(target, "bus", "ide") ||
        (!has_attr(target, "bus") && attr_starts(target, "dev", "hd"))) {
        lint_add(lint, &ide, disk, "/domain/devices/disk",
                 "the disk is on an IDE bus, which Q35 does not have");
    }
}

static void lint_interface(struct lint *lint, const xmlNode *interface)
{
    static const struct lint_rule rom = { "net-rom", "3", LINT_ERROR,
                                          "add <rom enabled='no'/>" };
    static const struct lint_rule hostdev = { "hostdev", "8", LINT_ERROR,
                                              "take a virtual device instead" };
    const xmlNode *own = xml_child(interface, "rom");

    if (xml_attr_is(interface, "type", "hostdev")) {
        lint_add(lint, &hostdev, interface, "/domain/devices/interface",
                 "a device of the host can't be given to an SEV guest");
    } else if (lint_is_virtio(interface) &&
               !xml_attr_is(own, "enabled", "no") &&
               !xml_attr_is(own, "bar", "off")) {
        lint_add(lint, &rom, interface, "/domain/devices/interface",
                 "the virtio network device has an iPXE option ROM, which "
                 "does not work with SEV");
    }
}

/* Since QEMU 6.0 devices of an encrypted guest use the IOMMU by themselves. */
static void lint_iommu(struct lint *lint, const xmlNode *device)
{
    static const struct lint_rule iommu = { "virtio-iommu", NULL, LINT_ERROR,
                                            "add <driver iommu='on'/>" };
    char where[LINT_WHERE_LEN];

    if (lint->host == NULL || lint->host->qemu_version == 0 ||
        lint->host->qemu_version >= 6000000 || !lint_is_virtio(device) ||
        xml_attr_is(xml_child(device, "driver"), "iommu", "on")) {
        return;
    }
    snprintf(where, sizeof where, "/domain/devices/%.40s",
             (const char *)device->name);
    lint_add(lint, &iommu, device, where,
             "QEMU %u.%u needs iommu='on' on virtio devices of SEV guests",
             lint->host->qemu_version / 1000000,
             lint->host->qemu_version / 1000 % 1000);
}

static void lint_device(struct lint *lint, const xmlNode *device)
{
    static const struct lint_rule hostdev = { "hostdev", "8", LINT_ERROR,
                                              "take a virtual device instead" };
    static const struct lint_rule ide = { "disk-ide", "3", LINT_ERROR,
                                          "remove the controller" };
    static const struct lint_rule tpm = {
        "tpm", NULL, LINT_WARNING,
        "remove <tpm>, or do not let anything depend on it"
    };

    if (xml_is(device, "disk")) {
        lint_disk(lint, device);
    } else if (xml_is(device, "interface")) {
        lint_interface(lint, device);
    } else if (xml_is(device, "hostdev")) {
        lint_add(lint, &hostdev, device, "/domain/devices/hostdev",
                 "a device of the host can't be given to an SEV guest");
    } else if (xml_is(device, "controller") &&
               xml_attr_is(device, "type", "ide")) {
        lint_add(lint, &ide, device, "/domain/devices/controller",
                 "Q35 has no IDE controller");
    } else if (xml_is(device, "tpm")) {
        lint_add(lint, &tpm, device, "/domain/devices/tpm",
                 "the TPM is the host's program: what it keeps and says is "
                 "in the host's hands");
    }
    lint_iommu(lint, device);
}

void lint_devices(struct lint *lint)
{
    const xmlNode *at = lint->devices == NULL ? NULL : lint->devices->children;

    for (; at != NULL; at = at->next) {
        if (at->type == XML_ELEMENT_NODE && at->ns == NULL) {
            lint_device(lint, at);
        }
    }
}
