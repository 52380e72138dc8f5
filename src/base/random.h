/* SPDX-License-Identifier: Apache-2.0 */
/* A source of random bytes, passed in by the caller. */
#ifndef SEVKIT_BASE_RANDOM_H
#define SEVKIT_BASE_RANDOM_H

#include "base/error.h"

#include "base/bytes.h"

/* Copied with "="; a test passes its own, which makes keys reproducible. */
struct rng {
    bool (*fill)(void *ctx, uint8_t *p, size_t n, struct sevk_error *err);
    void *ctx;
};

/* The kernel's generator: getrandom(2), which blocks until it is seeded. */
struct rng rng_system(void);

SEVK_MUST_CHECK bool rng_fill(struct rng rng, uint8_t *p, size_t n,
                              struct sevk_error *err);

#endif
