/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/channel.c. */
#include "fw/channel.h"

#include "base/own.h"
#include "crypto/aes.h"
#include "crypto/hash.h"
#include "fw/kdf.h"
#include "lib/hex.h"
#include "lib/rng.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "wire/sev_cert.h"

#define POLICY 5u /* of the session vector */

static struct session_buf session_vector(void)
{
    uint8_t raw[SESSION_BUF_LEN];
    struct session_buf s;

    vector_load_exact("session/session.bin", raw, sizeof raw);
    assert_true(session_buf_decode(BYTES_OF(raw), &s, NULL));
    return s;
}

static struct p384_key *pdh_vector(void)
{
    OWN(buf_free) struct buf der = vector_load("session/pdh_key.der");
    struct sevk_error err = { 0 };
    struct p384_key *key = NULL;

    assert_works(p384_key_parse(buf_bytes(&der), "PDH", &key, &err), &err);
    return key;
}

static struct ec_point owner_vector(void)
{
    OWN(buf_free) struct buf cert = vector_load("session/godh.cert");
    struct ec_point point;

    assert_int_equal(channel_read_owner_key(buf_bytes(&cert), &point),
                     SEV_STATUS_SUCCESS);
    return point;
}

static void the_session_vector_unwraps_to_its_keys(void **state)
{
    OWN(buf_free) struct buf tek = vector_load("session/tek.bin");
    OWN(buf_free) struct buf tik = vector_load("session/tik.bin");
    OWN(p384_key_free) struct p384_key *pdh = pdh_vector();
    OWN(channel_clear) struct channel channel = { 0 };
    struct session_buf s = session_vector();
    struct ec_point owner = owner_vector();

    (void)state;
    assert_int_equal(channel_open(pdh, &owner, &s, POLICY, &channel),
                     SEV_STATUS_SUCCESS);
    assert_bytes_equal(secret_expose(&channel.tek), buf_bytes(&tek));
    assert_bytes_equal(secret_expose(&channel.tik), buf_bytes(&tik));
}

static void another_policy_is_a_bad_measurement(void **state)
{
    OWN(p384_key_free) struct p384_key *pdh = pdh_vector();
    OWN(channel_clear) struct channel channel = { 0 };
    struct session_buf s = session_vector();
    struct ec_point owner = owner_vector();

    (void)state;
    for (int bit = 0; bit < 32; bit++) {
        assert_int_equal(
            channel_open(pdh, &owner, &s, POLICY ^ (1u << bit), &channel),
            SEV_STATUS_BAD_MEASUREMENT);
    }
    assert_int_equal(secret_expose(&channel.tek).n, 0);
}

/* WRAP_MAC covers the nonce and the wrapped keys; a changed IV decrypts the TIK
 * wrongly, and the policy's MAC does not hold. */
static void every_flipped_bit_of_a_session_is_a_bad_measurement(void **state)
{
    OWN(buf_free)
    struct buf z_text = vector_json_string("session/intermediates.json", "z");
    OWN(buf_free) struct buf z_bytes = unhex_all(buf_string(&z_text));
    SECRET(z);
    uint8_t raw[SESSION_BUF_LEN];

    (void)state;
    assert_true(secret_copy(&z, buf_bytes(&z_bytes), NULL));
    vector_load_exact("session/session.bin", raw, sizeof raw);
    for (size_t bit = 0; bit < 8 * sizeof raw; bit++) {
        OWN(channel_clear) struct channel channel = { 0 };
        struct session_buf s;
        uint8_t mask = (uint8_t)(1u << (bit % 8));

        raw[bit / 8] ^= mask;
        assert_true(session_buf_decode(BYTES_OF(raw), &s, NULL));
        assert_int_equal(channel_unwrap(&z, &s, POLICY, &channel),
                         SEV_STATUS_BAD_MEASUREMENT);
        raw[bit / 8] ^= mask;
    }
}

/* formats.md 2, "Check values": KIK from a Z of zeros. */
static void a_session_of_zeros_has_the_published_wrap_and_macs(void **state)
{
    static const uint8_t zeros[48];
    static const char wrapped[] =
        "2137bc7f9bb8bd7c3e55a576a15d3454b3856b8ba27afadf46dcfee9f02c02c4";
    static const char mac[] =
        "3176c0752738bd9d5e86689534020f528c088f16238826b000b327dee6aeed7d";
    OWN(channel_clear) struct channel channel = { 0 };
    struct session_buf s = { 0 };
    uint8_t policy_mac[32];
    const struct bytes policy = bytes_make(zeros, 4);
    SECRET(z);

    (void)state;
    unhex(wrapped, s.wrap_tk, sizeof s.wrap_tk);
    unhex(mac, s.wrap_mac, sizeof s.wrap_mac);
    hmac_sha256(bytes_make(zeros, 16), &policy, 1, policy_mac);
    assert_hex(bytes_make(policy_mac, 12), "aa7855e13839dd767cd5da7c");
    memcpy(s.policy_mac, policy_mac, sizeof policy_mac);
    assert_true(secret_copy(&z, bytes_make(zeros, 16), NULL));
    assert_int_equal(channel_unwrap(&z, &s, 0, &channel), SEV_STATUS_SUCCESS);
    assert_bytes_equal(secret_expose(&channel.tek), bytes_make(zeros, 16));
    assert_bytes_equal(secret_expose(&channel.tik), bytes_make(zeros, 16));
}

static void without_an_owner_the_keys_are_zeros(void **state)
{
    static const uint8_t zeros[16];
    OWN(channel_clear) struct channel channel = { 0 };

    (void)state;
    assert_true(channel_open_without_owner(&channel, NULL));
    assert_bytes_equal(secret_expose(&channel.tek), BYTES_OF(zeros));
    assert_bytes_equal(secret_expose(&channel.tik), BYTES_OF(zeros));
}

struct spoilt {
    size_t at;
    uint8_t mask;
};

static void an_owners_certificate_is_checked_and_its_signatures_are_not(
    void **state)
{
    /* Version, reserved bytes, usage, algorithm, curve, X, Y, X's upper end. */
    static const struct spoilt bad[] = {
        { 0x000, 1 },      { 0x006, 1 },      { 0x008, 1 }, { 0x00c, 2 },
        { 0x00d, 1 },      { 0x010, 1 },      { 0x014, 1 }, { 0x05c, 1 },
        { 0x014 + 60, 1 }, { 0x05c + 71, 1 },
    };
    static const struct spoilt fine[] = {
        { 0x004, 0xff }, { 0x005, 0xff }, { 0x415, 1 },
        { 0x418, 1 },    { 0x41c, 1 },    { 0x624, 1 },
    };
    uint8_t cert[SEV_CERT_LEN];
    struct ec_point point;

    (void)state;
    vector_load_exact("session/godh.cert", cert, sizeof cert);
    for (size_t i = 0; i < N_OF(bad); i++) {
        cert[bad[i].at] ^= bad[i].mask;
        assert_int_equal(channel_read_owner_key(BYTES_OF(cert), &point),
                         SEV_STATUS_INVALID_CERTIFICATE);
        cert[bad[i].at] ^= bad[i].mask;
    }
    for (size_t i = 0; i < N_OF(fine); i++) {
        cert[fine[i].at] ^= fine[i].mask;
        assert_int_equal(channel_read_owner_key(BYTES_OF(cert), &point),
                         SEV_STATUS_SUCCESS);
    }
}

static void a_certificate_cut_short_anywhere_is_invalid(void **state)
{
    uint8_t cert[SEV_CERT_LEN];
    struct ec_point point;

    (void)state;
    vector_load_exact("session/godh.cert", cert, sizeof cert);
    for (size_t n = 0; n < sizeof cert; n++) {
        assert_int_equal(channel_read_owner_key(bytes_make(cert, n), &point),
                         SEV_STATUS_INVALID_CERTIFICATE);
    }
}

static const struct measure_input input = { .api_major = 1,
                                            .api_minor = 51,
                                            .build = 3,
                                            .policy = 0x01020304,
                                            .digest = { 0xd1 },
                                            .mnonce = { 0x9e } };

static void measure_covers_version_policy_digest_and_nonce(void **state)
{
    OWN(channel_clear) struct channel channel = { 0 };
    uint8_t expected[56] = { 4, 1, 51, 3, 4, 3, 2, 1, 0xd1 };
    uint8_t mac[32];
    uint8_t own[32];
    const struct bytes part = BYTES_OF(expected);

    (void)state;
    expected[40] = 0x9e;
    assert_true(channel_open_without_owner(&channel, NULL));
    hmac_sha256(secret_expose(&channel.tik), &part, 1, mac);
    channel_measure(&channel, &input, own);
    assert_memory_equal(own, mac, sizeof mac);
}

static void before_api_0_17_measure_leaves_the_version_out(void **state)
{
    OWN(channel_clear) struct channel channel = { 0 };
    struct measure_input old = input;
    uint8_t expected[52] = { 4, 3, 2, 1, 0xd1 };
    uint8_t mac[32];
    uint8_t own[32];
    const struct bytes part = BYTES_OF(expected);

    (void)state;
    expected[36] = 0x9e;
    old.api_major = 0;
    old.api_minor = 16;
    assert_true(channel_open_without_owner(&channel, NULL));
    hmac_sha256(secret_expose(&channel.tik), &part, 1, mac);
    channel_measure(&channel, &old, own);
    assert_memory_equal(own, mac, sizeof mac);
    old.api_minor = 17;
    channel_measure(&channel, &old, own);
    assert_memory_not_equal(own, mac, sizeof mac);
}

static void the_secrets_mac_is_bound_to_the_measurement_from_api_0_17_on(
    void **state)
{
    OWN(channel_clear) struct channel channel = { 0 };
    struct fw_profile profile = fw_profile_default();
    const struct packet_hdr hdr = { .flags = 0, .iv = { 1 } };
    uint8_t payload[16] = { 0x55 };
    uint8_t one[32] = { 1 };
    uint8_t two[32] = { 2 };
    uint8_t a[32];
    uint8_t b[32];

    (void)state;
    assert_true(channel_open_without_owner(&channel, NULL));
    channel_secret_mac(&channel, &profile, &hdr, 16, BYTES_OF(payload), one, a);
    channel_secret_mac(&channel, &profile, &hdr, 16, BYTES_OF(payload), two, b);
    assert_memory_not_equal(a, b, sizeof a);
    profile.api_major = 0;
    profile.api_minor = 16;
    channel_secret_mac(&channel, &profile, &hdr, 16, BYTES_OF(payload), one, a);
    channel_secret_mac(&channel, &profile, &hdr, 16, BYTES_OF(payload), two, b);
    assert_memory_equal(a, b, sizeof a);
}

/* A packet of SEND_UPDATE_DATA made by other code: keys of keys.json. */
static void the_transport_vectors_mac_holds(void **state)
{
    OWN(buf_free) struct buf page = vector_load("transport/page.bin");
    OWN(buf_free) struct buf sealed = vector_load("transport/trans.bin");
    OWN(channel_clear) struct channel channel = { 0 };
    uint8_t raw[PACKET_HDR_LEN];
    uint8_t mac[32];
    uint8_t key[16];
    struct packet_hdr hdr;

    (void)state;
    vector_load_exact("transport/hdr.bin", raw, sizeof raw);
    assert_true(packet_hdr_decode(BYTES_OF(raw), &hdr, NULL));
    unhex("000102030405060708090a0b0c0d0e0f", key, sizeof key);
    assert_true(secret_copy(&channel.tek, BYTES_OF(key), NULL));
    unhex("101112131415161718191a1b1c1d1e1f", key, sizeof key);
    assert_true(secret_copy(&channel.tik, BYTES_OF(key), NULL));
    channel_packet_mac(&channel, &hdr, buf_bytes(&sealed), mac);
    assert_memory_equal(mac, hdr.mac, sizeof mac);
    assert_true(aes128_ctr(secret_expose(&channel.tek), hdr.iv,
                           buf_bytes(&sealed), sealed.p, NULL));
    assert_bytes_equal(buf_bytes(&sealed), buf_bytes(&page));
    hdr.flags ^= 1;
    channel_packet_mac(&channel, &hdr, buf_bytes(&sealed), mac);
    assert_memory_not_equal(mac, hdr.mac, sizeof mac);
}

/* What one platform wraps, the other unwraps; for its policy alone. */
static void a_session_that_was_made_opens_at_the_other_end(void **state)
{
    OWN(p384_key_free) struct p384_key *receiver = pdh_vector();
    OWN(p384_key_free) struct p384_key *sender = NULL;
    OWN(channel_clear) struct channel made = { 0 };
    OWN(channel_clear) struct channel opened = { 0 };
    struct fake_rng random = { .seed = 8 };
    struct session_buf session;
    struct ec_point to;
    struct ec_point from;

    (void)state;
    assert_true(p384_key_generate(rng_fake(&random), &sender, NULL));
    p384_key_point(receiver, &to);
    p384_key_point(sender, &from);
    assert_int_equal(
        channel_make(sender, &to, POLICY, rng_fake(&random), &made, &session),
        SEV_STATUS_SUCCESS);
    assert_int_equal(channel_open(receiver, &from, &session, POLICY, &opened),
                     SEV_STATUS_SUCCESS);
    assert_bytes_equal(secret_expose(&made.tek), secret_expose(&opened.tek));
    assert_bytes_equal(secret_expose(&made.tik), secret_expose(&opened.tik));
    assert_int_equal(
        channel_open(receiver, &from, &session, POLICY ^ 1, &opened),
        SEV_STATUS_BAD_MEASUREMENT);
    assert_int_equal(channel_open(sender, &from, &session, POLICY, &opened),
                     SEV_STATUS_BAD_MEASUREMENT);
    assert_int_equal(
        channel_make(sender, &to, POLICY, rng_failing(), &made, &session),
        SEV_STATUS_HWERROR_PLATFORM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_transport_vectors_mac_holds),
        cmocka_unit_test(a_session_that_was_made_opens_at_the_other_end),
        cmocka_unit_test(the_session_vector_unwraps_to_its_keys),
        cmocka_unit_test(another_policy_is_a_bad_measurement),
        cmocka_unit_test(every_flipped_bit_of_a_session_is_a_bad_measurement),
        cmocka_unit_test(a_session_of_zeros_has_the_published_wrap_and_macs),
        cmocka_unit_test(without_an_owner_the_keys_are_zeros),
        cmocka_unit_test(
            an_owners_certificate_is_checked_and_its_signatures_are_not),
        cmocka_unit_test(a_certificate_cut_short_anywhere_is_invalid),
        cmocka_unit_test(measure_covers_version_policy_digest_and_nonce),
        cmocka_unit_test(before_api_0_17_measure_leaves_the_version_out),
        cmocka_unit_test(
            the_secrets_mac_is_bound_to_the_measurement_from_api_0_17_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
