/* SPDX-License-Identifier: Apache-2.0 */
/* Are two pieces of XML the same, whatever their spaces and prefixes? */
#ifndef SEVKIT_VIRT_XML_SAME_H
#define SEVKIT_VIRT_XML_SAME_H

#include <stdbool.h>

#include <libxml/tree.h>

/*
 * Compares the children of A and B that are of some namespace, in their order:
 * names, namespaces (not prefixes), attributes (in any order) and all that is
 * below them. Text and comments do not count: what libvirt knows of this kind
 * (<qemu:commandline>) has none. Attributes of a namespace never compare equal.
 */
bool xml_same_foreign(const xmlNode *a, const xmlNode *b);

#endif
