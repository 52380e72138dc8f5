/* SPDX-License-Identifier: Apache-2.0 */
/* One HTTPS request and its answer, over libcurl. */
#ifndef SEVKIT_HTTP_HTTP_H
#define SEVKIT_HTTP_HTTP_H

#include <sevkit/error.h>

#include "base/buf.h"
#include "base/secret.h"

/*
 * A client sends requests one after the other to servers that need not be
 * honest, and keeps the connection open in between:
 *
 *     OWN(http_close) struct http *http = NULL;
 *     OWN(http_answer_clear) struct http_answer answer = { 0 };
 *     struct http_request ask = {
 *         .url = "https://kds.example/cek", .max = 4096, .timeout_ms = 20000,
 *     };
 *
 *     if (!http_open(&http, err) || !http_send(http, &ask, &answer, err)) …
 *     if (answer.status != 200) …
 *
 * TLS is always verified, certificate and host name, from version 1.2 on; there
 * is no option to leave that out. Plain http is refused, but for a numeric
 * loopback address when the request allows it. No proxy is used, no .netrc, no
 * cookies, whatever the environment says. HTTP/1.1 is spoken.
 *
 * An answer of any status is an answer. An error (SEVK_HOST) means that there
 * was none, or not the whole of it: no connection, no trust, too slow, too
 * large, cut off. SEVK_USAGE: the request itself makes no sense; SEVK_INPUT:
 * one of its certificates or its key can't be read.
 *
 * What this does not do: copies of the token and of the client's key exist in
 * libcurl's and OpenSSL's own memory while a client is open.
 *
 * Globals: libcurl has some. http_open() and http_close() call
 * curl_global_init() and curl_global_cleanup(), which count, and which are safe
 * in several threads from libcurl 7.84 on. One client belongs to one thread.
 * The program ignores SIGPIPE, as libcurl is told not to touch signals.
 */
struct http;
SEVK_MUST_CHECK bool http_open(struct http **ret, struct sevk_error *err);
void http_close(struct http **http); /* also for OWN() */

/* Whom to trust, and who the client is. All zeros: the system's own CAs. */
struct http_tls {
    struct bytes ca; /* PEM: these CAs and no others */
    /* A client that shows a certificate: both, PEM, the key not encrypted. */
    struct bytes cert;
    const struct sevk_secret *key;
};

/* What is not given is zero or NULL. Everything is the caller's. */
struct http_request {
    const char *method; /* "PUT"; NULL: GET */
    const char *url;
    const char *const *headers; /* "Accept: application/json" */
    size_t n_headers;           /* at most HTTP_HEADERS_MAX */
    bool has_body;              /* for POST, PUT and PATCH */
    struct bytes body;
    const struct sevk_secret *token; /* a bearer token; not "Bearer …" */
    struct http_tls tls;
    bool plain_loopback; /* also http://127.0.0.1 and http://[::1] */
    /*
     * GET alone may follow redirections, and only to https, and only when
     * neither a token nor a client certificate goes with it. Otherwise the
     * redirection is the answer.
     */
    unsigned int redirects; /* at most HTTP_REDIRECTS_MAX */
    uint32_t timeout_ms;    /* for all of it, 1 to HTTP_TIMEOUT_MAX_MS */
    size_t max;             /* bytes of the answer's body; not 0 */
    /* True as soon as the request is to be given up; NULL: never. */
    bool (*stopped)(void *ctx);
    void *ctx;
};

#define HTTP_HEADERS_MAX    16
#define HTTP_REDIRECTS_MAX  8
#define HTTP_TIMEOUT_MAX_MS (3600u * 1000)
#define HTTP_TYPE_LEN       64

/* Starts with all zeros; for OWN(). */
struct http_answer {
    unsigned int status;      /* 200, 404, … */
    uint32_t retry_after;     /* seconds, from either form; 0: not said */
    char type[HTTP_TYPE_LEN]; /* "application/json; …", cut to fit; or "" */
    struct buf body;
};
void http_answer_clear(struct http_answer *answer);

/* Sends and waits. RET's old content is released, on success only. */
SEVK_MUST_CHECK bool http_send(struct http *http,
                               const struct http_request *request,
                               struct http_answer *ret, struct sevk_error *err);

#endif
