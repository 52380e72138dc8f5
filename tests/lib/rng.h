/* SPDX-License-Identifier: Apache-2.0 */
/* Random sources for tests: repeatable, scripted, broken. */
#ifndef SEVKIT_TESTS_RNG_H
#define SEVKIT_TESTS_RNG_H

#include "base/random.h"

/* The same SEED gives the same bytes. The value must outlive the rng. */
struct fake_rng {
    uint64_t seed;
};
struct rng rng_fake(struct fake_rng *fake);

/* Gives exactly the bytes of a script, then fails. */
struct scripted_rng {
    struct bytes script;
};
struct rng rng_scripted(struct scripted_rng *scripted);

/* Fails at once, with SEVK_HOST and "no random bytes in this test". */
struct rng rng_failing(void);

/* For loops of tests that want a number below LIMIT. */
uint32_t fake_rng_below(struct fake_rng *fake, uint32_t limit);

/* N arbitrary bytes. */
void fake_rng_bytes(struct fake_rng *fake, uint8_t *p, size_t n);

#endif
