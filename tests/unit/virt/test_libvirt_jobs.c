/* SPDX-License-Identifier: Apache-2.0 */
/* What a launch asks of libvirt, on libvirt's own test driver. */
#include "virt/libvirt_jobs.h"

#include <stdlib.h>

#include "base/own.h"
#include "lib/unit.h"

#define TEST_URI "test:///default" /* has one VM, "test", that runs */

static const struct watch nobody;

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

static void a_parameter_of_another_kind_or_name_is_not_there(void **state)
{
    OWN(job_free) struct job *job = job_new(job_measure);
    const char *text = "unchanged";
    unsigned int number = 7;
    int max = 0;

    (void)state;
    assert_non_null(job);
    assert_false(job_string(job, "a", &text));
    assert_int_equal(
        virTypedParamsAddString(&job->params, &job->n_params, &max, "a", "x"),
        0);
    assert_int_equal(
        virTypedParamsAddUInt(&job->params, &job->n_params, &max, "n", 3), 0);
    assert_false(job_string(job, "n", &text));
    assert_false(job_uint(job, "a", &number));
    assert_false(job_uint(job, "b", &number));
    assert_string_equal(text, "unchanged");
    assert_int_equal(number, 7);
    assert_true(job_string(job, "a", &text));
    assert_true(job_uint(job, "n", &number));
    assert_string_equal(text, "x");
    assert_int_equal(number, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vm_is_found_by_name_uuid_and_id),
        cmocka_unit_test(a_host_without_sev_is_described_with_the_reason),
        cmocka_unit_test(a_name_or_uuid_that_is_taken_is_found),
        cmocka_unit_test(a_vm_is_destroyed_once_and_only_with_our_session),
        cmocka_unit_test(a_parameter_of_another_kind_or_name_is_not_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
