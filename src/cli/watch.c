/* SPDX-License-Identifier: Apache-2.0 */
/* Shows the progress of a flow, and stops it when the user wants to. */
#include "cli/watch.h"

#include <signal.h>

/* A signal handler can reach nothing else. */
static volatile sig_atomic_t stop_wanted;

static void want_stop(int signal_number)
{
    (void)signal_number;
    stop_wanted = 1;
}

static void step(void *ctx, const char *name, const char *sentence)
{
    const struct out *out = ctx;

    out_note(out, "%-12s %s", name, sentence);
}

static void warn(void *ctx, const char *sentence)
{
    const struct out *out = ctx;

    out_warn(out, "%s", sentence);
}

static bool stopped(void *ctx)
{
    (void)ctx;
    return stop_wanted != 0;
}

struct watch watch_user(struct out *out)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction action = { .sa_handler = want_stop };

    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        sigaction(signals[i], &action, NULL);
    }
    return (struct watch){ out, step, warn, stopped };
}
