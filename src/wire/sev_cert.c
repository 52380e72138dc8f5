/* SPDX-License-Identifier: Apache-2.0 */
/* The SEV certificate (SEV API, appendix C; formats.md 1.1). */
#include "wire/sev_cert.h"

#include "base/cursor.h"
#include "wire/dump.h"

static const char what[] = "SEV certificate";

bool sev_cert_decode(struct bytes in, struct sev_cert *ret,
                     struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct sev_cert c;

    c.version = rd_le32(&r);                /* 000h */
    c.api_major = rd_u8(&r);                /* 004h */
    c.api_minor = rd_u8(&r);                /* 005h */
    rd_zero(&r, 2);                         /* 006h */
    c.pubkey_usage = rd_le32(&r);           /* 008h */
    c.pubkey_algo = rd_le32(&r);            /* 00Ch */
    rd_copy(&r, c.pubkey, sizeof c.pubkey); /* 010h */
    for (size_t i = 0; i < SEV_CERT_SLOTS; i++) {
        struct sev_cert_slot *slot = &c.slots[i];

        slot->usage = rd_le32(&r);                            /* 414h, 61Ch */
        slot->algo = rd_le32(&r);                             /* 418h, 620h */
        rd_copy(&r, slot->signature, sizeof slot->signature); /* 41Ch, 624h */
    }
    if (!rd_done(&r, what, err)) {
        return false;
    }
    if (c.version != 1) {
        return sevk_fail(err, SEVK_INPUT, "%s: version %u is not 1", what,
                         c.version);
    }
    *ret = c;
    return true;
}

static void encode_body(struct wr *w, const struct sev_cert *c)
{
    wr_le32(w, c->version);                  /* 000h */
    wr_u8(w, c->api_major);                  /* 004h */
    wr_u8(w, c->api_minor);                  /* 005h */
    wr_zero(w, 2);                           /* 006h */
    wr_le32(w, c->pubkey_usage);             /* 008h */
    wr_le32(w, c->pubkey_algo);              /* 00Ch */
    wr_copy(w, c->pubkey, sizeof c->pubkey); /* 010h */
}

void sev_cert_encode(const struct sev_cert *cert,
                     uint8_t out[static SEV_CERT_LEN])
{
    struct wr w = wr_make(out, SEV_CERT_LEN);

    encode_body(&w, cert);
    for (size_t i = 0; i < SEV_CERT_SLOTS; i++) {
        const struct sev_cert_slot *slot = &cert->slots[i];

        wr_le32(&w, slot->usage);                             /* 414h, 61Ch */
        wr_le32(&w, slot->algo);                              /* 418h, 620h */
        wr_copy(&w, slot->signature, sizeof slot->signature); /* 41Ch, 624h */
    }
    wr_end(&w);
}

void sev_cert_encode_body(const struct sev_cert *cert,
                          uint8_t out[static SEV_CERT_BODY_LEN])
{
    struct wr w = wr_make(out, SEV_CERT_BODY_LEN);

    encode_body(&w, cert);
    wr_end(&w);
}

void sev_cert_get_ec(const struct sev_cert *cert, struct sev_ec_field *ret)
{
    struct rd r = rd_make(BYTES_OF(cert->pubkey));

    ret->curve = rd_le32(&r);           /* 00h */
    rd_copy(&r, ret->x, sizeof ret->x); /* 04h */
    rd_copy(&r, ret->y, sizeof ret->y); /* 4Ch */
}

void sev_cert_set_ec(struct sev_cert *cert, const struct sev_ec_field *ec)
{
    struct wr w = wr_make(cert->pubkey, sizeof cert->pubkey);

    wr_le32(&w, ec->curve);              /* 00h */
    wr_copy(&w, ec->x, sizeof ec->x);    /* 04h */
    wr_copy(&w, ec->y, sizeof ec->y);    /* 4Ch */
    wr_zero_to(&w, sizeof cert->pubkey); /* 94h */
}

bool sev_cert_slot_get_ecdsa(const struct sev_cert_slot *slot,
                             uint8_t r[static 72], uint8_t s[static 72])
{
    struct rd in = rd_make(BYTES_OF(slot->signature));

    rd_copy(&in, r, 72);        /* 00h */
    rd_copy(&in, s, 72);        /* 48h */
    rd_zero(&in, rd_left(&in)); /* 90h */
    return rd_done(&in, what, NULL);
}

void sev_cert_slot_set_ecdsa(struct sev_cert_slot *slot, uint32_t usage,
                             uint32_t algo, const uint8_t r[static 72],
                             const uint8_t s[static 72])
{
    struct wr w = wr_make(slot->signature, sizeof slot->signature);

    slot->usage = usage;
    slot->algo = algo;
    wr_copy(&w, r, 72);                     /* 00h */
    wr_copy(&w, s, 72);                     /* 48h */
    wr_zero_to(&w, sizeof slot->signature); /* 90h */
}

void sev_cert_slot_set_empty(struct sev_cert_slot *slot)
{
    *slot = (struct sev_cert_slot){ .usage = SEV_USAGE_INVALID };
}

bool sev_cert_slot_is_empty(const struct sev_cert_slot *slot)
{
    return slot->usage == SEV_USAGE_INVALID && slot->algo == SEV_ALGO_NONE &&
           bytes_all_zero(BYTES_OF(slot->signature));
}

const char *sev_usage_name(uint32_t usage)
{
    switch (usage) {
    case SEV_USAGE_ARK:
        return "ARK";
    case SEV_USAGE_ASK:
        return "ASK";
    case SEV_USAGE_INVALID:
        return "none";
    case SEV_USAGE_OCA:
        return "OCA";
    case SEV_USAGE_PEK:
        return "PEK";
    case SEV_USAGE_PDH:
        return "PDH";
    case SEV_USAGE_CEK:
        return "CEK";
    default:
        return "?";
    }
}

const char *sev_algo_name(uint32_t algo)
{
    switch (algo) {
    case SEV_ALGO_NONE:
        return "none";
    case SEV_ALGO_RSA_SHA256:
        return "RSA with SHA-256";
    case SEV_ALGO_ECDSA_SHA256:
        return "ECDSA with SHA-256";
    case SEV_ALGO_ECDH_SHA256:
        return "ECDH with SHA-256";
    case SEV_ALGO_RSA_SHA384:
        return "RSA with SHA-384";
    case SEV_ALGO_ECDSA_SHA384:
        return "ECDSA with SHA-384";
    case SEV_ALGO_ECDH_SHA384:
        return "ECDH with SHA-384";
    default:
        return "?";
    }
}

static bool is_ec(uint32_t algo)
{
    return algo == SEV_ALGO_ECDSA_SHA256 || algo == SEV_ALGO_ECDH_SHA256 ||
           algo == SEV_ALGO_ECDSA_SHA384 || algo == SEV_ALGO_ECDH_SHA384;
}

static void dump_pubkey(struct dump *d, const struct sev_cert *cert)
{
    struct sev_ec_field ec;

    if (!is_ec(cert->pubkey_algo)) {
        dump_bytes(d, "public key", BYTES_OF(cert->pubkey));
        return;
    }
    sev_cert_get_ec(cert, &ec);
    dump_text(d, "curve", "%u%s", ec.curve,
              ec.curve == SEV_CURVE_P384 ? " (P-384)" : "");
    dump_le(d, "x", BYTES_OF(ec.x));
    dump_le(d, "y", BYTES_OF(ec.y));
}

static void dump_slot(struct dump *d, const struct sev_cert_slot *slot)
{
    uint8_t r[72];
    uint8_t s[72];

    if (sev_cert_slot_is_empty(slot)) {
        dump_text(d, "signature", "empty");
        return;
    }
    dump_text(d, "signature by", "%s (%Xh)", sev_usage_name(slot->usage),
              slot->usage);
    dump_text(d, "signature kind", "%s (%Xh)", sev_algo_name(slot->algo),
              slot->algo);
    if (is_ec(slot->algo) && sev_cert_slot_get_ecdsa(slot, r, s)) {
        dump_le(d, "r", BYTES_OF(r));
        dump_le(d, "s", BYTES_OF(s));
    } else {
        dump_bytes(d, "signature", BYTES_OF(slot->signature));
    }
}

bool sev_cert_dump(const struct sev_cert *cert, struct buf *to,
                   struct sevk_error *err)
{
    struct dump d = dump_begin(to, err);

    dump_text(&d, "version", "%u", cert->version);
    dump_text(&d, "api", "%u.%u", cert->api_major, cert->api_minor);
    dump_text(&d, "usage", "%s (%Xh)", sev_usage_name(cert->pubkey_usage),
              cert->pubkey_usage);
    dump_text(&d, "algorithm", "%s (%Xh)", sev_algo_name(cert->pubkey_algo),
              cert->pubkey_algo);
    dump_pubkey(&d, cert);
    for (size_t i = 0; i < SEV_CERT_SLOTS; i++) {
        dump_slot(&d, &cert->slots[i]);
    }
    return dump_done(&d);
}
