/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates as they lie in a file, one after the other. */
#ifndef SEVKIT_OWNER_CERT_FILE_H
#define SEVKIT_OWNER_CERT_FILE_H

#include "owner/chain.h"

/*
 * A file holds SEV certificates (2084 bytes each) and AMD certificates (832 or
 * 1600) in any order, told apart by the place and value of their key usage
 * (formats.md 1.1, 1.3, 1.4). Nothing stands between them, before or behind.
 * The whole may be base64 text, as libvirt and KubeVirt give it.
 *
 * Only the layout is looked at: whether a certificate is worth anything is
 * asked by chain.h and cert_signature.h.
 */

struct cert_item {
    enum chain_role role; /* by its key usage */
    size_t offset;        /* of its first byte, behind base64 */
    struct bytes bytes;   /* the certificate alone, as received */
    bool completed;       /* the ARK that lacked its signature: see trust.h */
};

/*
 * The certificates' bytes: CONTENT itself, or what it stands for as base64,
 * which then lies in DECODED. Fails (SEVK_INPUT) on base64 that is malformed.
 */
SEVK_MUST_CHECK bool cert_file_content(struct bytes content, const char *what,
                                       struct buf *decoded, struct bytes *ret,
                                       struct sevk_error *err);

/*
 * The certificate at *AT (less than content.n), which is moved behind it. The
 * item is a view of CONTENT (a completed one: of the program). Fails
 * (SEVK_INPUT) when no whole and well-formed certificate begins there.
 */
SEVK_MUST_CHECK bool cert_file_next(struct bytes content, size_t *at,
                                    struct cert_item *ret,
                                    struct sevk_error *err);

/* The role whose key has this usage; false when there is none. */
bool cert_role_of_usage(uint32_t usage, enum chain_role *ret);

#endif
