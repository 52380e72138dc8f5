/* SPDX-License-Identifier: Apache-2.0 */
/* SEV certificates: malformed ones, real and made ones, their fields. */
#include "wire/sev_cert.h"

#include <stdio.h>

#include "base/own.h"
#include "layout.h"
#include "lib/vector.h"

static bool again(struct bytes in, uint8_t *out, struct sevk_error *err)
{
    struct sev_cert c;

    if (!sev_cert_decode(in, &c, err)) {
        return false;
    }
    sev_cert_encode(&c, out);
    return true;
}

static const struct layout layout = { SEV_CERT_LEN, again };

static const struct {
    const char *name;
    uint8_t api_minor;
    uint32_t usage;
    uint32_t algo;
    struct {
        uint32_t usage;
        uint32_t algo;
    } slots[2];
} certs[] = {
    /* formats.md 1.1: the roles as seen in real chains. */
    { "certs/naples/oca.cert",
      16,
      SEV_USAGE_OCA,
      SEV_ALGO_ECDSA_SHA256,
      { { SEV_USAGE_OCA, SEV_ALGO_ECDSA_SHA256 },
        { SEV_USAGE_INVALID, SEV_ALGO_NONE } } },
    { "certs/naples/pek.cert",
      16,
      SEV_USAGE_PEK,
      SEV_ALGO_ECDSA_SHA256,
      { { SEV_USAGE_OCA, SEV_ALGO_ECDSA_SHA256 },
        { SEV_USAGE_CEK, SEV_ALGO_ECDSA_SHA256 } } },
    { "certs/naples/pdh.cert",
      16,
      SEV_USAGE_PDH,
      SEV_ALGO_ECDH_SHA256,
      { { SEV_USAGE_PEK, SEV_ALGO_ECDSA_SHA256 },
        { SEV_USAGE_INVALID, SEV_ALGO_NONE } } },
    { "certs/naples/cek.cert",
      14,
      SEV_USAGE_CEK,
      SEV_ALGO_ECDSA_SHA256,
      { { SEV_USAGE_ASK, SEV_ALGO_RSA_SHA256 },
        { SEV_USAGE_INVALID, SEV_ALGO_NONE } } },
};

static struct sev_cert load(const char *name)
{
    OWN(buf_free) struct buf file = vector_load(name);
    struct sevk_error err = { 0 };
    struct sev_cert c;

    assert_works(sev_cert_decode(buf_bytes(&file), &c, &err), &err);
    return c;
}

static void test_another_length_is_refused(void **state)
{
    OWN(buf_free) struct buf pek = vector_load("certs/naples/pek.cert");

    (void)state;
    assert_length_is_exact(&layout, buf_bytes(&pek));
}

static void test_reserved_bytes_must_be_zero(void **state)
{
    OWN(buf_free) struct buf pek = vector_load("certs/naples/pek.cert");

    (void)state;
    assert_reserved(&layout, buf_bytes(&pek), 6, 2);
}

static void test_another_version_is_refused(void **state)
{
    OWN(buf_free) struct buf pek = vector_load("certs/naples/pek.cert");
    struct sev_cert c = { .version = 77 };

    (void)state;
    for (size_t bit = 0; bit < 32; bit++) {
        struct sevk_error err;
        uint8_t was = pek.p[bit / 8];

        pek.p[bit / 8] = (uint8_t)(was ^ 1u << bit % 8);
        assert_fails(sev_cert_decode(buf_bytes(&pek), &c, &err), &err,
                     SEVK_INPUT, "is not 1");
        pek.p[bit / 8] = was;
    }
    assert_int_equal(c.version, 77);
}

static void test_real_certificates_come_back_byte_for_byte(void **state)
{
    static const char *const made[] = {
        "session/oca.cert",  "session/pek.cert",
        "session/pdh.cert",  "session/cek_unsigned.cert",
        "session/godh.cert", "attestation/pek.cert",
    };

    (void)state;
    for (size_t i = 0; i < N_OF(certs); i++) {
        OWN(buf_free) struct buf file = vector_load(certs[i].name);

        assert_comes_back(&layout, buf_bytes(&file));
    }
    for (size_t i = 0; i < N_OF(made); i++) {
        OWN(buf_free) struct buf file = vector_load(made[i]);

        assert_comes_back(&layout, buf_bytes(&file));
    }
}

static void test_the_fields_of_a_real_chain(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(certs); i++) {
        struct sev_cert c = load(certs[i].name);
        struct sev_ec_field ec;

        assert_int_equal(c.version, 1);
        assert_int_equal(c.api_major, 0);
        assert_int_equal(c.api_minor, certs[i].api_minor);
        assert_int_equal(c.pubkey_usage, certs[i].usage);
        assert_int_equal(c.pubkey_algo, certs[i].algo);
        for (size_t k = 0; k < SEV_CERT_SLOTS; k++) {
            assert_int_equal(c.slots[k].usage, certs[i].slots[k].usage);
            assert_int_equal(c.slots[k].algo, certs[i].slots[k].algo);
            assert_int_equal(sev_cert_slot_is_empty(&c.slots[k]),
                             certs[i].slots[k].usage == SEV_USAGE_INVALID);
        }
        sev_cert_get_ec(&c, &ec);
        assert_int_equal(ec.curve, SEV_CURVE_P384);
        assert_true(bytes_all_zero(bytes_make(ec.x + 48, 24)));
        assert_true(bytes_all_zero(bytes_make(ec.y + 48, 24)));
        assert_false(bytes_all_zero(bytes_make(ec.x, 48)));
    }
}

/* Only version and reserved bytes have rules: all else may be anything. */
static void test_decoding_and_encoding_are_inverse_on_any_bytes(void **state)
{
    uint8_t in[SEV_CERT_LEN];
    struct fake_rng rng = { 11 };

    (void)state;
    for (int round = 0; round < 200; round++) {
        fake_rng_bytes(&rng, in, sizeof in);
        memcpy(in, "\1\0\0\0", 4);
        memset(in + 6, 0, 2);
        assert_comes_back(&layout, BYTES_OF(in));
    }
}

static void test_the_body_is_the_beginning(void **state)
{
    OWN(buf_free) struct buf file = vector_load("certs/naples/pek.cert");
    struct sev_cert c = load("certs/naples/pek.cert");
    uint8_t body[SEV_CERT_BODY_LEN];

    (void)state;
    sev_cert_encode_body(&c, body);
    assert_memory_equal(body, file.p, sizeof body);
}

static void test_a_point_that_is_set_can_be_read(void **state)
{
    struct sev_cert c = load("certs/naples/pek.cert");
    struct sev_cert copy = c;
    struct sev_ec_field ec;

    (void)state;
    sev_cert_get_ec(&c, &ec);
    memset(copy.pubkey, 0xee, sizeof copy.pubkey);
    sev_cert_set_ec(&copy, &ec);
    assert_memory_equal(copy.pubkey, c.pubkey, sizeof c.pubkey);
}

static void test_an_ecdsa_signature_that_is_set_can_be_read(void **state)
{
    struct sev_cert c = load("certs/naples/pek.cert");
    struct sev_cert_slot slot;
    uint8_t r[72];
    uint8_t s[72];

    (void)state;
    assert_true(sev_cert_slot_get_ecdsa(&c.slots[0], r, s));
    assert_memory_equal(r, c.slots[0].signature, 72);
    assert_memory_equal(s, c.slots[0].signature + 72, 72);
    memset(&slot, 0xee, sizeof slot);
    sev_cert_slot_set_ecdsa(&slot, SEV_USAGE_OCA, SEV_ALGO_ECDSA_SHA256, r, s);
    assert_int_equal(slot.usage, SEV_USAGE_OCA);
    assert_int_equal(slot.algo, SEV_ALGO_ECDSA_SHA256);
    assert_memory_equal(slot.signature, c.slots[0].signature, SEV_CERT_SIG_LEN);
}

static void test_bytes_behind_an_ecdsa_signature_must_be_zero(void **state)
{
    struct sev_cert c = load("certs/naples/pek.cert");
    uint8_t r[72];
    uint8_t s[72];

    (void)state;
    for (size_t at = 144; at < SEV_CERT_SIG_LEN; at++) {
        c.slots[0].signature[at] = 1;
        assert_false(sev_cert_slot_get_ecdsa(&c.slots[0], r, s));
        c.slots[0].signature[at] = 0;
    }
    assert_true(sev_cert_slot_get_ecdsa(&c.slots[0], r, s));
}

static void test_a_slot_is_empty_in_one_way_only(void **state)
{
    struct sev_cert_slot slot;

    (void)state;
    memset(&slot, 0xee, sizeof slot);
    sev_cert_slot_set_empty(&slot);
    assert_true(sev_cert_slot_is_empty(&slot));
    slot.algo = SEV_ALGO_ECDSA_SHA256;
    assert_false(sev_cert_slot_is_empty(&slot));
    sev_cert_slot_set_empty(&slot);
    slot.usage = SEV_USAGE_PEK;
    assert_false(sev_cert_slot_is_empty(&slot));
    sev_cert_slot_set_empty(&slot);
    slot.signature[511] = 1;
    assert_false(sev_cert_slot_is_empty(&slot));
}

static void test_usages_and_algorithms_have_names(void **state)
{
    static const struct {
        uint32_t value;
        const char *name;
    } usages[] = {
        { 0, "ARK" },      { 0x13, "ASK" },     { 0x1000, "none" },
        { 0x1001, "OCA" }, { 0x1002, "PEK" },   { 0x1003, "PDH" },
        { 0x1004, "CEK" }, { 0x1005, "?" },     { 1, "?" },
        { 0x12, "?" },     { UINT32_MAX, "?" },
    };
    static const struct {
        uint32_t value;
        const char *name;
    } algos[] = {
        { 0, "none" },
        { 1, "RSA with SHA-256" },
        { 2, "ECDSA with SHA-256" },
        { 3, "ECDH with SHA-256" },
        { 0x101, "RSA with SHA-384" },
        { 0x102, "ECDSA with SHA-384" },
        { 0x103, "ECDH with SHA-384" },
        { 4, "?" },
        { 0x100, "?" },
        { UINT32_MAX, "?" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(usages); i++) {
        assert_string_equal(sev_usage_name(usages[i].value), usages[i].name);
    }
    for (size_t i = 0; i < N_OF(algos); i++) {
        assert_string_equal(sev_algo_name(algos[i].value), algos[i].name);
    }
}

static void dump_to(struct buf *text, const struct sev_cert *c)
{
    struct sevk_error err = { 0 };

    buf_free(text);
    assert_works(sev_cert_dump(c, text, &err), &err);
}

static void test_a_dump_tells_every_field(void **state)
{
    struct sev_cert c = load("certs/naples/pek.cert");
    OWN(buf_free) struct buf text = { 0 };

    (void)state;
    dump_to(&text, &c);
    assert_non_null(strstr(buf_string(&text), "api               0.16\n"));
    assert_non_null(strstr(buf_string(&text), "usage             PEK (1002h)"));
    assert_non_null(strstr(buf_string(&text), "curve             2 (P-384)\n"));
    assert_non_null(strstr(buf_string(&text), "signature by      CEK (1004h)"));
    c = load("certs/naples/cek.cert");
    dump_to(&text, &c);
    assert_non_null(
        strstr(buf_string(&text), "signature kind    RSA with SHA-256 (1h)"));
    assert_non_null(strstr(buf_string(&text), "signature         empty\n"));
    /* What makes no sense is told as bytes. */
    c.pubkey_algo = 0x77;
    c.slots[0].algo = SEV_ALGO_ECDSA_SHA256;
    dump_to(&text, &c);
    assert_non_null(strstr(buf_string(&text), "algorithm         ? (77h)\n"));
    assert_non_null(strstr(buf_string(&text), "public key        02000000"));
    assert_null(strstr(buf_string(&text), "\nr "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_another_length_is_refused),
        cmocka_unit_test(test_reserved_bytes_must_be_zero),
        cmocka_unit_test(test_another_version_is_refused),
        cmocka_unit_test(test_real_certificates_come_back_byte_for_byte),
        cmocka_unit_test(test_the_fields_of_a_real_chain),
        cmocka_unit_test(test_decoding_and_encoding_are_inverse_on_any_bytes),
        cmocka_unit_test(test_the_body_is_the_beginning),
        cmocka_unit_test(test_a_point_that_is_set_can_be_read),
        cmocka_unit_test(test_an_ecdsa_signature_that_is_set_can_be_read),
        cmocka_unit_test(test_bytes_behind_an_ecdsa_signature_must_be_zero),
        cmocka_unit_test(test_a_slot_is_empty_in_one_way_only),
        cmocka_unit_test(test_usages_and_algorithms_have_names),
        cmocka_unit_test(test_a_dump_tells_every_field),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
