/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of libvirt_guest.c: evidence from a host that may say anything. */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/own.h"
#include "lib/unit.h"
#include "virt/libvirt_ops.h"

struct reply {
    const char *measurement; /* NULL: not said; so are numbers below 0 */
    long major;
    long minor;
    long build;
    long policy;
};

static char *measurement_of(size_t n)
{
    OWN(buf_free) struct buf text = { 0 };
    uint8_t bytes[64];

    memset(bytes, 7, sizeof bytes);
    assert_true(n <= sizeof bytes);
    assert_true(base64_append(&text, bytes_make(bytes, n), NULL));
    return strdup(buf_string(&text));
}

static void add_uint(struct job *job, int *max, const char *name, long value)
{
    if (value >= 0) {
        assert_int_equal(virTypedParamsAddUInt(&job->params, &job->n_params,
                                               max, name, (unsigned int)value),
                         0);
    }
}

static struct job *job_with(const struct reply *r)
{
    struct job *job = job_new(NULL);
    int max = 0;

    assert_non_null(job);
    if (r->measurement != NULL) {
        assert_int_equal(
            virTypedParamsAddString(&job->params, &job->n_params, &max,
                                    VIR_DOMAIN_LAUNCH_SECURITY_SEV_MEASUREMENT,
                                    r->measurement),
            0);
    }
    add_uint(job, &max, VIR_DOMAIN_LAUNCH_SECURITY_SEV_API_MAJOR, r->major);
    add_uint(job, &max, VIR_DOMAIN_LAUNCH_SECURITY_SEV_API_MINOR, r->minor);
    add_uint(job, &max, VIR_DOMAIN_LAUNCH_SECURITY_SEV_BUILD_ID, r->build);
    add_uint(job, &max, VIR_DOMAIN_LAUNCH_SECURITY_SEV_POLICY, r->policy);
    return job;
}

static void assert_no_evidence(const struct reply *r, enum sevk_code code,
                               const char *part)
{
    OWN(job_free) struct job *job = job_with(r);
    struct evidence e = { .build = 99 };
    struct sevk_error err;

    assert_fails(libvirt_evidence(job, &e, &err), &err, code, part);
    assert_int_equal(e.build, 99);
}

static void what_is_missing_or_no_byte_is_no_evidence(void **state)
{
    OWN(own_free) char *m = measurement_of(48);
    const struct {
        struct reply reply;
        const char *part;
    } rows[] = {
        { { NULL, 1, 51, 3, 7 }, "no measurement" },
        { { m, 1, 51, 3, -1 }, "no measurement" },
        { { m, -1, 51, 3, 7 }, "'sev-api-major'" },
        { { m, 1, -1, 3, 7 }, "'sev-api-minor'" },
        { { m, 1, 51, -1, 7 }, "'sev-build-id'" },
        /* Cut to a byte, these would be 1.51 build 3. */
        { { m, 257, 51, 3, 7 }, "'sev-api-major'" },
        { { m, 1, 307, 3, 7 }, "'sev-api-minor'" },
        { { m, 1, 51, 259, 7 }, "'sev-build-id'" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        assert_no_evidence(&rows[i].reply, SEVK_HOST, rows[i].part);
    }
}

static void a_measurement_of_another_length_is_no_evidence(void **state)
{
    OWN(own_free) char *much = calloc(1, (size_t)4 << 20);

    (void)state;
    for (size_t n = 0; n <= 64; n++) {
        OWN(own_free) char *m = measurement_of(n);

        if (n != 48) {
            assert_no_evidence(&(struct reply){ m, 1, 51, 3, 7 }, SEVK_INPUT,
                               "the host's measurement");
        }
    }
    assert_non_null(much);
    memset(much, 'A', ((size_t)4 << 20) - 1);
    assert_no_evidence(&(struct reply){ much, 1, 51, 3, 7 }, SEVK_INPUT,
                       "the host's measurement");
    assert_no_evidence(&(struct reply){ "!", 1, 51, 3, 7 }, SEVK_INPUT,
                       "the host's measurement");
}

static void what_a_host_says_is_taken_as_it_is(void **state)
{
    OWN(own_free) char *m = measurement_of(48);
    OWN(job_free)
    struct job *job = job_with(&(struct reply){ m, 1, 255, 3, 0xffffffff });
    struct evidence e = { 0 };
    struct sevk_error err;

    (void)state;
    assert_works(libvirt_evidence(job, &e, &err), &err);
    assert_int_equal(e.api_major, 1);
    assert_int_equal(e.api_minor, 255);
    assert_int_equal(e.build, 3);
    assert_int_equal(e.policy, 0xffffffff);
    assert_int_equal(e.measure.measure[31], 7);
    assert_int_equal(e.measure.mnonce[15], 7);
}

/* libvirt keeps its errors by thread, and has to make room for them first. */
static int begin(void **state)
{
    (void)state;
    return virInitialize();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_missing_or_no_byte_is_no_evidence),
        cmocka_unit_test(a_measurement_of_another_length_is_no_evidence),
        cmocka_unit_test(what_a_host_says_is_taken_as_it_is),
    };

    return cmocka_run_group_tests(tests, begin, NULL);
}
