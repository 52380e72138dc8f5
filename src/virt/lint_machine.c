/* SPDX-License-Identifier: Apache-2.0 */
/* Rules about the kind of machine. */
#include <string.h>

#include "base/own.h"
#include "virt/lint_rules.h"
#include "virt/xml.h"

/* A 440FX has pci-root where a Q35 has pcie-root; libvirt refuses to start. */
static void lint_pci_root(struct lint *lint)
{
    for (const xmlNode *at = xml_child(lint->devices, "controller"); at != NULL;
         at = xml_next(at)) {
        if (xml_attr_is(at, "type", "pci") &&
            xml_attr_is(at, "model", "pci-root")) {
            lint_add(lint, LINT_PCI_ROOT, at, "/domain/devices/controller",
                     "the root of PCI is 'pci-root', as another machine has "
                     "it; on a Q35 it is 'pcie-root'");
        }
    }
}

void lint_machine(struct lint *lint)
{
    const xmlNode *type = xml_child(lint->os, "type");

    if (!xml_attr_starts(type, "machine", "q35") &&
        !xml_attr_starts(type, "machine", "pc-q35")) {
        lint_add(lint, LINT_MACHINE_Q35, type == NULL ? lint->os : type,
                 "/domain/os/type/@machine",
                 "the machine type is not Q35, which SEV needs");
    }
    if (lint->facts->type == NULL || strcmp(lint->facts->type, "kvm") != 0) {
        lint_add(lint, LINT_DOMAIN_KVM, lint->domain, "/domain/@type",
                 "the domain does not run under KVM, so nothing encrypts it");
    }
    lint_pci_root(lint);
}
