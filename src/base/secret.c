/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes that must not leak: locked, left out of dumps, wiped. */
#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define SECRET_MAX ((size_t)1 << 20)

void wipe(void *p, size_t n)
{
    if (n > 0) {
        explicit_bzero(p, n);
    }
}

void wiped_clear(struct wiped *w)
{
    wipe(w->p, w->n);
}

void secret_clear(struct sevk_secret *s)
{
    if (s->p_ != NULL) {
        wipe(s->p_, s->mapped_);
        munmap(s->p_, s->mapped_);
    }
    *s = (struct sevk_secret){ 0 };
}

bool secret_alloc(struct sevk_secret *s, size_t n, struct sevk_error *err)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t mapped;
    void *p;

    if (n == 0 || n > SECRET_MAX) {
        return sevk_fail(err, SEVK_INPUT,
                         "a secret has 1 to %zu bytes, this one has %zu",
                         SECRET_MAX, n);
    }
    mapped = (n + page - 1) / page * page;
    p = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
             -1, 0);
    if (p == MAP_FAILED) {
        return sevk_fail_errno(err, SEVK_HOST, errno, "no memory for a secret");
    }
    madvise(p, mapped, MADV_DONTDUMP);
    madvise(p, mapped, MADV_WIPEONFORK);
    secret_clear(s);
    *s = (struct sevk_secret){
        .p_ = p, .n = n, .mapped_ = mapped, .locked = mlock(p, mapped) == 0
    };
    return true;
}

bool secret_random(struct sevk_secret *s, size_t n, struct rng rng,
                   struct sevk_error *err)
{
    SECRET(fresh);

    if (!secret_alloc(&fresh, n, err) || !rng_fill(rng, fresh.p_, n, err)) {
        return false;
    }
    secret_move(s, &fresh);
    return true;
}

bool secret_copy(struct sevk_secret *s, struct bytes from,
                 struct sevk_error *err)
{
    SECRET(fresh);

    if (!secret_alloc(&fresh, from.n, err)) {
        return false;
    }
    memcpy(fresh.p_, from.p, from.n);
    secret_move(s, &fresh);
    return true;
}

void secret_move(struct sevk_secret *to, struct sevk_secret *from)
{
    secret_clear(to);
    *to = *from;
    *from = (struct sevk_secret){ 0 };
}

struct bytes secret_expose(const struct sevk_secret *s)
{
    return (struct bytes){ s->p_, s->n };
}

uint8_t *secret_expose_mutable(struct sevk_secret *s)
{
    return s->p_;
}

/* Reads until the end or until CAP bytes are there. */
static bool read_all(int fd, uint8_t *p, size_t cap, size_t *ret_n)
{
    size_t n = 0;

    while (n < cap) {
        ssize_t got = read(fd, p + n, cap - n);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return false;
        }
        if (got == 0) {
            break;
        }
        n += (size_t)got;
    }
    *ret_n = n;
    return true;
}

bool secret_read_file(struct sevk_secret *s, const char *path, size_t min,
                      size_t max, const char *what, struct sevk_error *err)
{
    OWN(own_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    SECRET(whole);
    size_t n = 0;

    if (fd < 0) {
        return sevk_fail_errno(err, SEVK_INPUT, errno, "%s '%s'", what, path);
    }
    if (!secret_alloc(&whole, max + 1, err)) {
        return false;
    }
    if (!read_all(fd, whole.p_, max + 1, &n)) {
        return sevk_fail_errno(err, SEVK_INPUT, errno, "%s '%s'", what, path);
    }
    if (n > max) {
        return sevk_fail(err, SEVK_INPUT,
                         "%s '%s': more than %zu bytes; is it the right file?",
                         what, path, max);
    }
    if (n < min) {
        return sevk_fail(err, SEVK_INPUT,
                         "%s '%s': %zu bytes where at least %zu are needed; is "
                         "it the right file?",
                         what, path, n, min);
    }
    whole.n = n;
    if (n == 0) {
        return sevk_fail(err, SEVK_INPUT, "%s '%s': the file is empty", what,
                         path);
    }
    secret_move(s, &whole);
    return true;
}

bool secret_equal(const void *a, const void *b, size_t n)
{
    const volatile uint8_t *x = a;
    const volatile uint8_t *y = b;
    uint8_t diff = 0;

    for (size_t i = 0; i < n; i++) {
        diff = (uint8_t)(diff | (x[i] ^ y[i]));
    }
    return diff == 0;
}

void secret_harden_process(void)
{
    const struct rlimit none = { 0, 0 };

    /* Neither can fail in a way that could be answered: both lower rights. */
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
}
