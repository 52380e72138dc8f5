/* SPDX-License-Identifier: Apache-2.0 */
/* libvirt's domain capabilities: what it says of SEV on its host. */
#ifndef SEVKIT_VIRT_CAPABILITIES_H
#define SEVKIT_VIRT_CAPABILITIES_H

#include "host/facts.h"
#include "virt/link.h"

/*
 * Reads the XML of virConnectGetDomainCapabilities (formats.md 11.1) into RET,
 * whose versions and error it leaves alone. It comes from a host, or from a
 * recording: xml.h's rules hold. A number that is none counts as not there.
 */
SEVK_MUST_CHECK bool capabilities_read(struct bytes xml,
                                       struct host_libvirt *ret,
                                       struct sevk_error *err);

/*
 * Asks libvirt for the XML and for the versions, as the pieces of a record
 * have them (host/record.h).
 */
SEVK_MUST_CHECK bool capabilities_ask(const char *uri, uint32_t timeout_s,
                                      struct buf *ret_xml,
                                      struct buf *ret_versions,
                                      struct sevk_error *err);

#endif
