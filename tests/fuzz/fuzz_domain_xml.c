/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes a VM's XML: read, completed with a session, written, compared. */
#include "fuzz.h"
#include "virt/domain_compare.h"
#include "virt/domain_xml.h"
#include "virt/xml.h"

/* What a launch writes must be what it reads back, and no difference. */
static void complete(struct domain_xml *xml)
{
    static const struct domain_session with = { 0x0f, 51, 1, "REhD", "U0VT" };
    struct domain_xml again = { 0 };
    struct buf text = { 0 };
    struct buf differences = { 0 };
    struct sevk_error err;

    must(domain_xml_set_session(xml, &with, &err));
    must(xml_write(xml->doc, &text, &err));
    if (text.n <= XML_MAX) {
        must(domain_xml_parse(buf_bytes(&text), "again", &again, &err));
        must(again.facts.policy == 0x0f && again.facts.cbitpos == 51);
        must(strcmp(again.facts.session, "U0VT") == 0);
        must(domain_compare(xml->doc, again.doc, &differences, &err));
    }
    buf_free(&text);
    buf_free(&differences);
    domain_xml_close(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct domain_xml xml = { 0 };
    struct sevk_error err = { 0 };

    if (!domain_xml_parse(bytes_make(p, n), "fuzz", &xml, &err)) {
        must(err.message[0] != '\0');
        return 0;
    }
    if (domain_xml_check(&xml.facts, true, &err)) {
        must(xml.facts.name != NULL && !xml.facts.nvram);
        complete(&xml);
    }
    domain_xml_close(&xml);
    return 0;
}
