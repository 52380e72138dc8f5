/* SPDX-License-Identifier: Apache-2.0 */
/* Records how a machine runs guests: their user, control group, and end. */
#ifndef SEVKIT_HOST_GATHER_GUESTS_H
#define SEVKIT_HOST_GATHER_GUESTS_H

#include "base/buf.h"

/* The first line of ROOT's file PATH, cut to N - 1; false: it is not there. */
bool gather_line(const char *root, const char *path, char *ret, size_t n);

bool gather_exists(const char *root, const char *path);

/*
 * "libvirt-user NAME UID GID GROUP…" of the piece RECORD_DEVICES: the user of
 * /etc/libvirt/qemu.conf, else the one that distributions make for it. Nothing
 * where there is none.
 */
SEVK_MUST_CHECK bool gather_libvirt_user(const char *root, struct buf *to,
                                         struct sevk_error *err);

/* "cgroup-memory", "cgroup-sev" and "libvirt-guests" of RECORD_LIMITS. */
SEVK_MUST_CHECK bool gather_guests(const char *root, struct buf *to,
                                   struct sevk_error *err);

#endif
