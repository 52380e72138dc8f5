/* SPDX-License-Identifier: Apache-2.0 */
/* Packet headers against a recorded one, and what their MAC covers. */
#include "wire/packet.h"

#include "base/own.h"
#include "layout.h"
#include "lib/hex.h"
#include "lib/vector.h"

static bool again(struct bytes in, uint8_t *out, struct sevk_error *err)
{
    struct packet_hdr h;

    if (!packet_hdr_decode(in, &h, err)) {
        return false;
    }
    packet_hdr_encode(&h, out);
    return true;
}

static const struct layout layout = { PACKET_HDR_LEN, again };

static void test_another_length_is_refused(void **state)
{
    OWN(buf_free) struct buf file = vector_load("transport/hdr.bin");

    (void)state;
    assert_length_is_exact(&layout, buf_bytes(&file));
}

static void test_any_bytes_come_back(void **state)
{
    OWN(buf_free) struct buf file = vector_load("transport/hdr.bin");

    (void)state;
    assert_comes_back(&layout, buf_bytes(&file));
    assert_random_bytes_come_back(&layout);
}

static void test_the_fields_of_a_recorded_header(void **state)
{
    OWN(buf_free) struct buf file = vector_load("transport/hdr.bin");
    struct packet_hdr h;

    (void)state;
    assert_true(packet_hdr_decode(buf_bytes(&file), &h, NULL));
    assert_int_equal(h.flags, 0);
    assert_hex(BYTES_OF(h.iv), "202122232425262728292a2b2c2d2e2f");
    assert_memory_equal(h.mac, file.p + 20, 32);
}

/* formats.md 8: context, flags, IV, guest_len, trans_len. */
static void test_what_the_mac_covers_in_front_of_the_payload(void **state)
{
    struct packet_hdr h = { .flags = 0x11223344 };
    uint8_t out[PACKET_PREFIX_LEN];

    (void)state;
    unhex("202122232425262728292a2b2c2d2e2f", h.iv, sizeof h.iv);
    packet_prefix_encode(PACKET_CONTEXT_SECRET, &h, 0x55667788, 0x99aabbcc,
                         out);
    assert_hex(BYTES_OF(out), "01 44332211 202122232425262728292a2b2c2d2e2f"
                              "88776655 ccbbaa99");
    packet_prefix_encode(PACKET_CONTEXT_DATA, &h, 0, 0, out);
    assert_int_equal(out[0], 2);
}

static void test_a_dump_tells_every_field(void **state)
{
    OWN(buf_free) struct buf text = { 0 };
    struct packet_hdr h = { .flags = 3, .iv = { 0xab }, .mac = { 0xcd } };

    (void)state;
    assert_true(packet_hdr_dump(&h, &text, NULL));
    assert_string_equal(buf_string(&text),
                        "flags             3h (compressed)\n"
                        "IV                ab000000000000000000000000000000\n"
                        "MAC               cd000000000000000000000000000000"
                        "00000000000000000000000000000000\n");
    buf_free(&text);
    h.flags = 0;
    assert_true(packet_hdr_dump(&h, &text, NULL));
    assert_non_null(strstr(buf_string(&text), "flags             0h\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_another_length_is_refused),
        cmocka_unit_test(test_any_bytes_come_back),
        cmocka_unit_test(test_the_fields_of_a_recorded_header),
        cmocka_unit_test(test_what_the_mac_covers_in_front_of_the_payload),
        cmocka_unit_test(test_a_dump_tells_every_field),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
