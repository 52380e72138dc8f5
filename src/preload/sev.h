/* SPDX-License-Identifier: Apache-2.0 */
/* /dev/sev: the commands of SEV_ISSUE_CMD. */
#ifndef SEVKIT_PRELOAD_SEV_H
#define SEVKIT_PRELOAD_SEV_H

#include <stdint.h>

/*
 * One ioctl on a descriptor of /dev/sev, with the address of its argument. As
 * Linux answers it (formats.md 4.6): EINVAL for what is no SEV_ISSUE_CMD or no
 * command, EFAULT, EPERM when the file is not open for writing and has to be,
 * EBUSY for a reset while guests live, EIO when the firmware refuses, whose
 * status is then in the argument. Commands of SEV-SNP are refused as by a
 * kernel on a machine without it.
 */
int sev_ioctl(int fd, unsigned long request, uint64_t argument);

#endif
