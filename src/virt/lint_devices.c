/* SPDX-License-Identifier: Apache-2.0 */
/* Rules about devices. */
#include <stdio.h>

#include "virt/lint_rules.h"
#include "virt/xml.h"

static void lint_disk(struct lint *lint, const xmlNode *disk)
{
    const xmlNode *target = xml_child(disk, "target");

    /* Without a bus libvirt takes it from the name: hda is IDE. */
    if (xml_attr_is(target, "bus", "ide") ||
        (!xml_has_attr(target, "bus") &&
         xml_attr_starts(target, "dev", "hd"))) {
        lint_add(lint, LINT_DISK_IDE, disk, "/domain/devices/disk",
                 "the disk is on an IDE bus, which Q35 does not have");
    }
}

static void lint_interface(struct lint *lint, const xmlNode *interface)
{
    const xmlNode *rom = xml_child(interface, "rom");

    if (xml_attr_is(interface, "type", "hostdev")) {
        lint_add(lint, LINT_HOSTDEV, interface, "/domain/devices/interface",
                 "a device of the host can't be given to an SEV guest");
    } else if (lint_is_virtio(interface) &&
               !xml_attr_is(rom, "enabled", "no") &&
               !xml_attr_is(rom, "bar", "off")) {
        lint_add(lint, LINT_NET_ROM, interface, "/domain/devices/interface",
                 "the virtio network device has an iPXE option ROM, which "
                 "does not work with SEV");
    }
}

/* What QEMU itself speaks to (USB, SCSI) never touches the guest's memory. */
static void lint_hostdev(struct lint *lint, const xmlNode *device)
{
    if (!xml_attr_is(device, "type", "usb") &&
        !xml_attr_is(device, "type", "scsi")) {
        lint_add(lint, LINT_HOSTDEV, device, "/domain/devices/hostdev",
                 "a device of the host can't be given to an SEV guest");
    }
}

/* Since QEMU 6.0 devices of an encrypted guest use the IOMMU by themselves. */
static void lint_iommu(struct lint *lint, const xmlNode *device)
{
    char where[LINT_WHERE_LEN];
    uint32_t qemu = lint->host == NULL ? 0 : lint->host->libvirt.qemu_version;

    if (qemu == 0 || qemu >= 6000000 || !lint_is_virtio(device) ||
        xml_attr_is(xml_child(device, "driver"), "iommu", "on")) {
        return;
    }
    snprintf(where, sizeof where, "/domain/devices/%.40s",
             (const char *)device->name);
    lint_add(lint, LINT_VIRTIO_IOMMU, device, where,
             "QEMU %u.%u needs iommu='on' on virtio devices of SEV guests",
             qemu / 1000000, qemu / 1000 % 1000);
}

static void lint_device(struct lint *lint, const xmlNode *device)
{
    if (xml_is(device, "disk")) {
        lint_disk(lint, device);
    } else if (xml_is(device, "interface")) {
        lint_interface(lint, device);
    } else if (xml_is(device, "hostdev")) {
        lint_hostdev(lint, device);
    } else if (xml_is(device, "controller") &&
               xml_attr_is(device, "type", "ide")) {
        lint_add(lint, LINT_DISK_IDE, device, "/domain/devices/controller",
                 "Q35 has no IDE controller");
    } else if (xml_is(device, "tpm")) {
        lint_add(lint, LINT_TPM, device, "/domain/devices/tpm",
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
