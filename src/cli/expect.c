/* SPDX-License-Identifier: Apache-2.0 */
/* The options that say what the owner expects of a guest. */
#include "cli/expect.h"

struct expectation_options expect_from(const struct expect_options *o)
{
    return (struct expectation_options){
        .reference = o->reference,
        .firmware = o->firmware,
        .kernel = o->kernel,
        .initrd = o->initrd,
        .cmdline = o->cmdline,
        .cpu = o->cpu,
        .vm_type = o->vm_type,
        .try_kernel = o->try_kernel,
        .try_initrd = o->try_initrd,
        .try_cmdline = o->try_cmdline,
        .has_sev_features = o->sev_features.given,
        .sev_features = o->sev_features.value,
        .has_policy = o->policy.given,
        .policy = o->policy.value,
        .has_min_api = o->min_api.given,
        .min_api_major = o->min_api.major,
        .min_api_minor = o->min_api.minor,
        .firmware_measures_boot = o->firmware_measures_boot,
    };
}

void secrets_from(const struct opt_secrets *from,
                  struct launch_secret_file *ret)
{
    for (size_t i = 0; i < from->n; i++) {
        ret[i] = (struct launch_secret_file){ from->items[i].name,
                                              from->items[i].path };
    }
}
