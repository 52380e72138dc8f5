/* SPDX-License-Identifier: Apache-2.0 */
/* Random sources for tests. */
#include "lib/rng.h"

/* SplitMix64 (Steele, Lea, Flood 2014): any seed will do, also 0. */
static uint64_t next(struct fake_rng *fake)
{
    uint64_t z = fake->seed += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void fake_rng_bytes(struct fake_rng *fake, uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        p[i] = (uint8_t)next(fake);
    }
}

uint32_t fake_rng_below(struct fake_rng *fake, uint32_t limit)
{
    return (uint32_t)(next(fake) % limit);
}

static bool fill_fake(void *ctx, uint8_t *p, size_t n, struct sevk_error *err)
{
    (void)err;
    fake_rng_bytes(ctx, p, n);
    return true;
}

struct rng rng_fake(struct fake_rng *fake)
{
    return (struct rng){ fill_fake, fake };
}

static bool fail_always(void *ctx, uint8_t *p, size_t n, struct sevk_error *err)
{
    (void)ctx;
    (void)p;
    (void)n;
    return sevk_fail(err, SEVK_HOST, "no random bytes in this test");
}

struct rng rng_failing(void)
{
    return (struct rng){ fail_always, NULL };
}

static bool fill_scripted(void *ctx, uint8_t *p, size_t n,
                          struct sevk_error *err)
{
    struct scripted_rng *s = ctx;

    if (n > s->script.n) {
        return fail_always(NULL, p, n, err);
    }
    if (n > 0) {
        memcpy(p, s->script.p, n);
    }
    s->script = bytes_make(s->script.p + n, s->script.n - n);
    return true;
}

struct rng rng_scripted(struct scripted_rng *scripted)
{
    return (struct rng){ fill_scripted, scripted };
}
