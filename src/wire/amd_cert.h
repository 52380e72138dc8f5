/* SPDX-License-Identifier: Apache-2.0 */
/* AMD's certificate format for its root and signing keys: ARK and ASK. */
#ifndef SEVKIT_WIRE_AMD_CERT_H
#define SEVKIT_WIRE_AMD_CERT_H

#include <sevkit/error.h>

#include "base/buf.h"

/*
 * SEV API, appendix B; formats.md 1.3. 832 bytes with an RSA key of 2048 bits,
 * 1600 with one of 4096. The signature covers everything before it.
 */
#define AMD_CERT_KEY_ID_LEN 16
#define AMD_CERT_LEN_2048   832
#define AMD_CERT_LEN_4096   1600
#define AMD_CERT_MAX_LEN    AMD_CERT_LEN_4096
#define AMD_CERT_MAX_NUMBER 512

struct amd_cert {
    uint32_t version;
    uint8_t key_id[AMD_CERT_KEY_ID_LEN];
    uint8_t certifying_id[AMD_CERT_KEY_ID_LEN];
    uint32_t key_usage; /* SEV_USAGE_ARK or SEV_USAGE_ASK */
    uint32_t exponent_bits;
    uint32_t modulus_bits; /* 2048 or 4096; equal to exponent_bits */
    uint8_t exponent[AMD_CERT_MAX_NUMBER];  /* little-endian, */
    uint8_t modulus[AMD_CERT_MAX_NUMBER];   /* modulus_bits / 8 bytes used, */
    uint8_t signature[AMD_CERT_MAX_NUMBER]; /* the rest zero */
};

/* How long a certificate with this modulus is; 0 for sizes that do not exist. */
size_t amd_cert_len(uint32_t modulus_bits);

/* How many of its bytes the signature covers; 0 as above. */
size_t amd_cert_signed_len(uint32_t modulus_bits);

/*
 * Decodes the certificate at the beginning of IN; what follows it is left
 * alone. *RET_LEN is its length. Fails (SEVK_INPUT) on a short input, a
 * version other than 1, sizes other than 2048 and 4096 bits or unequal, and
 * reserved bytes that are not zero. Usage may be anything.
 */
SEVK_MUST_CHECK bool amd_cert_decode(struct bytes in, struct amd_cert *ret,
                                     size_t *ret_len, struct sevk_error *err);

/* Writes amd_cert_len() bytes; the sizes are ones that exist (asserted). */
void amd_cert_encode(const struct amd_cert *cert,
                     uint8_t out[static AMD_CERT_MAX_LEN]);

SEVK_MUST_CHECK bool amd_cert_dump(const struct amd_cert *cert, struct buf *to,
                                   struct sevk_error *err);

#endif
