/* SPDX-License-Identifier: Apache-2.0 */
/* The process above a lab's libvirtd: starts it, keeps it, ends everything. */
#ifndef SEVKIT_LAB_SUPERVISOR_H
#define SEVKIT_LAB_SUPERVISOR_H

#include "lab/plan.h"

/*
 * Forks the supervisor, which leaves the session and terminal, becomes a child
 * subreaper, enters the mount namespace (system instance), installs the
 * programs, starts libvirtd and writes the record. Returns when libvirtd
 * answers on its socket, or with the reason why it does not; then no process
 * is left.
 *
 * The supervisor keeps LOCK_FD (shared through the fork) as long as it lives.
 * On SIGTERM or SIGINT it ends libvirtd, then all that is below it, and goes.
 * A libvirtd that ends by itself is started again, but not more than 5 times
 * in a minute: then the supervisor ends everything.
 */
SEVK_MUST_CHECK bool supervisor_start(const struct plan *plan, int lock_fd,
                                      struct sevk_error *err);

#endif
