/* SPDX-License-Identifier: Apache-2.0 */
/* P-384 and secp256k1: hostile points and keys, the RFCs' vectors, our own. */
#include "crypto/ec.h"

#include <stdio.h>

#include "ec_vectors.h"
#include "lib/hex.h"
#include "lib/rng.h"
#include "lib/unit.h"
#include "lib/vector.h"

/* A big-endian number in the RFCs, as a field of 72 bytes little-endian. */
static void to_field(const char *be, uint8_t ret[static EC_FIELD_LEN])
{
    uint8_t n[P384_LEN];

    unhex(be, n, sizeof n);
    memset(ret, 0, EC_FIELD_LEN);
    for (size_t i = 0; i < sizeof n; i++) {
        ret[i] = n[sizeof n - 1 - i];
    }
}

static struct ec_point point_of(const char *x, const char *y)
{
    struct ec_point p;

    to_field(x, p.x);
    to_field(y, p.y);
    return p;
}

static void assert_point(const struct ec_point *p, const char *x, const char *y)
{
    struct ec_point expected = point_of(x, y);

    assert_memory_equal(p->x, expected.x, sizeof p->x);
    assert_memory_equal(p->y, expected.y, sizeof p->y);
}

static struct p384_key *key_of(const char *scalar)
{
    uint8_t d[P384_LEN];
    struct p384_key *key = NULL;
    struct sevk_error err = { 0 };

    unhex(scalar, d, sizeof d);
    assert_works(p384_key_from_scalar(BYTES_OF(d), &key, &err), &err);
    return key;
}

/* FIELD += the number BE, as 72 bytes: what a coordinate is modulo p. */
static void add_to_field(uint8_t field[static EC_FIELD_LEN], const char *be)
{
    uint8_t add[EC_FIELD_LEN];
    unsigned int carry = 0;

    to_field(be, add);
    for (size_t i = 0; i < EC_FIELD_LEN; i++) {
        carry += (unsigned int)field[i] + add[i];
        field[i] = (uint8_t)carry;
        carry >>= 8;
    }
}

static void test_points_off_the_curve_are_not_valid(void **state)
{
    struct ec_point p;

    (void)state;
    p = point_of(P384_GX, P384_GY);
    assert_true(p384_point_valid(&p));
    for (size_t bit = 0; bit < 8 * EC_FIELD_LEN; bit++) {
        struct ec_point bad = p;

        bad.x[bit / 8] = (uint8_t)(bad.x[bit / 8] ^ 1u << bit % 8);
        assert_false(p384_point_valid(&bad));
        bad = p;
        bad.y[bit / 8] = (uint8_t)(bad.y[bit / 8] ^ 1u << bit % 8);
        assert_false(p384_point_valid(&bad));
    }
    memset(&p, 0, sizeof p);
    assert_false(p384_point_valid(&p));
    memset(&p, 0xff, sizeof p);
    assert_false(p384_point_valid(&p));
}

static void test_coordinates_that_are_not_reduced_are_not_valid(void **state)
{
    struct ec_point p = point_of(P384_GX, P384_GY);

    (void)state;
    add_to_field(p.x, P384_P);
    assert_false(p384_point_valid(&p));
    p = point_of(P384_GX, P384_GY);
    add_to_field(p.y, P384_P);
    assert_false(p384_point_valid(&p));
}

static void test_a_point_in_big_endian_is_not_valid(void **state)
{
    struct ec_point p = { 0 };

    (void)state;
    unhex(P384_GX, p.x, P384_LEN);
    unhex(P384_GY, p.y, P384_LEN);
    assert_false(p384_point_valid(&p));
}

static void test_scalars_out_of_range_are_refused(void **state)
{
    static const char *const rows[] = {
        "000000000000000000000000000000000000000000000000"
        "000000000000000000000000000000000000000000000000",
        P384_N,
        P384_P,
        "ffffffffffffffffffffffffffffffffffffffffffffffff"
        "ffffffffffffffffffffffffffffffffffffffffffffffff",
    };
    struct p384_key *key = NULL;
    struct sevk_error err;
    uint8_t d[P384_LEN + 1] = { 1 };

    (void)state;
    assert_fails(p384_key_from_scalar(bytes_make(d, 47), &key, &err), &err,
                 SEVK_INPUT, "48 bytes");
    assert_fails(p384_key_from_scalar(bytes_make(d, 49), &key, &err), &err,
                 SEVK_INPUT, "48 bytes");
    for (size_t i = 0; i < N_OF(rows); i++) {
        unhex(rows[i], d, P384_LEN);
        assert_fails(p384_key_from_scalar(bytes_make(d, P384_LEN), &key, &err),
                     &err, SEVK_INPUT, "out of range");
    }
    assert_null(key);
}

static void test_the_first_and_the_last_scalar_are_usable(void **state)
{
    OWN(p384_key_free)
    struct p384_key *one =
        key_of("000000000000000000000000000000000000000000000000"
               "000000000000000000000000000000000000000000000001");
    OWN(p384_key_free)
    struct p384_key *last =
        key_of("ffffffffffffffffffffffffffffffffffffffffffffffff"
               "c7634d81f4372ddf581a0db248b0a77aecec196accc52972");
    struct ec_point p;
    struct ec_point q;

    (void)state;
    p384_key_point(one, &p);
    assert_point(&p, P384_GX, P384_GY);
    p384_key_point(last, &q);
    assert_memory_equal(q.x, p.x, sizeof p.x); /* -G */
    assert_memory_not_equal(q.y, p.y, sizeof p.y);
}

static void test_the_key_agreement_of_rfc_5903(void **state)
{
    OWN(p384_key_free) struct p384_key *i = key_of(RFC5903_I);
    OWN(p384_key_free) struct p384_key *r = key_of(RFC5903_R);
    struct ec_point ip;
    struct ec_point rp;
    SECRET(z);

    (void)state;
    p384_key_point(i, &ip);
    p384_key_point(r, &rp);
    assert_point(&ip, RFC5903_IX, RFC5903_IY);
    assert_point(&rp, RFC5903_RX, RFC5903_RY);
    assert_true(p384_ecdh(i, &rp, &z, NULL));
    assert_hex(secret_expose(&z), RFC5903_Z);
    assert_true(p384_ecdh(r, &ip, &z, NULL));
    assert_hex(secret_expose(&z), RFC5903_Z);
}

/* 197 * G has an X below 2^376; computed with another implementation. */
static void test_a_shared_secret_keeps_its_leading_zeros(void **state)
{
    OWN(p384_key_free)
    struct p384_key *key =
        key_of("000000000000000000000000000000000000000000000000"
               "0000000000000000000000000000000000000000000000c5");
    struct ec_point p = point_of(P384_GX, P384_GY);
    SECRET(z);

    (void)state;
    assert_true(p384_ecdh(key, &p, &z, NULL));
    assert_hex(secret_expose(&z),
               "004d104b26ee5671f72c10c986841d3e65d285e2516161b7"
               "baa341b12631b9e32b6f0d5896d8431c51d5d93a37cbc90e");
}

static void test_no_secret_is_shared_with_a_point_off_the_curve(void **state)
{
    OWN(p384_key_free) struct p384_key *key = key_of(RFC5903_I);
    struct ec_point p = point_of(RFC5903_RX, RFC5903_RY);
    struct sevk_error err;
    SECRET(z);

    (void)state;
    p.y[0] ^= 1;
    assert_fails(p384_ecdh(key, &p, &z, &err), &err, SEVK_INPUT,
                 "not a point of curve P-384");
    assert_int_equal(z.n, 0);
}

/* RFC 6979, A.2.6: the deterministic signatures, to be verified. */
static const struct {
    const char *text;
    enum ec_hash hash;
    const char *r;
    const char *s;
} rfc_6979[] = {
    { "sample", EC_SHA256,
      "21b13d1e013c7fa1392d03c5f99af8b30c570c6f98d4ea8e"
      "354b63a21d3daa33bde1e888e63355d92fa2b3c36d8fb2cd",
      "f3aa443fb107745bf4bd77cb3891674632068a10ca67e3d4"
      "5db2266fa7d1feebefdc63eccd1ac42ec0cb8668a4fa0ab0" },
    { "sample", EC_SHA384,
      "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa7"
      "3d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46",
      "99ef4aeb15f178cea1fe40db2603138f130e740a19624526"
      "203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8" },
    { "test", EC_SHA256,
      "6d6defac9ab64dabafe36c6bf510352a4cc27001263638e5"
      "b16d9bb51d451559f918eedaf2293be5b475cc8f0188636b",
      "2d46f3becbcc523d5f1a1256bf0c9b024d879ba9e838144c"
      "8ba6baeb4b53b47d51ab373f9845c0514eefb14024787265" },
    { "test", EC_SHA384,
      "8203b63d3c853e8d77227fb377bcf7b7b772e97892a80f36"
      "ab775d509d7a5feb0542a7f0812998da8f1dd3ca3cf023db",
      "ddd0760448d42d8a43af45af836fce4de8be06b485e9b61b"
      "827c2f13173923e06a739f040649a667bf3b828246baa5a5" },
};

static void test_the_signatures_of_rfc_6979_verify(void **state)
{
    OWN(p384_key_free) struct p384_key *key = key_of(RFC6979_X);
    struct ec_point p;

    (void)state;
    p384_key_point(key, &p);
    assert_point(&p, RFC6979_UX, RFC6979_UY);
    for (size_t i = 0; i < N_OF(rfc_6979); i++) {
        struct bytes text = bytes_of_string(rfc_6979[i].text);
        enum ec_hash other =
            rfc_6979[i].hash == EC_SHA256 ? EC_SHA384 : EC_SHA256;
        struct ec_signature sig;

        to_field(rfc_6979[i].r, sig.r);
        to_field(rfc_6979[i].s, sig.s);
        assert_true(p384_verify(&p, rfc_6979[i].hash, text, &sig));
        assert_false(p384_verify(&p, other, text, &sig));
        assert_false(
            p384_verify(&p, rfc_6979[i].hash, bytes_of_string("other"), &sig));
    }
}

static void test_a_forged_signature_does_not_verify(void **state)
{
    struct ec_point p = point_of(RFC6979_UX, RFC6979_UY);
    struct ec_point other = point_of(P384_GX, P384_GY);
    struct ec_point off = p;
    struct bytes text = bytes_of_string("sample");
    struct ec_signature good;
    struct ec_signature bad;

    (void)state;
    to_field(rfc_6979[0].r, good.r);
    to_field(rfc_6979[0].s, good.s);
    for (size_t bit = 0; bit < 8 * EC_FIELD_LEN; bit += 5) {
        bad = good;
        bad.r[bit / 8] = (uint8_t)(bad.r[bit / 8] ^ 1u << bit % 8);
        assert_false(p384_verify(&p, EC_SHA256, text, &bad));
        bad = good;
        bad.s[bit / 8] = (uint8_t)(bad.s[bit / 8] ^ 1u << bit % 8);
        assert_false(p384_verify(&p, EC_SHA256, text, &bad));
    }
    memset(&bad, 0, sizeof bad);
    assert_false(p384_verify(&p, EC_SHA256, text, &bad));
    bad.r[0] = bad.s[0] = 1;
    assert_false(p384_verify(&p, EC_SHA256, text, &bad));
    memset(&bad, 0xff, sizeof bad);
    assert_false(p384_verify(&p, EC_SHA256, text, &bad));
    bad = good; /* r + n is congruent to r, yet no signature */
    add_to_field(bad.r, P384_N);
    assert_false(p384_verify(&p, EC_SHA256, text, &bad));
    assert_false(p384_verify(&other, EC_SHA256, text, &good));
    off.x[0] ^= 1;
    assert_false(p384_verify(&off, EC_SHA256, text, &good));
}

static void test_what_is_signed_verifies(void **state)
{
    struct fake_rng seed = { 9 };
    OWN(p384_key_free) struct p384_key *key = NULL;
    struct ec_point p;

    (void)state;
    assert_true(p384_key_generate(rng_fake(&seed), &key, NULL));
    p384_key_point(key, &p);
    assert_true(p384_point_valid(&p));
    for (int i = 0; i < 20; i++) {
        struct ec_signature sig;
        uint8_t data[100];
        enum ec_hash hash = i % 2 == 0 ? EC_SHA256 : EC_SHA384;

        fake_rng_bytes(&seed, data, sizeof data);
        assert_true(p384_sign(key, hash, BYTES_OF(data), &sig, NULL));
        assert_true(p384_verify(&p, hash, BYTES_OF(data), &sig));
        assert_true(bytes_all_zero(bytes_make(sig.r + 48, 24)));
        assert_true(bytes_all_zero(bytes_make(sig.s + 48, 24)));
    }
    {
        struct ec_signature sig;

        assert_true(p384_sign(key, EC_SHA384, (struct bytes){ 0 }, &sig, NULL));
        assert_true(p384_verify(&p, EC_SHA384, (struct bytes){ 0 }, &sig));
    }
}

static void test_a_source_gives_its_key_again(void **state)
{
    struct fake_rng a = { 10 };
    struct fake_rng b = { 10 };
    OWN(p384_key_free) struct p384_key *one = NULL;
    OWN(p384_key_free) struct p384_key *two = NULL;
    struct ec_point p;
    struct ec_point q;

    (void)state;
    assert_true(p384_key_generate(rng_fake(&a), &one, NULL));
    assert_true(p384_key_generate(rng_fake(&b), &two, NULL));
    p384_key_point(one, &p);
    p384_key_point(two, &q);
    assert_memory_equal(&p, &q, sizeof p);
}

static void test_unusable_draws_are_drawn_again(void **state)
{
    uint8_t draws[8 * P384_LEN];
    struct scripted_rng script = { BYTES_OF(draws) };
    OWN(p384_key_free) struct p384_key *key = NULL;
    struct sevk_error err;
    SECRET(d);

    (void)state;
    memset(draws, 0xff, sizeof draws); /* above n */
    memset(draws + P384_LEN, 0, P384_LEN);
    memset(draws + 2 * P384_LEN, 0x11, P384_LEN);
    assert_true(p384_key_generate(rng_scripted(&script), &key, NULL));
    assert_true(p384_key_scalar(key, &d, NULL));
    assert_bytes_equal(secret_expose(&d),
                       bytes_make(draws + 2 * P384_LEN, P384_LEN));
    assert_int_equal(script.script.n, 5 * P384_LEN);
    p384_key_free(&key);
    memset(draws, 0xff, sizeof draws);
    script.script = BYTES_OF(draws);
    assert_fails(p384_key_generate(rng_scripted(&script), &key, &err), &err,
                 SEVK_HOST, "no usable P-384 key");
    assert_fails(p384_key_generate(rng_failing(), &key, &err), &err, SEVK_HOST,
                 "no random bytes");
    assert_null(key);
}

static void test_the_scalar_comes_back_with_its_leading_zeros(void **state)
{
    static const char small[] =
        "000000000000000000000000000000000000000000000000"
        "0000000000000000000000000000000000000000000000ff";
    OWN(p384_key_free) struct p384_key *key = key_of(small);
    SECRET(d);

    (void)state;
    assert_true(p384_key_scalar(key, &d, NULL));
    assert_hex(secret_expose(&d), small);
}

static void test_private_keys_are_read_from_der(void **state)
{
    static const char *const names[] = { "cek", "godh", "oca", "pdh", "pek" };

    (void)state;
    for (size_t i = 0; i < N_OF(names); i++) {
        OWN(p384_key_free) struct p384_key *key = NULL;
        OWN(buf_free) struct buf der = { 0 };
        struct sevk_error err = { 0 };
        char name[64];

        snprintf(name, sizeof name, "session/%s_key.der", names[i]);
        der = vector_load(name);
        assert_works(p384_key_parse(buf_bytes(&der), name, &key, &err), &err);
    }
}

static void test_what_is_cut_or_no_key_is_refused(void **state)
{
    OWN(buf_free) struct buf der = vector_load("session/pek_key.der");
    struct p384_key *key = NULL;
    struct sevk_error err;

    (void)state;
    for (size_t n = 0; n < der.n; n++) {
        assert_fails(p384_key_parse(bytes_make(der.p, n), "PEK", &key, &err),
                     &err, SEVK_INPUT, "PEK: not a private key of curve P-384");
    }
    assert_false(p384_key_parse((struct bytes){ 0 }, "PEK", &key, NULL));
    assert_false(
        p384_key_parse(bytes_of_string("-----BEGIN PRIVATE KEY-----\nAAAA\n"
                                       "-----END PRIVATE KEY-----\n"),
                       "PEK", &key, NULL));
    assert_true(buf_reserve(&der, 65536, NULL));
    memset(der.p + der.n, 0, 65536);
    assert_false(p384_key_parse(bytes_make(der.p, 65537), "PEK", &key, NULL));
    assert_null(key);
}

/* The last byte of the scalar changed: no longer the public key's. */
static void test_a_private_key_that_does_not_fit_its_public_one(void **state)
{
    OWN(buf_free) struct buf der = vector_load("session/pek_key.der");
    struct p384_key *key = NULL;

    (void)state;
    /* SEC 1, C.4: 30h len, 02h 01h 01h, 04h 30h, 48 bytes. */
    assert_memory_equal(der.p + 3, "\x02\x01\x01\x04\x30", 5);
    der.p[8 + 47] ^= 1;
    assert_false(p384_key_parse(buf_bytes(&der), "PEK", &key, NULL));
    assert_null(key);
}

static void test_private_keys_are_read_from_pem(void **state)
{
    OWN(buf_free) struct buf der = vector_load("session/pek_key.der");
    OWN(buf_free) struct buf with_parameters = { 0 };
    OWN(p384_key_free) struct p384_key *from_der = NULL;
    const char *forms[3] = { pem_sec1, pem_pkcs8 };
    struct ec_point p;

    (void)state;
    /* "openssl ecparam -genkey" puts the curve's name in front. */
    assert_true(buf_printf(&with_parameters, NULL, "%s%s",
                           "-----BEGIN EC PARAMETERS-----\n"
                           "BgUrgQQAIg==\n"
                           "-----END EC PARAMETERS-----\n",
                           pem_sec1));
    forms[2] = buf_string(&with_parameters);
    assert_true(p384_key_parse(buf_bytes(&der), "PEK", &from_der, NULL));
    p384_key_point(from_der, &p);
    for (size_t i = 0; i < N_OF(forms); i++) {
        OWN(p384_key_free) struct p384_key *key = NULL;
        struct sevk_error err = { 0 };
        struct ec_point q;

        assert_works(
            p384_key_parse(bytes_of_string(forms[i]), "PEK", &key, &err), &err);
        p384_key_point(key, &q);
        assert_memory_equal(&p, &q, sizeof p);
    }
}

/* Without asking for a passphrase at the terminal. */
static void test_encrypted_keys_and_other_kinds_are_refused(void **state)
{
    static const char *const rows[] = { pem_encrypted, pem_p256, pem_ed25519 };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct p384_key *key = NULL;
        struct sevk_error err;

        assert_fails(
            p384_key_parse(bytes_of_string(rows[i]), "PEK", &key, &err), &err,
            SEVK_INPUT, "not a private key of curve P-384");
        assert_null(key);
    }
}

static void test_the_shared_secret_of_the_recorded_session(void **state)
{
    OWN(buf_free) struct buf pdh = vector_load("session/pdh_key.der");
    OWN(buf_free) struct buf godh = vector_load("session/godh_key.der");
    OWN(buf_free)
    struct buf z = vector_json_string("session/intermediates.json", "z");
    OWN(p384_key_free) struct p384_key *server = NULL;
    OWN(p384_key_free) struct p384_key *client = NULL;
    struct ec_point p;
    SECRET(found);

    (void)state;
    assert_true(p384_key_parse(buf_bytes(&pdh), "PDH", &server, NULL));
    assert_true(p384_key_parse(buf_bytes(&godh), "DH", &client, NULL));
    p384_key_point(server, &p);
    assert_true(p384_ecdh(client, &p, &found, NULL));
    assert_hex(secret_expose(&found), buf_string(&z));
    p384_key_point(client, &p);
    assert_true(p384_ecdh(server, &p, &found, NULL));
    assert_hex(secret_expose(&found), buf_string(&z));
}

/* SEC 2, 2.4.1: the generator, and its double. */
static void test_the_small_multiples_of_secp256k1s_generator(void **state)
{
    static const struct {
        uint8_t scalar;
        const char *point;
    } rows[] = {
        { 1,
          "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
          "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8" },
        { 2,
          "c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5"
          "1ae168fea63dc339a3c58419466ceaeef7f632653266d0e1236431a950cfe52a" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        uint8_t d[SECP256K1_LEN] = { 0 };
        uint8_t out[2 * SECP256K1_LEN];
        SECRET(scalar);

        d[31] = rows[i].scalar;
        assert_true(secret_copy(&scalar, BYTES_OF(d), NULL));
        assert_true(secp256k1_public(&scalar, out, NULL));
        assert_hex(BYTES_OF(out), rows[i].point);
    }
}

static void test_secp256k1_scalars_out_of_range_are_refused(void **state)
{
    static const char *const rows[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    };
    uint8_t out[2 * SECP256K1_LEN];

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        uint8_t d[SECP256K1_LEN];
        struct sevk_error err;
        SECRET(scalar);

        unhex(rows[i], d, sizeof d);
        assert_true(secret_copy(&scalar, BYTES_OF(d), NULL));
        assert_fails(secp256k1_public(&scalar, out, &err), &err, SEVK_INPUT,
                     "out of range");
    }
}

static void test_get_id_of_the_recorded_chip(void **state)
{
    OWN(buf_free) struct buf cuk = vector_json_string("cek/derive.json", "cuk");
    OWN(buf_free)
    struct buf id_text = vector_json_string("cek/derive.json", "get_id");
    uint8_t d[SECP256K1_LEN];
    uint8_t id[2 * SECP256K1_LEN];
    uint8_t out[2 * SECP256K1_LEN];
    SECRET(scalar);

    (void)state;
    unhex(buf_string(&cuk), d, sizeof d);
    unhex(buf_string(&id_text), id, sizeof id);
    assert_true(secret_copy(&scalar, BYTES_OF(d), NULL));
    assert_true(secp256k1_public(&scalar, out, NULL));
    assert_bytes_equal(BYTES_OF(out), BYTES_OF(id));
}

static void test_the_cek_of_the_recorded_chip(void **state)
{
    OWN(buf_free)
    struct buf kdf = vector_json_string("cek/derive.json", "kdf56");
    OWN(buf_free) struct buf d = vector_json_string("cek/derive.json", "d");
    OWN(buf_free) struct buf x = vector_json_string("cek/derive.json", "x");
    OWN(buf_free) struct buf y = vector_json_string("cek/derive.json", "y");
    OWN(p384_key_free) struct p384_key *key = NULL;
    struct ec_point p;
    uint8_t le[56];
    uint8_t be[56];
    SECRET(scalar);

    (void)state;
    unhex(buf_string(&kdf), le, sizeof le);
    for (size_t i = 0; i < sizeof le; i++) {
        be[i] = le[sizeof le - 1 - i];
    }
    assert_true(p384_scalar_from_bits(BYTES_OF(be), &scalar, NULL));
    assert_hex(secret_expose(&scalar), buf_string(&d));
    assert_true(p384_key_from_scalar(secret_expose(&scalar), &key, NULL));
    p384_key_point(key, &p);
    assert_point(&p, buf_string(&x), buf_string(&y));
}

static void test_reduction_gives_one_to_n_minus_one(void **state)
{
    static const struct {
        const char *bits;
        const char *scalar;
    } rows[] = {
        { "00", "000000000000000000000000000000000000000000000000"
                "000000000000000000000000000000000000000000000001" },
        { "ff", "000000000000000000000000000000000000000000000000"
                "000000000000000000000000000000000000000000000100" },
        /* n - 2 is the highest remainder, n - 1 is none any more. */
        { "ffffffffffffffffffffffffffffffffffffffffffffffff"
          "c7634d81f4372ddf581a0db248b0a77aecec196accc52971",
          "ffffffffffffffffffffffffffffffffffffffffffffffff"
          "c7634d81f4372ddf581a0db248b0a77aecec196accc52972" },
        { "ffffffffffffffffffffffffffffffffffffffffffffffff"
          "c7634d81f4372ddf581a0db248b0a77aecec196accc52972",
          "000000000000000000000000000000000000000000000000"
          "000000000000000000000000000000000000000000000001" },
        { "0000ffffffffffffffffffffffffffffffffffffffffffffffff"
          "c7634d81f4372ddf581a0db248b0a77aecec196accc52973",
          "000000000000000000000000000000000000000000000000"
          "000000000000000000000000000000000000000000000002" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        OWN(buf_free) struct buf bits = unhex_all(rows[i].bits);
        SECRET(scalar);

        assert_true(p384_scalar_from_bits(buf_bytes(&bits), &scalar, NULL));
        assert_hex(secret_expose(&scalar), rows[i].scalar);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_points_off_the_curve_are_not_valid),
        cmocka_unit_test(test_coordinates_that_are_not_reduced_are_not_valid),
        cmocka_unit_test(test_a_point_in_big_endian_is_not_valid),
        cmocka_unit_test(test_scalars_out_of_range_are_refused),
        cmocka_unit_test(test_the_first_and_the_last_scalar_are_usable),
        cmocka_unit_test(test_the_key_agreement_of_rfc_5903),
        cmocka_unit_test(test_a_shared_secret_keeps_its_leading_zeros),
        cmocka_unit_test(test_no_secret_is_shared_with_a_point_off_the_curve),
        cmocka_unit_test(test_the_signatures_of_rfc_6979_verify),
        cmocka_unit_test(test_a_forged_signature_does_not_verify),
        cmocka_unit_test(test_what_is_signed_verifies),
        cmocka_unit_test(test_a_source_gives_its_key_again),
        cmocka_unit_test(test_unusable_draws_are_drawn_again),
        cmocka_unit_test(test_the_scalar_comes_back_with_its_leading_zeros),
        cmocka_unit_test(test_private_keys_are_read_from_der),
        cmocka_unit_test(test_what_is_cut_or_no_key_is_refused),
        cmocka_unit_test(test_a_private_key_that_does_not_fit_its_public_one),
        cmocka_unit_test(test_private_keys_are_read_from_pem),
        cmocka_unit_test(test_encrypted_keys_and_other_kinds_are_refused),
        cmocka_unit_test(test_the_shared_secret_of_the_recorded_session),
        cmocka_unit_test(test_the_small_multiples_of_secp256k1s_generator),
        cmocka_unit_test(test_secp256k1_scalars_out_of_range_are_refused),
        cmocka_unit_test(test_get_id_of_the_recorded_chip),
        cmocka_unit_test(test_the_cek_of_the_recorded_chip),
        cmocka_unit_test(test_reduction_gives_one_to_n_minus_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
