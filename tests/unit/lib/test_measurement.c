/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of lib/measurement.c. */
#include <sevkit/measurement.h>
#include <sevkit/session.h>

#include "base/own.h"
#include "lib/unit.h"

static const uint8_t key[SEVK_SESSION_KEY_LEN] = { 1, 2, 3 };
static const uint8_t digest[SEVK_DIGEST_LEN] = { 4, 5 };
static const uint8_t mnonce[SEVK_MNONCE_LEN] = { 6 };

static struct sevk_session *keys(void)
{
    struct sevk_session *session = NULL;
    struct sevk_error err;

    assert_works(sevk_session_from_keys(key, NULL, &session, &err), &err);
    return session;
}

static void test_other_lengths_are_no_measurement(void **state)
{
    struct sevk_measurement *m = NULL;
    uint8_t bytes[49] = { 0 };
    struct sevk_error err;

    (void)state;
    assert_fails(sevk_measurement_from_bytes(bytes, 47, 1, 51, 3, 3, &m, &err),
                 &err, SEVK_INPUT, "");
    assert_fails(sevk_measurement_from_bytes(bytes, 49, 1, 51, 3, 3, &m, &err),
                 &err, SEVK_INPUT, "");
    assert_fails(sevk_measurement_parse("", 1, 51, 3, 3, &m, &err), &err,
                 SEVK_INPUT, "");
    assert_fails(sevk_measurement_parse("!", 1, 51, 3, 3, &m, &err), &err,
                 SEVK_INPUT, "");
    assert_null(m);
    sevk_measurement_free(&m);
}

static bool check(const uint8_t bytes[SEVK_MEASUREMENT_LEN], uint8_t minor,
                  uint32_t policy, const uint8_t loaded[SEVK_DIGEST_LEN])
{
    OWN(sevk_session_free) struct sevk_session *session = keys();
    OWN(sevk_measurement_free) struct sevk_measurement *m = NULL;
    struct sevk_error err;
    bool yes = false;

    assert_works(sevk_measurement_from_bytes(bytes, SEVK_MEASUREMENT_LEN, 1,
                                             minor, 3, policy, &m, &err),
                 &err);
    assert_works(sevk_measurement_check(m, loaded, session, &yes, &err), &err);
    return yes;
}

static void test_every_part_counts(void **state)
{
    OWN(sevk_session_free) struct sevk_session *session = keys();
    const uint8_t other[SEVK_DIGEST_LEN] = { 5, 4 };
    uint8_t bytes[SEVK_MEASUREMENT_LEN];
    struct sevk_error err;

    (void)state;
    assert_works(sevk_measurement_compute(1, 51, 3, 3, digest, mnonce, session,
                                          bytes, &err),
                 &err);
    assert_memory_equal(bytes + 32, mnonce, sizeof mnonce);
    assert_true(check(bytes, 51, 3, digest));
    assert_false(check(bytes, 52, 3, digest));
    assert_false(check(bytes, 51, 7, digest));
    assert_false(check(bytes, 51, 3, other));
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] ^= 0x10;
        assert_false(check(bytes, 51, 3, digest));
        bytes[i] ^= 0x10;
    }
}

static void test_firmware_that_binds_no_secret_is_refused(void **state)
{
    OWN(sevk_session_free) struct sevk_session *session = keys();
    OWN(sevk_measurement_free) struct sevk_measurement *m = NULL;
    uint8_t bytes[SEVK_MEASUREMENT_LEN] = { 0 };
    struct sevk_error err;
    bool yes = false;

    (void)state;
    assert_fails(sevk_measurement_compute(0, 16, 3, 3, digest, mnonce, session,
                                          bytes, &err),
                 &err, SEVK_REFUSED, "0.17");
    assert_works(
        sevk_measurement_from_bytes(bytes, sizeof bytes, 0, 16, 3, 3, &m, &err),
        &err);
    assert_fails(sevk_measurement_check(m, digest, session, &yes, &err), &err,
                 SEVK_REFUSED, "0.17");
    assert_false(yes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_other_lengths_are_no_measurement),
        cmocka_unit_test(test_every_part_counts),
        cmocka_unit_test(test_firmware_that_binds_no_secret_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
