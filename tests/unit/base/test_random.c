/* SPDX-License-Identifier: Apache-2.0 */
/* Random sources: the kernel's, and those that tests put in its place. */
#include "base/random.h"

#include <errno.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/rng.h"
#include "lib/unit.h"

/* What the kernel does next, instead of giving all that is asked for. */
static int interruptions;
static size_t piece_max;
static bool kernel_refuses;

/* Stands in front of the C library's. */
ssize_t getrandom(void *p, size_t n, unsigned int flags)
{
    if (kernel_refuses) {
        errno = ENOSYS;
        return -1;
    }
    if (interruptions > 0) {
        interruptions--;
        errno = EINTR;
        return -1;
    }
    if (piece_max > 0 && n > piece_max) {
        n = piece_max;
    }
    return syscall(SYS_getrandom, p, n, flags);
}

static void test_a_kernel_that_refuses_is_told(void **state)
{
    uint8_t out[4] = { 0 };
    struct sevk_error err;
    bool done;

    (void)state;
    kernel_refuses = true;
    done = rng_fill(rng_system(), out, sizeof out, &err);
    kernel_refuses = false;
    assert_false(done);
    assert_int_equal(err.code, SEVK_HOST);
    assert_int_equal(err.sys_errno, ENOSYS);
}

static void test_interruptions_and_pieces_make_no_difference(void **state)
{
    uint8_t out[256] = { 0 };
    size_t zeros = 0;

    (void)state;
    interruptions = 3;
    piece_max = 7;
    assert_true(rng_fill(rng_system(), out, sizeof out, NULL));
    piece_max = 0;
    assert_int_equal(interruptions, 0);
    for (size_t i = 0; i < sizeof out; i++) {
        zeros += out[i] == 0;
    }
    assert_in_range(zeros, 0, 20); /* one is to be expected */
}

static void test_the_failure_of_a_source_is_passed_on(void **state)
{
    uint8_t out[4];
    struct sevk_error err;

    (void)state;
    assert_fails(rng_fill(rng_failing(), out, sizeof out, &err), &err,
                 SEVK_HOST, "no random bytes");
}

static void test_a_script_ends(void **state)
{
    struct scripted_rng script = { bytes_of_string("abcdef") };
    struct rng rng = rng_scripted(&script);
    uint8_t out[4];

    (void)state;
    assert_true(rng_fill(rng, out, 4, NULL));
    assert_memory_equal(out, "abcd", 4);
    assert_false(rng_fill(rng, out, 3, NULL));
    assert_true(rng_fill(rng, out, 2, NULL));
    assert_memory_equal(out, "ef", 2);
    assert_true(rng_fill(rng, out, 0, NULL));
}

static void test_the_kernel_fills_all_of_a_large_buffer(void **state)
{
    static uint8_t out[1 << 20];
    size_t zeros = 0;

    (void)state;
    assert_true(rng_fill(rng_system(), out, sizeof out, NULL));
    for (size_t i = 0; i < sizeof out; i++) {
        zeros += out[i] == 0;
    }
    /* 4096 are to be expected, with a standard deviation of 64. */
    assert_in_range(zeros, 4096 - 20 * 64, 4096 + 20 * 64);
}

static void test_the_kernel_does_not_repeat_itself(void **state)
{
    uint8_t a[32];
    uint8_t b[32];

    (void)state;
    assert_true(rng_fill(rng_system(), a, sizeof a, NULL));
    assert_true(rng_fill(rng_system(), b, sizeof b, NULL));
    assert_memory_not_equal(a, b, sizeof a);
}

static void test_nothing_is_written_when_nothing_is_asked_for(void **state)
{
    uint8_t out = 7;

    (void)state;
    assert_true(rng_fill(rng_system(), &out, 0, NULL));
    assert_int_equal(out, 7);
}

static void test_a_seed_is_repeated_and_another_is_not(void **state)
{
    struct fake_rng a = { 5 };
    struct fake_rng b = { 5 };
    struct fake_rng c = { 6 };
    uint8_t x[16];
    uint8_t y[16];
    uint8_t z[16];

    (void)state;
    assert_true(rng_fill(rng_fake(&a), x, sizeof x, NULL));
    assert_true(rng_fill(rng_fake(&b), y, sizeof y, NULL));
    assert_true(rng_fill(rng_fake(&c), z, sizeof z, NULL));
    assert_memory_equal(x, y, sizeof x);
    assert_memory_not_equal(x, z, sizeof x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_failure_of_a_source_is_passed_on),
        cmocka_unit_test(test_a_kernel_that_refuses_is_told),
        cmocka_unit_test(test_interruptions_and_pieces_make_no_difference),
        cmocka_unit_test(test_a_script_ends),
        cmocka_unit_test(test_the_kernel_fills_all_of_a_large_buffer),
        cmocka_unit_test(test_the_kernel_does_not_repeat_itself),
        cmocka_unit_test(test_nothing_is_written_when_nothing_is_asked_for),
        cmocka_unit_test(test_a_seed_is_repeated_and_another_is_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
