/* SPDX-License-Identifier: Apache-2.0 */
/* What LAUNCH_MEASURE and ATTESTATION return. */
#ifndef SEVKIT_WIRE_MEASURE_BUF_H
#define SEVKIT_WIRE_MEASURE_BUF_H

#include <sevkit/error.h>

#include "base/buf.h"

/* SEV API 6.5 (LAUNCH_MEASURE); formats.md 5: MEASURE, then mnonce. */
#define MEASURE_BUF_LEN 48

struct measure_buf {
    uint8_t measure[32]; /* a MAC: compared with secret_equal() only */
    uint8_t mnonce[16];
};

SEVK_MUST_CHECK bool measure_buf_decode(struct bytes in,
                                        struct measure_buf *ret,
                                        struct sevk_error *err);
void measure_buf_encode(const struct measure_buf *m,
                        uint8_t out[static MEASURE_BUF_LEN]);

/*
 * The bytes that MEASURE is the HMAC of (keyed with the TIK): 04h, API major,
 * API minor, build, policy, digest, mnonce.
 */
#define MEASURE_INPUT_LEN 56

struct measure_input {
    uint8_t api_major;
    uint8_t api_minor;
    uint8_t build;
    uint32_t policy;
    uint8_t digest[32];
    uint8_t mnonce[16];
};

void measure_input_encode(const struct measure_input *in,
                          uint8_t out[static MEASURE_INPUT_LEN]);

/* SEV API 6.8 (ATTESTATION); formats.md 5: the report of a running guest. */
#define ATTESTATION_LEN        208
#define ATTESTATION_SIGNED_LEN 52

struct attestation {
    uint8_t mnonce[16];
    uint8_t digest[32];
    uint32_t policy;
    uint32_t sig_usage; /* SEV_USAGE_PEK */
    uint32_t sig_algo;  /* SEV_ALGO_ECDSA_SHA256 */
    uint8_t r[72];      /* little-endian */
    uint8_t s[72];
};

SEVK_MUST_CHECK bool attestation_decode(struct bytes in,
                                        struct attestation *ret,
                                        struct sevk_error *err);
void attestation_encode(const struct attestation *a,
                        uint8_t out[static ATTESTATION_LEN]);
SEVK_MUST_CHECK bool attestation_dump(const struct attestation *a,
                                      struct buf *to, struct sevk_error *err);

#endif
