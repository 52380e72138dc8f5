/* SPDX-License-Identifier: Apache-2.0 */
/* What a P-384 key pair is inside: for ec.c and ec_pem.c only. */
#ifndef SEVKIT_CRYPTO_EC_KEY_H
#define SEVKIT_CRYPTO_EC_KEY_H

#include <openssl/ec.h>
#include <openssl/evp.h>

#include "crypto/ec.h"

struct p384_key {
    EC_KEY *ec;
    struct ec_point point; /* taken out once: later nothing can fail */
};

/*
 * The key in PKEY, if it is a whole pair on P-384; else SEVK_INPUT. WHAT names
 * it in messages.
 */
SEVK_MUST_CHECK bool p384_key_from_pkey(EVP_PKEY *pkey, const char *what,
                                        struct p384_key **ret,
                                        struct sevk_error *err);

#endif
