/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of wire/cmd_buf_ex.c: where each field lies, lengths, reserved bytes. */
#include "layout.h"
#include "lib/hex.h"
#include "wire/cmd_buf.h"

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

AGAIN(cmd_init_ex)
AGAIN(cmd_activate_ex)
AGAIN(cmd_copy)
AGAIN(cmd_send_start)
AGAIN(cmd_dbg)

/* Every buffer, and which of its bytes are reserved: formats.md 4.3. */
static const struct {
    struct layout layout;
    const char *reserved; /* "r" for a reserved byte */
} rows[] = {
    { { CMD_INIT_EX_LEN, again_cmd_init_ex },
      "....................rrrr............" },
    { { CMD_ACTIVATE_EX_LEN, again_cmd_activate_ex },
      "........................" },
    { { CMD_COPY_LEN, again_cmd_copy }, "........................" },
    { { CMD_SEND_START_LEN, again_cmd_send_start },
      "....................rrrr............rrrr............rrrr............" },
    { { CMD_DBG_LEN, again_cmd_dbg }, "....rrrr...................." },
};

static void test_another_length_is_refused(void **state)
{
    static const uint8_t zeros[80];

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        assert_length_is_exact(&rows[i].layout,
                               bytes_make(zeros, rows[i].layout.len));
    }
}

static void test_all_but_reserved_bytes_come_back(void **state)
{
    struct fake_rng rng = { 17 };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        assert_int_equal(strlen(rows[i].reserved), rows[i].layout.len);
        for (int round = 0; round < 50; round++) {
            uint8_t in[80];
            uint8_t out[80];
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

/* A little-endian number of 4 or 8 bytes that begins at AT says so. */
#define assert_u32_at(field, at)                                               \
    assert_int_equal((field), 0x03020100u + 0x01010101u * (at))
#define assert_u64_at(field, at)                                               \
    assert_true((field) == 0x0706050403020100u + 0x0101010101010101u * (at))

static void test_the_offsets_are_the_sheets(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        uint8_t in[80];
        uint8_t out[80];

        for (size_t at = 0; at < sizeof in; at++) {
            in[at] = (uint8_t)at;
        }
        assert_true(rows[i].layout.again(bytes_make(in, rows[i].layout.len),
                                         out, NULL));
    }
    assert_u32_at(last_cmd_init_ex.len, 0u);
    assert_u32_at(last_cmd_init_ex.flags, 4u);
    assert_u64_at(last_cmd_init_ex.tmr_paddr, 8u);
    assert_u32_at(last_cmd_init_ex.tmr_len, 16u);
    assert_u64_at(last_cmd_init_ex.nv_paddr, 24u);
    assert_u32_at(last_cmd_init_ex.nv_len, 32u);
    assert_u32_at(last_cmd_activate_ex.len, 0u);
    assert_u32_at(last_cmd_activate_ex.handle, 4u);
    assert_u32_at(last_cmd_activate_ex.asid, 8u);
    assert_u32_at(last_cmd_activate_ex.n_ids, 12u);
    assert_u64_at(last_cmd_activate_ex.ids_paddr, 16u);
    assert_u32_at(last_cmd_copy.handle, 0u);
    assert_u32_at(last_cmd_copy.len, 4u);
    assert_u64_at(last_cmd_copy.src_paddr, 8u);
    assert_u64_at(last_cmd_copy.dst_paddr, 16u);
    assert_u32_at(last_cmd_dbg.handle, 0u);
    assert_u64_at(last_cmd_dbg.src_paddr, 8u);
    assert_u64_at(last_cmd_dbg.dst_paddr, 16u);
    assert_u32_at(last_cmd_dbg.len, 24u);
    assert_u32_at(last_cmd_send_start.handle, 0u);
    assert_u32_at(last_cmd_send_start.policy, 4u);
    assert_u64_at(last_cmd_send_start.pdh_paddr, 8u);
    assert_u32_at(last_cmd_send_start.pdh_len, 16u);
    assert_u64_at(last_cmd_send_start.plat_paddr, 24u);
    assert_u32_at(last_cmd_send_start.plat_len, 32u);
    assert_u64_at(last_cmd_send_start.amd_paddr, 40u);
    assert_u32_at(last_cmd_send_start.amd_len, 48u);
    assert_u64_at(last_cmd_send_start.session_paddr, 56u);
    assert_u32_at(last_cmd_send_start.session_len, 64u);
}

/* Bytes written out by hand from formats.md 4.3. */
static void test_init_ex_is_laid_out_as_the_sheet_says(void **state)
{
    const struct cmd_init_ex cmd = { .len = CMD_INIT_EX_LEN,
                                     .flags = CMD_INIT_FLAG_ES,
                                     .tmr_paddr = 0x100000,
                                     .tmr_len = 0x100000,
                                     .nv_paddr = 0x200000,
                                     .nv_len = CMD_INIT_EX_NV_LEN };
    uint8_t out[CMD_INIT_EX_LEN];

    (void)state;
    cmd_init_ex_encode(&cmd, out);
    assert_hex(BYTES_OF(out), "24000000 01000000 0000100000000000 00001000"
                              "00000000 0000200000000000 00800000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_another_length_is_refused),
        cmocka_unit_test(test_all_but_reserved_bytes_come_back),
        cmocka_unit_test(test_the_offsets_are_the_sheets),
        cmocka_unit_test(test_init_ex_is_laid_out_as_the_sheet_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
