/* SPDX-License-Identifier: Apache-2.0 */
/* Starts a guest with SEV: the launch first, then QEMU with a proxy beside. */
#ifndef SEVKIT_QEMU_LAUNCH_H
#define SEVKIT_QEMU_LAUNCH_H

#include <sevkit/error.h>

#include "qemu/args.h"
#include "qemu/config.h"

/*
 * In this order:
 *
 *   1 copies of what is measured, and RAM, in memory of this process
 *   2 a grandchild opens the platform and launches the guest: its keys exist
 *     in no other process. It reports, and becomes the monitor's proxy
 *   3 this process becomes QEMU
 *
 * So a launch that fails stops the start with one sentence, before QEMU has
 * run at all; and when either process ends, the other learns of it: QEMU's
 * end ends the proxy (and with it the guest's place on the platform), the
 * proxy's end closes libvirt's monitor, upon which libvirt ends QEMU.
 *
 * Returns only on failure.
 */
bool launch_guest(const struct config *config, const struct args *args,
                  struct sevk_error *err);

#endif
