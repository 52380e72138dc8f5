/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes in memory, and the two functions that the compiler calls unasked. */
#include "bytes.h"

void *memcpy(void *to, const void *from, size_t length);
void *memset(void *to, int value, size_t length);

void *memcpy(void *to, const void *from, size_t length)
{
    void *start = to;
    __asm__ volatile("rep movsb"
                     : "+D"(to), "+S"(from), "+c"(length)
                     :
                     : "memory");
    return start;
}

void *memset(void *to, int value, size_t length)
{
    void *start = to;
    __asm__ volatile("rep stosb"
                     : "+D"(to), "+c"(length)
                     : "a"(value)
                     : "memory");
    return start;
}

bool bytes_equal(const void *a, const void *b, size_t length)
{
    const uint8_t *left = a, *right = b;
    uint8_t different = 0;

    for (size_t i = 0; i < length; i++)
        different |= left[i] ^ right[i];
    return different == 0;
}

bool bytes_zero(const void *bytes, size_t length)
{
    const uint8_t *byte = bytes;
    uint8_t seen = 0;

    for (size_t i = 0; i < length; i++)
        seen |= byte[i];
    return seen == 0;
}

const uint8_t guid_order[GUID_LEN] = { 3, 2, 1,  0,  5,  4,  7,  6,
                                       8, 9, 10, 11, 12, 13, 14, 15 };

static unsigned digit(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a' + 10);
}

bool guid_is(const uint8_t stored[static GUID_LEN], const char *printed)
{
    for (size_t i = 0; i < GUID_LEN; i++) {
        if (*printed == '-')
            printed++;
        if (stored[guid_order[i]] !=
            (digit(printed[0]) << 4 | digit(printed[1])))
            return false;
        printed += 2;
    }
    return true;
}

uint16_t read_u16(const uint8_t *from)
{
    return (uint16_t)(from[0] | from[1] << 8);
}

uint32_t read_u32(const uint8_t *from)
{
    return read_u16(from) | (uint32_t)read_u16(from + 2) << 16;
}
