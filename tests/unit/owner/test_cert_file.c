/* SPDX-License-Identifier: Apache-2.0 */
/* Files of certificates: where each begins, and what is none. */
#include "owner/cert_file.h"

#include "base/base64.h"
#include "base/own.h"
#include "lib/unit.h"
#include "lib/vector.h"

static const char *const full[] = {
    "certs/naples/pdh.cert", "certs/rome/ask.cert",   "certs/naples/pek.cert",
    "certs/milan/ark.cert",  "certs/naples/cek.cert", "certs/naples/ark.cert",
};
static const enum chain_role roles[] = {
    CHAIN_PDH, CHAIN_ASK, CHAIN_PEK, CHAIN_ARK, CHAIN_CEK, CHAIN_ARK,
};

static struct buf load_all(const char *const *names, size_t n)
{
    struct buf all = { 0 };

    for (size_t i = 0; i < n; i++) {
        OWN(buf_free) struct buf one = vector_load(names[i]);

        assert_true(buf_append(&all, buf_bytes(&one), NULL));
    }
    return all;
}

/* How many certificates there are until one is none, or the end. */
static size_t count(struct bytes content, struct sevk_error *err)
{
    struct cert_item item;
    size_t at = 0;
    size_t n = 0;

    *err = (struct sevk_error){ 0 };
    while (at < content.n && cert_file_next(content, &at, &item, err)) {
        n++;
    }
    return n;
}

static void test_a_cut_file_ends_in_an_error_at_every_length(void **state)
{
    OWN(buf_free) struct buf two = load_all(full, 2);
    struct sevk_error err;

    (void)state;
    for (size_t n = 1; n < two.n; n += n < 2080 || n > 2090 ? 7 : 1) {
        size_t found = count(bytes_make(two.p, n), &err);

        assert_int_equal(found, n < SEV_CERT_LEN ? 0 : 1);
        assert_int_equal(err.code, n == SEV_CERT_LEN ? 0 : SEVK_INPUT);
    }
}

static void test_what_has_no_known_usage_is_no_certificate(void **state)
{
    OWN(buf_free) struct buf pek = vector_load("certs/naples/pek.cert");
    OWN(buf_free) struct buf ark = vector_load("certs/milan/ark.cert");
    struct sevk_error err;

    (void)state;
    pek.p[8] = 0x77;
    assert_int_equal(count(buf_bytes(&pek), &err), 0);
    assert_non_null(strstr(err.message, "neither a SEV certificate"));
    ark.p[36] = 0x77;
    assert_int_equal(count(buf_bytes(&ark), &err), 0);
    assert_non_null(strstr(err.message, "neither a SEV certificate"));
}

static void test_a_malformed_one_is_named_by_its_offset(void **state)
{
    OWN(buf_free) struct buf all = load_all(full, N_OF(full));
    struct sevk_error err;

    (void)state;
    all.p[SEV_CERT_LEN + 40] = 1; /* reserved in the ASK */
    assert_int_equal(count(buf_bytes(&all), &err), 1);
    assert_non_null(strstr(err.message, "at offset 2084"));
}

static void test_kinds_may_be_mixed_in_any_order(void **state)
{
    OWN(buf_free) struct buf all = load_all(full, N_OF(full));
    struct sevk_error err = { 0 };
    struct cert_item item;
    size_t at = 0;

    (void)state;
    for (size_t i = 0; i < N_OF(full); i++) {
        OWN(buf_free) struct buf one = vector_load(full[i]);
        size_t before = at;

        assert_works(cert_file_next(buf_bytes(&all), &at, &item, &err), &err);
        assert_int_equal(item.role, roles[i]);
        assert_int_equal(item.offset, before);
        assert_false(item.completed);
        assert_bytes_equal(item.bytes, buf_bytes(&one));
    }
    assert_int_equal(at, all.n);
}

static void test_the_old_ark_of_naples_is_completed_at_the_end_only(
    void **state)
{
    static const char *const at_end[] = { "certs/naples/ask.cert",
                                          "certs/naples/ark.cert.bad" };
    static const char *const in_front[] = { "certs/naples/ark.cert.bad",
                                            "certs/naples/pek.cert" };
    OWN(buf_free) struct buf good = load_all(at_end, 2);
    OWN(buf_free) struct buf bad = load_all(in_front, 2);
    OWN(buf_free) struct buf whole = vector_load("certs/naples/ark.cert");
    struct sevk_error err = { 0 };
    struct cert_item item;
    size_t at = AMD_CERT_LEN_2048;

    (void)state;
    assert_works(cert_file_next(buf_bytes(&good), &at, &item, &err), &err);
    assert_true(item.completed);
    assert_bytes_equal(item.bytes, buf_bytes(&whole));
    assert_int_equal(at, good.n);
    count(buf_bytes(&bad), &err);
    assert_int_equal(err.code, SEVK_INPUT);
}

static void test_base64_is_told_by_its_characters(void **state)
{
    OWN(buf_free) struct buf pek = vector_load("certs/naples/pek.cert");
    OWN(buf_free) struct buf text = { 0 };
    OWN(buf_free) struct buf decoded = { 0 };
    OWN(buf_free) struct buf none = { 0 };
    struct sevk_error err = { 0 };
    struct bytes content = { 0 };

    (void)state;
    assert_true(base64_append(&text, buf_bytes(&pek), NULL));
    assert_works(
        cert_file_content(buf_bytes(&text), "x", &decoded, &content, &err),
        &err);
    assert_bytes_equal(content, buf_bytes(&pek));
    assert_works(cert_file_content(buf_bytes(&pek), "x", &none, &content, &err),
                 &err);
    assert_ptr_equal(content.p, pek.p);
    assert_int_equal(none.n, 0);
    assert_fails(cert_file_content(bytes_of_string("QUJ"), "name", &none,
                                   &content, &err),
                 &err, SEVK_INPUT, "name");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_cut_file_ends_in_an_error_at_every_length),
        cmocka_unit_test(test_what_has_no_known_usage_is_no_certificate),
        cmocka_unit_test(test_a_malformed_one_is_named_by_its_offset),
        cmocka_unit_test(test_kinds_may_be_mixed_in_any_order),
        cmocka_unit_test(
            test_the_old_ark_of_naples_is_completed_at_the_end_only),
        cmocka_unit_test(test_base64_is_told_by_its_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
