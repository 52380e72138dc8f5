/* SPDX-License-Identifier: Apache-2.0
 *
 * Text out of COM1, by polling: the half of serial.h that needs no interrupts. */
#include "io.h"
#include "serial.h"

enum {
    UART_DATA = 0x3f8,
    UART_STATUS = 0x3fd,
    STATUS_MAY_SEND = 0x20,
};

static void print_char(char c)
{
    while (!(in8(UART_STATUS) & STATUS_MAY_SEND))
        ;
    out8(UART_DATA, (uint8_t)c);
}

void print(const char *text)
{
    for (; *text != '\0'; text++)
        print_char(*text);
}

void print_hex(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        print_char("0123456789abcdef"[bytes[i] >> 4]);
        print_char("0123456789abcdef"[bytes[i] & 15]);
    }
}

void print_number(uint32_t number)
{
    if (number >= 10)
        print_number(number / 10);
    print_char((char)('0' + number % 10));
}
