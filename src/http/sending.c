/* SPDX-License-Identifier: Apache-2.0 */
/* A request on its way: what libcurl is told, and what it points into. */
#include "http/sending.h"

#include <stdlib.h>
#include <strings.h>

#include "base/error.h"
#include "base/own.h"

#define TOKEN_MAX ((size_t)65536)

void sending_drop(struct sending **sending)
{
    struct sending *s = *sending;

    if (s != NULL) {
        http_answer_clear(&s->got);
        secret_clear(&s->authorize);
        url_drop(&s->url);
        free(s);
    }
    *sending = NULL;
}

/* -- What libcurl calls ------------------------------------------------------- */

static size_t take_body(char *piece, size_t one, size_t n, void *ctx)
{
    struct sending *s = ctx;

    (void)one;
    if (n > s->ask->max - s->got.body.n) {
        s->too_large = true;
        return 0;
    }
    return buf_append(&s->got.body, bytes_make(piece, n), &s->fault) ? n : 0;
}

static bool begins(struct bytes line, const char *with)
{
    size_t n = strlen(with);

    return line.n >= n && strncasecmp((const char *)line.p, with, n) == 0;
}

/* The headers' values are libcurl's; here is noted what it does not tell. */
static size_t take_header(char *piece, size_t one, size_t n, void *ctx)
{
    struct bytes line = bytes_make(piece, n);
    struct sending *s = ctx;

    (void)one;
    if (begins(line, "HTTP/")) {
        s->has_end = false;
    }
    if (begins(line, "Content-Length:") || begins(line, "Transfer-Encoding:")) {
        s->has_end = true;
    }
    s->headers_size += n;
    s->headers_too_large = s->headers_size > SENDING_HEADERS_SIZE_MAX;
    return s->headers_too_large ? 0 : n;
}

static int ask_to_go_on(void *ctx, curl_off_t down, curl_off_t downloaded,
                        curl_off_t up, curl_off_t uploaded)
{
    struct sending *s = ctx;

    (void)down, (void)downloaded, (void)up, (void)uploaded;
    s->stopped = s->ask->stopped != NULL && s->ask->stopped(s->ask->ctx);
    return s->stopped ? 1 : 0;
}

/* -- What libcurl is told ----------------------------------------------------- */

/* Whether all settings were taken is asked once, at the end. */
#define SET(option, value)                                                     \
    (curl_easy_setopt(curl, CURLOPT_##option, (value)) == CURLE_OK)

static bool set_rules(CURL *curl, struct sending *s, bool https)
{
    const char *protocol = https ? "https" : "http";
    bool bare = s->ask->token == NULL && s->ask->tls.key == NULL;
    bool follow = https && bare && s->ask->redirects != 0 &&
                  s->ask->method == NULL && !s->ask->has_body;

    return SET(PROTOCOLS_STR, protocol) && SET(REDIR_PROTOCOLS_STR, "https") &&
           SET(FOLLOWLOCATION, follow ? 1L : 0L) &&
           SET(MAXREDIRS, (long)s->ask->redirects) && SET(PROXY, "") &&
           SET(NOSIGNAL, 1L) && SET(HTTP_VERSION, CURL_HTTP_VERSION_1_1) &&
           SET(USERAGENT, "sevkit") &&
           SET(TIMEOUT_MS, (long)s->ask->timeout_ms) &&
           SET(CONNECTTIMEOUT_MS, (long)s->ask->timeout_ms);
}

static bool set_blob(CURL *curl, CURLoption option, struct bytes from)
{
    /* libcurl reads it only, and does not keep it: no copy, also of the key. */
    struct curl_blob blob = { (void *)(uintptr_t)from.p, from.n,
                              CURL_BLOB_NOCOPY };

    return curl_easy_setopt(curl, option, &blob) == CURLE_OK;
}

static bool set_tls(CURL *curl, const struct http_tls *tls)
{
    return SET(SSL_VERIFYPEER, 1L) && SET(SSL_VERIFYHOST, 2L) &&
           SET(SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
           (tls->ca.n == 0 || (SET(CAINFO, NULL) && SET(CAPATH, NULL) &&
                               set_blob(curl, CURLOPT_CAINFO_BLOB, tls->ca))) &&
           /* A password at hand, or OpenSSL asks the terminal for one. */
           (tls->key == NULL ||
            (SET(KEYPASSWD, "") && SET(SSLCERTTYPE, "PEM") &&
             SET(SSLKEYTYPE, "PEM") &&
             set_blob(curl, CURLOPT_SSLCERT_BLOB, tls->cert) &&
             set_blob(curl, CURLOPT_SSLKEY_BLOB, secret_expose(tls->key))));
}

static bool set_callbacks(CURL *curl, struct sending *s)
{
    return SET(ERRORBUFFER, s->why) && SET(WRITEFUNCTION, take_body) &&
           SET(WRITEDATA, s) && SET(HEADERFUNCTION, take_header) &&
           SET(HEADERDATA, s) && SET(XFERINFOFUNCTION, ask_to_go_on) &&
           SET(XFERINFODATA, s) && SET(NOPROGRESS, 0L);
}

static bool set_content(CURL *curl, struct sending *s)
{
    const struct http_request *ask = s->ask;

    if (ask->has_body &&
        (!SET(POSTFIELDSIZE_LARGE, (curl_off_t)ask->body.n) ||
         !SET(POSTFIELDS, ask->body.n == 0 ? "" : (const char *)ask->body.p))) {
        return false;
    }
    return (ask->method == NULL || SET(CUSTOMREQUEST, ask->method)) &&
           SET(HTTPHEADER, s->n_headers == 0 ? NULL : s->headers) &&
           SET(CURLU, s->url);
}

static bool set_all(CURL *curl, struct sending *s, bool https,
                    struct sevk_error *err)
{
    /* Settings are gone, connections stay. */
    curl_easy_reset(curl);
    if (!set_rules(curl, s, https) || !set_tls(curl, &s->ask->tls) ||
        !set_callbacks(curl, s) || !set_content(curl, s)) {
        return sevk_fail(err, SEVK_HOST,
                         "libcurl does not take the request's settings: it "
                         "must be 7.85 or later, with OpenSSL");
    }
    return true;
}

/* -- The request's own headers ------------------------------------------------ */

static bool header_is_sound(const char *text)
{
    const char *colon = strchr(text, ':');

    if (colon == NULL || colon == text || strlen(text) > URL_MAX) {
        return false;
    }
    for (const char *p = text; *p != '\0'; p++) {
        if (*p < ' ' || *p > '~') {
            return false;
        }
    }
    return true;
}

/* curl_slist_append() would copy the token into memory that nobody wipes. */
static void add_header(struct sending *s, char *text)
{
    struct curl_slist *item = &s->headers[s->n_headers];

    item->data = text;
    if (s->n_headers > 0) {
        s->headers[s->n_headers - 1].next = item;
    }
    s->n_headers++;
}

static bool token_is_sound(struct bytes token)
{
    for (size_t i = 0; i < token.n; i++) {
        if (token.p[i] <= ' ' || token.p[i] > '~') {
            return false;
        }
    }
    return token.n > 0 && token.n <= TOKEN_MAX;
}

static bool add_token(struct sending *s, struct sevk_error *err)
{
    static const char name[] = "Authorization: Bearer ";
    struct bytes token = secret_expose(s->ask->token);
    uint8_t *to;

    if (!token_is_sound(token)) {
        return sevk_fail(err, SEVK_INPUT,
                         "a token has 1 to %zu printable characters of ASCII "
                         "and no space",
                         TOKEN_MAX);
    }
    if (!secret_alloc(&s->authorize, sizeof name + token.n, err)) {
        return false;
    }
    to = secret_expose_mutable(&s->authorize);
    memcpy(to, name, sizeof name - 1);
    memcpy(to + sizeof name - 1, token.p, token.n);
    add_header(s, (char *)to);
    return true;
}

static bool add_headers(struct sending *s, struct sevk_error *err)
{
    static char no_expect[] = "Expect:"; /* no question before the body */

    add_header(s, no_expect);
    for (size_t i = 0; i < s->ask->n_headers; i++) {
        if (!header_is_sound(s->ask->headers[i])) {
            return sevk_fail(err, SEVK_USAGE,
                             "a request's header is one line 'Name: value'");
        }
        add_header(s, (char *)(uintptr_t)s->ask->headers[i]);
    }
    return s->ask->token == NULL || add_token(s, err);
}

static bool method_is_sound(const char *method)
{
    static const char *const known[] = { "GET", "POST", "PUT", "PATCH",
                                         "DELETE" };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (method == NULL || strcmp(method, known[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool check(const struct http_request *ask, struct sevk_error *err)
{
    if (!method_is_sound(ask->method) ||
        (ask->has_body &&
         (ask->method == NULL || strcmp(ask->method, "GET") == 0)) ||
        ask->n_headers > HTTP_HEADERS_MAX ||
        ask->redirects > HTTP_REDIRECTS_MAX || ask->timeout_ms == 0 ||
        ask->timeout_ms > HTTP_TIMEOUT_MAX_MS || ask->max == 0) {
        return sevk_fail(err, SEVK_USAGE, "a web request makes no sense");
    }
    if ((ask->tls.key == NULL) != (ask->tls.cert.n == 0)) {
        return sevk_fail(err, SEVK_USAGE,
                         "a client certificate and its key belong together");
    }
    return true;
}

bool sending_set(struct sending *s, CURL *curl, struct sevk_error *err)
{
    const struct http_request *ask = s->ask;

    return check(ask, err) && add_headers(s, err) &&
           url_read(ask->url, ask->plain_loopback, &s->url, err) &&
           set_all(curl, s, url_is_https(s->url), err);
}
