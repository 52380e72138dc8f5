/* SPDX-License-Identifier: Apache-2.0 */
/* XML that somebody else wrote: parsed without DTD, network or surprises. */
#ifndef SEVKIT_VIRT_XML_H
#define SEVKIT_VIRT_XML_H

#include <libxml/tree.h>

#include <sevkit/error.h>

#include "base/buf.h"

/*
 * Domain XML comes from the owner's file, and from a host that may be evil.
 * Either way: at most XML_MAX bytes, no document type declaration (so there
 * are no entities to expand and nothing to fetch), the nesting limit of
 * libxml2, and no message on stderr. Elements and attributes count only when
 * they are in no namespace; libvirt looks at no others.
 *
 * Views (xmlNode *, const char *) belong to the document.
 */
#define XML_MAX ((size_t)1 << 20)

/* For OWN() on a document and on libxml2's strings. */
void own_xml_doc(xmlDoc **doc);
void own_xml_string(xmlChar **s);

/*
 * Parses TEXT, whose root must be an element ROOT. WHAT names the text in
 * messages ("'vm.xml'", "the host's description of the VM"). SEVK_INPUT with
 * the line of the first fault.
 */
SEVK_MUST_CHECK bool xml_parse(struct bytes text, const char *root,
                               const char *what, xmlDoc **ret,
                               struct sevk_error *err);

/* The document as UTF-8 text with an XML declaration, appended to TO. */
SEVK_MUST_CHECK bool xml_write(xmlDoc *doc, struct buf *to,
                               struct sevk_error *err);

bool xml_is(const xmlNode *node, const char *name);

/* The first child element of that name; NULL: none, or PARENT is NULL. */
xmlNode *xml_child(const xmlNode *parent, const char *name);

/* The next sibling element of the same name. */
xmlNode *xml_next(const xmlNode *node);

size_t xml_count(const xmlNode *parent, const char *name);

/*
 * The text inside NODE without white space around it, and an attribute's
 * value: in new memory, NULL when the node or attribute is not there. A text
 * that is there but empty is "".
 */
SEVK_MUST_CHECK bool xml_text(const xmlNode *node, char **ret,
                              struct sevk_error *err);
/* The text as it is, white space and all: a command line is measured so. */
SEVK_MUST_CHECK bool xml_whole_text(const xmlNode *node, char **ret,
                                    struct sevk_error *err);
SEVK_MUST_CHECK bool xml_attr(const xmlNode *node, const char *name, char **ret,
                              struct sevk_error *err);

/* True when the attribute is there and has this value. */
bool xml_attr_is(const xmlNode *node, const char *name, const char *value);

bool xml_attr_starts(const xmlNode *node, const char *name, const char *prefix);

bool xml_has_attr(const xmlNode *node, const char *name);

/* Sets the text of PARENT's only child element NAME, which is made if needed. */
SEVK_MUST_CHECK bool xml_set_child(xmlNode *parent, const char *name,
                                   const char *text, struct sevk_error *err);

#endif
