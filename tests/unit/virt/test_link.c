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

static void a_vm_is_found_by_name_uuid_and_id(void **state)
{
    OWN(link_close) struct link link = link_open_test();
    OWN(job_free) struct job *by_name = NULL;
    OWN(job_free) struct job *by_uuid = NULL;
    OWN(job_free) struct job *by_id = NULL;
    struct sevk_error err;

    (void)state;
    assert_works(
        link_do(&link, job_on(job_find, "test"), "find", NULL, &by_name, &err),
        &err);
    assert_string_equal(by_name->name, "test");
    assert_int_equal(by_name->state, VIR_DOMAIN_RUNNING);
    assert_works(link_do(&link, job_on(job_find, by_name->uuid), "find", NULL,
                         &by_uuid, &err),
                 &err);
    assert_string_equal(by_uuid->name, "test");
    assert_works(
        link_do(&link, job_on(job_find, "1"), "find", NULL, &by_id, &err),
        &err);
    assert_string_equal(by_id->uuid, by_name->uuid);
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

static void a_host_without_sev_is_described_with_the_reason(void **state)
{
    OWN(link_close) struct link link = link_open_test();
    OWN(job_free) struct job *job = NULL;
    struct sevk_error err;

    (void)state;
    assert_works(
        link_do(&link, job_new(job_describe), "describe", NULL, &job, &err),
        &err);
    assert_non_null(job->host_name);
    assert_true(job->version > 0);
    assert_int_equal(job->n_params, 0);
    assert_int_not_equal(job->error[0], '\0');
}

static void a_name_or_uuid_that_is_taken_is_found(void **state)
{
    static const char free_uuid[] = "c7a5fdbd-edaf-4455-926a-d65c16db1809";
    OWN(link_close) struct link link = link_open_test();
    OWN(job_free) struct job *by_name = NULL;
    OWN(job_free) struct job *free_both = NULL;
    struct job *job = job_on(job_look_free, free_uuid);
    struct sevk_error err;

    (void)state;
    job->text = strdup("test");
    assert_works(link_do(&link, job, "look", NULL, &by_name, &err), &err);
    assert_int_equal(by_name->state, VIR_DOMAIN_RUNNING);
    assert_string_equal(by_name->name, "test");
    job = job_on(job_look_free, free_uuid);
    job->text = strdup("another");
    assert_works(link_do(&link, job, "look", NULL, &free_both, &err), &err);
    assert_int_equal(free_both->state, -1);
}

/* The test driver starts no VM paused. */
static bool start_running(struct job *job)
{
    job->domain = virDomainCreateXML(job->conn, job->text, 0);
    return job->domain != NULL;
}

static void a_vm_is_destroyed_once_and_only_with_our_session(void **state)
{
    static const char uuid[] = "c7a5fdbd-edaf-4455-926a-d65c16db1809";
    OWN(link_close) struct link link = link_open_test();
    OWN(job_free) struct job *started = NULL;
    OWN(job_free) struct job *others = NULL;
    OWN(job_free) struct job *ours = NULL;
    OWN(job_free) struct job *again = NULL;
    struct job *job = job_on(start_running, uuid);
    struct sevk_error err;

    (void)state;
    job->text = strdup("<domain type='test'><name>vm1</name><uuid>"
                       "c7a5fdbd-edaf-4455-926a-d65c16db1809</uuid>"
                       "<title>U0VT</title><memory>8192</memory>"
                       "<os><type>hvm</type></os></domain>");
    assert_works(link_do(&link, job, "start", NULL, &started, &err), &err);

    job = job_on(job_destroy, uuid);
    job->text = strdup("ANOTHER SESSION");
    assert_works(link_do(&link, job, "destroy", NULL, &others, &err), &err);
    assert_int_equal(others->state, -1);

    job = job_on(job_destroy, uuid);
    job->text = strdup("U0VT");
    assert_works(link_do(&link, job, "destroy", NULL, &ours, &err), &err);
    assert_int_equal(ours->state, 0);

    assert_works(link_do(&link, job_on(job_destroy, uuid), "destroy", NULL,
                         &again, &err),
                 &err);
    assert_int_equal(again->state, -1);
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
        cmocka_unit_test(a_vm_is_found_by_name_uuid_and_id),
        cmocka_unit_test(libvirts_words_are_carried_in_the_error),
        cmocka_unit_test(a_host_without_sev_is_described_with_the_reason),
        cmocka_unit_test(a_name_or_uuid_that_is_taken_is_found),
        cmocka_unit_test(a_vm_is_destroyed_once_and_only_with_our_session),
        cmocka_unit_test(a_wish_to_stop_ends_a_call),
        cmocka_unit_test(without_a_connection_nothing_is_done),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
