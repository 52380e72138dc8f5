/* SPDX-License-Identifier: Apache-2.0 */
/* Records the machine that this runs on. */
#ifndef SEVKIT_HOST_GATHER_H
#define SEVKIT_HOST_GATHER_H

#include "device/device.h"
#include "host/record.h"

/*
 * Reads /proc, /sys, /dev, the kernel's log, CPUID and the firmware images'
 * descriptors, and asks nothing of libvirt (virt/capabilities.h does). What
 * can't be read, for want of rights or because it is not there, is left out.
 * Fails only when memory is short.
 *
 * ROOT stands before every path; "" for the machine itself. With another root
 * neither CPUID nor the kernel's log is asked, for they are not of that root.
 */
SEVK_MUST_CHECK bool host_gather(const char *root, struct host_record *ret,
                                 struct sevk_error *err);

/*
 * Asks the firmware behind DEVICE. NULL: WHY says why there is none; of a
 * command that fails the reason is recorded, too.
 */
SEVK_MUST_CHECK bool host_gather_firmware(struct device *device,
                                          const char *why,
                                          struct host_record *record,
                                          struct sevk_error *err);

#endif
