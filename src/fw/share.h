/* SPDX-License-Identifier: Apache-2.0 */
/* One guest's memory key for another guest that another process makes. */
#ifndef SEVKIT_FW_SHARE_H
#define SEVKIT_FW_SHARE_H

#include "fw/firmware.h"

/*
 * LAUNCH_START and RECEIVE_START may name a guest whose key the new one is to
 * have. In a processor all keys are in one place; here they stay in the process
 * that made the guest, so it is asked over a socket in DIR/run (mode 0600, and
 * the other end has to be of the same user). Its name, "key-" and a number,
 * stands in the guests' slots. A process has one from its first guest on that
 * may share; guests with NOKS never do.
 *
 * Who asks holds the platform's main lock. So answering must not need it: what
 * it looks at is under a lock of its own (fw->share.lock).
 */

/* Makes the socket, if there is none; without it no key is shared, which is no
 * reason to fail. Under the main lock. */
void share_begin(struct fw *fw);

/* The key of the guest in SLOT, which another process has: an enum sev_status,
 * INVALID_GUEST when that does not answer. */
uint32_t share_ask(struct fw *fw, const struct run_slot *slot,
                   struct sevk_secret *ret);

/* Closes the socket; removes it when this process is the one that made it. */
void share_end(struct fw *fw);

/* Removes the socket OWNER of a process that died. */
void share_remove(const struct fw *fw, uint32_t owner);

#endif
