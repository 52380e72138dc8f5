/* SPDX-License-Identifier: Apache-2.0 */
/* What a host hands over about a guest that it started. */
#ifndef SEVKIT_ATTEST_EVIDENCE_H
#define SEVKIT_ATTEST_EVIDENCE_H

#include "wire/measure_buf.h"

/*
 * MEASURE is the platform's MAC; the rest is the host's word. A wrong word
 * makes the MAC another one, so that it can only turn a yes into a no
 * (formats.md 5).
 */
struct evidence {
    struct measure_buf measure;
    uint8_t api_major;
    uint8_t api_minor;
    uint8_t build;
    uint32_t policy;
};

#endif
