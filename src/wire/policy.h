/* SPDX-License-Identifier: Apache-2.0 */
/* The guest policy's bits. */
#ifndef SEVKIT_WIRE_POLICY_H
#define SEVKIT_WIRE_POLICY_H

#include <stdbool.h>
#include <stdint.h>

/* SEV API, chapter 3; formats.md 3. */
#define POLICY_NODBG    (1u << 0)
#define POLICY_NOKS     (1u << 1)
#define POLICY_ES       (1u << 2)
#define POLICY_NOSEND   (1u << 3)
#define POLICY_DOMAIN   (1u << 4)
#define POLICY_SEV      (1u << 5)
#define POLICY_RESERVED 0x0000ffc0u

static inline uint8_t policy_api_major(uint32_t policy)
{
    return (uint8_t)(policy >> 16);
}

static inline uint8_t policy_api_minor(uint32_t policy)
{
    return (uint8_t)(policy >> 24);
}

/* (major, minor) is at least (min_major, min_minor), compared as a pair. */
static inline bool policy_api_at_least(uint8_t major, uint8_t minor,
                                       uint8_t min_major, uint8_t min_minor)
{
    return major != min_major ? major > min_major : minor >= min_minor;
}

#endif
