/* SPDX-License-Identifier: Apache-2.0 */
/* What of a domain can be told to another kind of host. */
#include "virt/domain_summary.h"

#include <stdio.h>
#include <string.h>

#include "base/own.h"
#include "virt/domain_xml.h"
#include "virt/xml.h"

static void keep(char *to, size_t n, const char *from)
{
    snprintf(to, n, "%s", from == NULL ? "" : from);
}

bool domain_summary_read(const char *path, struct domain_summary *ret,
                         struct sevk_error *err)
{
    OWN(domain_xml_close) struct domain_xml xml = { 0 };
    const struct domain_facts *f = &xml.facts;
    const xmlNode *devices;
    struct domain_summary s = { 0 };

    if (!domain_xml_read(path, &xml, err)) {
        return false;
    }
    devices = xml_child(xmlDocGetRootElement(xml.doc), "devices");
    keep(s.name, sizeof s.name, f->name);
    if (f->cpu_mode == NULL || strcmp(f->cpu_mode, "custom") == 0) {
        keep(s.cpu_model, sizeof s.cpu_model, f->cpu_model);
    }
    s.has_memory = f->has_memory;
    s.memory_kib = f->memory_kib;
    s.vcpus = f->has_vcpus ? f->vcpus : 0;
    s.has_policy = f->has_policy;
    s.policy = f->policy;
    s.kernel = f->kernel != NULL;
    s.tpm = xml_child(devices, "tpm") != NULL;
    s.disks = xml_count(devices, "disk");
    s.interfaces = xml_count(devices, "interface");
    s.hostdevs = xml_count(devices, "hostdev");
    *ret = s;
    return true;
}
