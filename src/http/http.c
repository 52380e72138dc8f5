/* SPDX-License-Identifier: Apache-2.0 */
/* One HTTPS request and its answer, over libcurl. */
#include "http/http.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/own.h"
#include "http/sending.h"

struct http {
    CURL *curl;
};

void http_answer_clear(struct http_answer *answer)
{
    buf_free(&answer->body);
    *answer = (struct http_answer){ 0 };
}

bool http_open(struct http **ret, struct sevk_error *err)
{
    OWN(own_free) struct http *http = calloc(1, sizeof *http);

    if (http == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a web client");
    }
    http->curl = curl_easy_init();
    if (http->curl == NULL) {
        curl_global_cleanup();
        return sevk_fail(err, SEVK_HOST, "out of memory for a web client");
    }
    *ret = TAKE(http);
    return true;
}

void http_close(struct http **http)
{
    if (*http != NULL) {
        curl_easy_cleanup((*http)->curl);
        curl_global_cleanup();
        free(*http);
    }
    *http = NULL;
}

/* -- The answer --------------------------------------------------------------- */

static const char *reason(const struct sending *s, CURLcode code)
{
    return s->why[0] == '\0' ? curl_easy_strerror(code) : s->why;
}

static bool fail_trust(const struct sending *s, CURLcode code,
                       struct sevk_error *err)
{
    if (code == CURLE_PEER_FAILED_VERIFICATION) {
        return sevk_fail(err, SEVK_HOST,
                         "the server is not who it should be: %s",
                         reason(s, code));
    }
    if (code == CURLE_SSL_CACERT_BADFILE) {
        return sevk_fail(err, SEVK_INPUT,
                         "the CA's certificates are not PEM text that can be "
                         "read (%s)",
                         reason(s, code));
    }
    return sevk_fail(err, SEVK_INPUT,
                     "the client's certificate and key can't be used (%s): "
                     "both are PEM, and the key not encrypted",
                     reason(s, code));
}

static bool fail_transfer(const struct sending *s, CURLcode code,
                          struct sevk_error *err)
{
    if (s->too_large) {
        return sevk_fail(err, SEVK_HOST,
                         "the answer has more than %zu bytes, and is refused",
                         s->ask->max);
    }
    if (s->headers_too_large) {
        return sevk_fail(err, SEVK_HOST,
                         "the answer's headers have more than %zu bytes",
                         SENDING_HEADERS_SIZE_MAX);
    }
    if (s->stopped) {
        return sevk_fail(err, SEVK_HOST, "stopped while waiting for an answer");
    }
    if (code == CURLE_OPERATION_TIMEDOUT) {
        return sevk_fail(err, SEVK_HOST, "no whole answer within %u.%03u s",
                         s->ask->timeout_ms / 1000, s->ask->timeout_ms % 1000);
    }
    if (code == CURLE_TOO_MANY_REDIRECTS ||
        code == CURLE_UNSUPPORTED_PROTOCOL) {
        return sevk_fail(err, SEVK_HOST,
                         "the server redirects too often, or to what is not "
                         "https (%s)",
                         reason(s, code));
    }
    return sevk_fail(err, SEVK_HOST, "%s", reason(s, code));
}

static bool fail(const struct sending *s, CURLcode code, struct sevk_error *err)
{
    bool trust = code == CURLE_PEER_FAILED_VERIFICATION ||
                 code == CURLE_SSL_CACERT_BADFILE ||
                 code == CURLE_SSL_CERTPROBLEM;

    if (s->fault.code != SEVK_OK) {
        return sevk_fail(err, s->fault.code, "%s", s->fault.message);
    }
    trust ? fail_trust(s, code, err) : fail_transfer(s, code, err);
    return sevk_fail_in(err, "'%.200s'", s->ask->url);
}

static void read_answer(CURL *curl, struct sending *s)
{
    const char *type = NULL;
    curl_off_t after = 0;
    long status = 0;

    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &after);
    s->got.status = (unsigned int)status;
    s->got.retry_after =
        after < 0 ? 0 : (uint32_t)(after > UINT32_MAX ? UINT32_MAX : after);
    snprintf(s->got.type, sizeof s->got.type, "%s", type == NULL ? "" : type);
}

/*
 * A body that ends with the connection may have been cut by anybody in between:
 * libcurl takes the end of TCP for the end of TLS.
 */
static bool check_end(const struct sending *s, struct sevk_error *err)
{
    if (s->has_end || s->got.status == 204 || s->got.status == 304) {
        return true;
    }
    return sevk_fail(err, SEVK_HOST,
                     "'%.200s': the answer does not say how long it is; it may "
                     "have been cut off",
                     s->ask->url);
}

bool http_send(struct http *http, const struct http_request *request,
               struct http_answer *ret, struct sevk_error *err)
{
    OWN(sending_drop) struct sending *s = calloc(1, sizeof *s);
    CURLcode code;

    if (s == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a web request");
    }
    s->ask = request;
    if (!sending_set(s, http->curl, err)) {
        return false;
    }
    code = curl_easy_perform(http->curl);
    read_answer(http->curl, s);
    curl_easy_reset(http->curl); /* it points into what ends here */
    if (code != CURLE_OK) {
        return fail(s, code, err);
    }
    if (!check_end(s, err)) {
        return false;
    }
    http_answer_clear(ret);
    *ret = s->got;
    s->got = (struct http_answer){ 0 };
    return true;
}
