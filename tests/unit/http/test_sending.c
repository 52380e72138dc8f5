/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of sending.c: which requests make no sense, and none of them is sent. */
#include "base/own.h"
#include "http/sending.h"
#include "lib/unit.h"

static void refuse(struct http_request ask, enum sevk_code code,
                   const char *part)
{
    OWN(http_close) struct http *http = NULL;
    struct http_answer answer = { .status = 77 };
    struct sevk_error err;

    /* Were it sent, nobody would answer. */
    ask.url = ask.url == NULL ? "https://127.0.0.1:1/" : ask.url;
    assert_works(http_open(&http, &err), &err);
    assert_fails(http_send(http, &ask, &answer, &err), &err, code, part);
    assert_int_equal(answer.status, 77);
}

static const struct http_request sound = { .timeout_ms = 1000, .max = 1 };

static void a_sound_request_is_sent(void **state)
{
    (void)state;
    refuse(sound, SEVK_HOST, "onnect");
}

static void limits_are_needed(void **state)
{
    struct http_request ask = sound;

    (void)state;
    ask.timeout_ms = 0;
    refuse(ask, SEVK_USAGE, "makes no sense");
    ask.timeout_ms = HTTP_TIMEOUT_MAX_MS + 1;
    refuse(ask, SEVK_USAGE, "makes no sense");
    ask = sound;
    ask.max = 0;
    refuse(ask, SEVK_USAGE, "makes no sense");
    ask = sound;
    ask.redirects = HTTP_REDIRECTS_MAX + 1;
    refuse(ask, SEVK_USAGE, "makes no sense");
}

static void methods_are_those_of_http(void **state)
{
    static const char *const bad[] = { "", "get", "TRACE", "CONNECT",
                                       "GET / HTTP/1.1\r\nX: y\r\n" };
    struct http_request ask = sound;

    (void)state;
    for (size_t i = 0; i < N_OF(bad); i++) {
        ask.method = bad[i];
        refuse(ask, SEVK_USAGE, "makes no sense");
    }
    ask.method = "GET";
    ask.has_body = true;
    refuse(ask, SEVK_USAGE, "makes no sense");
    ask.method = NULL;
    refuse(ask, SEVK_USAGE, "makes no sense");
}

static void a_header_is_one_line(void **state)
{
    static const char *const bad[] = { "",       "Accept",
                                       ": x",    "A: b\r\nC: d",
                                       "A: b\n", "A: \x7f" };
    struct http_request ask = sound;

    (void)state;
    ask.n_headers = 1;
    for (size_t i = 0; i < N_OF(bad); i++) {
        ask.headers = &bad[i];
        refuse(ask, SEVK_USAGE, "one line");
    }
    ask.n_headers = HTTP_HEADERS_MAX + 1;
    refuse(ask, SEVK_USAGE, "makes no sense");
}

static void a_token_is_one_word_and_not_repeated(void **state)
{
    static const char *const bad[] = { "hush hush", "hush\n", "\xffhush" };
    struct http_request ask = sound;
    struct sevk_error err;

    (void)state;
    for (size_t i = 0; i < N_OF(bad); i++) {
        SECRET(token);

        assert_works(secret_copy(&token, bytes_of_string(bad[i]), &err), &err);
        ask.token = &token;
        refuse(ask, SEVK_INPUT, "a token has 1 to 65536 printable");
    }
    SECRET(token);
    assert_works(secret_alloc(&token, 65537, &err), &err);
    memset(secret_expose_mutable(&token), 'x', 65537);
    ask.token = &token;
    refuse(ask, SEVK_INPUT, "a token has 1 to 65536 printable");
}

static void a_client_certificate_needs_its_key(void **state)
{
    struct http_request ask = sound;
    struct sevk_error err;
    SECRET(key);

    (void)state;
    ask.tls.cert = bytes_of_string("x");
    refuse(ask, SEVK_USAGE, "belong together");
    assert_works(secret_copy(&key, bytes_of_string("x"), &err), &err);
    ask.tls = (struct http_tls){ .key = &key };
    refuse(ask, SEVK_USAGE, "belong together");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_request_is_sent),
        cmocka_unit_test(limits_are_needed),
        cmocka_unit_test(methods_are_those_of_http),
        cmocka_unit_test(a_header_is_one_line),
        cmocka_unit_test(a_token_is_one_word_and_not_repeated),
        cmocka_unit_test(a_client_certificate_needs_its_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
