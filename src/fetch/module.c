/* SPDX-License-Identifier: Apache-2.0 */
/* What the key server's module offers to the command line. */
#include "fetch/module.h"

#include <time.h>

/* In pieces, so that the user can stop it. */
#define PIECE_NS   100000000L
#define PER_SECOND 10u

static bool wait(void *ctx, uint32_t seconds)
{
    struct timespec piece = { .tv_nsec = PIECE_NS };

    for (uint64_t i = 0; i < (uint64_t)seconds * PER_SECOND; i++) {
        if (watch_stopped(ctx)) {
            return false;
        }
        nanosleep(&piece, NULL);
    }
    return true;
}

static bool run(const struct fetch_options *options, const struct watch *watch,
                struct fetch_found *ret, struct sevk_error *err)
{
    struct fetch_options with = *options;

    if (with.pause.wait == NULL) {
        with.pause = (struct kds_pause){ wait, (void *)(uintptr_t)watch };
    }
    return fetch_run(&with, watch, ret, err);
}

__attribute__((
    visibility("default"))) extern const struct fetch_module sevk_fetch_module;

const struct fetch_module sevk_fetch_module = {
    .head = { .abi = FETCH_MODULE_ABI, .size = sizeof(struct fetch_module) },
    .run = run,
};
