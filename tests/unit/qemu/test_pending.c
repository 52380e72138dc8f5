/* SPDX-License-Identifier: Apache-2.0 */
/* The order of replies. */
#include "lib/unit.h"

#include <stdlib.h>

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

/* ---- answers that wait for QEMU */

static bool tell_more(void *state, struct json_object *returned,
                      struct json_object **ret_result,
                      struct json_object **ret_event, struct sevk_error *err)
{
    if (json_object_get_int(returned) == 0) {
        return sevk_fail(err, SEVK_REFUSED, "nothing");
    }
    ++*(int *)state;
    *ret_result = json_object_new_int(json_object_get_int(returned) + 1);
    if (json_object_get_int(returned) == 7) {
        *ret_event = answer_command("E", NULL);
    }
    return true;
}

static void count_free(void *state)
{
    *(int *)state += 100;
}

static void an_answer_is_made_of_what_qemu_returned(void **state)
{
    static const struct {
        const char *line;
        bool error;
        bool as_is;
        const char *edited;
    } rows[] = {
        { "{\"return\": 5}\r\n", false, false, "{\"return\":6}\r\n" },
        { "{\"return\": 7, \"id\": \"a\"}\r\n", false, false,
          "{\"return\":8,\"id\":\"a\"}\r\n{\"execute\":\"E\",\"arguments\":"
          "null}\r\n" },
        { "{\"return\": 0, \"id\": 3}\r\n", false, false,
          "{\"error\":{\"class\":\"GenericError\",\"desc\":\"nothing\"},"
          "\"id\":3}\r\n" },
        { "{\"error\": {}}\r\n", true, true, "" },
        { "no JSON", false, false,
          "{\"error\":{\"class\":\"GenericError\",\"desc\":\"nothing\"}}"
          "\r\n" },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        OWN(buf_free) struct buf edited = { 0 };
        OWN(answer_later_free)
        struct answer_later *later = calloc(1, sizeof *later);
        struct pending p = { 0 };
        struct sevk_error err;
        int seen = 0;
        bool as_is = false;

        *later = (struct answer_later){ .run = tell_more,
                                        .state = &seen,
                                        .free_state = count_free };
        assert_works(pending_add_later(&p, &later, &err), &err);
        assert_null(later);
        assert_works(pending_edit(pending_first_passed(&p),
                                  bytes_of_string(rows[i].line), rows[i].error,
                                  &as_is, &edited, &err),
                     &err);
        assert_int_equal(as_is, rows[i].as_is);
        assert_string_equal(buf_string(&edited), rows[i].edited);
        assert_int_equal(seen, i < 2 ? 1 : 0);
        if (i % 2 == 0) {
            pending_drop_first(&p);
        }
        pending_free(&p);
        assert_int_equal(seen, i < 2 ? 101 : 100);
    }
}

static void a_command_of_our_own_is_seen_by_nobody(void **state)
{
    OWN(pending_free) struct pending p = { 0 };
    OWN(buf_free) struct buf edited = { 0 };
    struct sevk_error err;

    (void)state;
    for (int error = 0; error <= 1; error++) {
        bool as_is = true;

        assert_works(pending_add_hidden(&p, &err), &err);
        assert_works(pending_edit(pending_first_passed(&p),
                                  bytes_of_string("{\"return\": {}}"),
                                  error != 0, &as_is, &edited, &err),
                     &err);
        assert_false(as_is);
        assert_int_equal(edited.n, 0);
        pending_drop_first(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_first_of_nothing),
        cmocka_unit_test(a_reply_waits_for_those_before_it),
        cmocka_unit_test(many_keep_their_order),
        cmocka_unit_test(an_answer_is_made_of_what_qemu_returned),
        cmocka_unit_test(a_command_of_our_own_is_seen_by_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
