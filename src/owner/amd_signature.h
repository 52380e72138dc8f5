/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of signatures made with AMD's RSA keys: ARK and ASK. */
#ifndef SEVKIT_OWNER_AMD_SIGNATURE_H
#define SEVKIT_OWNER_AMD_SIGNATURE_H

#include "base/bytes.h"
#include "crypto/rsa.h"
#include "wire/amd_cert.h"

/* The certificate's public key for rsa_verify(). */
void amd_signature_key(const struct amd_cert *cert, struct rsa_public *ret);

/*
 * NULL when CERT (usage CERT_USAGE) was signed by PARENT's key (an ARK) and
 * names it as its signer; otherwise why not, as the end of a sentence. Both are
 * one whole certificate as received. For a self-signature they are the same.
 */
const char *amd_signature_fault(struct bytes cert, uint32_t cert_usage,
                                struct bytes parent);

#endif
