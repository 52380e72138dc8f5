/* SPDX-License-Identifier: Apache-2.0 */
/* The order of replies. */
#include "lib/unit.h"

#include "base/own.h"
#include "qemu/pending.h"

static void add_reply(struct pending *p, const char *text)
{
    struct buf reply = { 0 };
    struct sevk_error err;

    assert_works(buf_append_string(&reply, text, &err), &err);
    assert_works(pending_add_reply(p, &reply, &err), &err);
    assert_null(reply.p);
}

static void assert_reply(struct pending *p, const char *text)
{
    struct bytes reply;

    assert_true(pending_first_reply(p, &reply));
    assert_bytes_equal(reply, bytes_of_string(text));
    pending_drop_first(p);
}

static void edit_nothing(struct json_object *reply)
{
    (void)reply;
}

static void nothing_is_first_of_nothing(void **state)
{
    OWN(pending_free) struct pending p = { 0 };
    struct bytes reply;

    (void)state;
    assert_false(pending_first_reply(&p, &reply));
    assert_null(pending_first_passed(&p));
}

static void a_reply_waits_for_those_before_it(void **state)
{
    OWN(pending_free) struct pending p = { 0 };
    struct bytes reply;
    struct sevk_error err;

    (void)state;
    add_reply(&p, "one");
    assert_works(pending_add_passed(&p, edit_nothing, &err), &err);
    add_reply(&p, "three");
    assert_null(pending_first_passed(&p));
    assert_reply(&p, "one");
    assert_false(pending_first_reply(&p, &reply));
    assert_ptr_equal(pending_first_passed(&p)->edit_reply, edit_nothing);
    pending_drop_first(&p);
    assert_reply(&p, "three");
    assert_int_equal(p.n, 0);
}

static void many_keep_their_order(void **state)
{
    OWN(pending_free) struct pending p = { 0 };
    char text[16];

    (void)state;
    for (int i = 0; i < 1000; i++) {
        snprintf(text, sizeof text, "%d", i);
        add_reply(&p, text);
    }
    for (int i = 0; i < 900; i++) {
        snprintf(text, sizeof text, "%d", i);
        assert_reply(&p, text);
    }
    assert_int_equal(p.n, 100); /* the rest is freed with it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_first_of_nothing),
        cmocka_unit_test(a_reply_waits_for_those_before_it),
        cmocka_unit_test(many_keep_their_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
