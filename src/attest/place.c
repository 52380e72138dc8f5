/* SPDX-License-Identifier: Apache-2.0 */
/* Where the owner's program runs: not on the host that it judges. */
#include "attest/place.h"

bool place_check(const struct host_description *host, bool insecure,
                 const struct watch *watch, struct sevk_error *err)
{
    if (!host->same_machine) {
        return true;
    }
    if (!insecure) {
        return sevk_fail(err, SEVK_REFUSED,
                         "this is the hypervisor '%.80s' itself, where the "
                         "host's owner can change the verdict; run it on a "
                         "machine of your own, or with --insecure to learn and "
                         "test",
                         host->name);
    }
    watch_warn(watch, "this is the hypervisor itself: the verdict can't be "
                      "trusted (--insecure)");
    return true;
}
