/* SPDX-License-Identifier: Apache-2.0 */
/* libvirt's event loop in a thread, for its keepalive messages. */
#ifndef SEVKIT_VIRT_EVENT_LOOP_H
#define SEVKIT_VIRT_EVENT_LOOP_H

#include <sevkit/error.h>

/*
 * Registers libvirt's own loop (once for the process: libvirt knows only one)
 * and runs it in a thread that ends with the process. Calling it again is
 * fine. It must come before the first connection is opened.
 */
SEVK_MUST_CHECK bool event_loop_run(struct sevk_error *err);

#endif
