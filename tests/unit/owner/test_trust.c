/* SPDX-License-Identifier: Apache-2.0 */
/* Trust anchors: AMD's are the published ones; others only when they hold. */
#include "owner/amd_roots.h"
#include "owner/trust.h"

#include "base/own.h"
#include "crypto/hash.h"
#include "lib/hex.h"
#include "lib/rng.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "owner/amd_signature.h"
#include "unit/owner/certs.h"
#include "wire/sev_cert.h"

static bool adds(struct bytes content, struct sevk_error *err)
{
    OWN(trust_free) struct trust trust = { 0 };
    bool ok = trust_add(&trust, content, "f", err);

    assert_int_equal(trust.n, ok ? 1 : 0);
    return ok;
}

static void test_nothing_is_no_root(void **state)
{
    struct sevk_error err;

    (void)state;
    assert_fails(adds(bytes_make("", 0), &err), &err, SEVK_INPUT,
                 "trusted root 'f': holds no ARK");
}

static void test_a_root_cut_at_any_length_is_refused(void **state)
{
    OWN(buf_free) struct buf ark = vector_load("virtual/ark.cert");

    (void)state;
    for (size_t n = 0; n < ark.n; n++) {
        assert_false(adds(bytes_make(ark.p, n), NULL));
    }
    assert_true(adds(buf_bytes(&ark), NULL));
}

static void test_a_root_with_any_flipped_bit_is_refused(void **state)
{
    OWN(buf_free) struct buf ark = vector_load("virtual/ark.cert");
    struct fake_rng rng = { 1 };

    (void)state;
    for (size_t i = 0; i < 64 + 100; i++) {
        size_t at = i < 64 ? i : fake_rng_below(&rng, (uint32_t)ark.n);
        uint8_t bit = (uint8_t)(1u << fake_rng_below(&rng, 8));

        ark.p[at] ^= bit;
        assert_false(adds(buf_bytes(&ark), NULL));
        ark.p[at] ^= bit;
    }
}

static void test_what_follows_a_root_is_refused(void **state)
{
    OWN(buf_free) struct buf ark = vector_load("virtual/ark.cert");
    OWN(buf_free) struct buf cek = vector_load("virtual/cek.cert");
    struct sevk_error err;

    (void)state;
    assert_true(buf_append_string(&ark, "x", NULL));
    assert_false(adds(buf_bytes(&ark), NULL));
    assert_false(adds(buf_bytes(&cek), &err));
}

static void test_an_ask_alone_is_no_root(void **state)
{
    OWN(buf_free) struct buf ask = vector_load("virtual/ask.cert");
    struct sevk_error err;

    (void)state;
    assert_fails(adds(buf_bytes(&ask), &err), &err, SEVK_INPUT, "no ARK");
}

static void test_two_roots_in_one_file_are_refused(void **state)
{
    OWN(buf_free) struct buf both = vector_load("virtual/ark.cert");
    OWN(buf_free) struct buf other = vector_load("certs/milan/ark.cert");
    struct sevk_error err;

    (void)state;
    assert_true(buf_append(&both, buf_bytes(&other), NULL));
    assert_fails(adds(buf_bytes(&both), &err), &err, SEVK_INPUT,
                 "two certificates of the kind ARK");
}

static void test_an_ask_of_another_root_is_refused(void **state)
{
    OWN(buf_free) struct buf both = vector_load("certs/rome/ask.cert");
    OWN(buf_free) struct buf ark = vector_load("certs/milan/ark.cert");
    struct sevk_error err;

    (void)state;
    assert_true(buf_append(&both, buf_bytes(&ark), NULL));
    assert_fails(adds(buf_bytes(&both), &err), &err, SEVK_INPUT,
                 "the ASK names another key");
}

static const struct {
    const char *generation;
    const char *ark_id, *ask_id;
    const char *ark_sha256, *ask_sha256;
} amd[] = {
    { "Naples", "1bb987c359494606b174945601c9ea5b",
      "e139970cfc464377ae61b289e2f9e96e",
      "dedabca561e1dece8cc00b7bda864cf5f20b95017864408cfe18eaee0dce24b9",
      "c6f30cf923f526c3bcd5c8c221db51e0db65911782f046de17a6603131cdfd7f" },
    { "Rome", "e6002122fb58419399d15fee7b131351",
      "c6cbcf145b3146f498e40ecb4ad4fded",
      "865977b268c16d5b27772b00aaefb4e737ba9499e818ed8e9f65b0cecefbc529",
      "7754a69407d25540fe3a695be6b02c58a53bffd12594f5c30793d6cb62875706" },
    { "Milan", "94c38e4177d0479292a7ae671d083fb6",
      "73478c05cc174bfeb06e718fa75dc3c8",
      "1246469862b78a7a8625579b0378d1f8e975eb8b82a1623b579d7968a5969888",
      "c7c73765561c58003a3d09adb2c76993027dd3a1ec4e9be876024c035e015cec" },
    { "Genoa", "9f9d4a8fe761456599f6946c4c010f3a",
      "acbb4ad21acc436fb3e932f812cd01b0",
      "8f4e3fd36589c23f1fe0c8338465bac7e2e066d97fc92f228bbee4fd356fb674",
      "c30307e4f594fb6c51fd753ab758eb78ad4bb70d9e4d96690e51c0621901031d" },
    { "Turin", "d05c3a8bde484904b49552422ceb3942",
      "15051693f7304d65a527b4a7f3f7cb77",
      "f6405e5096a6eee1eb7d5df75c49f9b9f7c8357a31c7fff150149d68588a7bf7",
      "2ee285477f0d5eb94a69029197f4cf58ca82d8e1b9a276da1ac45b0db3f4be56" },
};

static void check_cert(struct bytes cert, const char *id, const char *digest)
{
    struct amd_cert decoded;
    uint8_t sum[SHA256_LEN];
    size_t len;

    assert_true(amd_cert_decode(cert, &decoded, &len, NULL));
    assert_int_equal(len, cert.n);
    assert_hex(BYTES_OF(decoded.key_id), id);
    sha256(cert, sum);
    assert_hex(BYTES_OF(sum), digest);
}

static void test_amds_roots_are_the_published_ones(void **state)
{
    OWN(trust_free) struct trust trust = trust_amd();

    (void)state;
    assert_int_equal(trust.n, N_OF(amd));
    for (size_t i = 0; i < N_OF(amd); i++) {
        const struct trust_root *root = &trust.roots[i];

        assert_string_equal(root->generation, amd[i].generation);
        assert_true(root->built_in);
        assert_false(root->is_virtual);
        check_cert(bytes_make(root->ark, root->ark_len), amd[i].ark_id,
                   amd[i].ark_sha256);
        check_cert(bytes_make(root->ask, root->ask_len), amd[i].ask_id,
                   amd[i].ask_sha256);
    }
}

static void test_amds_roots_signed_themselves_and_their_asks(void **state)
{
    OWN(trust_free) struct trust trust = trust_amd();

    (void)state;
    for (size_t i = 0; i < trust.n; i++) {
        struct bytes ark =
            bytes_make(trust.roots[i].ark, trust.roots[i].ark_len);
        struct bytes ask =
            bytes_make(trust.roots[i].ask, trust.roots[i].ask_len);

        assert_null(amd_signature_fault(ark, SEV_USAGE_ARK, ark));
        assert_null(amd_signature_fault(ask, SEV_USAGE_ASK, ark));
        assert_non_null(amd_signature_fault(ask, SEV_USAGE_ARK, ark));
        assert_non_null(amd_signature_fault(ark, SEV_USAGE_ASK, ark));
    }
}

static void test_amds_root_keeps_its_name_when_a_file_brings_it(void **state)
{
    OWN(trust_free) struct trust trust = { 0 };
    OWN(buf_free) struct buf ark = vector_load("certs/genoa/ark.cert");
    OWN(buf_free) struct buf both = vector_load("certs/genoa/ask.cert");

    (void)state;
    assert_true(trust_add(&trust, buf_bytes(&ark), "mine", NULL));
    assert_string_equal(trust.roots[0].name, "AMD Genoa");
    assert_false(trust.roots[0].built_in);
    assert_int_equal(trust.roots[0].ask_len, 0);
    /* The same root again: it only learns its ASK. */
    assert_true(buf_append(&both, buf_bytes(&ark), NULL));
    assert_true(trust_add(&trust, buf_bytes(&both), "mine", NULL));
    assert_int_equal(trust.n, 1);
    assert_int_equal(trust.roots[0].ask_len, AMD_CERT_LEN_4096);
}

static void test_the_old_naples_ark_without_signature_is_known(void **state)
{
    OWN(buf_free) struct buf bad = vector_load("certs/naples/ark.cert.bad");
    OWN(buf_free) struct buf good = vector_load("certs/naples/ark.cert");
    OWN(trust_free) struct trust trust = { 0 };

    (void)state;
    assert_int_equal(bad.n, 576);
    assert_bytes_equal(trust_complete_ark(buf_bytes(&bad)), buf_bytes(&good));
    assert_true(trust_add(&trust, buf_bytes(&bad), "old", NULL));
    assert_string_equal(trust.roots[0].name, "AMD Naples");
    assert_ptr_equal(trust_find(&trust, buf_bytes(&good)), &trust.roots[0]);
    assert_ptr_equal(trust_find(&trust, buf_bytes(&bad)), &trust.roots[0]);
}

static void test_another_ark_without_signature_is_not(void **state)
{
    OWN(buf_free) struct buf bad = vector_load("certs/naples/ark.cert.bad");

    (void)state;
    for (size_t at = 0; at < bad.n; at++) {
        bad.p[at] ^= 0x10;
        assert_int_equal(trust_complete_ark(buf_bytes(&bad)).n, 0);
        assert_false(adds(buf_bytes(&bad), NULL));
        bad.p[at] ^= 0x10;
    }
}

static void test_a_virtual_root_is_trusted_only_when_added(void **state)
{
    OWN(buf_free) struct buf ark = vector_load("virtual/ark.cert");
    OWN(trust_free) struct trust amd_only = trust_amd();
    OWN(trust_free) struct trust with = trust_made();
    const struct trust_root *root;

    (void)state;
    assert_null(trust_find(&amd_only, buf_bytes(&ark)));
    root = trust_find(&with, buf_bytes(&ark));
    assert_non_null(root);
    assert_true(root->is_virtual);
    assert_false(root->built_in);
    assert_string_equal(root->name, "virtual platform 'lab'");
    assert_string_equal(root->generation, "");
}

static void test_nobody_is_trusted_by_default(void **state)
{
    OWN(buf_free) struct buf ark = vector_load("certs/milan/ark.cert");
    struct trust trust = { 0 };

    (void)state;
    assert_null(trust_find(&trust, buf_bytes(&ark)));
    assert_string_equal(trust_generation(buf_bytes(&ark)), "Milan");
    assert_string_equal(trust_generation(bytes_make("x", 1)), "");
}

static void test_roots_have_a_limit(void **state)
{
    OWN(trust_free) struct trust trust = trust_made();
    struct sevk_error err;

    (void)state;
    /* One and the same root does not count twice. */
    for (size_t i = 0; i < 2 * TRUST_ROOTS_MAX; i++) {
        assert_works(trust_add_amd(&trust, &err), &err);
    }
    assert_int_equal(trust.n, N_OF(amd) + 1);
}

static void test_files_are_read(void **state)
{
    OWN(own_free) char *path = vector_path("virtual/ark.cert");
    OWN(trust_free) struct trust trust = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(trust_add_file(&trust, path, &err), &err);
    assert_fails(trust_add_file(&trust, "/nowhere/at/all", &err), &err,
                 SEVK_INPUT, "/nowhere/at/all");
    assert_int_equal(trust.n, 1);
}

static void test_names_are_files_or_amd_and_none_is_amd(void **state)
{
    OWN(own_free) char *file = vector_path("virtual/ark.cert");
    const char *const both[] = { file, "amd" };
    const char *const bad[] = { file, "/no/such/file" };
    OWN(trust_free) struct trust none = { 0 };
    OWN(trust_free) struct trust one = { 0 };
    OWN(trust_free) struct trust two = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(trust_add_names(&none, NULL, 0, &err), &err);
    assert_int_equal(none.n, n_amd_roots);
    assert_works(trust_add_names(&one, both, 1, &err), &err);
    assert_int_equal(one.n, 1);
    assert_works(trust_add_names(&two, both, 2, &err), &err);
    assert_int_equal(two.n, 1 + n_amd_roots);
    assert_fails(trust_add_names(&one, bad, 2, &err), &err, SEVK_INPUT,
                 "/no/such/file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_no_root),
        cmocka_unit_test(test_a_root_cut_at_any_length_is_refused),
        cmocka_unit_test(test_a_root_with_any_flipped_bit_is_refused),
        cmocka_unit_test(test_what_follows_a_root_is_refused),
        cmocka_unit_test(test_an_ask_alone_is_no_root),
        cmocka_unit_test(test_two_roots_in_one_file_are_refused),
        cmocka_unit_test(test_an_ask_of_another_root_is_refused),
        cmocka_unit_test(test_amds_roots_are_the_published_ones),
        cmocka_unit_test(test_amds_roots_signed_themselves_and_their_asks),
        cmocka_unit_test(test_amds_root_keeps_its_name_when_a_file_brings_it),
        cmocka_unit_test(test_the_old_naples_ark_without_signature_is_known),
        cmocka_unit_test(test_another_ark_without_signature_is_not),
        cmocka_unit_test(test_a_virtual_root_is_trusted_only_when_added),
        cmocka_unit_test(test_nobody_is_trusted_by_default),
        cmocka_unit_test(test_roots_have_a_limit),
        cmocka_unit_test(test_files_are_read),
        cmocka_unit_test(test_names_are_files_or_amd_and_none_is_amd),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
