/* SPDX-License-Identifier: Apache-2.0 */
/* GUIDs: 16 bytes in files, 36 characters in text. */
#ifndef SEVKIT_BASE_GUID_H
#define SEVKIT_BASE_GUID_H

#include "base/error.h"

#include "base/bytes.h"

/*
 * In memory as in files: the first three groups of the text are byte-swapped,
 * the last two as written (formats.md, head; UEFI 2.10, appendix A).
 */
struct guid {
    uint8_t b[16];
};

#define GUID_TEXT_LEN 37 /* with the NUL */

/* A constant: GUID_INIT(0x96b582de, 0x1fb2, 0x45f7, 0xba, 0xea, …). */
#define GUID_INIT(a, b_, c, d0, d1, d2, d3, d4, d5, d6, d7)                    \
    {                                                                          \
        {                                                                      \
            (uint8_t)((a)&0xff), (uint8_t)((a) >> 8 & 0xff),                   \
                (uint8_t)((a) >> 16 & 0xff), (uint8_t)((a) >> 24 & 0xff),      \
                (uint8_t)((b_)&0xff), (uint8_t)((b_) >> 8 & 0xff),             \
                (uint8_t)((c)&0xff), (uint8_t)((c) >> 8 & 0xff), (d0), (d1),   \
                (d2), (d3), (d4), (d5), (d6), (d7)                             \
        }                                                                      \
    }

bool guid_equal(const struct guid *a, const struct guid *b);

/* Lower case: "96b582de-1fb2-45f7-baea-a366c55a082d". */
void guid_format(const struct guid *g, char ret_text[static GUID_TEXT_LEN]);

/* Either case, exactly 36 characters. */
SEVK_MUST_CHECK bool guid_parse(const char *text, struct guid *ret,
                                struct sevk_error *err);

#endif
