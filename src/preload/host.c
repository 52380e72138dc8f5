/* SPDX-License-Identifier: Apache-2.0 */
/* The emulated host of this process: one platform, and one call at a time. */
#include "preload/host.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/own.h"
#include "fw/platform.h"
#include "fw/trace.h"
#include "preload/node.h"
#include "preload/user.h"
#include "preload/vm.h"

#define PINS_MAX 2

/* Interposing needs variables that live as long as the process. Everything but
 * the first three is touched under the lock only. */
static struct {
    char *dir; /* NULL: there is no emulated host */
    atomic_bool used;
    pthread_mutex_t lock;
    pid_t pid; /* whose the rest is */
    struct driver *driver;
    struct trace_file trace;
    bool warned;
    atomic_int share_fd; /* answered by a thread; 0: by none */
    struct {
        uint64_t at;
        uint64_t n;
        bool write;
    } pins[PINS_MAX];
    size_t n_pins;
} host = { .lock = PTHREAD_MUTEX_INITIALIZER, .trace = { -1, false } };

static _Thread_local bool inside;

/* -- Memory ---------------------------------------------------------------- */

static uint8_t *map(void *ctx, uint64_t paddr, size_t n, bool write)
{
    (void)ctx;
    for (size_t i = 0; i < host.n_pins; i++) {
        if (paddr >= host.pins[i].at && n <= host.pins[i].n &&
            paddr - host.pins[i].at <= host.pins[i].n - n &&
            (!write || host.pins[i].write)) {
            return (uint8_t *)(uintptr_t)paddr;
        }
    }
    return NULL;
}

int host_pin(uint64_t at, uint64_t n, bool write)
{
    int r = user_pin(at, n, write);

    if (r == 0) {
        host.pins[host.n_pins % PINS_MAX].at = at;
        host.pins[host.n_pins % PINS_MAX].n = n;
        host.pins[host.n_pins % PINS_MAX].write = write;
        host.n_pins += host.n_pins < PINS_MAX;
    }
    return r;
}

/* -- One call at a time ---------------------------------------------------- */

bool host_is_inside(void)
{
    return inside;
}

bool host_is_ours(void)
{
    return host.pid == getpid();
}

struct host_call host_enter(void)
{
    struct host_call call = { .used = true };
    sigset_t all;

    sigfillset(&all);
    sigdelset(&all, SIGSEGV);
    sigdelset(&all, SIGBUS);
    sigdelset(&all, SIGFPE);
    sigdelset(&all, SIGILL);
    sigdelset(&all, SIGABRT);
    pthread_sigmask(SIG_SETMASK, &all, &call.signals);
    pthread_mutex_lock(&host.lock);
    inside = true;
    return call;
}

void host_leave(struct host_call *call)
{
    host.n_pins = 0;
    if (host.driver != NULL) {
        host.driver->n_lent = 0; /* of a call that did not get to its command */
    }
    inside = false;
    pthread_mutex_unlock(&host.lock);
    pthread_sigmask(SIG_SETMASK, &call->signals, NULL);
}

/* -- fork() ---------------------------------------------------------------- */

static void before_fork(void)
{
    pthread_mutex_lock(&host.lock);
}

static void after_fork_in_parent(void)
{
    pthread_mutex_unlock(&host.lock);
}

/* The guests stay the parent's: the copy of its locks is given up, so that they
 * end with it. */
static void after_fork_in_child(void)
{
    inside = true;
    vms_forget();
    driver_close(&host.driver);
    host.pid = 0;
    host.share_fd = 0;
    inside = false;
    pthread_mutex_unlock(&host.lock);
}

/* -- The platform ---------------------------------------------------------- */

static void say(const char *what)
{
    if (!host.warned) {
        dprintf(STDERR_FILENO, "sevkit-preload: SEVKIT_PLATFORM: %s\n", what);
        host.warned = true;
    }
}

void host_begin(void)
{
    const char *named = secure_getenv("SEVKIT_PLATFORM");
    OWN(own_free) char *dir = NULL;

    if (named == NULL || named[0] == '\0') {
        return;
    }
    inside = true;
    dir = realpath(named, NULL);
    if (dir == NULL || !platform_exists(dir)) {
        say("there is no virtual platform in that directory");
    } else if (!node_learn(dir)) {
        say(strerror(errno));
    } else {
        /* For children that start somewhere else. */
        setenv("SEVKIT_PLATFORM", dir, 1);
        host.trace = trace_file_from_environment();
        host.dir = TAKE(dir);
        pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
    }
    inside = false;
}

void host_end(void)
{
    if (host.driver != NULL && host_is_ours()) {
        inside = true;
        fw_share_hide(driver_fw(host.driver));
    }
}

bool host_is_there(void)
{
    return host.dir != NULL;
}

bool host_is_used(void)
{
    return host.trace.fd >= 0 ||
           atomic_load_explicit(&host.used, memory_order_relaxed);
}

int host_driver(struct driver **ret)
{
    const struct fw_options options = {
        .dir = host.dir,
        .memory = { map, NULL },
        .encrypt = true,
        .rng = rng_system(),
        .clock = clock_system(),
        .trace = trace_file_for_fw(&host.trace),
    };
    struct sevk_error err;

    if (host.pid != getpid()) { /* made by a bare clone(2) */
        vms_forget();
        driver_close(&host.driver);
        host.share_fd = 0;
    }
    if (host.driver == NULL) {
        if (!driver_attach(&options, &host.driver, &err)) {
            say(err.message);
            return -ENODEV;
        }
        host.pid = getpid();
        atomic_store(&host.used, true);
    }
    *ret = host.driver;
    return 0;
}

int host_up(struct driver **ret, uint32_t *ret_error)
{
    struct sevk_error err = { 0 };
    int r = host_driver(ret);
    bool up;

    if (r != 0) {
        return r;
    }
    up = driver_init(*ret, &err);
    if (!up && err.fw_status == SEV_STATUS_SECURE_DATA_INVALID) {
        up = driver_init(*ret, &err); /* as Linux: with new keys */
    }
    if (!up) {
        *ret_error = err.fw_status;
        return -EIO;
    }
    return 0;
}

/* Lives as long as the process; a child has none until it needs one. */
static void *serve(void *arg)
{
    struct driver *d = arg;
    struct pollfd p = { .fd = fw_share_fd(driver_fw(d)), .events = POLLIN };

    inside = true;
    while (poll(&p, 1, -1) >= 0 || errno == EINTR) {
        if ((p.revents & POLLNVAL) != 0) {
            break;
        }
        fw_share_serve(driver_fw(d));
    }
    return NULL;
}

void host_serve(struct driver *d)
{
    int fd = fw_share_fd(driver_fw(d));
    pthread_attr_t attributes;
    pthread_t thread;

    if (fd < 0 || host.share_fd != 0 || pthread_attr_init(&attributes) != 0) {
        return;
    }
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 262144);
    /* Signals are blocked here, and so they are there. */
    if (pthread_create(&thread, &attributes, serve, d) == 0) {
        host.share_fd = fd;
    }
    pthread_attr_destroy(&attributes);
}

bool host_hides(int fd)
{
    return fd >= 0 && (fd == host.trace.fd ||
                       (fd > 0 && fd == host.share_fd && host_is_ours()));
}

int host_issue(struct driver *d, uint32_t cmd, uint8_t *buf, size_t n,
               uint32_t *ret_error)
{
    *ret_error = driver_issue(d, cmd, buf, n);
    return *ret_error == SEV_STATUS_SUCCESS ? 0 : -EIO;
}
