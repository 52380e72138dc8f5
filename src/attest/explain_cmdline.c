/* SPDX-License-Identifier: Apache-2.0 */
/* A kernel's command line as programs are known to spoil it. */
#include "attest/explain_cmdline.h"

#include "base/buf.h"
#include "base/own.h"
#include "owner/kernel_hashes.h"

/* What is put before and behind the text, after white space was cut off. */
static const struct way {
    const char *words;
    const char *before;
    const char *behind;
    bool cut;   /* white space at both ends */
    bool empty; /* nothing of the text remains */
    int nuls;
} ways[] = {
    { "empty", "", "", false, true, 1 },
    { "empty, without its NUL", "", "", false, true, 0 },
    { "with a newline at its end", "", "\n", false, false, 1 },
    { "without its NUL", "", "", false, false, 0 },
    { "with a newline instead of its NUL", "", "\n", false, false, 0 },
    { "with two NULs at its end", "", "", false, false, 2 },
    { "with a space at its end", "", " ", false, false, 1 },
    { "with a space before it", " ", "", false, false, 1 },
    { "with CR and LF at its end", "", "\r\n", false, false, 1 },
    { "without white space at its ends", "", "", true, false, 1 },
    { "without white space at its ends and its NUL", "", "", true, false, 0 },
    { "with 'initrd=initrd ' before it", "initrd=initrd ", "", false, false,
      1 },
    { "with ' initrd=initrd' behind it", "", " initrd=initrd", false, false,
      1 },
};
#define N_WAYS (sizeof ways / sizeof ways[0])
#define SPACES " \t\r\n"

static struct bytes cut_ends(const char *text)
{
    size_t n;

    text += strspn(text, SPACES);
    n = strlen(text);
    while (n > 0 && strchr(SPACES, text[n - 1]) != NULL) {
        n--;
    }
    return bytes_make(text, n);
}

static bool spoil(const struct way *w, const char *text, struct buf *to)
{
    struct bytes middle = w->empty ? bytes_make("", 0)
                          : w->cut ? cut_ends(text)
                                   : bytes_of_string(text);

    return buf_append_string(to, w->before, NULL) &&
           buf_append(to, middle, NULL) &&
           buf_append_string(to, w->behind, NULL) &&
           buf_append(to, bytes_make("\0", (size_t)w->nuls), NULL);
}

bool explain_cmdline(const char *text, size_t i, const char **ret_words,
                     uint8_t ret_digest[static 32])
{
    OWN(buf_free) struct buf spoilt = { 0 };

    if (i >= N_WAYS || (text == NULL && !ways[i].empty) ||
        !spoil(&ways[i], text, &spoilt)) {
        return false;
    }
    kernel_hashes_bytes(buf_bytes(&spoilt), ret_digest);
    *ret_words = ways[i].words;
    return true;
}
