/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that return, are late, are stopped, and end long after. */
#include "virt/call.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/own.h"
#include "lib/unit.h"

/* A piece of work that waits for a gate. */
struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool open;
    bool passed;
    bool released;
};

static void gate_init(struct gate *g)
{
    *g = (struct gate){ 0 };
    pthread_mutex_init(&g->lock, NULL);
    pthread_cond_init(&g->changed, NULL);
}

static void gate_set(struct gate *g, bool *flag)
{
    pthread_mutex_lock(&g->lock);
    *flag = true;
    pthread_cond_broadcast(&g->changed);
    pthread_mutex_unlock(&g->lock);
}

static void gate_wait(struct gate *g, const bool *flag)
{
    pthread_mutex_lock(&g->lock);
    while (!*flag) {
        pthread_cond_wait(&g->changed, &g->lock);
    }
    pthread_mutex_unlock(&g->lock);
}

static void pass(void *arg)
{
    struct gate *g = arg;

    gate_wait(g, &g->open);
    g->passed = true;
}

static void release(void *arg)
{
    struct gate *g = arg;

    gate_set(g, &g->released);
}

static bool stop_now(void *ctx)
{
    (void)ctx;
    return true;
}

static void a_call_that_returns_is_done_and_released_by_its_end(void **state)
{
    OWN(call_end) struct call *call = NULL;
    struct gate gate;
    struct sevk_error err;

    (void)state;
    gate_init(&gate);
    gate.open = true;
    assert_works(call_begin(pass, &gate, release, &call, &err), &err);
    assert_int_equal(call_wait(call, 60000, NULL), CALL_DONE);
    assert_true(gate.passed);
    call_end(&call);
    gate_wait(&gate, &gate.released);
}

static void a_late_call_is_left_and_releases_its_work_itself(void **state)
{
    struct call *call = NULL;
    struct gate gate;
    struct sevk_error err;

    (void)state;
    gate_init(&gate);
    assert_works(call_begin(pass, &gate, release, &call, &err), &err);
    assert_int_equal(call_wait(call, 1, NULL), CALL_LATE);
    call_end(&call);
    assert_null(call);
    assert_false(gate.released);
    gate_set(&gate, &gate.open);
    gate_wait(&gate, &gate.released);
    assert_true(gate.passed);
}

static void a_late_call_can_be_waited_for_again(void **state)
{
    OWN(call_end) struct call *call = NULL;
    struct gate gate;
    struct sevk_error err;

    (void)state;
    gate_init(&gate);
    assert_works(call_begin(pass, &gate, release, &call, &err), &err);
    assert_int_equal(call_wait(call, 0, NULL), CALL_LATE);
    gate_set(&gate, &gate.open);
    assert_int_equal(call_wait(call, 60000, NULL), CALL_DONE);
    call_end(&call);
    gate_wait(&gate, &gate.released);
}

static void a_wish_to_stop_ends_the_waiting(void **state)
{
    const struct watch watch = { .stopped = stop_now };
    struct call *call = NULL;
    struct gate gate;
    struct sevk_error err;

    (void)state;
    gate_init(&gate);
    assert_works(call_begin(pass, &gate, release, &call, &err), &err);
    assert_int_equal(call_wait(call, 60000, &watch), CALL_STOPPED);
    gate_set(&gate, &gate.open);
    call_end(&call);
    gate_wait(&gate, &gate.released);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_that_returns_is_done_and_released_by_its_end),
        cmocka_unit_test(a_late_call_is_left_and_releases_its_work_itself),
        cmocka_unit_test(a_late_call_can_be_waited_for_again),
        cmocka_unit_test(a_wish_to_stop_ends_the_waiting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
