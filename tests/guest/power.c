/* SPDX-License-Identifier: Apache-2.0
 *
 * Reset and power-off through the ICH9 of QEMU's q35 machine. */
#include "power.h"

#include "io.h"

enum {
    RESET_CONTROL = 0xcf9,
    PCI_ADDRESS = 0xcf8,
    PCI_DATA = 0xcfc,
    LPC = 0x8000f800, /* bus 0, device 31, function 0 */
    LPC_PMBASE = 0x40,
    LPC_ACPI_CONTROL = 0x44,
    PMBASE = 0x600,
    PM1_CONTROL = PMBASE + 4,
};

_Noreturn void power_reset(void)
{
    out8(RESET_CONTROL, 0x02); /* of everything ... */
    out8(RESET_CONTROL, 0x06); /* ... now */
    halt();
}

static void write_lpc(uint32_t reg, uint32_t value)
{
    out32(PCI_ADDRESS, (uint32_t)LPC | reg);
    out32(PCI_DATA, value);
}

/* No firmware ran before, so the ACPI registers have no address yet. */
_Noreturn void power_off(void)
{
    write_lpc(LPC_PMBASE, PMBASE | 1);
    write_lpc(LPC_ACPI_CONTROL, 0x80); /* decode them */
    out16(PM1_CONTROL, 1 << 13);       /* sleep, of type 0: soft off */
    halt();
}
