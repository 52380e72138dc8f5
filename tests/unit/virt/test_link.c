/* SPDX-License-Identifier: Apache-2.0 */
/* Connections and jobs, on libvirt's own test driver. */
#include "virt/link.h"

#include <stdlib.h>

#include "base/own.h"
#include "lib/unit.h"
#include "virt/libvirt_jobs.h"

#define TEST_URI "test:///default" /* has one VM, "test", that runs */

static const struct watch nobody;

static bool stop_now(void *ctx)
{
    (void)ctx;
    return true;
}

static struct link link_open_test(void)
{
    struct link link = { .uri = TEST_URI,
                         .timeout_ms = 60000,
                         .watch = &nobody };
    struct sevk_error err;

    assert_works(link_open(&link, &err), &err);
    return link;
}

static struct job *job_on(bool (*work)(struct job *), const char *key)
{
    struct job *job = job_new(work);

    assert_non_null(job);
    job->key = strdup(key);
    return job;
}

static void an_address_that_leads_nowhere_is_named(void **state)
{
    struct link link = { .uri = "qemu+unix:///system?socket=/nowhere/sock",
                         .timeout_ms = 60000,
                         .watch = &nobody };
    struct sevk_error err;

    (void)state;
    assert_fails(link_open(&link, &err), &err, SEVK_HOST, "/nowhere/sock");
    assert_false(link_alive(&link));
    link.uri = "no such uri";
    assert_fails(link_open(&link, &err), &err, SEVK_HOST, "no such uri");
}

static void libvirts_words_are_carried_in_the_error(void **state)
{
    OWN(link_close) struct link link = link_open_test();
    struct job *found = NULL;
    struct sevk_error err;

    (void)state;
    assert_fails(link_do(&link, job_on(job_find, "nobody"), "looking", NULL,
                         &found, &err),
                 &err, SEVK_HOST, "looking: Domain not found");
    assert_null(found);
    assert_true(link_alive(&link));
}

static void a_wish_to_stop_ends_a_call(void **state)
{
    static const struct watch stopping = { .stopped = stop_now };
    OWN(link_close) struct link link = link_open_test();
    struct job *job = NULL;
    struct sevk_error err;
    bool done;

    (void)state;
    link.watch = &stopping;
    done = link_do(&link, job_on(job_find, "test"), "find", NULL, &job, &err);
    if (done) { /* it was faster than the first look at the watch */
        job_free(&job);
        return;
    }
    assert_non_null(strstr(err.message, "find: stopped"));
}

static void without_a_connection_nothing_is_done(void **state)
{
    struct link link = { .timeout_ms = 1000, .watch = &nobody };
    struct job *job = NULL;
    struct sevk_error err;

    (void)state;
    assert_fails(
        link_do(&link, job_on(job_find, "test"), "find", NULL, &job, &err),
        &err, SEVK_HOST, "not connected");
    link_close(&link);
    link_drop(&link);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_that_leads_nowhere_is_named),
        cmocka_unit_test(libvirts_words_are_carried_in_the_error),
        cmocka_unit_test(a_wish_to_stop_ends_a_call),
        cmocka_unit_test(without_a_connection_nothing_is_done),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
