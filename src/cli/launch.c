/* SPDX-License-Identifier: Apache-2.0 */
/* The options that every attested launch has, wherever the host is. */
#include "cli/launch.h"

struct launch_options launch_from(const struct launch_row_options *o,
                                  struct launch_secret_file *secrets)
{
    struct launch_options launch = {
        .expect = expect_from(&o->expect),
        .trust = { o->trust.items, o->trust.n },
        .chain = { o->chain.items, o->chain.n },
        .secrets = secrets,
        .n_secrets = o->secrets.n,
        .keep_keys = o->keep_keys,
        .no_resume = o->no_resume,
        .keep_on_failure = o->keep_on_failure,
        .rng = rng_system(),
        .clock = clock_system(),
    };

    secrets_from(&o->secrets, secrets);
    launch.expect.has_vcpus = o->vcpus.given;
    launch.expect.vcpus = o->vcpus.value;
    launch.expect.unmeasured_boot = o->unmeasured_boot;
    launch.expect.allow_weak_policy = o->allow_weak_policy;
    launch.expect.platform_ids = o->platform_ids.items;
    launch.expect.n_platform_ids = o->platform_ids.n;
    return launch;
}
