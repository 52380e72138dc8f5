/* SPDX-License-Identifier: Apache-2.0 */
/* What holds for every layout of a fixed size: for the tests of src/wire. */
#ifndef SEVKIT_TESTS_LAYOUT_H
#define SEVKIT_TESTS_LAYOUT_H

#include "lib/rng.h"
#include "lib/unit.h"

#define LAYOUT_MAX 4096

/*
 * A layout as the tests see it: decode IN and encode what was found to OUT;
 * false, with the error, when decoding fails.
 */
struct layout {
    size_t len;
    bool (*again)(struct bytes in, uint8_t *out, struct sevk_error *err);
};

/* Decoding and encoding gives IN back. */
static inline void assert_comes_back(const struct layout *l, struct bytes in)
{
    static uint8_t out[LAYOUT_MAX];
    struct sevk_error err = { 0 };

    memset(out, 0xee, sizeof out);
    assert_works(l->again(in, out, &err), &err);
    assert_bytes_equal(bytes_make(out, l->len), in);
}

/* Every shorter input is refused, and one byte more. */
static inline void assert_length_is_exact(const struct layout *l,
                                          struct bytes good)
{
    static uint8_t longer[LAYOUT_MAX + 1];
    static uint8_t out[LAYOUT_MAX];
    struct sevk_error err;

    assert_int_equal(good.n, l->len);
    for (size_t n = 0; n < good.n; n++) {
        assert_fails(l->again(bytes_make(good.p, n), out, &err), &err,
                     SEVK_INPUT, "ends at ");
    }
    assert_fails(l->again((struct bytes){ 0 }, out, &err), &err, SEVK_INPUT,
                 "ends at 000h");
    memcpy(longer, good.p, good.n);
    longer[good.n] = 0;
    assert_fails(l->again(bytes_make(longer, good.n + 1), out, &err), &err,
                 SEVK_INPUT, "1 bytes too many");
}

/* Each bit of the N bytes from AT on is refused when it is set in GOOD. */
static inline void assert_reserved(const struct layout *l, struct bytes good,
                                   size_t at, size_t n)
{
    static uint8_t bad[LAYOUT_MAX];
    static uint8_t out[LAYOUT_MAX];

    for (size_t bit = 8 * at; bit < 8 * (at + n); bit++) {
        struct sevk_error err;

        memcpy(bad, good.p, good.n);
        bad[bit / 8] = (uint8_t)(bad[bit / 8] | 1u << bit % 8);
        assert_fails(l->again(bytes_make(bad, good.n), out, &err), &err,
                     SEVK_INPUT, "reserved bytes at ");
    }
}

/*
 * Whatever random bytes are accepted come back; in a layout without rules for
 * its content all are accepted.
 */
static inline void assert_random_bytes_come_back(const struct layout *l)
{
    static uint8_t in[LAYOUT_MAX];
    struct fake_rng rng = { l->len };

    for (int round = 0; round < 200; round++) {
        fake_rng_bytes(&rng, in, l->len);
        assert_comes_back(l, bytes_make(in, l->len));
    }
}

#endif
