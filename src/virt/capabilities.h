/* SPDX-License-Identifier: Apache-2.0 */
/* libvirt's domain capabilities: what it says of SEV on its host. */
#ifndef SEVKIT_VIRT_CAPABILITIES_H
#define SEVKIT_VIRT_CAPABILITIES_H

#include "base/bytes.h"
#include "host/facts.h"

/*
 * Reads the XML of virConnectGetDomainCapabilities (formats.md 11.1) into RET,
 * whose versions and error it leaves alone. It comes from a host, or from a
 * recording: xml.h's rules hold. A number that is none counts as not there.
 */
SEVK_MUST_CHECK bool capabilities_read(struct bytes xml,
                                       struct host_libvirt *ret,
                                       struct sevk_error *err);

#endif
