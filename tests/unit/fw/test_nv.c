/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fw/nv.c: the firmware's state as the host keeps it. */
#include "fw/nv.h"

#include <stdlib.h>

#include "base/own.h"
#include "lib/rng.h"
#include "lib/unit.h"

/* A chip that no factory made, and two states of its firmware. */
struct bench {
    struct chip chip;
    struct identity before;
    struct identity after;
    uint8_t old[NV_LEN];
    uint8_t area[NV_LEN];
    uint8_t mixed[NV_LEN];
};

static void seal(struct bench *b, const struct identity *identity,
                 uint64_t seed, uint8_t *ret)
{
    struct fake_rng random = { .seed = seed };
    struct sevk_error err = { 0 };

    assert_works(nv_seal(&b->chip, rng_fake(&random), identity, ret, &err),
                 &err);
}

static struct bench *bench_open(void)
{
    struct bench *b = calloc(1, sizeof *b);
    struct fake_rng random = { .seed = 5 };
    struct sevk_error err = { 0 };

    assert_non_null(b);
    b->chip.profile = fw_profile_default();
    assert_true(
        secret_random(&b->chip.key, CHIP_KEY_LEN, rng_fake(&random), NULL));
    assert_works(
        identity_generate(&b->chip, rng_fake(&random), &b->before, &err), &err);
    assert_works(identity_renew_pdh(&b->before, &b->chip, rng_fake(&random),
                                    &b->after, &err),
                 &err);
    seal(b, &b->before, 1, b->old);
    seal(b, &b->after, 2, b->area);
    return b;
}

static void bench_close(struct bench **bench)
{
    chip_clear(&(*bench)->chip);
    identity_clear(&(*bench)->before);
    identity_clear(&(*bench)->after);
    free(*bench);
}

static uint32_t opens(const struct bench *b, const uint8_t *area)
{
    OWN(identity_clear) struct identity found = { 0 };

    return nv_open(&b->chip, area, &found);
}

static void what_was_sealed_opens(void **state)
{
    OWN(bench_close) struct bench *b = bench_open();
    OWN(identity_clear) struct identity found = { 0 };

    (void)state;
    assert_int_equal(nv_open(&b->chip, b->area, &found), SEV_STATUS_SUCCESS);
    assert_memory_equal(found.pdh, b->after.pdh, SEV_CERT_LEN);
    assert_memory_equal(found.pek, b->after.pek, SEV_CERT_LEN);
    assert_memory_equal(found.oca, b->after.oca, SEV_CERT_LEN);
}

/* Every byte is covered: data, MAC and IV. */
static void a_flipped_bit_anywhere_is_damage(void **state)
{
    OWN(bench_close) struct bench *b = bench_open();

    (void)state;
    for (size_t at = 0; at < NV_LEN; at += at < NV_LEN - 64 ? 61 : 1) {
        b->area[at] ^= (uint8_t)(1u << at % 8);
        assert_int_equal(opens(b, b->area), SEV_STATUS_SECURE_DATA_INVALID);
        b->area[at] ^= (uint8_t)(1u << at % 8);
    }
    assert_int_equal(opens(b, b->area), SEV_STATUS_SUCCESS);
}

/*
 * The host writes the area to its file, and loses its power in the middle: the
 * new bytes up to there and the old ones behind, or erased ones, are never
 * taken for a state; a host that replaces the file whole loses nothing.
 */
static void a_write_cut_short_at_any_byte_is_noticed(void **state)
{
    OWN(bench_close) struct bench *b = bench_open();

    (void)state;
    for (size_t at = 1; at < NV_LEN; at += at < NV_LEN - 64 ? 127 : 1) {
        memcpy(b->mixed, b->old, NV_LEN);
        memcpy(b->mixed, b->area, at);
        assert_int_equal(opens(b, b->mixed), SEV_STATUS_SECURE_DATA_INVALID);
        memset(b->mixed + at, 0xff, NV_LEN - at);
        assert_int_equal(opens(b, b->mixed), SEV_STATUS_SECURE_DATA_INVALID);
        assert_false(nv_is_erased(b->mixed));
    }
    assert_int_equal(opens(b, b->old), SEV_STATUS_SUCCESS);
}

static void another_chip_can_not_open_it(void **state)
{
    OWN(bench_close) struct bench *b = bench_open();

    (void)state;
    secret_expose_mutable(&b->chip.key)[31] ^= 1;
    assert_int_equal(opens(b, b->area), SEV_STATUS_SECURE_DATA_INVALID);
}

static void the_same_state_looks_different_each_time(void **state)
{
    OWN(bench_close) struct bench *b = bench_open();
    size_t same = 0;

    (void)state;
    seal(b, &b->after, 3, b->mixed);
    for (size_t at = 0; at < NV_LEN; at++) {
        same += b->mixed[at] == b->area[at];
    }
    assert_true(same < NV_LEN / 64);
    assert_null(memmem(b->area, NV_LEN, b->after.pdh + 0x14, 16));
}

static void erased_is_all_ones(void **state)
{
    OWN(bench_close) struct bench *b = bench_open();

    (void)state;
    assert_false(nv_is_erased(b->area));
    nv_erase(b->area);
    assert_true(nv_is_erased(b->area));
    assert_int_equal(opens(b, b->area), SEV_STATUS_SECURE_DATA_INVALID);
    for (size_t at = 0; at < NV_LEN; at += 4095) {
        b->area[at] = 0xfe;
        assert_false(nv_is_erased(b->area));
        b->area[at] = 0xff;
    }
}

static void without_random_bytes_nothing_is_sealed(void **state)
{
    OWN(bench_close) struct bench *b = bench_open();
    uint8_t first = b->mixed[0];

    (void)state;
    assert_false(nv_seal(&b->chip, rng_failing(), &b->after, b->mixed, NULL));
    assert_int_equal(b->mixed[0], first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_sealed_opens),
        cmocka_unit_test(a_flipped_bit_anywhere_is_damage),
        cmocka_unit_test(a_write_cut_short_at_any_byte_is_noticed),
        cmocka_unit_test(another_chip_can_not_open_it),
        cmocka_unit_test(the_same_state_looks_different_each_time),
        cmocka_unit_test(erased_is_all_ones),
        cmocka_unit_test(without_random_bytes_nothing_is_sealed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
