/* SPDX-License-Identifier: Apache-2.0 */
/* AMD's certificate format (SEV API, appendix B; formats.md 1.3). */
#include "wire/amd_cert.h"

#include <assert.h>

#include "base/cursor.h"
#include "wire/dump.h"
#include "wire/sev_cert.h"

static const char what[] = "AMD certificate";

#define FIXED_LEN 64

/* How many bytes a number has; 0 for sizes that do not exist. */
static size_t number_len(uint32_t bits)
{
    return bits == 2048 || bits == 4096 ? bits / 8 : 0;
}

size_t amd_cert_len(uint32_t modulus_bits)
{
    size_t n = number_len(modulus_bits);

    return n == 0 ? 0 : FIXED_LEN + 3 * n;
}

size_t amd_cert_signed_len(uint32_t modulus_bits)
{
    size_t n = number_len(modulus_bits);

    return n == 0 ? 0 : FIXED_LEN + 2 * n;
}

static void decode_fixed(struct rd *r, struct amd_cert *c)
{
    c->version = rd_le32(r);                               /* 00h */
    rd_copy(r, c->key_id, sizeof c->key_id);               /* 04h */
    rd_copy(r, c->certifying_id, sizeof c->certifying_id); /* 14h */
    c->key_usage = rd_le32(r);                             /* 24h */
    rd_zero(r, 16);                                        /* 28h */
    c->exponent_bits = rd_le32(r);                         /* 38h */
    c->modulus_bits = rd_le32(r);                          /* 3Ch */
}

static bool check_fixed(const struct amd_cert *c, struct sevk_error *err)
{
    if (c->version != 1) {
        return sevk_fail(err, SEVK_INPUT, "%s: version %u is not 1", what,
                         c->version);
    }
    if (number_len(c->modulus_bits) == 0) {
        return sevk_fail(err, SEVK_INPUT,
                         "%s: a key of %u bits is neither 2048 nor 4096 long",
                         what, c->modulus_bits);
    }
    if (c->exponent_bits != c->modulus_bits) {
        return sevk_fail(err, SEVK_INPUT,
                         "%s: the sizes of exponent and modulus, %u and %u "
                         "bits, are not the same",
                         what, c->exponent_bits, c->modulus_bits);
    }
    return true;
}

bool amd_cert_decode(struct bytes in, struct amd_cert *ret, size_t *ret_len,
                     struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct amd_cert c = { 0 };
    size_t n;

    decode_fixed(&r, &c);
    if (!rd_ok(&r, what, err) || !check_fixed(&c, err)) {
        return false;
    }
    n = number_len(c.modulus_bits);
    rd_copy(&r, c.exponent, n);  /* 40h */
    rd_copy(&r, c.modulus, n);   /* 140h, 240h */
    rd_copy(&r, c.signature, n); /* 240h, 440h */
    if (!rd_ok(&r, what, err)) {
        return false;
    }
    *ret = c;
    *ret_len = r.at;
    return true;
}

void amd_cert_encode(const struct amd_cert *cert,
                     uint8_t out[static AMD_CERT_MAX_LEN])
{
    size_t n = number_len(cert->modulus_bits);
    struct wr w = wr_make(out, amd_cert_len(cert->modulus_bits));

    assert(n != 0 && cert->exponent_bits == cert->modulus_bits);
    wr_le32(&w, cert->version);                                   /* 00h */
    wr_copy(&w, cert->key_id, sizeof cert->key_id);               /* 04h */
    wr_copy(&w, cert->certifying_id, sizeof cert->certifying_id); /* 14h */
    wr_le32(&w, cert->key_usage);                                 /* 24h */
    wr_zero(&w, 16);                                              /* 28h */
    wr_le32(&w, cert->exponent_bits);                             /* 38h */
    wr_le32(&w, cert->modulus_bits);                              /* 3Ch */
    wr_copy(&w, cert->exponent, n);                               /* 40h */
    wr_copy(&w, cert->modulus, n);   /* 140h, 240h */
    wr_copy(&w, cert->signature, n); /* 240h, 440h */
    wr_end(&w);
}

bool amd_cert_dump(const struct amd_cert *cert, struct buf *to,
                   struct sevk_error *err)
{
    struct dump d = dump_begin(to, err);
    size_t n = number_len(cert->modulus_bits);

    dump_text(&d, "version", "%u", cert->version);
    dump_bytes(&d, "key id", BYTES_OF(cert->key_id));
    dump_bytes(&d, "certifying id", BYTES_OF(cert->certifying_id));
    dump_text(&d, "usage", "%s (%Xh)", sev_usage_name(cert->key_usage),
              cert->key_usage);
    dump_text(&d, "exponent size", "%u bits", cert->exponent_bits);
    dump_text(&d, "modulus size", "%u bits", cert->modulus_bits);
    dump_le(&d, "exponent", bytes_make(cert->exponent, n));
    dump_le(&d, "modulus", bytes_make(cert->modulus, n));
    dump_le(&d, "signature", bytes_make(cert->signature, n));
    return dump_done(&d);
}
