/* SPDX-License-Identifier: Apache-2.0 */
/* Which addresses a request may have. */
#ifndef SEVKIT_HTTP_URL_H
#define SEVKIT_HTTP_URL_H

#include <sevkit/error.h>

#include <curl/curl.h>

/*
 * The parts of TEXT, which must be an https address, or (PLAIN_LOOPBACK) http
 * to 127.0.0.1 or [::1] as numbers; without user name or password, which would
 * stand in logs. Spaces and control characters are refused: no header can be
 * smuggled in. The handle that was checked is the one that libcurl is given, so
 * that both read the same. RET is the caller's: curl_url_cleanup().
 */
SEVK_MUST_CHECK bool url_read(const char *text, bool plain_loopback,
                              CURLU **ret, struct sevk_error *err);

bool url_is_https(CURLU *url);

/* For OWN(). */
void url_drop(CURLU **url);

#define URL_MAX 4096

#endif
