/* SPDX-License-Identifier: Apache-2.0 */
/* libvirt's event loop in a thread, for its keepalive messages. */
#include "virt/event_loop.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "base/error.h"

/* libvirt has one loop a process, so there is one state of it. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool running;

static void *loop(void *arg)
{
    (void)arg;
    for (;;) {
        if (virEventRunDefaultImpl() < 0) {
            return NULL;
        }
    }
}

/* Messages go to the caller in our errors, not to stderr. */
static void silent(void *data, virErrorPtr error)
{
    (void)data;
    (void)error;
}

static void start(void)
{
    pthread_t thread;
    sigset_t all;
    sigset_t before;

    virSetErrorFunc(NULL, silent);
    if (virInitialize() < 0 || virEventRegisterDefaultImpl() < 0) {
        return;
    }
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    running = pthread_create(&thread, NULL, loop, NULL) == 0 &&
              pthread_detach(thread) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

bool event_loop_run(struct sevk_error *err)
{
    pthread_once(&once, start);
    return running || sevk_fail(err, SEVK_HOST,
                                "libvirt's client library can't be started: %s",
                                virGetLastErrorMessage());
}
