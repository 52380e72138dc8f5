/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of http.c against a real server: bad peers first, then good ones. */
#include <json-c/json.h>

#include "base/own.h"
#include "http/http.h"
#include "lib/https.h"
#include "lib/unit.h"

/* One server for all tests, and what a client needs to trust it. */
struct world {
    struct https https;
    struct buf ca;
    struct buf other;
};

static int start(void **state)
{
    struct world *w = calloc(1, sizeof *w);

    assert_non_null(w);
    https_start("serve", &w->https);
    w->ca = https_file(&w->https, "ca.pem");
    w->other = https_file(&w->https, "other.pem");
    *state = w;
    return 0;
}

static int stop(void **state)
{
    struct world *w = *state;

    https_stop(&w->https);
    buf_free(&w->ca);
    buf_free(&w->other);
    free(w);
    return 0;
}

static struct http_request asking(const struct world *w)
{
    return (struct http_request){
        .timeout_ms = 20000,
        .max = 4096,
        .tls = { .ca = buf_bytes(&w->ca) },
    };
}

/* Sends ASK to PATH of the server NAME, with a client of its own. */
static bool send_to(const struct world *w, enum https_name name,
                    const char *path, struct http_request ask,
                    struct http_answer *ret, struct sevk_error *err)
{
    OWN(own_free) char *url = https_url(&w->https, name, path);
    OWN(http_close) struct http *http = NULL;

    ask.url = url;
    return http_open(&http, err) && http_send(http, &ask, ret, err);
}

static void fails(const struct world *w, enum https_name name, const char *path,
                  struct http_request ask, enum sevk_code code,
                  const char *part)
{
    struct http_answer answer = { .status = 77 };
    struct sevk_error err;

    assert_fails(send_to(w, name, path, ask, &answer, &err), &err, code, part);
    assert_int_equal(answer.status, 77);
    assert_null(answer.body.p);
}

/* -- Trust -------------------------------------------------------------------- */

static void a_server_of_another_ca_is_refused(void **state)
{
    const struct world *w = *state;
    struct http_request ask = asking(w);

    ask.tls.ca = buf_bytes(&w->other);
    fails(w, HTTPS_GOOD, "/echo", ask, SEVK_HOST, "not who it should be");
    ask.tls.ca = (struct bytes){ 0 };
    fails(w, HTTPS_GOOD, "/echo", ask, SEVK_HOST, "not who it should be");
}

static void a_server_of_another_name_is_refused(void **state)
{
    const struct world *w = *state;

    fails(w, HTTPS_WRONG_HOST, "/echo", asking(w), SEVK_HOST,
          "not who it should be");
}

static void a_certificate_whose_time_is_over_is_refused(void **state)
{
    const struct world *w = *state;

    fails(w, HTTPS_EXPIRED, "/echo", asking(w), SEVK_HOST, "expired");
}

static void a_ca_that_is_no_pem_is_an_input_error(void **state)
{
    const struct world *w = *state;
    struct http_request ask = asking(w);

    ask.tls.ca = bytes_of_string("not a certificate");
    fails(w, HTTPS_GOOD, "/echo", ask, SEVK_INPUT, "PEM");
}

static void plain_http_is_refused_unless_asked_for(void **state)
{
    OWN(http_answer_clear) struct http_answer answer = { 0 };
    const struct world *w = *state;
    struct http_request ask = asking(w);
    struct sevk_error err;

    fails(w, HTTPS_PLAIN, "/echo", ask, SEVK_USAGE, "only https");
    ask.plain_loopback = true;
    assert_works(send_to(w, HTTPS_PLAIN, "/echo", ask, &answer, &err), &err);
    assert_int_equal(answer.status, 200);
}

static void https_to_a_server_of_plain_http_fails(void **state)
{
    const struct world *w = *state;
    OWN(own_free) char *url = https_url(&w->https, HTTPS_PLAIN, "/echo");
    OWN(own_free) char *https = NULL;
    OWN(http_close) struct http *http = NULL;
    struct http_request ask = asking(w);
    struct http_answer answer = { 0 };
    struct sevk_error err;

    assert_true(asprintf(&https, "https%s", url + 4) > 0);
    ask.url = https;
    assert_works(http_open(&http, &err), &err);
    assert_fails(http_send(http, &ask, &answer, &err), &err, SEVK_HOST, "SSL");
}

static void the_environment_has_no_say(void **state)
{
    OWN(http_answer_clear) struct http_answer answer = { 0 };
    const struct world *w = *state;
    struct sevk_error err;

    setenv("https_proxy", "http://127.0.0.1:1", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    assert_works(send_to(w, HTTPS_GOOD, "/echo", asking(w), &answer, &err),
                 &err);
    unsetenv("https_proxy");
    unsetenv("ALL_PROXY");
}

/* -- Clients with a name ------------------------------------------------------ */

static void read_key(const struct world *w, const char *name,
                     struct sevk_secret *key)
{
    OWN(own_free) char *path = temp_dir_path(&w->https.dir, name);
    struct sevk_error err;

    assert_works(secret_read_file(key, path, 1, 65536, "key", &err), &err);
}

/* A client with the certificate and key of these files. */
static bool send_as(const struct world *w, const char *cert, const char *key,
                    struct http_answer *ret, struct sevk_error *err)
{
    OWN(buf_free) struct buf cert_pem = https_file(&w->https, cert);
    struct http_request ask = asking(w);
    SECRET(secret);

    read_key(w, key, &secret);
    ask.tls.cert = buf_bytes(&cert_pem);
    ask.tls.key = &secret;
    return send_to(w, HTTPS_MUTUAL, "/status/204", ask, ret, err);
}

static void a_client_without_the_right_certificate_gets_no_answer(void **state)
{
    const struct world *w = *state;
    struct http_answer answer = { 0 };
    struct sevk_error err;

    fails(w, HTTPS_MUTUAL, "/echo", asking(w), SEVK_HOST, "");
    assert_fails(send_as(w, "stranger.pem", "stranger.key", &answer, &err),
                 &err, SEVK_HOST, "");
}

static void a_key_that_does_not_fit_is_an_input_error(void **state)
{
    const struct world *w = *state;
    struct http_answer answer = { 0 };
    struct sevk_error err;

    assert_fails(send_as(w, "client.pem", "stranger.key", &answer, &err), &err,
                 SEVK_INPUT, "certificate and key");
    /* Not encrypted: and the terminal is not asked for its password. */
    assert_fails(send_as(w, "client.pem", "locked.key", &answer, &err), &err,
                 SEVK_INPUT, "not encrypted");
    assert_fails(send_as(w, "client.pem", "ca.pem", &answer, &err), &err,
                 SEVK_INPUT, "certificate and key");
}

static void a_client_with_a_certificate_is_known(void **state)
{
    OWN(http_answer_clear) struct http_answer answer = { 0 };
    const struct world *w = *state;
    struct sevk_error err;

    assert_works(send_as(w, "client.pem", "client.key", &answer, &err), &err);
    assert_int_equal(answer.status, 204);
}

/* -- Answers that are none ---------------------------------------------------- */

static void a_large_answer_is_refused(void **state)
{
    OWN(http_answer_clear) struct http_answer answer = { 0 };
    const struct world *w = *state;
    struct sevk_error err;

    fails(w, HTTPS_GOOD, "/big/4097", asking(w), SEVK_HOST, "more than 4096");
    fails(w, HTTPS_GOOD, "/big-chunked/5000", asking(w), SEVK_HOST,
          "more than 4096");
    assert_works(send_to(w, HTTPS_GOOD, "/big/4096", asking(w), &answer, &err),
                 &err);
    assert_int_equal(answer.body.n, 4096);
}

static void a_flood_of_headers_is_refused(void **state)
{
    fails(*state, HTTPS_GOOD, "/headers", asking(*state), SEVK_HOST,
          "headers have more than");
}

static void half_an_answer_is_none(void **state)
{
    static const char *const paths[] = { "/cut", "/cut-chunked", "/cut-tls",
                                         "/endless", "/garbage" };

    for (size_t i = 0; i < N_OF(paths); i++) {
        fails(*state, HTTPS_GOOD, paths[i], asking(*state), SEVK_HOST,
              paths[i]);
    }
}

static void a_server_that_stalls_is_left(void **state)
{
    struct http_request ask = asking(*state);

    ask.timeout_ms = 300;
    fails(*state, HTTPS_GOOD, "/stall", ask, SEVK_HOST, "within 0.300 s");
    fails(*state, HTTPS_GOOD, "/silent", ask, SEVK_HOST, "within 0.300 s");
}

static bool at_once(void *ctx)
{
    bool *asked = ctx;

    *asked = true;
    return true;
}

static void the_user_can_stop_it(void **state)
{
    struct http_request ask = asking(*state);
    bool asked = false;

    ask.stopped = at_once;
    ask.ctx = &asked;
    fails(*state, HTTPS_GOOD, "/silent", ask, SEVK_HOST, "stopped");
    assert_true(asked);
}

static void nobody_there_is_said(void **state)
{
    struct world w = *(struct world *)*state;

    w.https.port[HTTPS_GOOD] = 1;
    fails(&w, HTTPS_GOOD, "/", asking(&w), SEVK_HOST, "https://127.0.0.1:1/");
}

/* -- Answers ------------------------------------------------------------------ */

static unsigned int status_of(const struct world *w, const char *path,
                              struct http_request ask, uint32_t *ret_after)
{
    OWN(http_answer_clear) struct http_answer answer = { 0 };
    struct sevk_error err;

    assert_works(send_to(w, HTTPS_GOOD, path, ask, &answer, &err), &err);
    *ret_after = answer.retry_after;
    return answer.status;
}

static void any_status_is_an_answer(void **state)
{
    uint32_t after;

    assert_int_equal(status_of(*state, "/status/404", asking(*state), &after),
                     404);
    assert_int_equal(status_of(*state, "/status/500", asking(*state), &after),
                     500);
    assert_int_equal(after, 0);
}

static void when_to_ask_again_is_read_in_both_forms(void **state)
{
    uint32_t after;

    assert_int_equal(status_of(*state, "/busy/9/x", asking(*state), &after),
                     429);
    assert_int_equal(after, 1);
    assert_int_equal(status_of(*state, "/busy-date/x", asking(*state), &after),
                     429);
    assert_true(after > 3);
    assert_int_equal(status_of(*state, "/busy-mute/x", asking(*state), &after),
                     429);
    assert_int_equal(after, 0);
}

static void redirections_are_followed_only_when_that_is_safe(void **state)
{
    const struct world *w = *state;
    OWN(own_free) char *plain = https_url(&w->https, HTTPS_PLAIN, "/echo");
    OWN(own_free) char *away = NULL;
    struct http_request ask = asking(w);
    struct sevk_error err;
    uint32_t after;
    SECRET(token);

    assert_true(asprintf(&away, "/to?%s", plain) > 0);
    assert_int_equal(status_of(w, "/to?/echo", ask, &after), 302);
    ask.redirects = 2;
    assert_int_equal(status_of(w, "/to?/echo", ask, &after), 200);
    fails(w, HTTPS_GOOD, away, ask, SEVK_HOST, "not https");
    fails(w, HTTPS_GOOD, "/round", ask, SEVK_HOST, "redirects too often");
    ask.plain_loopback = true;
    fails(w, HTTPS_GOOD, away, ask, SEVK_HOST, "not https");
    assert_works(secret_copy(&token, bytes_of_string("t"), &err), &err);
    ask.token = &token;
    assert_int_equal(status_of(w, "/to?/echo", ask, &after), 302);
}

static void own_tree(struct json_object **tree)
{
    json_object_put(*tree);
    *tree = NULL;
}

static const char *text_at(struct json_object *tree, const char *pointer)
{
    struct json_object *found = NULL;

    return json_pointer_get(tree, pointer, &found) == 0
               ? json_object_get_string(found)
               : "(none)";
}

static struct json_object *echo(struct http *http, const struct world *w,
                                struct http_request ask)
{
    OWN(http_answer_clear) struct http_answer answer = { 0 };
    OWN(own_free) char *url = https_url(&w->https, HTTPS_GOOD, "/echo");
    struct json_object *tree;
    struct sevk_error err;

    ask.url = url;
    assert_works(http_send(http, &ask, &answer, &err), &err);
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.type, "application/json");
    tree = json_tokener_parse(buf_string(&answer.body));
    assert_non_null(tree);
    return tree;
}

static void the_request_arrives_as_it_was_given(void **state)
{
    static const char *const headers[] = { "Accept: application/json",
                                           "Content-Type: text/x" };
    OWN(http_close) struct http *http = NULL;
    OWN(own_tree) struct json_object *tree = NULL;
    struct http_request ask = asking(*state);
    struct sevk_error err;
    SECRET(token);

    assert_works(http_open(&http, &err), &err);
    assert_works(secret_copy(&token, bytes_of_string("a.b-c"), &err), &err);
    ask.method = "PUT";
    ask.headers = headers;
    ask.n_headers = N_OF(headers);
    ask.token = &token;
    ask.has_body = true;
    ask.body = bytes_of_string("hello");
    tree = echo(http, *state, ask);
    assert_string_equal(text_at(tree, "/method"), "PUT");
    assert_string_equal(text_at(tree, "/body"), "hello");
    assert_string_equal(text_at(tree, "/headers/accept"), "application/json");
    assert_string_equal(text_at(tree, "/headers/content-type"), "text/x");
    assert_string_equal(text_at(tree, "/headers/authorization"),
                        "Bearer a.b-c");
    assert_string_equal(text_at(tree, "/headers/user-agent"), "sevkit");
}

static void a_connection_is_used_again_and_a_request_leaves_nothing(
    void **state)
{
    OWN(http_close) struct http *http = NULL;
    OWN(own_tree) struct json_object *first = NULL;
    OWN(own_tree) struct json_object *second = NULL;
    struct http_request ask = asking(*state);
    struct sevk_error err;
    SECRET(token);

    assert_works(http_open(&http, &err), &err);
    assert_works(secret_copy(&token, bytes_of_string("t"), &err), &err);
    ask.method = "POST";
    ask.has_body = true;
    ask.token = &token;
    first = echo(http, *state, ask);
    second = echo(http, *state, asking(*state));
    assert_string_equal(text_at(first, "/method"), "POST");
    assert_string_equal(text_at(first, "/body"), "");
    assert_string_equal(text_at(second, "/method"), "GET");
    assert_string_equal(text_at(second, "/headers/authorization"), "(none)");
    assert_string_equal(text_at(first, "/port"), text_at(second, "/port"));
}

static void an_older_answer_stays_when_the_next_fails(void **state)
{
    OWN(http_answer_clear) struct http_answer answer = { 0 };
    const struct world *w = *state;
    struct sevk_error err;

    assert_works(send_to(w, HTTPS_GOOD, "/big/5", asking(w), &answer, &err),
                 &err);
    assert_false(send_to(w, HTTPS_GOOD, "/cut", asking(w), &answer, &err));
    assert_string_equal(buf_string(&answer.body), "xxxxx");
    assert_works(send_to(w, HTTPS_GOOD, "/big/2", asking(w), &answer, &err),
                 &err);
    assert_string_equal(buf_string(&answer.body), "xx");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_of_another_ca_is_refused),
        cmocka_unit_test(a_server_of_another_name_is_refused),
        cmocka_unit_test(a_certificate_whose_time_is_over_is_refused),
        cmocka_unit_test(a_ca_that_is_no_pem_is_an_input_error),
        cmocka_unit_test(plain_http_is_refused_unless_asked_for),
        cmocka_unit_test(https_to_a_server_of_plain_http_fails),
        cmocka_unit_test(the_environment_has_no_say),
        cmocka_unit_test(a_client_without_the_right_certificate_gets_no_answer),
        cmocka_unit_test(a_key_that_does_not_fit_is_an_input_error),
        cmocka_unit_test(a_client_with_a_certificate_is_known),
        cmocka_unit_test(a_large_answer_is_refused),
        cmocka_unit_test(a_flood_of_headers_is_refused),
        cmocka_unit_test(half_an_answer_is_none),
        cmocka_unit_test(a_server_that_stalls_is_left),
        cmocka_unit_test(the_user_can_stop_it),
        cmocka_unit_test(nobody_there_is_said),
        cmocka_unit_test(any_status_is_an_answer),
        cmocka_unit_test(when_to_ask_again_is_read_in_both_forms),
        cmocka_unit_test(redirections_are_followed_only_when_that_is_safe),
        cmocka_unit_test(the_request_arrives_as_it_was_given),
        cmocka_unit_test(
            a_connection_is_used_again_and_a_request_leaves_nothing),
        cmocka_unit_test(an_older_answer_stays_when_the_next_fails),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
