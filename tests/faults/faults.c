/* SPDX-License-Identifier: Apache-2.0 */
/* Failures on demand: when a call is due to fail. */
#include "faults/faults.h"

#include "lib/rng.h"

/* The tests have one thread. */
static struct {
    unsigned int kinds; /* 0: not armed */
    uint64_t left;      /* calls before the one that fails */
    bool random;
    struct fake_rng seed;
    uint32_t one_in;
    unsigned int n_failed;
} armed;

void fault_arm_once(unsigned int kinds, uint64_t at)
{
    armed.kinds = kinds;
    armed.left = at;
    armed.random = false;
    armed.n_failed = 0;
}

void fault_arm_random(unsigned int kinds, uint64_t seed, uint32_t one_in)
{
    armed.kinds = kinds;
    armed.random = true;
    armed.seed = (struct fake_rng){ seed };
    armed.one_in = one_in;
    armed.n_failed = 0;
}

unsigned int fault_disarm(void)
{
    armed.kinds = 0;
    return armed.n_failed;
}

static bool is_due(void)
{
    if (armed.random) {
        return fake_rng_below(&armed.seed, armed.one_in) == 0;
    }
    return armed.n_failed == 0 && armed.left-- == 0;
}

bool fault_due(enum fault_kind kind)
{
    if ((armed.kinds & kind) == 0 || !is_due()) {
        return false;
    }
    armed.n_failed++;
    return true;
}
