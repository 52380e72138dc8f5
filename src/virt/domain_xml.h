/* SPDX-License-Identifier: Apache-2.0 */
/* The owner's domain XML: read, checked, and completed with a session. */
#ifndef SEVKIT_VIRT_DOMAIN_XML_H
#define SEVKIT_VIRT_DOMAIN_XML_H

#include "base/random.h"
#include "virt/domain_facts.h"

#define DOMAIN_POLICY_ES (1u << 2) /* SEV API, chapter 3 */

/*
 * The XML is the owner's own, so what it says about vCPUs, CPU model, policy
 * and command line may be a reference value. The paths in it are paths on the
 * host and say nothing about content.
 *
 * Release with domain_xml_close(), also as OWN().
 */
struct domain_xml {
    xmlDoc *doc;
    struct domain_facts facts;
};

void domain_xml_close(struct domain_xml *xml);

/* Opens FILE once; parses TEXT, which WHAT names in messages. */
SEVK_MUST_CHECK bool domain_xml_read(const char *file, struct domain_xml *ret,
                                     struct sevk_error *err);
SEVK_MUST_CHECK bool domain_xml_parse(struct bytes text, const char *what,
                                      struct domain_xml *ret,
                                      struct sevk_error *err);

/*
 * Is this a VM that can be launched with proof? SEVK_REFUSED with the reason
 * and what to change: launchSecurity of another type; a variable store (not
 * measured, so the host could choose what the firmware does); no firmware or a
 * writable one; vCPUs that would be plugged later (not measured); kernelHashes
 * without a kernel; an initrd or command line without one.
 *
 * ES says whether the policy asks for SEV-ES.
 */
SEVK_MUST_CHECK bool domain_xml_check(const struct domain_facts *facts, bool es,
                                      struct sevk_error *err);

/*
 * For a VM that somebody else started: what in its live XML would make a yes
 * worthless. Appends one sentence to FAULTS, or nothing. Commands to QEMU count:
 * no owner's XML stands beside them that could have asked for them.
 */
SEVK_MUST_CHECK bool domain_check_existing(const struct domain_facts *live,
                                           struct buf *faults,
                                           struct sevk_error *err);

/* What a launch writes into the XML. */
struct domain_session {
    uint32_t policy;
    uint32_t cbitpos; /* the host's */
    uint32_t reduced_phys_bits;
    const char *dh_cert; /* base64 */
    const char *session;
};

/*
 * <cbitpos> and <reducedPhysBits> of the XML against the host's values:
 * SEVK_REFUSED with both when they differ. What the XML leaves out fits.
 */
SEVK_MUST_CHECK bool domain_xml_fits(const struct domain_facts *facts,
                                     uint32_t cbitpos,
                                     uint32_t reduced_phys_bits,
                                     struct sevk_error *err);

/*
 * Gives the VM a random UUID (version 4) if it has none: it is acted on by
 * UUID from the first moment, so the UUID has to be known before the start.
 */
SEVK_MUST_CHECK bool domain_xml_set_uuid(struct domain_xml *xml, struct rng rng,
                                         struct sevk_error *err);

/*
 * Writes the session into <launchSecurity type='sev'>, which is made when
 * there is none; a session that stood there is replaced. With SEV-ES
 * <on_reboot> becomes "destroy": an SEV-ES VM can't start over with the state
 * that was measured. The facts are read anew.
 */
SEVK_MUST_CHECK bool domain_xml_set_session(struct domain_xml *xml,
                                            const struct domain_session *with,
                                            struct sevk_error *err);

#endif
