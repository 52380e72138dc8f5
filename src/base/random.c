/* SPDX-License-Identifier: Apache-2.0 */
/* Random bytes from the kernel. */
#include "base/random.h"

#include <errno.h>
#include <sys/random.h>

static bool fill_from_kernel(void *ctx, uint8_t *p, size_t n,
                             struct sevk_error *err)
{
    (void)ctx;
    while (n > 0) {
        ssize_t got = getrandom(p, n, 0);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return sevk_fail_errno(err, SEVK_HOST, errno,
                                   "the kernel gives no random bytes");
        }
        p += got;
        n -= (size_t)got;
    }
    return true;
}

struct rng rng_system(void)
{
    return (struct rng){ fill_from_kernel, NULL };
}

bool rng_fill(struct rng rng, uint8_t *p, size_t n, struct sevk_error *err)
{
    return rng.fill(rng.ctx, p, n, err);
}
