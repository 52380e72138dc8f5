/* SPDX-License-Identifier: Apache-2.0
 *
 * COM1 at 3F8h, 115200 8N1: text out by polling, bytes in by interrupt, so
 * that a guest with nothing to do sleeps and costs the host nothing. */
#ifndef GUEST_SERIAL_H
#define GUEST_SERIAL_H

#include <stddef.h>
#include <stdint.h>

void serial_init(void);

void print(const char *text);
void print_hex(const uint8_t *bytes, size_t length);
void print_number(uint32_t number);

/* Sleeps until a byte comes. Takes over the interrupt table. */
uint8_t serial_wait(void);

#endif
