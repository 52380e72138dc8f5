/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256, SHA-384, HMAC: FIPS 180-4's examples and RFC 4231's cases. */
#include "crypto/hash.h"

#include "base/own.h"
#include "lib/hex.h"
#include "lib/rng.h"
#include "lib/unit.h"

#define ALPHABET_448 "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
#define ALPHABET_896                                                           \
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"                 \
    "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"

/* The examples to FIPS 180-4. */
static const struct {
    const char *text;
    const char *sha256;
    const char *sha384;
} examples[] = {
    { "", "e3b0c44298fc1c149afbf4c8996fb924 27ae41e4649b934ca495991b7852b855",
      "38b060a751ac96384cd9327eb1b1e36a 21fdb71114be07434c0cc7bf63f6e1da"
      "274edebfe76f65fbd51ad2f14898b95b" },
    { "abc",
      "ba7816bf8f01cfea414140de5dae2223 b00361a396177a9cb410ff61f20015ad",
      "cb00753f45a35e8bb5a03d699ac65007 272c32ab0eded1631a8b605a43ff5bed"
      "8086072ba1e7cc2358baeca134c825a7" },
    { ALPHABET_448,
      "248d6a61d20638b8e5c026930c3e6039 a33ce45964ff2167f6ecedd419db06c1",
      NULL },
    { ALPHABET_896, NULL,
      "09330c33f71147e83d192fc782cd1b47 53111b173b3b05d22fa08086e3b0f712"
      "fcc7c71a557e2db966c3e9fa91746039" },
};

static void test_the_examples_of_fips_180(void **state)
{
    uint8_t out[SHA384_LEN];

    (void)state;
    for (size_t i = 0; i < N_OF(examples); i++) {
        struct bytes text = bytes_of_string(examples[i].text);

        if (examples[i].sha256 != NULL) {
            sha256(text, out);
            assert_hex(bytes_make(out, SHA256_LEN), examples[i].sha256);
        }
        if (examples[i].sha384 != NULL) {
            sha384(text, out);
            assert_hex(bytes_make(out, SHA384_LEN), examples[i].sha384);
        }
    }
}

static void test_a_view_without_an_address_is_nothing(void **state)
{
    uint8_t out[SHA384_LEN];

    (void)state;
    sha256((struct bytes){ 0 }, out);
    assert_hex(bytes_make(out, SHA256_LEN), examples[0].sha256);
    sha384((struct bytes){ 0 }, out);
    assert_hex(bytes_make(out, SHA384_LEN), examples[0].sha384);
}

static void test_a_million_times_a(void **state)
{
    struct sha256 h;
    uint8_t piece[1000];
    uint8_t out[SHA256_LEN];

    (void)state;
    memset(piece, 'a', sizeof piece);
    sha256_init(&h);
    for (int i = 0; i < 1000; i++) {
        sha256_update(&h, BYTES_OF(piece));
    }
    sha256_final(&h, out);
    assert_hex(BYTES_OF(out), "cdc76e5c9914fb9281a1c7e284d73e67 "
                              "f1809a48a497200e046d39ccc7112cd0");
}

static void test_pieces_make_no_difference(void **state)
{
    struct fake_rng rng = { 8 };
    uint8_t data[200];
    uint8_t whole[SHA256_LEN];

    (void)state;
    fake_rng_bytes(&rng, data, sizeof data);
    sha256(BYTES_OF(data), whole);
    for (size_t cut = 0; cut <= sizeof data; cut++) {
        uint8_t out[SHA256_LEN];
        struct sha256 h;

        sha256_init(&h);
        sha256_update(&h, bytes_make(data, cut));
        sha256_update(&h, (struct bytes){ 0 });
        sha256_update(&h, bytes_make(data + cut, sizeof data - cut));
        sha256_final(&h, out);
        assert_memory_equal(out, whole, sizeof whole);
    }
}

static void test_a_copied_state_goes_on_by_itself(void **state)
{
    struct sha256 h;
    struct sha256 copy;
    uint8_t out[SHA256_LEN];

    (void)state;
    sha256_init(&h);
    sha256_update(&h, bytes_of_string("ab"));
    copy = h;
    sha256_update(&h, bytes_of_string("something else"));
    sha256_final(&h, out);
    sha256_update(&copy, bytes_of_string("c"));
    sha256_final(&copy, out);
    assert_hex(BYTES_OF(out), examples[1].sha256);
}

static void test_a_finished_state_is_wiped(void **state)
{
    struct sha256 h;
    uint8_t out[SHA256_LEN];

    (void)state;
    sha256_init(&h);
    sha256_update(&h, bytes_of_string("secret"));
    sha256_final(&h, out);
    assert_true(bytes_all_zero(bytes_make(&h, sizeof h)));
}

/* RFC 4231, section 4; case 5 tells the first 16 bytes only. */
#define AA_131                                                                 \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"        \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"        \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"        \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"        \
    "aaaaaa"

static const struct {
    const char *key;
    const char *text; /* as text, or */
    const char *data; /* as hexadecimal */
    const char *mac;
} rfc_4231[] = {
    { "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "Hi There", NULL,
      "b0344c61d8db38535ca8afceaf0bf12b 881dc200c9833da726e9376c2e32cff7" },
    { "4a656665", "what do ya want for nothing?", NULL,
      "5bdcc146bf60754e6a042426089575c7 5a003f089d2739839dec58b964ec3843" },
    { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL,
      "dddddddddddddddddddddddddddddddddddddddddddddddddd"
      "dddddddddddddddddddddddddddddddddddddddddddddddddd",
      "773ea91e36800e46854db8ebd09181a7 2959098b3ef8c122d9635514ced565fe" },
    { "0102030405060708090a0b0c0d0e0f10111213141516171819", NULL,
      "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
      "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
      "82558a389a443c0ea4cc819899f2083a 85f0faa3e578f8077a2e3ff46729665b" },
    { "0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c", "Test With Truncation", NULL,
      "a3b6167473100ee06e0c796c2955552b" },
    { AA_131, "Test Using Larger Than Block-Size Key - Hash Key First", NULL,
      "60e431591ee0b67f0d8a26aacbf5b77f 8e0bc6213728c5140546040f0ee37f54" },
    { AA_131,
      "This is a test using a larger than block-size key and a larger than "
      "block-size data. The key needs to be hashed before being used by the "
      "HMAC algorithm.",
      NULL,
      "9b09ffa71b942fcb27635fbcd5b0e944 bfdc63644f0713938a7f51535c3a35e2" },
};

static void test_the_cases_of_rfc_4231(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(rfc_4231); i++) {
        OWN(buf_free) struct buf key = unhex_all(rfc_4231[i].key);
        OWN(buf_free) struct buf data = { 0 };
        OWN(buf_free) struct buf mac = unhex_all(rfc_4231[i].mac);
        struct bytes part;
        uint8_t out[SHA256_LEN];

        if (rfc_4231[i].text != NULL) {
            part = bytes_of_string(rfc_4231[i].text);
        } else {
            data = unhex_all(rfc_4231[i].data);
            part = buf_bytes(&data);
        }
        hmac_sha256(buf_bytes(&key), &part, 1, out);
        assert_bytes_equal(bytes_make(out, mac.n), buf_bytes(&mac));
    }
}

static void test_the_parts_of_a_mac_are_one_text(void **state)
{
    struct bytes key = bytes_of_string("Jefe");
    struct bytes parts[] = {
        bytes_of_string("what do "),
        { 0 },
        bytes_of_string("ya want "),
        bytes_of_string("for nothing?"),
    };
    uint8_t out[SHA256_LEN];

    (void)state;
    hmac_sha256(key, parts, N_OF(parts), out);
    assert_hex(BYTES_OF(out), rfc_4231[1].mac);
}

/* Both were computed with another implementation (Python's hmac). */
static void test_an_empty_key_and_a_key_of_a_block(void **state)
{
    uint8_t key[64];
    struct bytes text = bytes_of_string("abc");
    uint8_t out[SHA256_LEN];

    (void)state;
    hmac_sha256((struct bytes){ 0 }, NULL, 0, out);
    assert_hex(BYTES_OF(out), "b613679a0814d9ec772f95d778c35fc5 "
                              "ff1697c493715653c6c712144292c5ad");
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] = (uint8_t)i;
    }
    hmac_sha256(BYTES_OF(key), &text, 1, out);
    assert_hex(BYTES_OF(out), "6ab541b4869dca71c4ca11d8bb1b0253 "
                              "3b789a557583161429292c7404bc21f6");
}

/* formats.md 2: the check values of SEV's own MACs. */
static void test_the_policy_mac_of_a_zero_key(void **state)
{
    const uint8_t tik[16] = { 0 };
    const uint8_t policy[4] = { 0 };
    struct bytes part = BYTES_OF(policy);
    uint8_t out[SHA256_LEN];

    (void)state;
    hmac_sha256(BYTES_OF(tik), &part, 1, out);
    assert_hex(bytes_make(out, 12), "aa7855e13839dd767cd5da7c");
}

static void test_a_kept_key_makes_the_same_macs(void **state)
{
    OWN(hmac_key_clear) struct hmac_key k;
    uint8_t key[100], message[200];
    uint8_t want[SHA256_LEN], got[SHA256_LEN];

    (void)state;
    for (size_t i = 0; i < sizeof message; i++) {
        key[i % sizeof key] = message[i] = (uint8_t)(i * 7);
    }
    for (size_t n = 0; n <= sizeof key; n += 4) {
        hmac_key_init(&k, bytes_make(key, n));
        for (size_t m = 0; m <= sizeof message; m += 8) {
            struct bytes part = bytes_make(message, m);

            hmac_sha256(bytes_make(key, n), &part, 1, want);
            hmac_key_mac(&k, part, got);
            assert_memory_equal(got, want, sizeof want);
        }
    }
}

static void test_a_kept_key_is_wiped(void **state)
{
    struct hmac_key k;

    (void)state;
    hmac_key_init(&k, bytes_of_string("key"));
    assert_false(bytes_all_zero(bytes_make(&k, sizeof k)));
    hmac_key_clear(&k);
    assert_true(bytes_all_zero(bytes_make(&k, sizeof k)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_examples_of_fips_180),
        cmocka_unit_test(test_a_view_without_an_address_is_nothing),
        cmocka_unit_test(test_a_million_times_a),
        cmocka_unit_test(test_pieces_make_no_difference),
        cmocka_unit_test(test_a_copied_state_goes_on_by_itself),
        cmocka_unit_test(test_a_finished_state_is_wiped),
        cmocka_unit_test(test_the_cases_of_rfc_4231),
        cmocka_unit_test(test_the_parts_of_a_mac_are_one_text),
        cmocka_unit_test(test_an_empty_key_and_a_key_of_a_block),
        cmocka_unit_test(test_the_policy_mac_of_a_zero_key),
        cmocka_unit_test(test_a_kept_key_makes_the_same_macs),
        cmocka_unit_test(test_a_kept_key_is_wiped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
