/* SPDX-License-Identifier: Apache-2.0 */
/* XML that somebody else wrote: parsed without DTD, network or surprises. */
#include "virt/xml.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

#include <libxml/parser.h>

#include "base/own.h"

void own_xml_doc(xmlDoc **doc)
{
    xmlFreeDoc(*doc);
    *doc = NULL;
}

void own_xml_string(xmlChar **s)
{
    xmlFree(*s);
    *s = NULL;
}

static void own_parser(xmlParserCtxt **ctxt)
{
    xmlFreeParserCtxt(*ctxt);
    *ctxt = NULL;
}

/* What the parser met, for the message. */
struct met {
    bool doctype;
};

static void stop_at_doctype(void *data, const xmlChar *name,
                            const xmlChar *external, const xmlChar *system)
{
    xmlParserCtxt *ctxt = data;
    struct met *met = ctxt->_private;

    (void)name;
    (void)external;
    (void)system;
    met->doctype = true;
    xmlStopParser(ctxt);
}

/* libxml2's messages end in a newline and may quote the input. */
static bool fail_parse(const xmlParserCtxt *ctxt, const char *what,
                       struct sevk_error *err)
{
    const char *message = ctxt->lastError.message;
    char plain[160];
    size_t n = 0;

    while (message != NULL && message[n] != '\0' && n < sizeof plain - 1) {
        plain[n] = isprint((unsigned char)message[n]) ? message[n] : ' ';
        n++;
    }
    while (n > 0 && plain[n - 1] == ' ') {
        n--;
    }
    plain[n] = '\0';
    return sevk_fail(err, SEVK_INPUT, "%s is not well-formed XML: line %d: %s",
                     what, ctxt->lastError.line,
                     n == 0 ? "the parser gave no reason" : plain);
}

static bool check_root(const xmlDoc *doc, const char *root, const char *what,
                       struct sevk_error *err)
{
    const xmlNode *node = xmlDocGetRootElement(doc);

    if (xml_is(node, root)) {
        return true;
    }
    return sevk_fail(err, SEVK_INPUT,
                     "%s does not describe a VM: its root element is not <%s>",
                     what, root);
}

bool xml_parse(struct bytes text, const char *root, const char *what,
               xmlDoc **ret, struct sevk_error *err)
{
    OWN(own_parser) xmlParserCtxt *ctxt = xmlNewParserCtxt();
    OWN(own_xml_doc) xmlDoc *doc = NULL;
    struct met met = { 0 };

    if (ctxt == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (text.n == 0 || text.n > XML_MAX) {
        return sevk_fail(err, SEVK_INPUT,
                         "%s has %zu bytes; a VM's XML has 1 to %zu", what,
                         text.n, XML_MAX);
    }
    if (memchr(text.p, 0, text.n) != NULL) {
        return sevk_fail(err, SEVK_INPUT,
                         "%s is not XML: it contains a zero byte", what);
    }
    ctxt->_private = &met;
    ctxt->sax->internalSubset = stop_at_doctype;
    doc = xmlCtxtReadMemory(ctxt, (const char *)text.p, (int)text.n, NULL, NULL,
                            XML_PARSE_NONET | XML_PARSE_NOERROR |
                                XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
    if (met.doctype) {
        return sevk_fail(err, SEVK_INPUT,
                         "%s has a DOCTYPE declaration, which a VM's XML does "
                         "not need and sevkit does not read; remove it",
                         what);
    }
    if (doc == NULL) {
        return fail_parse(ctxt, what, err);
    }
    if (!check_root(doc, root, what, err)) {
        return false;
    }
    *ret = TAKE(doc);
    return true;
}

bool xml_write(xmlDoc *doc, struct buf *to, struct sevk_error *err)
{
    OWN(own_xml_string) xmlChar *text = NULL;
    int n = 0;

    xmlDocDumpMemoryEnc(doc, &text, &n, "UTF-8");
    if (text == NULL || n < 0) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    return buf_append(to, bytes_make(text, (size_t)n), err);
}

bool xml_is(const xmlNode *node, const char *name)
{
    return node != NULL && node->type == XML_ELEMENT_NODE && node->ns == NULL &&
           strcmp((const char *)node->name, name) == 0;
}

static xmlNode *find(xmlNode *from, const char *name)
{
    while (from != NULL && !xml_is(from, name)) {
        from = from->next;
    }
    return from;
}

xmlNode *xml_child(const xmlNode *parent, const char *name)
{
    return parent == NULL ? NULL : find(parent->children, name);
}

xmlNode *xml_next(const xmlNode *node)
{
    return find(node->next, (const char *)node->name);
}

size_t xml_count(const xmlNode *parent, const char *name)
{
    size_t n = 0;

    for (const xmlNode *at = xml_child(parent, name); at != NULL;
         at = xml_next(at)) {
        n++;
    }
    return n;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The string in memory of its own, which free() releases. */
static bool copy(xmlChar *from, char **ret, struct sevk_error *err)
{
    const char *s = (const char *)from;
    size_t n;

    if (s == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    while (is_space(*s)) {
        s++;
    }
    n = strlen(s);
    while (n > 0 && is_space(s[n - 1])) {
        n--;
    }
    *ret = strndup(s, n);
    return *ret != NULL || sevk_fail(err, SEVK_HOST, "out of memory");
}

bool xml_text(const xmlNode *node, char **ret, struct sevk_error *err)
{
    OWN(own_xml_string) xmlChar *text = NULL;

    if (node == NULL) {
        *ret = NULL;
        return true;
    }
    text = xmlNodeGetContent(node);
    return copy(text, ret, err);
}

bool xml_whole_text(const xmlNode *node, char **ret, struct sevk_error *err)
{
    OWN(own_xml_string) xmlChar *text = NULL;

    if (node == NULL) {
        *ret = NULL;
        return true;
    }
    text = xmlNodeGetContent(node);
    *ret = text == NULL ? NULL : strdup((const char *)text);
    return *ret != NULL || sevk_fail(err, SEVK_HOST, "out of memory");
}

bool xml_attr(const xmlNode *node, const char *name, char **ret,
              struct sevk_error *err)
{
    OWN(own_xml_string) xmlChar *text = NULL;

    if (node == NULL ||
        xmlHasNsProp(node, (const xmlChar *)name, NULL) == NULL) {
        *ret = NULL;
        return true;
    }
    text = xmlGetNoNsProp(node, (const xmlChar *)name);
    return copy(text, ret, err);
}

bool xml_attr_is(const xmlNode *node, const char *name, const char *value)
{
    OWN(own_xml_string) xmlChar *text = NULL;

    if (node == NULL) {
        return false;
    }
    text = xmlGetNoNsProp(node, (const xmlChar *)name);
    return text != NULL && strcmp((const char *)text, value) == 0;
}

bool xml_attr_starts(const xmlNode *node, const char *name, const char *prefix)
{
    OWN(own_xml_string) xmlChar *text = NULL;

    if (node == NULL) {
        return false;
    }
    text = xmlGetNoNsProp(node, (const xmlChar *)name);
    return text != NULL &&
           strncmp((const char *)text, prefix, strlen(prefix)) == 0;
}

bool xml_has_attr(const xmlNode *node, const char *name)
{
    return node != NULL &&
           xmlHasNsProp(node, (const xmlChar *)name, NULL) != NULL;
}

static void remove_children(xmlNode *parent, const char *name)
{
    xmlNode *at;

    while ((at = xml_child(parent, name)) != NULL) {
        xmlUnlinkNode(at);
        xmlFreeNode(at);
    }
}

bool xml_set_child(xmlNode *parent, const char *name, const char *text,
                   struct sevk_error *err)
{
    remove_children(parent, name);
    if (xmlNewTextChild(parent, NULL, (const xmlChar *)name,
                        (const xmlChar *)text) == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    return true;
}
