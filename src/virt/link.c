/* SPDX-License-Identifier: Apache-2.0 */
/* A connection to libvirt on which no call can hang. */
#include "virt/link.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libvirt/virterror.h>

#include "base/number.h"
#include "base/own.h"
#include "virt/event_loop.h"

#define KEEPALIVE_INTERVAL_S 5
#define KEEPALIVE_COUNT      3u

/* -- Jobs. ------------------------------------------------------------------------- */

struct job *job_new(bool (*work)(struct job *job))
{
    struct job *job = calloc(1, sizeof *job);

    if (job != NULL) {
        job->work = work;
    }
    return job;
}

void job_free(struct job **pp)
{
    struct job *job = *pp;

    *pp = NULL;
    if (job == NULL) {
        return;
    }
    if (job->domain != NULL) {
        virDomainFree(job->domain);
    }
    if (job->conn != NULL) {
        virConnectClose(job->conn);
    }
    virTypedParamsFree(job->params, job->n_params);
    free(job->uri);
    free(job->key);
    free(job->text);
    free(job->header);
    free(job->payload);
    free(job->host_name);
    free(job->name);
    free(job);
}

static void release(void *arg)
{
    struct job *job = arg;

    job_free(&job);
}

/* One line of printable characters; N bytes of FROM. */
static size_t copy_plain(char *to, const char *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        to[i] = iscntrl((unsigned char)from[i]) ? ' ' : from[i];
    }
    while (n > 0 && to[n - 1] == ' ') {
        n--;
    }
    to[n] = '\0';
    return n;
}

/*
 * libvirt's words may come from the host. Of long ones the end matters: that
 * is where QEMU, after all its warnings, says why it gave up.
 */
static void keep_words(struct job *job, const char *words)
{
    static const char gap[] = " [...] ";
    const size_t room = sizeof job->error - 1;
    const size_t head = 72;
    size_t n = strlen(words);
    size_t at;

    while (n > 0 && iscntrl((unsigned char)words[n - 1])) {
        n--;
    }
    if (n <= room) {
        copy_plain(job->error, words, n);
        return;
    }
    at = copy_plain(job->error, words, head);
    memcpy(job->error + at, gap, sizeof gap);
    at += sizeof gap - 1;
    copy_plain(job->error + at, words + n - (room - at), room - at);
}

static bool from_transport(const virError *e)
{
    return e == NULL || e->domain == VIR_FROM_RPC ||
           e->domain == VIR_FROM_REMOTE || e->domain == VIR_FROM_STREAMS ||
           e->domain == VIR_FROM_SSH || e->domain == VIR_FROM_LIBSSH;
}

static void work(void *arg)
{
    struct job *job = arg;
    virErrorPtr e;

    virResetLastError();
    job->ok = job->work(job);
    if (job->ok) {
        return;
    }
    e = virGetLastError();
    job->unsure = from_transport(e);
    keep_words(job, e == NULL || e->message == NULL ? "libvirt gave no reason"
                                                    : e->message);
    /* The last, because it forgets the error. */
    if (job->conn != NULL && virConnectIsAlive(job->conn) != 1) {
        job->unsure = true;
    }
}

/* -- The connection. ------------------------------------------------------------------ */

static bool work_open(struct job *job)
{
    job->conn = virConnectOpen(job->uri);
    if (job->conn == NULL) {
        return false;
    }
    /* Local drivers and very old hosts have none: then deadlines must do. */
    if (virConnectSetKeepAlive(job->conn, KEEPALIVE_INTERVAL_S,
                               KEEPALIVE_COUNT) != 0) {
        virResetLastError();
    }
    return true;
}

static bool fail_wait(const struct link *link, enum call_result result,
                      const char *what, struct sevk_error *err)
{
    return result == CALL_STOPPED
               ? sevk_fail(err, SEVK_HOST, "%s: stopped", what)
               : sevk_fail(err, SEVK_HOST,
                           "%s: the host did not answer within %llu seconds "
                           "(--timeout)",
                           what, (unsigned long long)(link->timeout_ms / 1000));
}

static struct job *copy_uri(struct job *job, const char *uri)
{
    if (job != NULL && uri != NULL) {
        job->uri = strdup(uri);
        if (job->uri == NULL) {
            job_free(&job);
        }
    }
    return job;
}

bool link_open(struct link *link, struct sevk_error *err)
{
    struct job *job = copy_uri(job_new(work_open), link->uri);
    OWN(call_end) struct call *call = NULL;
    enum call_result result;

    if (!event_loop_run(err)) {
        job_free(&job);
        return false;
    }
    if (job == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!call_begin(work, job, release, &call, err)) {
        return false;
    }
    result = call_wait(call, link->timeout_ms, link->watch);
    if (result != CALL_DONE) {
        return fail_wait(link, result, "opening the connection to libvirt",
                         err);
    }
    if (!job->ok) {
        return sevk_fail(
            err, SEVK_HOST, "can't connect to libvirt at '%.120s': %.300s",
            link->uri == NULL ? "its default" : link->uri, job->error);
    }
    link->conn = TAKE(job->conn);
    return true;
}

static bool work_nothing(struct job *job)
{
    (void)job;
    return true;
}

/* Closing talks to the host too: the job's end does it. */
static struct call *begin_close(struct link *link)
{
    struct job *job = job_new(work_nothing);
    struct call *call = NULL;

    if (job == NULL) {
        virConnectClose(TAKE(link->conn));
        return NULL;
    }
    job->conn = TAKE(link->conn);
    return call_begin(work, job, release, &call, NULL) ? call : NULL;
}

void link_drop(struct link *link)
{
    OWN(call_end) struct call *call = NULL;

    if (link->conn != NULL) {
        call = begin_close(link);
    }
}

void link_close(struct link *link)
{
    OWN(call_end) struct call *call = NULL;

    if (link->conn == NULL) {
        return;
    }
    call = begin_close(link);
    if (call != NULL) {
        (void)call_wait(call, link->timeout_ms, NULL);
    }
}

bool link_alive(const struct link *link)
{
    return link->conn != NULL && virConnectIsAlive(link->conn) == 1;
}

/* -- Work on it. ------------------------------------------------------------------------ */

/* Takes what the job found out of the call, leaving an empty job behind. */
static struct job *take_results(struct job *job)
{
    struct job *results = job_new(job->work);

    if (results != NULL) {
        *results = *job;
        *job = (struct job){ 0 };
    }
    return results;
}

static bool finish(struct job *job, const char *what, bool also_refused,
                   struct job **ret, struct sevk_error *err)
{
    if (!job->ok && !also_refused) {
        return sevk_fail(err, SEVK_HOST, "%s: %.300s", what, job->error);
    }
    *ret = take_results(job);
    return *ret != NULL || sevk_fail(err, SEVK_HOST, "out of memory");
}

bool link_do(struct link *link, struct job *job, const char *what,
             struct call **pending, struct job **ret, struct sevk_error *err)
{
    OWN(call_end) struct call *call = NULL;
    enum call_result result;

    if (job == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (link->conn == NULL) {
        job_free(&job);
        return sevk_fail(err, SEVK_HOST, "%s: not connected", what);
    }
    virConnectRef(link->conn);
    job->conn = link->conn;
    if (!call_begin(work, job, release, &call, err)) {
        return false;
    }
    result = call_wait(call, link->timeout_ms, link->watch);
    if (result != CALL_DONE) {
        if (pending != NULL) {
            *pending = TAKE(call);
        }
        return fail_wait(link, result, what, err);
    }
    return finish(job, what, pending != NULL, ret, err);
}

bool job_domain(struct job *job)
{
    job->domain = virDomainLookupByUUIDString(job->conn, job->key);
    return job->domain != NULL;
}

bool job_domain_by_any(struct job *job)
{
    uint32_t id;

    job->domain = virDomainLookupByName(job->conn, job->key);
    if (job->domain == NULL && strlen(job->key) == VIR_UUID_STRING_BUFLEN - 1) {
        (void)job_domain(job);
    }
    if (job->domain == NULL &&
        number_parse_u32(job->key, 0, INT32_MAX, "id", &id, NULL)) {
        job->domain = virDomainLookupByID(job->conn, (int)id);
    }
    return job->domain != NULL;
}
