/* SPDX-License-Identifier: Apache-2.0 */
/* The SEV certificate: PDH, PEK, OCA, CEK and the guest owner's DH key. */
#ifndef SEVKIT_WIRE_SEV_CERT_H
#define SEVKIT_WIRE_SEV_CERT_H

#include <sevkit/error.h>

#include "base/buf.h"

/*
 * SEV API, appendix C; formats.md 1.1. 2084 bytes: a body of 1044, which the
 * signatures cover, and two signature slots, which nothing covers. Numbers are
 * little-endian. Whoever checks a signature takes the body from the bytes that
 * were received, never from an encoding made anew.
 */
#define SEV_CERT_LEN        2084
#define SEV_CERT_BODY_LEN   1044
#define SEV_CERT_PUBKEY_LEN 1028
#define SEV_CERT_SIG_LEN    512
#define SEV_CERT_SLOTS      2

enum sev_usage {
    SEV_USAGE_ARK = 0x0,
    SEV_USAGE_ASK = 0x13,
    SEV_USAGE_INVALID = 0x1000,
    SEV_USAGE_OCA = 0x1001,
    SEV_USAGE_PEK = 0x1002,
    SEV_USAGE_PDH = 0x1003,
    SEV_USAGE_CEK = 0x1004,
};

enum sev_algo {
    SEV_ALGO_NONE = 0,
    SEV_ALGO_RSA_SHA256 = 1,
    SEV_ALGO_ECDSA_SHA256 = 2,
    SEV_ALGO_ECDH_SHA256 = 3,
    SEV_ALGO_RSA_SHA384 = 0x101,
    SEV_ALGO_ECDSA_SHA384 = 0x102,
    SEV_ALGO_ECDH_SHA384 = 0x103,
};

#define SEV_CURVE_P384 2

struct sev_cert_slot {
    uint32_t usage; /* of the key that signed: enum sev_usage, or anything */
    uint32_t algo;
    uint8_t signature[SEV_CERT_SIG_LEN];
};

struct sev_cert {
    uint32_t version;
    uint8_t api_major;
    uint8_t api_minor;
    uint32_t pubkey_usage;
    uint32_t pubkey_algo;
    uint8_t pubkey[SEV_CERT_PUBKEY_LEN]; /* see the two views below */
    struct sev_cert_slot slots[SEV_CERT_SLOTS];
};

/* The public key field read as an EC point: numbers of 72 bytes. */
struct sev_ec_field {
    uint32_t curve;
    uint8_t x[72];
    uint8_t y[72];
};

/*
 * Decodes exactly 2084 bytes. Fails (SEVK_INPUT) on another length, a version
 * other than 1, and reserved bytes that are not zero. Usages, algorithms and
 * keys may have any value: whether they make sense is the verifier's question.
 * Decoding and encoding are inverse.
 */
SEVK_MUST_CHECK bool sev_cert_decode(struct bytes in, struct sev_cert *ret,
                                     struct sevk_error *err);

void sev_cert_encode(const struct sev_cert *cert,
                     uint8_t out[static SEV_CERT_LEN]);

/* The body alone, for the one who makes a signature. */
void sev_cert_encode_body(const struct sev_cert *cert,
                          uint8_t out[static SEV_CERT_BODY_LEN]);

/*
 * Reads and writes the public key field as an EC point. Writing puts zeros
 * behind it; reading does not look there.
 */
void sev_cert_get_ec(const struct sev_cert *cert, struct sev_ec_field *ret);
void sev_cert_set_ec(struct sev_cert *cert, const struct sev_ec_field *ec);

/*
 * Reads and writes a signature slot as an ECDSA signature: r and s, 72 bytes
 * little-endian each, then zeros. Reading is false when the rest of the slot
 * is not zero.
 */
bool sev_cert_slot_get_ecdsa(const struct sev_cert_slot *slot,
                             uint8_t r[static 72], uint8_t s[static 72]);
void sev_cert_slot_set_ecdsa(struct sev_cert_slot *slot, uint32_t usage,
                             uint32_t algo, const uint8_t r[static 72],
                             const uint8_t s[static 72]);

/* Usage 1000h, algorithm 0, zeros. */
void sev_cert_slot_set_empty(struct sev_cert_slot *slot);
bool sev_cert_slot_is_empty(const struct sev_cert_slot *slot);

/* "PEK"; "?" for a value without a name. */
const char *sev_usage_name(uint32_t usage);
/* "ECDSA with SHA-256"; "?" for a value without a name. */
const char *sev_algo_name(uint32_t algo);

/* Every field as text, a line each. */
SEVK_MUST_CHECK bool sev_cert_dump(const struct sev_cert *cert, struct buf *to,
                                   struct sevk_error *err);

#endif
