/* SPDX-License-Identifier: Apache-2.0 */
/* The XML of a domain that libvirt has, and whether its state was saved. */
#ifndef SEVKIT_VIRT_LIVE_DOMAIN_H
#define SEVKIT_VIRT_LIVE_DOMAIN_H

#include "base/buf.h"
#include "virt/link.h"

/*
 * DOMAIN is a name, UUID or id. The XML is the live one of a running domain,
 * else the persistent one; it comes from a host, and may say anything.
 */
SEVK_MUST_CHECK bool live_domain_ask(const char *uri, const char *domain,
                                     uint32_t timeout_s, struct buf *ret_xml,
                                     bool *ret_saved, struct sevk_error *err);

#endif
