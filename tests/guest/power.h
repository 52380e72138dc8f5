/* SPDX-License-Identifier: Apache-2.0
 *
 * Ends of a run on QEMU's q35 machine. */
#ifndef GUEST_POWER_H
#define GUEST_POWER_H

_Noreturn void power_reset(void);
_Noreturn void power_off(void);

#endif
