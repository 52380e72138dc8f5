/* SPDX-License-Identifier: Apache-2.0 */
/* What a chain is made of; only chain.c and chain_verify.c look inside. */
#ifndef SEVKIT_OWNER_CHAIN_PARTS_H
#define SEVKIT_OWNER_CHAIN_PARTS_H

#include "owner/chain.h"

/*
 * One place a role, filled by its first certificate: chain.h tells what happens
 * to a second one. The bytes are as they were received, not a decoded form,
 * because signatures are checked over these; whoever needs a field decodes them
 * again. SEV_CERT_LEN (2084) is the longest of all forms, AMD's certificates
 * with 832 or 1600 bytes included.
 *
 * SOURCE is the WHAT of chain_add(), for messages; a longer one is cut. A chain
 * owns no memory but itself.
 */

#define CHAIN_SOURCE_LEN 128

struct chain_part {
    size_t len; /* 0: not there */
    uint8_t bytes[SEV_CERT_LEN];
    char source[CHAIN_SOURCE_LEN];
};

struct chain {
    struct chain_part parts[CHAIN_ROLES];
};

#endif
