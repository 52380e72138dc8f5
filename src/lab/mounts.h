/* SPDX-License-Identifier: Apache-2.0 */
/* A mount namespace in which the lab lies over libvirt's own places. */
#ifndef SEVKIT_LAB_MOUNTS_H
#define SEVKIT_LAB_MOUNTS_H

#include <sevkit/error.h>

/*
 * Moves the calling process into a mount namespace of its own, and covers
 * there, with directories of the lab in DIR, /etc/libvirt,
 * /var/{lib,cache,log}/libvirt, /run/libvirt and QEMU's firmware descriptors.
 * DIR/bin becomes a mount that programs may run from (/run often is not), and
 * the machine's control groups are out of sight.
 *
 * A place that does not exist is not made on the machine: its parent is
 * covered by a directory that shows everything the parent has, and the place.
 * Nothing outside the namespace changes, and all of it goes with the last
 * process inside.
 */
SEVK_MUST_CHECK bool mounts_enter(const char *dir, struct sevk_error *err);

#endif
