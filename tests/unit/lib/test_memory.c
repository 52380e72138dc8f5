/* SPDX-License-Identifier: Apache-2.0 */
/* The library when memory runs short: it says so, and keeps nothing. */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sevkit/sevkit.h>

#include "base/own.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"
#include "lib/vector.h"

/*
 * These stand in front of the C library's, for this program alone. What
 * libsevkit.so asks for itself is counted, and one of its requests is refused;
 * the balance counts everybody's.
 */
static struct {
    const void *library; /* where libsevkit.so lies */
    bool armed;
    size_t asked;
    size_t refused; /* the request that fails, from 0 */
    long balance;
} memory;

#define STANDS_IN __attribute__((visibility("default")))

/* glibc's own functions under the names that it keeps for this. */
extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);
extern void __libc_free(void *p);

static bool refuses(const void *caller)
{
    Dl_info info;

    if (!memory.armed || dladdr(caller, &info) == 0 ||
        info.dli_fbase != memory.library) {
        return false;
    }
    return memory.asked++ == memory.refused;
}

static void *given(void *p)
{
    memory.balance += p != NULL;
    return p;
}

static void *not_given(void)
{
    errno = ENOMEM;
    return NULL;
}

STANDS_IN void *malloc(size_t n)
{
    return refuses(__builtin_return_address(0)) ? not_given()
                                                : given(__libc_malloc(n));
}

STANDS_IN void *calloc(size_t n, size_t size)
{
    return refuses(__builtin_return_address(0)) ? not_given()
                                                : given(__libc_calloc(n, size));
}

static void *resize(const void *caller, void *p, size_t n)
{
    void *moved;

    if (refuses(caller)) {
        return not_given();
    }
    moved = __libc_realloc(p, n);
    memory.balance += p == NULL && moved != NULL;
    return moved;
}

STANDS_IN void *realloc(void *p, size_t n)
{
    return resize(__builtin_return_address(0), p, n);
}

STANDS_IN void *reallocarray(void *p, size_t n, size_t size)
{
    assert_true(size == 0 || n <= SIZE_MAX / size);
    return resize(__builtin_return_address(0), p, n * size);
}

STANDS_IN void free(void *p)
{
    memory.balance -= p != NULL;
    __libc_free(p);
}

/* -- All that the library does, once. -------------------------------------------- */

#define N_CERTS 6

static const char *const vectors[N_CERTS] = {
    "session/pdh.cert", "session/pek.cert", "session/oca.cert",
    "virtual/cek.cert", "virtual/ask.cert", "virtual/ark.cert",
};

struct scene {
    struct temp_dir dir;
    char *certs[N_CERTS];
    char *image;
    char *prefix;
};

/* Everything that one flow makes; released in any state. */
struct made {
    struct sevk_trust *trust;
    struct sevk_chain *chain;
    struct sevk_verdict *platform;
    struct sevk_session *session;
    struct sevk_firmware *firmware;
    struct sevk_expectation *expectation;
    struct sevk_measurement *measurement;
    struct sevk_verdict *verdict;
    struct sevk_secrets *secrets;
    struct sevk_packet *packet;
    char *json;
};

static void drop(struct made *m)
{
    free(m->json);
    sevk_packet_free(&m->packet);
    sevk_secrets_free(&m->secrets);
    sevk_verdict_free(&m->verdict);
    sevk_measurement_free(&m->measurement);
    sevk_expectation_free(&m->expectation);
    sevk_firmware_free(&m->firmware);
    sevk_session_free(&m->session);
    sevk_verdict_free(&m->platform);
    sevk_chain_free(&m->chain);
    sevk_trust_free(&m->trust);
}

static bool prove_platform(const struct scene *s, struct made *m,
                           struct sevk_error *err)
{
    if (!sevk_trust_new(&m->trust, err) || !sevk_trust_add_amd(m->trust, err) ||
        !sevk_trust_add_file(m->trust, s->certs[5], err) ||
        !sevk_chain_new(&m->chain, err)) {
        return false;
    }
    for (size_t i = 0; i < N_CERTS; i++) {
        if (!sevk_chain_add_file(m->chain, s->certs[i], err)) {
            return false;
        }
    }
    return sevk_chain_verify(m->chain, m->trust, &m->platform, err);
}

static bool judge(const struct scene *s, struct made *m, struct sevk_error *err)
{
    static const uint8_t mnonce[SEVK_MNONCE_LEN] = { 1 };
    uint8_t digest[SEVK_DIGEST_LEN], bytes[SEVK_MEASUREMENT_LEN];

    if (!sevk_firmware_read(s->image, &m->firmware, err) ||
        !sevk_expectation_new(&m->expectation, err) ||
        !sevk_expectation_set_firmware(m->expectation, m->firmware, err) ||
        !sevk_expectation_set_kernel(m->expectation, s->image, NULL, "quiet",
                                     err) ||
        !sevk_expectation_set_vcpus(m->expectation, 2, err) ||
        !sevk_expectation_set_cpu(m->expectation, "EPYC", err) ||
        !sevk_expectation_digest(m->expectation, 0x0f, digest, err) ||
        !sevk_measurement_compute(1, 55, 21, 0x0f, digest, mnonce, m->session,
                                  bytes, err) ||
        !sevk_measurement_from_bytes(bytes, sizeof bytes, 1, 55, 21, 0x0f,
                                     &m->measurement, err)) {
        return false;
    }
    return sevk_verdict_reach(m->expectation, m->measurement, m->session,
                              SEVK_VERDICT_EXPLAIN, &m->verdict, err) &&
           sevk_verdict_json(m->verdict, &m->json, err);
}

static bool act(const struct scene *s, struct made *m, struct sevk_error *err)
{
    return prove_platform(s, m, err) &&
           sevk_session_create(m->platform, 0x0f, 0, &m->session, err) &&
           sevk_session_write(m->session, s->prefix, err) && judge(s, m, err) &&
           sevk_secrets_new(&m->secrets, err) &&
           sevk_secrets_add(m->secrets, "luks-key", "x", 1, err) &&
           sevk_secrets_seal(m->secrets, m->expectation, m->verdict, m->session,
                             &m->packet, err);
}

/* All files of the session, or none. */
static void clean_up(const struct scene *s)
{
    static const char *const ends[] = { "tik.bin", "tek.bin", "godh.b64",
                                        "session.b64", "session.json" };
    size_t n = 0;

    for (size_t i = 0; i < N_OF(ends); i++) {
        char path[128];

        snprintf(path, sizeof path, "%s_%s", s->prefix, ends[i]);
        n += unlink(path) == 0;
    }
    assert_true(n == 0 || n == N_OF(ends));
}

/* OpenSSL keeps some of what it makes at first. */
static void warm_up(const struct scene *s)
{
    struct made m = { 0 };
    struct sevk_error err;

    assert_works(act(s, &m, &err), &err);
    drop(&m);
    clean_up(s);
}

/* One flow in which request AT is refused. True when it was not reached. */
static bool act_without(const struct scene *s, size_t at)
{
    struct made m = { 0 };
    struct sevk_error err = { 0 };
    long before = memory.balance;
    bool done;

    memory.asked = 0;
    memory.refused = at;
    memory.armed = true;
    done = act(s, &m, &err);
    memory.armed = false;
    if (done) {
        assert_true(sevk_verdict_yes(m.verdict));
    } else {
        assert_int_equal(err.code, SEVK_HOST);
        assert_non_null(strstr(err.message, "out of memory"));
    }
    drop(&m);
    clean_up(s);
    assert_int_equal(memory.balance, before);
    return memory.asked <= at;
}

static void test_each_refused_request_is_told_and_nothing_is_kept(void **state)
{
    struct scene s = { .dir = temp_dir_make() };
    uint8_t image[4096] = { 1 };
    size_t files, at = 0;
    Dl_info info;

    (void)state;
    assert_true(dladdr((const void *)(uintptr_t)sevk_version_text, &info) != 0);
    memory.library = info.dli_fbase;
    for (size_t i = 0; i < N_CERTS; i++) {
        s.certs[i] = vector_path(vectors[i]);
    }
    {
        OWN(buf_free)
        struct buf tail = vector_load("ovmf/ovmf_AmdSev_suffix.bin");

        assert_true(tail.n <= sizeof image);
        memcpy(image + sizeof image - tail.n, tail.p, tail.n);
    }
    s.image = temp_dir_write(&s.dir, "image.fd", BYTES_OF(image));
    s.prefix = temp_dir_path(&s.dir, "vm");
    files = temp_dir_count(&s.dir);

    warm_up(&s);
    while (!act_without(&s, at)) {
        assert_int_equal(temp_dir_count(&s.dir), files);
        at++;
    }
    assert_true(at > 40);
    print_message("%zu requests\n", at);

    for (size_t i = 0; i < N_CERTS; i++) {
        free(s.certs[i]);
    }
    free(s.image);
    free(s.prefix);
    temp_dir_drop(&s.dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_refused_request_is_told_and_nothing_is_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
