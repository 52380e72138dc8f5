/* SPDX-License-Identifier: Apache-2.0 */
/* A request on its way: what libcurl is told, and what it points into. */
#ifndef SEVKIT_HTTP_SENDING_H
#define SEVKIT_HTTP_SENDING_H

#include "http/http.h"
#include "http/url.h"

#define SENDING_HEADERS_SIZE_MAX ((size_t)65536) /* of an answer */
#define SENDING_EXTRA_HEADERS    2               /* Expect, Authorization */

/* Starts with all zeros but "ask". Everything that libcurl points into. */
struct sending {
    const struct http_request *ask;
    struct http_answer got;
    size_t headers_size;
    bool has_end; /* the answer says where it ends */
    bool too_large;
    bool headers_too_large;
    bool stopped;
    struct sevk_error fault;      /* of a callback; SEVK_OK: none */
    struct sevk_secret authorize; /* "Authorization: Bearer …" */
    struct curl_slist headers[HTTP_HEADERS_MAX + SENDING_EXTRA_HEADERS];
    size_t n_headers;
    CURLU *url;
    char why[CURL_ERROR_SIZE];
};

void sending_drop(struct sending **sending); /* for OWN() */

/*
 * Checks S->ask and tells CURL all of it. Until curl_easy_reset() CURL points
 * into S and into what the request refers to.
 */
SEVK_MUST_CHECK bool sending_set(struct sending *s, CURL *curl,
                                 struct sevk_error *err);

#endif
