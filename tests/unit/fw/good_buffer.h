/* SPDX-License-Identifier: Apache-2.0 */
/* Command buffers in which nothing is wrong. */
#ifndef SEVKIT_TESTS_FW_GOOD_BUFFER_H
#define SEVKIT_TESTS_FW_GOOD_BUFFER_H

#include "unit/fw/rig.h"

#define GOOD_BUFFER_LEN 80 /* longer than any command's */

/* A PDH certificate for SEND_START is expected here. */
#define GOOD_BUFFER_PDH (RIG_RAM + 0xa000)

/*
 * A buffer for command ID about HANDLE in which nothing is wrong: lengths and
 * addresses are right, and within 64 KiB from RIG_RAM on. What is at these
 * addresses is the caller's matter. INIT has no handle: let it be 0.
 */
void good_buffer(uint32_t id, uint32_t handle,
                 uint8_t ret[static GOOD_BUFFER_LEN]);

#endif
