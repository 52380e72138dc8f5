/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean": the known word that is nearest to a mistyped one. */
#include "cli/suggest.h"

#include <string.h>

#define WORD_MAX 24 /* longer words are nobody's slip */

static size_t least(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;

    return ab < c ? ab : c;
}

/* Edits that lead from A to B; two letters in the wrong order are one edit. */
static size_t distance(const char *a, const char *b)
{
    size_t la = strlen(a);
    size_t lb = strlen(b);
    size_t d[WORD_MAX + 1][WORD_MAX + 1] = { { 0 } };

    if (la > WORD_MAX || lb > WORD_MAX) {
        return WORD_MAX;
    }
    for (size_t i = 0; i <= la; i++) {
        for (size_t k = 0; k <= lb; k++) {
            if (i == 0 || k == 0) {
                d[i][k] = i + k;
                continue;
            }
            d[i][k] = least(d[i - 1][k] + 1, d[i][k - 1] + 1,
                            d[i - 1][k - 1] + (a[i - 1] == b[k - 1] ? 0 : 1));
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] &&
                a[i - 2] == b[k - 1]) {
                d[i][k] = least(d[i][k], d[i - 2][k - 2] + 1, WORD_MAX);
            }
        }
    }
    return d[la][lb];
}

void suggest_offer(struct suggest *s, const char *known)
{
    size_t d = distance(s->typed, known);
    size_t allowed = strlen(known) <= 4 ? 1 : 2;

    if (d <= allowed && (s->best == NULL || d < s->distance)) {
        s->best = known;
        s->distance = d;
    }
}
