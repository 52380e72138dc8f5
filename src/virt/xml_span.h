/* SPDX-License-Identifier: Apache-2.0 */
/* Where the elements of an XML text stand: for who edits the text itself. */
#ifndef SEVKIT_VIRT_XML_SPAN_H
#define SEVKIT_VIRT_XML_SPAN_H

#include <sevkit/error.h>

#include "base/bytes.h"

/*
 * For text that a parser has accepted already (virt/xml.h: well-formed, no
 * document type declaration) and whose encoding has ASCII as itself. The n-th
 * span is the n-th element in the order of their start tags, as in the tree.
 * Offsets are in bytes.
 */
struct xml_span {
    size_t start;    /* of "<name" */
    size_t name_len; /* the name begins at start + 1 */
    size_t inside;   /* behind the start tag's ">" */
    size_t close;    /* of "</name>"; for "<name/>" equal to "inside" */
    size_t end;      /* behind the element */
    bool empty;      /* written as "<name/>" */
};

struct xml_spans {
    struct xml_span *items;
    size_t n;
};

void xml_spans_free(struct xml_spans *spans); /* also for OWN() */

/* SEVK_INPUT when the text is not what it should be. */
SEVK_MUST_CHECK bool xml_spans_read(struct bytes text, struct xml_spans *ret,
                                    struct sevk_error *err);

/* An attribute in a start tag: its name, and its value without the quotes. */
struct xml_attr_span {
    size_t start; /* of the name */
    size_t name_len;
    size_t value;
    size_t value_len;
    size_t end; /* behind the closing quote */
};

/* The next attribute at or behind *AT, which moves on; false: no more. */
bool xml_span_next_attr(struct bytes text, const struct xml_span *span,
                        size_t *at, struct xml_attr_span *ret);

/* The attribute NAME; false: there is none. */
bool xml_span_attr(struct bytes text, const struct xml_span *span,
                   const char *name, struct xml_attr_span *ret);

#endif
