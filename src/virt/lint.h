/* SPDX-License-Identifier: Apache-2.0 */
/* Rules for the XML of a domain that is to be an SEV guest. */
#ifndef SEVKIT_VIRT_LINT_H
#define SEVKIT_VIRT_LINT_H

#include "host/facts.h"
#include "virt/lint_table.h"

/*
 * A run looks at any number of domains, one after the other, with the same
 * host in view; it remembers the sessions that it met, for two domains with
 * one session are a fault of both.
 *
 * What a rule needs from the host (C-bit, QEMU's version, how many SEV-ES
 * guests, the firmware's API) comes from HOST; what is not known there keeps
 * the rule silent. Firmware images: where HOST has a list of them, an image is
 * what that list says; else it is looked at below ROOT, as are descriptors.
 */
struct lint_session { /* of "sevkit session create" */
    const char *prefix;
    const char *dh_cert; /* base64, as the XML has it */
    const char *session;
    uint32_t policy;
    const char *used_for; /* "launch of vm1"; NULL: not used yet */
};

struct lint_options {
    const struct host_facts *host; /* NULL: not known */
    const char *root;              /* "" for this machine; NULL: don't look */
    const struct lint_session *session; /* the domain's own; NULL: any */
    const char *schema; /* libvirt's RELAX NG, a file; NULL: not asked */
    bool saved;         /* the host keeps a saved state of the domain */
};

#define LINT_XML_MAX ((size_t)1 << 20) /* bytes of a domain's XML */

struct lint_run;
struct domain_xml; /* virt/domain_xml.h; this header needs no libxml2 */

/* OPTIONS and all that they point to must outlive the run. */
SEVK_MUST_CHECK bool lint_begin(const struct lint_options *options,
                                struct lint_run **ret, struct sevk_error *err);
void lint_end(struct lint_run **run); /* also for OWN() */

/*
 * Applies every rule to XML. NAME is for messages about other domains of the
 * run. SEVK_INPUT when a number that a rule looks at is none.
 */
SEVK_MUST_CHECK bool lint_domain(struct lint_run *run,
                                 const struct domain_xml *xml, const char *name,
                                 struct lint_report *ret,
                                 struct sevk_error *err);

/* The same for text, which is parsed first, and for the file PATH. */
SEVK_MUST_CHECK bool lint_text(struct lint_run *run, struct bytes text,
                               const char *name, struct lint_report *ret,
                               struct sevk_error *err);
SEVK_MUST_CHECK bool lint_file(struct lint_run *run, const char *path,
                               struct lint_report *ret, struct sevk_error *err);

#endif
