/* SPDX-License-Identifier: Apache-2.0 */
/* Asks libvirt what it says of SEV on its host, and which it is. */
#ifndef SEVKIT_VIRT_CAPABILITIES_ASK_H
#define SEVKIT_VIRT_CAPABILITIES_ASK_H

#include "base/buf.h"
#include "virt/link.h"

/*
 * Asks libvirt for the XML and for the versions, as the pieces of a record
 * have them (host/record.h).
 */
SEVK_MUST_CHECK bool capabilities_ask(const char *uri, uint32_t timeout_s,
                                      struct buf *ret_xml,
                                      struct buf *ret_versions,
                                      struct sevk_error *err);

#endif
