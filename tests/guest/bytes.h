/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes in memory: comparing them, GUIDs, little-endian numbers. */
#ifndef GUEST_BYTES_H
#define GUEST_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    GUID_LEN = 16
};

/* A stretch of guest memory that the image's own table declares. */
struct area {
    uint32_t base;
    uint32_t size;
};

bool bytes_equal(const void *a, const void *b, size_t length);
bool bytes_zero(const void *bytes, size_t length);
/* Whether stored bytes are the GUID printed so. A GUID's first three groups are
 * stored little-endian, the others as printed. */
bool guid_is(const uint8_t stored[static GUID_LEN], const char *printed);

/* The order in which the stored bytes are printed. */
extern const uint8_t guid_order[GUID_LEN];

uint16_t read_u16(const uint8_t *from);
uint32_t read_u32(const uint8_t *from);

#endif
