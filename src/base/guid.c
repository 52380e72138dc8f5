/* SPDX-License-Identifier: Apache-2.0 */
/* GUIDs. */
#include "base/guid.h"

#include "base/hex.h"

/* Where the digit pairs of the text go, group by group. */
static const uint8_t order[16] = { 3, 2, 1,  0,  5,  4,  7,  6,
                                   8, 9, 10, 11, 12, 13, 14, 15 };

static bool is_dash_place(size_t at)
{
    return at == 8 || at == 13 || at == 18 || at == 23;
}

bool guid_equal(const struct guid *a, const struct guid *b)
{
    return memcmp(a->b, b->b, sizeof a->b) == 0;
}

void guid_format(const struct guid *g, char ret_text[static GUID_TEXT_LEN])
{
    size_t at = 0;

    for (size_t i = 0; i < 16; i++) {
        if (is_dash_place(at)) {
            ret_text[at++] = '-';
        }
        hex_format(bytes_make(&g->b[order[i]], 1), ret_text + at);
        at += 2;
    }
}

bool guid_parse(const char *text, struct guid *ret, struct sevk_error *err)
{
    char compact[33];
    uint8_t bytes[16];
    size_t n = 0;
    bool ok = strlen(text) == GUID_TEXT_LEN - 1;

    for (size_t i = 0; ok && i < GUID_TEXT_LEN - 1; i++) {
        if (is_dash_place(i)) {
            ok = text[i] == '-';
        } else {
            compact[n++] = text[i];
        }
    }
    compact[n] = '\0';
    if (!ok || !hex_decode(compact, bytes, sizeof bytes, "GUID", NULL)) {
        return sevk_fail(err, SEVK_INPUT,
                         "'%.64s' is not a GUID like "
                         "1e74f542-71dd-4d66-963e-ef4287ff173b",
                         text);
    }
    for (size_t i = 0; i < 16; i++) {
        ret->b[order[i]] = bytes[i];
    }
    return true;
}
