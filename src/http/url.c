/* SPDX-License-Identifier: Apache-2.0 */
/* Which addresses a request may have. */
#include "http/url.h"

#include <string.h>

#include "base/error.h"
#include "base/own.h"

void url_drop(CURLU **url)
{
    curl_url_cleanup(*url);
    *url = NULL;
}

static void drop_part(char **part)
{
    curl_free(*part);
    *part = NULL;
}

static bool printable(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p <= ' ' || *p > '~') {
            return false;
        }
    }
    return true;
}

static bool has(CURLU *url, CURLUPart part)
{
    OWN(drop_part) char *text = NULL;

    return curl_url_get(url, part, &text, 0) == CURLUE_OK;
}

static bool equals(CURLU *url, CURLUPart part, const char *want)
{
    OWN(drop_part) char *text = NULL;

    return curl_url_get(url, part, &text, 0) == CURLUE_OK &&
           strcmp(text, want) == 0;
}

bool url_is_https(CURLU *url)
{
    return equals(url, CURLUPART_SCHEME, "https");
}

static bool is_plain_loopback(CURLU *url)
{
    return equals(url, CURLUPART_SCHEME, "http") &&
           (equals(url, CURLUPART_HOST, "127.0.0.1") ||
            equals(url, CURLUPART_HOST, "[::1]"));
}

/* libcurl takes "https:/path" for "https://path": the host would be a word of
 * the path. */
static bool names_a_host(const char *text)
{
    const char *mark = strstr(text, "://");

    return mark != NULL && mark[3] != '\0' && mark[3] != '/';
}

static bool parse(const char *text, CURLU *url, struct sevk_error *err)
{
    CURLUcode code = names_a_host(text)
                         ? curl_url_set(url, CURLUPART_URL, text, 0)
                         : CURLUE_NO_HOST;

    if (code != CURLUE_OK) {
        return sevk_fail(err, SEVK_USAGE, "'%.200s' is no web address (%s)",
                         text, curl_url_strerror(code));
    }
    if (has(url, CURLUPART_USER) || has(url, CURLUPART_PASSWORD)) {
        return sevk_fail(err, SEVK_USAGE,
                         "a web address with a user name or password is "
                         "refused: it would stand in logs");
    }
    return true;
}

bool url_read(const char *text, bool plain_loopback, CURLU **ret,
              struct sevk_error *err)
{
    OWN(url_drop) CURLU *url = curl_url();

    if (url == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a web address");
    }
    if (strlen(text) > URL_MAX || !printable(text)) {
        return sevk_fail(err, SEVK_USAGE,
                         "a web address has at most %d printable characters "
                         "of ASCII and no space",
                         URL_MAX);
    }
    if (!parse(text, url, err)) {
        return false;
    }
    if (!url_is_https(url) && !(plain_loopback && is_plain_loopback(url))) {
        return sevk_fail(
            err, SEVK_USAGE,
            "'%.200s' is refused: only https addresses are "
            "asked%s",
            text, plain_loopback ? ", and http on 127.0.0.1 or [::1]" : "");
    }
    *ret = TAKE(url);
    return true;
}
