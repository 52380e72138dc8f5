/* SPDX-License-Identifier: Apache-2.0 */
/* Private keys as files: what is malformed, what is encrypted, what comes back. */
#include "crypto/ec_pem.h"

#include "lib/rng.h"
#include "lib/unit.h"

/* Made by openssl(1): "pkcs8 -topk8 -v2 aes-128-cbc", passphrase "word". */
static const char by_openssl[] =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIIBHDBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQI7HVzAIyy3xkCAggA\n"
    "MAwGCCqGSIb3DQIJBQAwHQYJYIZIAWUDBAECBBAQw1dGudZHq+P+KkzrHTxZBIHA\n"
    "GhgztyiPmFzn+ewJIp/fPIkDyiooPzuugHiRKTI+WX+BfCHkNFiPevjh/XsC7m64\n"
    "ibOg3Wx+bR8Jdz1kiNGLpx6dMpHzS8iOZ9T21vtkRt4sJhF5+idQjUYpC9g+J2XL\n"
    "cBPp5umw30CTCPMNdzYz6TEHbapHXhi3SGf3aTcFnzqw37egp+Pi9/QbS0ordzCr\n"
    "Gdsm8YES7jDHsYhfmR64sKOQIVccnu0b7MBaCHFna5i/lTV+iOEcyuesP48SIBHu\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

static struct p384_key *make_key(void)
{
    struct fake_rng seed = { 31 };
    struct p384_key *key = NULL;
    struct sevk_error err = { 0 };

    assert_works(p384_key_generate(rng_fake(&seed), &key, &err), &err);
    return key;
}

static void set_secret(struct sevk_secret *s, const char *text)
{
    struct sevk_error err = { 0 };

    assert_works(secret_copy(s, bytes_of_string(text), &err), &err);
}

static void assert_same_key(const struct p384_key *a, const struct p384_key *b)
{
    struct ec_point p;
    struct ec_point q;

    p384_key_point(a, &p);
    p384_key_point(b, &q);
    assert_memory_equal(&p, &q, sizeof p);
}

static void test_a_cut_or_changed_file_is_no_key(void **state)
{
    OWN(p384_key_free) struct p384_key *key = make_key();
    struct p384_key *read = NULL;
    struct sevk_error err = { 0 };
    SECRET(pem);

    (void)state;
    assert_works(p384_key_write_pem(key, NULL, &pem, &err), &err);
    for (size_t n = 0; n + 26 < pem.n; n += 9) {
        assert_fails(p384_key_read_pem(bytes_make(secret_expose(&pem).p, n),
                                       NULL, "key", &read, &err),
                     &err, SEVK_INPUT, "key: not a private key");
    }
    secret_expose_mutable(&pem)[100] ^= 1;
    assert_false(
        p384_key_read_pem(secret_expose(&pem), NULL, "key", &read, &err));
    assert_null(read);
}

static void test_a_passphrase_has_a_length(void **state)
{
    OWN(p384_key_free) struct p384_key *key = make_key();
    struct sevk_error err;
    SECRET(empty);
    SECRET(large);
    SECRET(pem);

    (void)state;
    assert_true(secret_alloc(&large, EC_PASSPHRASE_MAX + 1, NULL));
    assert_fails(p384_key_write_pem(key, &empty, &pem, &err), &err, SEVK_INPUT,
                 "1 to 1024 bytes");
    assert_fails(p384_key_write_pem(key, &large, &pem, &err), &err, SEVK_INPUT,
                 "1 to 1024 bytes");
    assert_int_equal(pem.n, 0);
}

static void test_without_or_with_another_passphrase_it_stays_shut(void **state)
{
    OWN(p384_key_free) struct p384_key *key = make_key();
    struct p384_key *read = NULL;
    struct sevk_error err = { 0 };
    SECRET(right);
    SECRET(wrong);
    SECRET(pem);

    (void)state;
    set_secret(&right, "open sesame");
    set_secret(&wrong, "open sesam");
    assert_works(p384_key_write_pem(key, &right, &pem, &err), &err);
    assert_true(p384_key_is_encrypted(secret_expose(&pem)));
    assert_fails(
        p384_key_read_pem(secret_expose(&pem), NULL, "key", &read, &err), &err,
        SEVK_INPUT, "key: it is encrypted");
    assert_fails(
        p384_key_read_pem(secret_expose(&pem), &wrong, "key", &read, &err),
        &err, SEVK_INPUT, "key: the passphrase is wrong");
    assert_fails(p384_key_parse(secret_expose(&pem), "key", &read, &err), &err,
                 SEVK_INPUT, "not a private key");
    assert_null(read);
}

static void test_what_was_written_comes_back(void **state)
{
    OWN(p384_key_free) struct p384_key *key = make_key();
    OWN(p384_key_free) struct p384_key *plain = NULL;
    OWN(p384_key_free) struct p384_key *opened = NULL;
    OWN(p384_key_free) struct p384_key *by_parse = NULL;
    struct sevk_error err = { 0 };
    SECRET(word);
    SECRET(pem);

    (void)state;
    assert_works(p384_key_write_pem(key, NULL, &pem, &err), &err);
    assert_false(p384_key_is_encrypted(secret_expose(&pem)));
    assert_works(
        p384_key_read_pem(secret_expose(&pem), NULL, "key", &plain, &err),
        &err);
    assert_same_key(key, plain);
    assert_works(p384_key_parse(secret_expose(&pem), "key", &by_parse, &err),
                 &err);
    assert_same_key(key, by_parse);
    assert_true(secret_alloc(&word, EC_PASSPHRASE_MAX, NULL)); /* NULs */
    assert_works(p384_key_write_pem(key, &word, &pem, &err), &err);
    assert_works(
        p384_key_read_pem(secret_expose(&pem), &word, "key", &opened, &err),
        &err);
    assert_same_key(key, opened);
}

static void test_two_files_of_one_key_have_nothing_in_common(void **state)
{
    OWN(p384_key_free) struct p384_key *key = make_key();
    struct sevk_error err = { 0 };
    SECRET(word);
    SECRET(one);
    SECRET(two);

    (void)state;
    set_secret(&word, "word");
    assert_works(p384_key_write_pem(key, &word, &one, &err), &err);
    assert_works(p384_key_write_pem(key, &word, &two, &err), &err);
    assert_int_equal(one.n, two.n);
    assert_false(secret_equal(secret_expose(&one).p + 200,
                              secret_expose(&two).p + 200, 100));
}

static void test_another_program_s_file_is_read(void **state)
{
    OWN(p384_key_free) struct p384_key *key = NULL;
    struct sevk_error err = { 0 };
    SECRET(word);

    (void)state;
    set_secret(&word, "word");
    assert_works(p384_key_read_pem(bytes_of_string(by_openssl), &word, "key",
                                   &key, &err),
                 &err);
}

static void test_der_comes_back_and_is_as_long_as_others(void **state)
{
    OWN(p384_key_free) struct p384_key *key = make_key();
    OWN(p384_key_free) struct p384_key *back = NULL;
    struct sevk_error err = { 0 };
    SECRET(der);

    (void)state;
    assert_works(p384_key_write_der(key, &der, &err), &err);
    assert_int_equal(der.n, 167); /* as openssl(1) and sevctl write it */
    assert_works(p384_key_parse(secret_expose(&der), "key", &back, &err), &err);
    assert_same_key(key, back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_cut_or_changed_file_is_no_key),
        cmocka_unit_test(test_a_passphrase_has_a_length),
        cmocka_unit_test(test_without_or_with_another_passphrase_it_stays_shut),
        cmocka_unit_test(test_what_was_written_comes_back),
        cmocka_unit_test(test_two_files_of_one_key_have_nothing_in_common),
        cmocka_unit_test(test_another_program_s_file_is_read),
        cmocka_unit_test(test_der_comes_back_and_is_as_long_as_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
