/* SPDX-License-Identifier: Apache-2.0 */
/* The session buffer against a recorded one. */
#include "wire/session_buf.h"

#include "base/own.h"
#include "layout.h"
#include "lib/hex.h"
#include "lib/vector.h"

static bool again(struct bytes in, uint8_t *out, struct sevk_error *err)
{
    struct session_buf s;

    if (!session_buf_decode(in, &s, err)) {
        return false;
    }
    session_buf_encode(&s, out);
    return true;
}

static const struct layout layout = { SESSION_BUF_LEN, again };

static void test_another_length_is_refused(void **state)
{
    OWN(buf_free) struct buf file = vector_load("session/session.bin");

    (void)state;
    assert_length_is_exact(&layout, buf_bytes(&file));
}

static void test_any_bytes_come_back(void **state)
{
    OWN(buf_free) struct buf file = vector_load("session/session.bin");

    (void)state;
    assert_comes_back(&layout, buf_bytes(&file));
    assert_random_bytes_come_back(&layout);
}

static void test_the_fields_of_a_recorded_session(void **state)
{
    OWN(buf_free) struct buf file = vector_load("session/session.bin");
    OWN(buf_free)
    struct buf nonce =
        vector_json_string("session/intermediates.json", "nonce");
    OWN(buf_free)
    struct buf iv = vector_json_string("session/intermediates.json", "wrap_iv");
    struct session_buf s;

    (void)state;
    assert_true(session_buf_decode(buf_bytes(&file), &s, NULL));
    assert_hex(BYTES_OF(s.nonce), buf_string(&nonce));
    assert_hex(BYTES_OF(s.wrap_iv), buf_string(&iv));
    assert_memory_equal(s.wrap_tk, file.p + 16, 32);
    assert_memory_equal(s.wrap_mac, file.p + 64, 32);
    assert_memory_equal(s.policy_mac, file.p + 96, 32);
}

static void test_a_dump_tells_every_field(void **state)
{
    OWN(buf_free) struct buf file = vector_load("session/session.bin");
    OWN(buf_free) struct buf text = { 0 };
    struct session_buf s;

    (void)state;
    assert_true(session_buf_decode(buf_bytes(&file), &s, NULL));
    assert_true(session_buf_dump(&s, &text, NULL));
    assert_string_equal(buf_string(&text),
                        "nonce             cb584e44c43ed6bd0bc2d9c7e242837d\n"
                        "wrapped keys      0acb69d8f5bde00df510294d73bd16c2"
                        "a3831e34c4d24286b046c7bec525ab33\n"
                        "wrap IV           f0b53b2da041fca49ef0b9839060b345\n"
                        "wrap MAC          a53666296217128c5f39e10ac4b97db9"
                        "ae4735f4e11a4c06152d80c28184305e\n"
                        "policy MAC        18573d3ec7c1a4e939699f3b19ab4f8b"
                        "1bca8bfb51f4b2ae34a7ab634f9edbd9\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_another_length_is_refused),
        cmocka_unit_test(test_any_bytes_come_back),
        cmocka_unit_test(test_the_fields_of_a_recorded_session),
        cmocka_unit_test(test_a_dump_tells_every_field),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
