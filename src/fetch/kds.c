/* SPDX-License-Identifier: Apache-2.0 */
/* AMD's key server: two questions, asked with patience. */
#include "fetch/kds.h"

#include <stdio.h>

#include "base/error.h"
#include "base/own.h"
#include "owner/chain.h"

#define SERVER_OF_ASK_ARK "https://download.amd.com"
#define FIRST_WAIT        5u
#define REDIRECTS         3

void kds_close(struct kds *kds)
{
    http_close(&kds->http);
}

static bool stopped(void *ctx)
{
    return watch_stopped(ctx);
}

static bool ask_once(struct kds *kds, const char *url, struct http_answer *ret,
                     struct sevk_error *err)
{
    struct http_request request = {
        .url = url,
        .tls = { .ca = kds->ca },
        .plain_loopback = true, /* what comes is signed */
        .redirects = REDIRECTS,
        .timeout_ms = kds->timeout * 1000,
        .max = CHAIN_FILE_MAX,
        .stopped = stopped,
        .ctx = (void *)(uintptr_t)kds->watch,
    };

    return (kds->http != NULL || http_open(&kds->http, err)) &&
           http_send(kds->http, &request, ret, err);
}

static bool is_busy(const struct http_answer *answer)
{
    return answer->status == 429 || answer->status == 503;
}

static bool wait(struct kds *kds, const char *url, uint32_t seconds,
                 struct sevk_error *err)
{
    char text[160];

    if (seconds > kds->wait_max - kds->waited) {
        return sevk_fail(err, SEVK_HOST,
                         "'%.200s': the server is busy and wants to be asked "
                         "again in %u s, but waiting is limited to %u s in all "
                         "(--wait); try later",
                         url, seconds, kds->wait_max);
    }
    snprintf(text, sizeof text,
             "the key server is busy; it is asked again in %u s", seconds);
    watch_warn(kds->watch, text);
    kds->waited += seconds;
    return kds->pause.wait(kds->pause.ctx, seconds) ||
           sevk_fail(err, SEVK_HOST, "stopped while waiting for '%.200s'", url);
}

/* Asks until the server has time; any other answer is the answer. */
static bool ask(struct kds *kds, const char *url, struct http_answer *ret,
                struct sevk_error *err)
{
    uint32_t next = FIRST_WAIT;

    for (;;) {
        if (!ask_once(kds, url, ret, err)) {
            return false;
        }
        if (!is_busy(ret)) {
            return true;
        }
        if (!wait(kds, url, ret->retry_after != 0 ? ret->retry_after : next,
                  err)) {
            return false;
        }
        next = next < UINT32_MAX / 2 ? next * 2 : next;
    }
}

static bool get(struct kds *kds, const char *url, const char *what,
                struct buf *ret, struct sevk_error *err)
{
    OWN(http_answer_clear) struct http_answer answer = { 0 };

    if (!ask(kds, url, &answer, err)) {
        return false;
    }
    if (answer.status == 404) {
        return sevk_fail(err, SEVK_HOST,
                         "the key server knows no %s ('%.250s')", what, url);
    }
    if (answer.status != 200) {
        return sevk_fail(err, SEVK_HOST,
                         "'%.250s': the server answers with status %u", url,
                         answer.status);
    }
    buf_free(ret);
    *ret = answer.body;
    answer.body = (struct buf){ 0 };
    return true;
}

static bool start_url(const struct kds *kds, const char *own, struct buf *url,
                      struct sevk_error *err)
{
    const char *server = kds->server != NULL ? kds->server : own;
    size_t n = strlen(server);

    while (n > 0 && server[n - 1] == '/') {
        n--;
    }
    return buf_append(url, bytes_make(server, n), err);
}

bool kds_cek(struct kds *kds, const uint8_t id[static KDS_ID_LEN],
             struct buf *ret, struct sevk_error *err)
{
    OWN(buf_free) struct buf url = { 0 };

    if (!start_url(kds, KDS_CEK_SERVER, &url, err) ||
        !buf_append_string(&url, KDS_CEK_PATH, err)) {
        return false;
    }
    for (size_t i = 0; i < KDS_ID_LEN; i++) {
        if (!buf_printf(&url, err, "%02X", id[i])) {
            return false;
        }
    }
    return get(kds, buf_string(&url), "chip with this id", ret, err);
}

bool kds_check_processor(const char *name, struct sevk_error *err)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789");

    if (n >= 1 && n <= KDS_PROCESSOR_MAX && name[n] == '\0') {
        return true;
    }
    return sevk_fail(err, SEVK_USAGE,
                     "'%.80s' is no processor's name; it is like 'milan', in "
                     "lower case",
                     name);
}

bool kds_ask_ark(struct kds *kds, const char *processor, struct buf *ret,
                 struct sevk_error *err)
{
    OWN(buf_free) struct buf url = { 0 };

    return start_url(kds, SERVER_OF_ASK_ARK, &url, err) &&
           buf_printf(&url, err, "/developer/eula/sev/ask_ark_%s.cert",
                      processor) &&
           get(kds, buf_string(&url), "processor of this name", ret, err);
}
