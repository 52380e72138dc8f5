/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a lab: programs, configuration, firmware descriptors. */
#ifndef SEVKIT_LAB_FILES_H
#define SEVKIT_LAB_FILES_H

#include "base/buf.h"
#include "lab/plan.h"

/*
 * Makes the directories and configuration files below plan->dir, all but what
 * files_install_programs() makes.
 */
SEVK_MUST_CHECK bool files_write(const struct plan *plan,
                                 struct sevk_error *err);

/*
 * Copies sevkit-qemu and the module for libvirtd to DIR/bin and writes their
 * configuration beside them. Copies, not links: libvirt keeps what it learned
 * of a QEMU by path and time of change. In a system instance this is done in
 * its mount namespace, where DIR/bin is a mount that programs may run from.
 */
SEVK_MUST_CHECK bool files_install_programs(const struct plan *plan,
                                            struct sevk_error *err);

/*
 * A firmware descriptor (QEMU's docs/interop/firmware.json) for an image with
 * SEV and SEV-ES: with VARS the one for domains that have an NVRAM, with NULL
 * the stateless one.
 */
SEVK_MUST_CHECK bool files_descriptor(struct buf *ret, const char *code,
                                      const char *vars, struct sevk_error *err);

/* TEXT as a JSON string, quotes included. */
SEVK_MUST_CHECK bool files_json_string(struct buf *to, const char *text,
                                       struct sevk_error *err);

#endif
