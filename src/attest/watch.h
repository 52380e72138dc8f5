/* SPDX-License-Identifier: Apache-2.0 */
/* Who is told of a flow's progress, and may stop it. */
#ifndef SEVKIT_ATTEST_WATCH_H
#define SEVKIT_ATTEST_WATCH_H

#include <stdbool.h>
#include <stddef.h>

/* Any function may be NULL. Sentences have no newline and nothing secret. */
struct watch {
    void *ctx;
    /* A step is done: "host", "chain", …, and what came of it. */
    void (*step)(void *ctx, const char *step, const char *sentence);
    /* What does not stop the flow, but the owner must read it. */
    void (*warn)(void *ctx, const char *sentence);
    /* True as soon as the user wants to stop; asked between steps and often
     * while a step waits. */
    bool (*stopped)(void *ctx);
};

static inline void watch_step(const struct watch *w, const char *step,
                              const char *sentence)
{
    if (w->step != NULL) {
        w->step(w->ctx, step, sentence);
    }
}

static inline void watch_warn(const struct watch *w, const char *sentence)
{
    if (w->warn != NULL) {
        w->warn(w->ctx, sentence);
    }
}

static inline bool watch_stopped(const struct watch *w)
{
    return w->stopped != NULL && w->stopped(w->ctx);
}

#endif
