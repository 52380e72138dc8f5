/* SPDX-License-Identifier: Apache-2.0 */
/* Reading "key value" lines, as /proc, /sys and recordings have them. */
#include "host/lines.h"

#include <ctype.h>
#include <string.h>

#include "base/number.h"

/* N bytes of FROM without white space around them. */
static void copy(const char *from, size_t n, char *ret, size_t size)
{
    while (n > 0 && isspace((unsigned char)*from)) {
        from++;
        n--;
    }
    while (n > 0 && isspace((unsigned char)from[n - 1])) {
        n--;
    }
    if (n > size - 1) {
        n = size - 1;
    }
    for (size_t i = 0; i < n; i++) {
        ret[i] = iscntrl((unsigned char)from[i]) ? '?' : from[i];
    }
    ret[n] = '\0';
}

bool lines_next(const char **at, char *ret, size_t n)
{
    size_t len;

    if (**at == '\0') {
        return false;
    }
    len = strcspn(*at, "\n");
    copy(*at, len, ret, n);
    *at += len + ((*at)[len] == '\n' ? 1 : 0);
    return true;
}

static const char *after_key(const char *line, const char *key)
{
    size_t n = strlen(key);

    if (strncmp(line, key, n) != 0) {
        return NULL;
    }
    line += n;
    if (*line != ':' && *line != ' ' && *line != '\t') {
        return NULL;
    }
    line += strspn(line, " \t");
    return *line == ':' ? line + 1 : line;
}

bool lines_value(const char *text, const char *key, char *ret, size_t n)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        const char *value = after_key(text, key);

        if (value != NULL && value <= text + len) {
            copy(value, (size_t)(text + len - value), ret, n);
            return true;
        }
        text += len + (text[len] == '\n' ? 1 : 0);
    }
    return false;
}

bool lines_number(const char *text, const char *key, uint64_t *ret)
{
    char word[32];

    return lines_value(text, key, word, sizeof word) &&
           number_parse(word, 0, UINT64_MAX, key, ret, NULL);
}

bool lines_word(const char **at, char *ret, size_t n)
{
    const char *word = *at + strspn(*at, " \t\n");
    size_t len = strcspn(word, " \t\n");

    if (len == 0) {
        return false;
    }
    copy(word, len, ret, n);
    *at = word + len;
    return true;
}

bool lines_has_word(const char *text, const char *word)
{
    size_t n = strlen(word);

    while (*text != '\0') {
        size_t len;

        text += strspn(text, " \t\n");
        len = strcspn(text, " \t\n");
        if (len == n && strncmp(text, word, n) == 0) {
            return true;
        }
        text += len;
    }
    return false;
}
