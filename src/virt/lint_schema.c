/* SPDX-License-Identifier: Apache-2.0 */
/* Validates a domain against libvirt's own schema. */
#include "virt/lint_schema.h"

#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include <libxml/relaxng.h>

#include "base/own.h"

static void own_rng_parser(xmlRelaxNGParserCtxt **p)
{
    xmlRelaxNGFreeParserCtxt(*p);
    *p = NULL;
}

static void own_rng(xmlRelaxNG **p)
{
    xmlRelaxNGFree(*p);
    *p = NULL;
}

static void own_rng_valid(xmlRelaxNGValidCtxt **p)
{
    xmlRelaxNGFreeValidCtxt(*p);
    *p = NULL;
}

/* libxml2's messages end in a newline and may quote the input. */
static void plain(const char *from, char *ret, size_t n)
{
    size_t i = 0;

    for (; from != NULL && from[i] != '\0' && i < n - 1; i++) {
        ret[i] = isprint((unsigned char)from[i]) ? from[i] : ' ';
    }
    while (i > 0 && ret[i - 1] == ' ') {
        i--;
    }
    ret[i] = '\0';
}

static void keep(void *ctx, xmlErrorPtr error)
{
    struct lint *lint = ctx;
    const xmlNode *node = error->node;
    char text[300];
    char where[LINT_WHERE_LEN];

    plain(error->message, text, sizeof text);
    snprintf(where, sizeof where, "//%.80s",
             node == NULL || node->name == NULL ? "domain"
                                                : (const char *)node->name);
    lint_add(lint, LINT_SCHEMA, node, where, "%s", text);
}

static void ignore(void *ctx, xmlErrorPtr error)
{
    (void)ctx;
    (void)error;
}

bool lint_schema(struct lint *lint, xmlDoc *doc, const char *file,
                 struct sevk_error *err)
{
    OWN(own_rng_parser) xmlRelaxNGParserCtxt *parser = NULL;
    OWN(own_rng) xmlRelaxNG *rng = NULL;
    OWN(own_rng_valid) xmlRelaxNGValidCtxt *valid = NULL;

    if (access(file, R_OK) != 0) {
        return sevk_fail(err, SEVK_HOST,
                         "libvirt's schema is not at '%s'; install libvirt "
                         "(its daemon or common package), or leave out "
                         "'--schema'",
                         file);
    }
    parser = xmlRelaxNGNewParserCtxt(file);
    if (parser != NULL) {
        xmlRelaxNGSetParserStructuredErrors(parser, ignore, NULL);
        rng = xmlRelaxNGParse(parser);
    }
    valid = rng == NULL ? NULL : xmlRelaxNGNewValidCtxt(rng);
    if (valid == NULL) {
        return sevk_fail(err, SEVK_HOST, "'%s' is no RELAX NG schema", file);
    }
    xmlRelaxNGSetValidStructuredErrors(valid, keep, lint);
    (void)xmlRelaxNGValidateDoc(valid, doc);
    return true;
}
