/* SPDX-License-Identifier: Apache-2.0 */
/* libvirt's domain capabilities: what it says of SEV on its host. */
#include "virt/capabilities.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/own.h"
#include "virt/xml.h"

static enum fact supported(const xmlNode *node)
{
    if (node == NULL) {
        return FACT_UNKNOWN;
    }
    return xml_attr_is(node, "supported", "yes") ? FACT_YES : FACT_NO;
}

static bool read_number(const xmlNode *parent, const char *name, bool *ret_has,
                        uint32_t *ret, struct sevk_error *err)
{
    OWN(own_free) char *text = NULL;

    if (!xml_text(xml_child(parent, name), &text, err)) {
        return false;
    }
    *ret_has =
        text != NULL && number_parse_u32(text, 0, UINT32_MAX, name, ret, NULL);
    return true;
}

/* Does <enum name='…'> below PARENT list VALUE? */
static enum fact lists(const xmlNode *parent, const char *name,
                       const char *value, struct sevk_error *err)
{
    const xmlNode *list = xml_child(parent, "enum");

    while (list != NULL && !xml_attr_is(list, "name", name)) {
        list = xml_next(list);
    }
    if (list == NULL) {
        return FACT_UNKNOWN;
    }
    for (const xmlNode *at = xml_child(list, "value"); at != NULL;
         at = xml_next(at)) {
        OWN(own_free) char *text = NULL;

        if (xml_text(at, &text, err) && strcmp(text, value) == 0) {
            return FACT_YES;
        }
    }
    return FACT_NO;
}

bool capabilities_read(struct bytes xml, struct host_libvirt *ret,
                       struct sevk_error *err)
{
    OWN(own_xml_doc) xmlDoc *doc = NULL;
    struct host_libvirt l = *ret;
    const xmlNode *root;
    const xmlNode *sev;

    if (!xml_parse(xml, "domainCapabilities", "libvirt's domain capabilities",
                   &doc, err)) {
        return false;
    }
    root = xmlDocGetRootElement(doc);
    sev = xml_child(xml_child(root, "features"), "sev");
    l.has_capabilities = true;
    l.sev = supported(sev);
    l.efi = lists(xml_child(root, "os"), "firmware", "efi", err);
    if (!read_number(sev, "cbitpos", &l.has_cbitpos, &l.cbitpos, err) ||
        !read_number(sev, "reducedPhysBits", &l.has_reduced_phys_bits,
                     &l.reduced_phys_bits, err) ||
        !read_number(sev, "maxGuests", &l.has_max_guests, &l.max_guests, err) ||
        !read_number(sev, "maxESGuests", &l.has_max_es_guests, &l.max_es_guests,
                     err)) {
        return false;
    }
    *ret = l;
    return true;
}
