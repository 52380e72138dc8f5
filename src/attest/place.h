/* SPDX-License-Identifier: Apache-2.0 */
/* Where the owner's program runs: not on the host that it judges. */
#ifndef SEVKIT_ATTEST_PLACE_H
#define SEVKIT_ATTEST_PLACE_H

#include "attest/host.h"
#include "attest/watch.h"

/*
 * On the hypervisor itself, its administrator can change the program, the
 * expected files and the verdict. SEVK_REFUSED there, or only a warning when
 * the owner insists (INSECURE). The host's word decides: a host that lies
 * about its name gains nothing, as it can't move the owner's program.
 */
SEVK_MUST_CHECK bool place_check(const struct host_description *host,
                                 bool insecure, const struct watch *watch,
                                 struct sevk_error *err);

#endif
