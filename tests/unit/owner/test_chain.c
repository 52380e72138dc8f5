/* SPDX-License-Identifier: Apache-2.0 */
/* Collecting a chain: every form is found, conflicts are refused. */
#include "owner/chain.h"

#include "base/base64.h"
#include "base/own.h"
#include "lib/rng.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "unit/owner/certs.h"

/* The whole made chain as a full export: PDH || PEK || OCA || CEK || ASK || ARK */
static struct buf full_export(void)
{
    struct buf all = { 0 };

    for (size_t i = 0; i < CHAIN_ROLES; i++) {
        OWN(buf_free) struct buf one = vector_load(made_chain[i]);

        assert_true(buf_append(&all, buf_bytes(&one), NULL));
    }
    return all;
}

static unsigned int roles_in(const struct chain *chain)
{
    unsigned int roles = 0;

    for (unsigned int i = 0; i < CHAIN_ROLES; i++) {
        roles |= chain_cert(chain, i).n > 0 ? 1u << i : 0;
    }
    return roles;
}

static bool adds(struct bytes content, unsigned int *roles,
                 struct sevk_error *err)
{
    OWN(chain_free) struct chain *chain = NULL;
    bool ok;

    assert_true(chain_new(&chain, NULL));
    ok = chain_add(chain, content, "f", err);
    *roles = roles_in(chain);
    assert_true(ok || *roles == 0);
    return ok;
}

static void test_nothing_is_refused(void **state)
{
    struct sevk_error err;
    unsigned int roles;

    (void)state;
    assert_fails(adds(bytes_make("", 0), &roles, &err), &err, SEVK_INPUT,
                 "certificates in 'f': empty");
    assert_fails(adds(bytes_make("  \n", 3), &roles, &err), &err, SEVK_INPUT,
                 "empty");
}

static void test_an_export_cut_at_any_length_but_between_two_is_refused(
    void **state)
{
    OWN(buf_free) struct buf all = full_export();
    unsigned int roles;

    (void)state;
    for (size_t n = 0; n <= all.n; n++) {
        bool whole = n > 0 && (n <= 4 * SEV_CERT_LEN
                                   ? n % SEV_CERT_LEN == 0
                                   : (n - 4 * SEV_CERT_LEN) % 1600 == 0);

        assert_int_equal(adds(bytes_make(all.p, n), &roles, NULL), whole);
    }
}

static void test_the_message_says_where_it_stops_to_make_sense(void **state)
{
    OWN(buf_free) struct buf all = full_export();
    struct sevk_error err;
    unsigned int roles;

    (void)state;
    assert_fails(adds(bytes_make(all.p, SEV_CERT_LEN + 7), &roles, &err), &err,
                 SEVK_INPUT, "the 7 bytes at offset 2084 are neither");
    all.p[SEV_CERT_LEN + 6] = 1; /* the PEK's reserved bytes */
    assert_fails(adds(buf_bytes(&all), &roles, &err), &err, SEVK_INPUT,
                 "certificates in 'f': at offset 2084: ");
}

static void test_arbitrary_bytes_are_refused(void **state)
{
    struct fake_rng rng = { 5 };
    uint8_t bytes[3000];
    unsigned int roles;

    (void)state;
    for (size_t i = 0; i < 1000; i++) {
        size_t n = fake_rng_below(&rng, sizeof bytes) + 1;

        fake_rng_bytes(&rng, bytes, n);
        assert_false(adds(bytes_make(bytes, n), &roles, NULL));
    }
}

static void test_more_than_the_limit_is_refused(void **state)
{
    static uint8_t bytes[CHAIN_FILE_MAX + 1];
    struct sevk_error err;
    unsigned int roles;

    (void)state;
    assert_fails(adds(BYTES_OF(bytes), &roles, &err), &err, SEVK_INPUT,
                 "more than 65536 bytes");
}

static void test_every_form_in_the_field_is_found(void **state)
{
    OWN(buf_free) struct buf all = full_export();
    static const struct {
        size_t from, to;
        unsigned int roles;
    } rows[] = {
        { 0, 2084, 1u << CHAIN_PDH },
        { 0, 8336, 0x0f },
        { 2084, 8336, 0x0e }, /* libvirt's cert-chain */
        { 0, 11536, 0x3f },
        { 8336, 11536, 0x30 },
        { 8336, 9936, 1u << CHAIN_ASK },
        { 9936, 11536, 1u << CHAIN_ARK },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct bytes part =
            bytes_make(all.p + rows[i].from, rows[i].to - rows[i].from);
        OWN(buf_free) struct buf text = { 0 };
        unsigned int roles;

        assert_true(adds(part, &roles, NULL));
        assert_int_equal(roles, rows[i].roles);
        assert_true(base64_append(&text, part, NULL));
        assert_true(buf_append_string(&text, "\n", NULL));
        assert_true(adds(buf_bytes(&text), &roles, NULL));
        assert_int_equal(roles, rows[i].roles);
    }
}

static void test_broken_base64_is_refused(void **state)
{
    struct sevk_error err;
    unsigned int roles;

    (void)state;
    assert_fails(adds(bytes_of_string("AAAAB"), &roles, &err), &err, SEVK_INPUT,
                 "f");
}

static void test_real_certificates_come_back_as_they_were(void **state)
{
    OWN(chain_free) struct chain *chain = chain_of(naples_chain, 0);

    (void)state;
    for (unsigned int i = 0; i < CHAIN_ROLES; i++) {
        OWN(buf_free) struct buf one = vector_load(naples_chain[i]);

        assert_bytes_equal(chain_cert(chain, i), buf_bytes(&one));
        assert_string_equal(chain_cert_source(chain, i), naples_chain[i]);
    }
}

static void test_the_unsigned_naples_ark_is_completed(void **state)
{
    OWN(buf_free) struct buf good = vector_load("certs/naples/ark.cert");
    OWN(chain_free) struct chain *chain = NULL;

    (void)state;
    assert_true(chain_new(&chain, NULL));
    chain_put_file(chain, "certs/naples/ark.cert.bad");
    assert_bytes_equal(chain_cert(chain, CHAIN_ARK), buf_bytes(&good));
}

static void test_the_same_certificate_twice_is_fine(void **state)
{
    OWN(chain_free) struct chain *chain = chain_of(made_chain, 0);

    (void)state;
    for (unsigned int i = 0; i < CHAIN_ROLES; i++) {
        chain_put_file(chain, made_chain[i]);
    }
}

static void test_two_for_one_place_are_refused_and_both_are_named(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < CHAIN_ROLES; i++) {
        OWN(chain_free) struct chain *chain = chain_of(made_chain, 0);
        OWN(buf_free) struct buf other = vector_load(naples_chain[i]);
        OWN(buf_free) struct buf mine = vector_load(made_chain[i]);
        struct sevk_error err;

        assert_fails(chain_add(chain, buf_bytes(&other), "other", &err), &err,
                     SEVK_INPUT, "certificates in 'other'");
        assert_non_null(strstr(err.message, made_chain[i]));
        assert_non_null(strstr(err.message, chain_role_name(i)));
        assert_bytes_equal(chain_cert(chain, i), buf_bytes(&mine));
    }
}

static void test_a_file_with_a_conflict_at_its_end_adds_nothing(void **state)
{
    OWN(buf_free) struct buf two = vector_load(made_chain[CHAIN_OCA]);
    OWN(buf_free) struct buf pdh = vector_load(naples_chain[CHAIN_PDH]);
    OWN(chain_free) struct chain *chain = NULL;

    (void)state;
    assert_true(chain_new(&chain, NULL));
    chain_put_file(chain, made_chain[CHAIN_PDH]);
    assert_true(buf_append(&two, buf_bytes(&pdh), NULL));
    assert_false(chain_add(chain, buf_bytes(&two), "two", NULL));
    assert_int_equal(roles_in(chain), 1u << CHAIN_PDH);
}

static void test_the_signed_cek_replaces_the_exported_one(void **state)
{
    static const char *const orders[][2] = {
        { "session/cek_unsigned.cert", "virtual/cek.cert" },
        { "virtual/cek.cert", "session/cek_unsigned.cert" },
    };
    OWN(buf_free) struct buf with = vector_load("virtual/cek.cert");

    (void)state;
    for (size_t i = 0; i < N_OF(orders); i++) {
        OWN(chain_free) struct chain *chain = NULL;

        assert_true(chain_new(&chain, NULL));
        chain_put_file(chain, orders[i][0]);
        chain_put_file(chain, orders[i][1]);
        assert_bytes_equal(chain_cert(chain, CHAIN_CEK), buf_bytes(&with));
        assert_string_equal(chain_cert_source(chain, CHAIN_CEK),
                            "virtual/cek.cert");
    }
}

static void test_a_signed_cek_of_another_firmware_version_is_the_same(
    void **state)
{
    OWN(chain_free) struct chain *chain = NULL;
    struct sev_cert cek;

    (void)state;
    assert_true(chain_new(&chain, NULL));
    cert_load("session/cek_unsigned.cert", &cek);
    cek.api_minor = 22;
    chain_put(chain, &cek);
    chain_put_file(chain, "virtual/cek.cert");
    assert_string_equal(chain_cert_source(chain, CHAIN_CEK),
                        "virtual/cek.cert");
}

static void test_files_are_read(void **state)
{
    OWN(own_free) char *path = vector_path("session/pdh.cert");
    OWN(chain_free) struct chain *chain = NULL;
    struct sevk_error err;

    (void)state;
    assert_true(chain_new(&chain, NULL));
    assert_works(chain_add_file(chain, path, &err), &err);
    assert_int_equal(roles_in(chain), 1u << CHAIN_PDH);
    assert_fails(chain_add_file(chain, "/nowhere/at/all", &err), &err,
                 SEVK_INPUT, "/nowhere/at/all");
}

static void test_several_files_are_read_in_their_order(void **state)
{
    OWN(own_free) char *pdh = vector_path("session/pdh.cert");
    OWN(own_free) char *pek = vector_path("session/pek.cert");
    const char *const paths[] = { pdh, pek, "/nowhere/at/all" };
    OWN(chain_free) struct chain *chain = NULL;
    struct sevk_error err;

    (void)state;
    assert_true(chain_new(&chain, NULL));
    assert_works(chain_add_files(chain, paths, 2, &err), &err);
    assert_int_equal(roles_in(chain), 1u << CHAIN_PDH | 1u << CHAIN_PEK);
    assert_fails(chain_add_files(chain, paths, 3, &err), &err, SEVK_INPUT,
                 "/nowhere/at/all");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_refused),
        cmocka_unit_test(
            test_an_export_cut_at_any_length_but_between_two_is_refused),
        cmocka_unit_test(test_the_message_says_where_it_stops_to_make_sense),
        cmocka_unit_test(test_arbitrary_bytes_are_refused),
        cmocka_unit_test(test_more_than_the_limit_is_refused),
        cmocka_unit_test(test_every_form_in_the_field_is_found),
        cmocka_unit_test(test_broken_base64_is_refused),
        cmocka_unit_test(test_real_certificates_come_back_as_they_were),
        cmocka_unit_test(test_the_unsigned_naples_ark_is_completed),
        cmocka_unit_test(test_the_same_certificate_twice_is_fine),
        cmocka_unit_test(test_two_for_one_place_are_refused_and_both_are_named),
        cmocka_unit_test(test_a_file_with_a_conflict_at_its_end_adds_nothing),
        cmocka_unit_test(test_the_signed_cek_replaces_the_exported_one),
        cmocka_unit_test(
            test_a_signed_cek_of_another_firmware_version_is_the_same),
        cmocka_unit_test(test_files_are_read),
        cmocka_unit_test(test_several_files_are_read_in_their_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
