/* SPDX-License-Identifier: Apache-2.0 */
/* Edits an XML text in place: what is not edited keeps its bytes. */
#ifndef SEVKIT_VIRT_XML_EDIT_H
#define SEVKIT_VIRT_XML_EDIT_H

#include <libxml/tree.h>

#include "base/buf.h"
#include "virt/xml_span.h"

/*
 * Edits are collected against one text and its tree, and applied together.
 * They come in groups: a group is taken whole, or, when one of its edits meets
 * one of an earlier group, not at all. An edit that would change nothing is
 * none. Values, texts and elements are ASCII that is valid where it stands;
 * values have no quotes.
 *
 * New elements stand on lines of their own, indented as their neighbours, where
 * those do.
 */
#define XML_EDITS_MAX  1024
#define XML_EDIT_GROUP 16 /* edits in one group, at most */

struct xml_edit {
    size_t at;
    size_t remove; /* bytes */
    char *insert;
};

struct xml_editor {
    struct bytes text;
    struct xml_spans spans;
    struct xml_edit edits[XML_EDITS_MAX];
    size_t n;     /* of all groups that were taken */
    size_t n_new; /* of the open group, behind those */
    bool short_of_memory;
};

void xml_editor_close(struct xml_editor *editor); /* also for OWN() */

/*
 * DOC is the tree of TEXT; its nodes' "_private" is used. SEVK_REFUSED when the
 * encoding is not one that has ASCII as itself.
 */
SEVK_MUST_CHECK bool xml_editor_open(struct bytes text, xmlDoc *doc,
                                     struct xml_editor *ret,
                                     struct sevk_error *err);

void xml_edit_set_attr(struct xml_editor *e, const xmlNode *node,
                       const char *name, const char *value);
void xml_edit_remove_attr(struct xml_editor *e, const xmlNode *node,
                          const char *name);
void xml_edit_set_text(struct xml_editor *e, const xmlNode *node,
                       const char *text);
/* As the last child. In CHILD "\n" begins a line of the same indentation, and
 * a tab a deeper one. */
void xml_edit_add_child(struct xml_editor *e, const xmlNode *parent,
                        const char *child);
void xml_edit_replace(struct xml_editor *e, const xmlNode *node,
                      const char *element);
void xml_edit_remove(struct xml_editor *e, const xmlNode *node);

/* Ends a group. True when it was taken; one without edits is not. */
bool xml_edit_take(struct xml_editor *e);

/* The text with all edits. */
SEVK_MUST_CHECK bool xml_edit_apply(struct xml_editor *e, struct buf *to,
                                    struct sevk_error *err);

#endif
