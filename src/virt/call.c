/* SPDX-License-Identifier: Apache-2.0 */
/* A call that may never return: made in a thread, waited for with a deadline. */
#include "virt/call.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/error.h"
#include "base/own.h"

struct call {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    void (*work)(void *arg);
    void (*release)(void *arg);
    void *arg;
    unsigned int holders; /* the thread and the caller */
    bool done;
};

#define STOP_CHECK_MS 50u /* how soon a wish to stop is noticed */

static void drop(struct call *call)
{
    bool last;

    pthread_mutex_lock(&call->lock);
    last = --call->holders == 0;
    pthread_mutex_unlock(&call->lock);
    if (!last) {
        return;
    }
    call->release(call->arg);
    pthread_cond_destroy(&call->changed);
    pthread_mutex_destroy(&call->lock);
    free(call);
}

static void *run(void *arg)
{
    struct call *call = arg;

    call->work(call->arg);
    pthread_mutex_lock(&call->lock);
    call->done = true;
    pthread_cond_broadcast(&call->changed);
    pthread_mutex_unlock(&call->lock);
    drop(call);
    return NULL;
}

static void init(struct call *call)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&call->changed, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&call->lock, NULL);
    call->holders = 2;
}

/* Signals are the main thread's: the new one gets none. */
static int start_thread(struct call *call)
{
    pthread_attr_t attr;
    pthread_t thread;
    sigset_t all;
    sigset_t before;
    int rc;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    rc = pthread_create(&thread, &attr, run, call);
    pthread_attr_destroy(&attr);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc;
}

bool call_begin(void (*work)(void *arg), void *arg, void (*release)(void *arg),
                struct call **ret, struct sevk_error *err)
{
    struct call *call = calloc(1, sizeof *call);
    int rc;

    if (call == NULL) {
        release(arg);
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    call->work = work;
    call->release = release;
    call->arg = arg;
    init(call);
    rc = start_thread(call);
    if (rc != 0) {
        call->holders = 1;
        drop(call);
        return sevk_fail_errno(err, SEVK_HOST, rc, "can't start a thread");
    }
    *ret = call;
    return true;
}

static struct timespec now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t;
}

static struct timespec later(struct timespec t, uint64_t ms)
{
    uint64_t ns = (uint64_t)t.tv_nsec + ms % 1000 * 1000000;

    t.tv_sec += (time_t)(ms / 1000 + ns / 1000000000);
    t.tv_nsec = (long)(ns % 1000000000);
    return t;
}

static bool before(struct timespec a, struct timespec b)
{
    return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec : a.tv_nsec < b.tv_nsec;
}

enum call_result call_wait(struct call *call, uint64_t ms,
                           const struct watch *watch)
{
    struct timespec deadline = later(now(), ms);
    enum call_result result = CALL_DONE;

    pthread_mutex_lock(&call->lock);
    while (!call->done) {
        struct timespec wake = later(now(), STOP_CHECK_MS);

        if (watch != NULL && watch_stopped(watch)) {
            result = CALL_STOPPED;
            break;
        }
        if (!before(now(), deadline)) {
            result = CALL_LATE;
            break;
        }
        if (before(deadline, wake)) {
            wake = deadline;
        }
        pthread_cond_timedwait(&call->changed, &call->lock, &wake);
    }
    pthread_mutex_unlock(&call->lock);
    return result;
}

void call_end(struct call **call)
{
    if (*call != NULL) {
        drop(*call);
    }
    *call = NULL;
}
