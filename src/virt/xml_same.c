/* SPDX-License-Identifier: Apache-2.0 */
/* Are two pieces of XML the same, whatever their spaces and prefixes? */
#include "virt/xml_same.h"

#include <stddef.h>

#include "base/own.h"
#include "virt/xml.h"

static const xmlNode *next_element(const xmlNode *at, bool foreign)
{
    while (at != NULL &&
           (at->type != XML_ELEMENT_NODE || (foreign && at->ns == NULL))) {
        at = at->next;
    }
    return at;
}

static size_t count_attributes(const xmlNode *node)
{
    size_t n = 0;

    for (const xmlAttr *at = node->properties; at != NULL; at = at->next) {
        n++;
    }
    return n;
}

static bool same_attribute(const xmlNode *a, const xmlNode *b,
                           const xmlChar *name)
{
    OWN(own_xml_string) xmlChar *left = xmlGetNoNsProp(a, name);
    OWN(own_xml_string) xmlChar *right = xmlGetNoNsProp(b, name);

    return left != NULL && right != NULL && xmlStrEqual(left, right);
}

static bool same_element(const xmlNode *a, const xmlNode *b)
{
    bool same = xmlStrEqual(a->name, b->name) &&
                (a->ns == NULL || b->ns == NULL
                     ? a->ns == b->ns
                     : xmlStrEqual(a->ns->href, b->ns->href)) &&
                count_attributes(a) == count_attributes(b);

    for (const xmlAttr *at = a->properties; same && at != NULL; at = at->next) {
        same = same_attribute(a, b, at->name);
    }
    return same;
}

/*
 * Elements only: libvirt gives them no text. The parser bounds the depth of
 * what arrives here.
 */
static bool same_elements(const xmlNode *a, const xmlNode *b, bool foreign)
{
    a = next_element(a, foreign);
    b = next_element(b, foreign);
    while (a != NULL && b != NULL) {
        if (!same_element(a, b) ||
            !same_elements(a->children, b->children, false)) {
            return false;
        }
        a = next_element(a->next, foreign);
        b = next_element(b->next, foreign);
    }
    return a == b;
}

bool xml_same_foreign(const xmlNode *a, const xmlNode *b)
{
    return same_elements(a->children, b->children, true);
}
