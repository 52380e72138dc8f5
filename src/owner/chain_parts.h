/* SPDX-License-Identifier: Apache-2.0 */
/* What a chain is made of; only chain.c and chain_verify.c look inside. */
#ifndef SEVKIT_OWNER_CHAIN_PARTS_H
#define SEVKIT_OWNER_CHAIN_PARTS_H

#include "owner/chain.h"

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
