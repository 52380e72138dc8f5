/* SPDX-License-Identifier: Apache-2.0 */
/* Command buffers: where each field lies, lengths, reserved bytes. */
#include "wire/cmd_buf.h"

#include "layout.h"
#include "lib/hex.h"

/* One function a buffer: decode, keep what was found, encode. */
#define AGAIN(name)                                                            \
    static struct name last_##name;                                            \
    static bool again_##name(struct bytes in, uint8_t *out,                    \
                             struct sevk_error *err)                           \
    {                                                                          \
        if (!name##_decode(in, &last_##name, err)) {                           \
            return false;                                                      \
        }                                                                      \
        name##_encode(&last_##name, out);                                      \
        return true;                                                           \
    }

AGAIN(cmd_init)
AGAIN(cmd_platform_status)
AGAIN(cmd_range)
AGAIN(cmd_pek_cert_import)
AGAIN(cmd_pdh_cert_export)
AGAIN(cmd_handle)
AGAIN(cmd_activate)
AGAIN(cmd_guest_status)
AGAIN(cmd_launch_start)
AGAIN(cmd_guest_range)
AGAIN(cmd_packet)
AGAIN(cmd_attestation)

/* Every buffer, and which of its bytes are reserved. */
static const struct {
    struct layout layout;
    const char *reserved; /* "r" for a reserved byte */
} rows[] = {
    { { CMD_INIT_LEN, again_cmd_init }, "....rrrr............" },
    { { CMD_PLATFORM_STATUS_LEN, again_cmd_platform_status }, "............" },
    { { CMD_RANGE_LEN, again_cmd_range }, "............" },
    { { CMD_PEK_CERT_IMPORT_LEN, again_cmd_pek_cert_import },
      "............rrrr............" },
    { { CMD_PDH_CERT_EXPORT_LEN, again_cmd_pdh_cert_export },
      "............rrrr............" },
    { { CMD_HANDLE_LEN, again_cmd_handle }, "...." },
    { { CMD_ACTIVATE_LEN, again_cmd_activate }, "........" },
    { { CMD_GUEST_STATUS_LEN, again_cmd_guest_status }, "............." },
    { { CMD_LAUNCH_START_LEN, again_cmd_launch_start },
      "....................rrrr............" },
    { { CMD_GUEST_RANGE_LEN, again_cmd_guest_range }, "....rrrr............" },
    { { CMD_PACKET_LEN, again_cmd_packet },
      "....rrrr............rrrr............rrrr............" },
    { { CMD_ATTESTATION_LEN, again_cmd_attestation },
      "....rrrr............................" },
};

static void test_another_length_is_refused(void **state)
{
    static const uint8_t zeros[64];

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        assert_length_is_exact(&rows[i].layout,
                               bytes_make(zeros, rows[i].layout.len));
    }
}

/* Reserved bytes are let be on reading and zero on writing. */
static void test_all_but_reserved_bytes_come_back(void **state)
{
    struct fake_rng rng = { 16 };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        assert_int_equal(strlen(rows[i].reserved), rows[i].layout.len);
        for (int round = 0; round < 50; round++) {
            uint8_t in[64];
            uint8_t out[64];
            struct sevk_error err = { 0 };

            fake_rng_bytes(&rng, in, sizeof in);
            assert_works(rows[i].layout.again(
                             bytes_make(in, rows[i].layout.len), out, &err),
                         &err);
            for (size_t at = 0; at < rows[i].layout.len; at++) {
                assert_int_equal(out[at],
                                 rows[i].reserved[at] == 'r' ? 0 : in[at]);
            }
        }
    }
}

/* Decodes the numbers 01h, 02h, 03h, … as the buffer of row I. */
static void decode_counting(size_t i)
{
    uint8_t in[64];
    uint8_t out[64];

    for (size_t at = 0; at < sizeof in; at++) {
        in[at] = (uint8_t)at;
    }
    assert_true(
        rows[i].layout.again(bytes_make(in, rows[i].layout.len), out, NULL));
}

/* A little-endian number of 4 or 8 bytes that begins at AT says so. */
#define assert_u32_at(field, at)                                               \
    assert_int_equal((field), 0x03020100u + 0x01010101u * (at))
#define assert_u64_at(field, at)                                               \
    assert_true((field) == 0x0706050403020100u + 0x0101010101010101u * (at))

static void test_the_offsets_of_the_platforms_commands(void **state)
{
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        decode_counting(i);
    }
    assert_u32_at(last_cmd_init.flags, 0u);
    assert_u64_at(last_cmd_init.tmr_paddr, 8u);
    assert_u32_at(last_cmd_init.tmr_len, 16u);
    assert_int_equal(last_cmd_platform_status.api_major, 0);
    assert_int_equal(last_cmd_platform_status.api_minor, 1);
    assert_int_equal(last_cmd_platform_status.state, 2);
    assert_int_equal(last_cmd_platform_status.owner, 3);
    assert_int_equal(last_cmd_platform_status.config, 0x060504);
    assert_int_equal(last_cmd_platform_status.build, 7);
    assert_u32_at(last_cmd_platform_status.guest_count, 8u);
    assert_u64_at(last_cmd_range.paddr, 0u);
    assert_u32_at(last_cmd_range.len, 8u);
    assert_u64_at(last_cmd_pek_cert_import.pek_paddr, 0u);
    assert_u32_at(last_cmd_pek_cert_import.pek_len, 8u);
    assert_u64_at(last_cmd_pek_cert_import.oca_paddr, 16u);
    assert_u32_at(last_cmd_pek_cert_import.oca_len, 24u);
    assert_u64_at(last_cmd_pdh_cert_export.pdh_paddr, 0u);
    assert_u32_at(last_cmd_pdh_cert_export.pdh_len, 8u);
    assert_u64_at(last_cmd_pdh_cert_export.chain_paddr, 16u);
    assert_u32_at(last_cmd_pdh_cert_export.chain_len, 24u);
}

static void test_the_offsets_of_the_guests_commands(void **state)
{
    (void)state;
    for (size_t i = 5; i < N_OF(rows); i++) {
        decode_counting(i);
    }
    assert_u32_at(last_cmd_handle.handle, 0u);
    assert_u32_at(last_cmd_activate.handle, 0u);
    assert_u32_at(last_cmd_activate.asid, 4u);
    assert_u32_at(last_cmd_guest_status.handle, 0u);
    assert_u32_at(last_cmd_guest_status.policy, 4u);
    assert_u32_at(last_cmd_guest_status.asid, 8u);
    assert_int_equal(last_cmd_guest_status.state, 12);
    assert_u32_at(last_cmd_launch_start.handle, 0u);
    assert_u32_at(last_cmd_launch_start.policy, 4u);
    assert_u64_at(last_cmd_launch_start.dh_paddr, 8u);
    assert_u32_at(last_cmd_launch_start.dh_len, 16u);
    assert_u64_at(last_cmd_launch_start.session_paddr, 24u);
    assert_u32_at(last_cmd_launch_start.session_len, 32u);
    assert_u32_at(last_cmd_guest_range.handle, 0u);
    assert_u64_at(last_cmd_guest_range.paddr, 8u);
    assert_u32_at(last_cmd_guest_range.len, 16u);
    assert_u32_at(last_cmd_packet.handle, 0u);
    assert_u64_at(last_cmd_packet.hdr_paddr, 8u);
    assert_u32_at(last_cmd_packet.hdr_len, 16u);
    assert_u64_at(last_cmd_packet.guest_paddr, 24u);
    assert_u32_at(last_cmd_packet.guest_len, 32u);
    assert_u64_at(last_cmd_packet.trans_paddr, 40u);
    assert_u32_at(last_cmd_packet.trans_len, 48u);
    assert_u32_at(last_cmd_attestation.handle, 0u);
    assert_u64_at(last_cmd_attestation.paddr, 8u);
    assert_hex(BYTES_OF(last_cmd_attestation.mnonce),
               "101112131415161718191a1b1c1d1e1f");
    assert_u32_at(last_cmd_attestation.len, 32u);
}

/* A command that fails to decode writes nothing to its result. */
static void test_a_result_is_kept_when_decoding_fails(void **state)
{
    struct cmd_handle h = { 77 };

    (void)state;
    assert_false(cmd_handle_decode(bytes_make("abc", 3), &h, NULL));
    assert_int_equal(h.handle, 77);
}

static void test_commands_have_names(void **state)
{
    (void)state;
    assert_string_equal(sev_cmd_name(0x01), "INIT");
    assert_string_equal(sev_cmd_name(0x0d), "INIT_EX");
    assert_string_equal(sev_cmd_name(0x30), "LAUNCH_START");
    assert_string_equal(sev_cmd_name(0x36), "ATTESTATION");
    assert_string_equal(sev_cmd_name(0x61), "DBG_ENCRYPT");
    assert_string_equal(sev_cmd_name(0), "?");
    assert_string_equal(sev_cmd_name(0x0e), "NOP");
    assert_string_equal(sev_cmd_name(0x0f), "?");
    assert_string_equal(sev_cmd_name(0x62), "?");
    assert_string_equal(sev_cmd_name(UINT32_MAX), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_another_length_is_refused),
        cmocka_unit_test(test_all_but_reserved_bytes_come_back),
        cmocka_unit_test(test_the_offsets_of_the_platforms_commands),
        cmocka_unit_test(test_the_offsets_of_the_guests_commands),
        cmocka_unit_test(test_a_result_is_kept_when_decoding_fails),
        cmocka_unit_test(test_commands_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
