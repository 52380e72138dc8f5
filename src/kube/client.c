/* SPDX-License-Identifier: Apache-2.0 */
/* The API server of a cluster: one question, one answer. */
#include "kube/client.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <json-c/json.h>

#include "base/error.h"
#include "base/own.h"

void own_json(struct json_object **tree)
{
    json_object_put(*tree);
    *tree = NULL;
}

bool kube_client_open(struct kube_client *client, struct sevk_error *err)
{
    return http_open(&client->http, err);
}

void kube_client_close(struct kube_client *client)
{
    http_close(&client->http);
}

/* -- Looks into answers. ---------------------------------------------------------- */

struct json_object *kube_json_at(struct json_object *in, const char *path)
{
    while (in != NULL && *path != '\0') {
        size_t n = strcspn(path, "|");
        char key[80];

        if (n >= sizeof key || !json_object_is_type(in, json_type_object)) {
            return NULL;
        }
        memcpy(key, path, n);
        key[n] = '\0';
        if (!json_object_object_get_ex(in, key, &in)) {
            return NULL;
        }
        path += n + (path[n] == '|' ? 1 : 0);
    }
    return in;
}

const char *kube_json_text(struct json_object *in, const char *path)
{
    struct json_object *found = kube_json_at(in, path);

    return json_object_is_type(found, json_type_string)
               ? json_object_get_string(found)
               : NULL;
}

/* -- The answer. ------------------------------------------------------------------- */

#define JSON_DEPTH 48

bool kube_answer_parse(struct bytes body, struct json_object **ret)
{
    struct json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH);
    bool done = false;

    if (tokener == NULL) {
        return false;
    }
    json_tokener_set_flags(tokener,
                           JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    *ret = json_tokener_parse_ex(tokener, (const char *)body.p, (int)body.n);
    done = json_object_is_type(*ret, json_type_object) &&
           json_tokener_get_error(tokener) == json_tokener_success;
    if (!done) {
        json_object_put(*ret);
        *ret = NULL;
    }
    json_tokener_free(tokener);
    return done;
}

/* What a Status says of itself, without what could redraw a terminal. */
static void reason_of(struct json_object *tree, char *ret, size_t n)
{
    const char *text = kube_json_text(tree, "message");
    size_t at = 0;

    for (; text != NULL && *text != '\0' && at + 1 < n; text++) {
        ret[at++] = (*text >= ' ' && *text <= '~') ? *text : '?';
    }
    ret[at] = '\0';
}

static bool fail_status(const struct kube_client *client,
                        const struct kube_ask *ask, unsigned int status,
                        struct json_object *tree, struct sevk_error *err)
{
    static const struct {
        unsigned int status;
        enum sevk_code code;
        const char *sentence;
    } table[] = {
        { 401, SEVK_REFUSED,
          "the cluster does not know you: is the token or certificate still "
          "valid?" },
        { 403, SEVK_REFUSED,
          "you may not do this; ask the cluster's administrator for a role "
          "that may" },
        { 404, SEVK_HOST, "there is no such thing" },
        { 409, SEVK_REFUSED, "it is not in a state for this" },
        { 429, SEVK_HOST, "the cluster is too busy" },
    };
    char why[200];

    reason_of(tree, why, sizeof why);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (status == table[i].status) {
            return sevk_fail(err, table[i].code, "%s: %s%s%s", ask->what,
                             table[i].sentence, why[0] == '\0' ? "" : ": ",
                             why);
        }
    }
    return sevk_fail(err, SEVK_HOST, "%s: '%.100s' answered %u%s%s", ask->what,
                     client->config->server, status, why[0] == '\0' ? "" : ": ",
                     why);
}

/* -- The question. ----------------------------------------------------------------- */

static bool stopped(void *ctx)
{
    return watch_stopped(ctx);
}

static bool send_once(struct kube_client *client, const struct kube_ask *ask,
                      struct http_answer *ret, struct sevk_error *err)
{
    static const char *const headers[] = { "Accept: application/json",
                                           "Content-Type: application/json",
                                           "User-Agent: sevkit" };
    const struct kubeconfig *c = client->config;
    OWN(own_free) char *url = NULL;
    const char *body =
        ask->body == NULL
            ? ""
            : json_object_to_json_string_ext(ask->body, JSON_C_TO_STRING_PLAIN);
    union {
        const struct watch *from;
        void *to;
    } watch = { client->watch };
    struct http_request request = {
        .method = ask->method,
        .headers = headers,
        .n_headers = sizeof headers / sizeof *headers,
        .has_body = ask->body != NULL,
        .body = bytes_of_string(body),
        .token = c->token.n == 0 ? NULL : &c->token,
        .tls = { buf_bytes(&c->ca), buf_bytes(&c->cert),
                 c->key.n == 0 ? NULL : &c->key },
        .timeout_ms = client->timeout_ms,
        .max = KUBE_ANSWER_MAX,
        .stopped = client->watch == NULL ? NULL : stopped,
        .ctx = watch.to,
    };

    if (asprintf(&url, "%s%s", c->server, ask->path) < 0) {
        url = NULL;
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    request.url = url;
    return http_send(client->http, &request, ret, err) ||
           sevk_fail_in(err, "%s", ask->what);
}

#define BUSY_TRIES    4
#define BUSY_WAIT_MAX 10u /* seconds, whatever the server says */

static bool send_patiently(struct kube_client *client,
                           const struct kube_ask *ask, struct http_answer *ret,
                           struct sevk_error *err)
{
    for (unsigned int i = 0; i < BUSY_TRIES; i++) {
        uint32_t wait;

        if (!send_once(client, ask, ret, err)) {
            return false;
        }
        if (ret->status != 429) {
            return true;
        }
        wait =
            ret->retry_after > BUSY_WAIT_MAX ? BUSY_WAIT_MAX : ret->retry_after;
        if (!kube_pause(client, wait == 0 ? 50u << i : wait * 1000)) {
            return sevk_fail(err, SEVK_HOST, "%s: stopped", ask->what);
        }
    }
    return true;
}

static bool is_good(const struct kube_ask *ask, unsigned int status)
{
    return (status >= 200 && status < 300) ||
           (status == 404 && ask->may_miss) ||
           (status == 409 && ask->may_clash);
}

bool kube_send(struct kube_client *client, const struct kube_ask *ask,
               unsigned int *ret_status, struct json_object **ret_tree,
               struct sevk_error *err)
{
    OWN(http_answer_clear) struct http_answer answer = { 0 };
    OWN(own_json) struct json_object *tree = NULL;
    bool parsed;

    if (!send_patiently(client, ask, &answer, err)) {
        return false;
    }
    parsed =
        answer.body.n > 0 && kube_answer_parse(buf_bytes(&answer.body), &tree);
    if (!is_good(ask, answer.status)) {
        return fail_status(client, ask, answer.status, tree, err);
    }
    if (ret_tree != NULL && answer.status < 300 && !parsed) {
        return sevk_fail(err, SEVK_HOST, "%s: the answer is no JSON object",
                         ask->what);
    }
    if (ret_tree != NULL) {
        *ret_tree = answer.status < 300 ? TAKE(tree) : NULL;
    }
    if (ret_status != NULL) {
        *ret_status = answer.status;
    }
    return true;
}

#define SLICE_MS 50u

bool kube_pause(const struct kube_client *client, unsigned int ms)
{
    while (ms > 0) {
        unsigned int slice = ms < SLICE_MS ? ms : SLICE_MS;
        struct timespec t = { .tv_nsec = (long)slice * 1000000 };

        if (client->watch != NULL && watch_stopped(client->watch)) {
            return false;
        }
        nanosleep(&t, NULL);
        ms -= slice;
    }
    return true;
}
