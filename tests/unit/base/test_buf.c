/* SPDX-License-Identifier: Apache-2.0 */
/* Buffers and views: growth, the NUL behind the content, empty ones. */
#include "base/buf.h"

#include "base/own.h"
#include "lib/unit.h"

static void test_a_size_that_no_memory_has_is_refused(void **state)
{
    OWN(buf_free) struct buf b = { 0 };
    struct sevk_error err;

    (void)state;
    assert_true(buf_append_string(&b, "kept", NULL));
    assert_fails(buf_reserve(&b, SIZE_MAX, &err), &err, SEVK_HOST,
                 "out of memory");
    assert_fails(buf_reserve(&b, SIZE_MAX / 4 - 4, &err), &err, SEVK_HOST,
                 "out of memory");
    assert_fails(buf_append(&b, (struct bytes){ b.p, SIZE_MAX - 2 }, &err),
                 &err, SEVK_HOST, "out of memory");
    assert_string_equal(buf_string(&b), "kept");
}

/* A sanitizer's allocator refuses as the C library's does, by NULL. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static void test_what_malloc_refuses_leaves_the_buffer_as_it_was(void **state)
{
    OWN(buf_free) struct buf b = { 0 };
    struct sevk_error err;

    (void)state;
    assert_true(buf_append_string(&b, "kept", NULL));
    assert_fails(buf_reserve(&b, SIZE_MAX / 4 - 100, &err), &err, SEVK_HOST,
                 "out of memory");
    assert_string_equal(buf_string(&b), "kept");
}

/* A character that the "C" locale does not have. */
static void test_text_that_can_not_be_formatted_is_told(void **state)
{
    OWN(buf_free) struct buf b = { 0 };
    struct sevk_error err;

    (void)state;
    assert_fails(buf_printf(&b, &err, "%ls", L"\u20ac"), &err, SEVK_HOST,
                 "can't be formatted");
    assert_int_equal(b.n, 0);
}

static void test_an_empty_buffer_is_an_empty_string(void **state)
{
    OWN(buf_free) struct buf b = { 0 };

    (void)state;
    assert_string_equal(buf_string(&b), "");
    assert_int_equal(buf_bytes(&b).n, 0);
    buf_consume(&b, 0);
    assert_true(buf_append(&b, (struct bytes){ 0 }, NULL));
    assert_int_equal(b.n, 0);
    assert_string_equal(buf_string(&b), "");
    buf_free(&b);
    buf_free(&b);
    assert_null(b.p);
}

static void test_what_is_appended_stays_in_order_while_it_grows(void **state)
{
    OWN(buf_free) struct buf b = { 0 };

    (void)state;
    for (unsigned int i = 0; i < 10000; i++) {
        uint8_t byte = (uint8_t)i;

        assert_true(buf_append(&b, bytes_make(&byte, 1), NULL));
        assert_int_equal(b.p[b.n], 0);
    }
    assert_int_equal(b.n, 10000);
    for (unsigned int i = 0; i < 10000; i++) {
        assert_int_equal(b.p[i], (uint8_t)i);
    }
}

static void test_text_is_formatted_behind_what_is_there(void **state)
{
    OWN(buf_free) struct buf b = { 0 };
    char wide[300];

    (void)state;
    memset(wide, 'w', sizeof wide - 1);
    wide[sizeof wide - 1] = '\0';
    assert_true(buf_printf(&b, NULL, "%s", ""));
    assert_int_equal(b.n, 0);
    assert_true(buf_printf(&b, NULL, "%d-", 7));
    assert_true(buf_printf(&b, NULL, "%s", wide));
    assert_int_equal(b.n, 2 + 299);
    assert_memory_equal(b.p, "7-www", 5);
    assert_int_equal(b.p[b.n], 0);
}

static void test_consuming_moves_the_rest_to_the_front(void **state)
{
    OWN(buf_free) struct buf b = { 0 };

    (void)state;
    assert_true(buf_append_string(&b, "onetwo", NULL));
    buf_consume(&b, 3);
    assert_string_equal(buf_string(&b), "two");
    buf_consume(&b, 3);
    assert_string_equal(buf_string(&b), "");
    assert_true(buf_append_string(&b, "more", NULL));
    assert_string_equal(buf_string(&b), "more");
}

static void test_views_compare_by_content(void **state)
{
    const uint8_t a[3] = { 1, 2, 3 };
    const uint8_t b[3] = { 1, 2, 4 };
    const uint8_t zeros[3] = { 0 };

    (void)state;
    assert_true(bytes_equal((struct bytes){ 0 }, bytes_make("", 0)));
    assert_true(bytes_equal(BYTES_OF(a), bytes_make("\1\2\3", 3)));
    assert_false(bytes_equal(BYTES_OF(a), BYTES_OF(b)));
    assert_false(bytes_equal(BYTES_OF(a), bytes_make(a, 2)));
    assert_true(bytes_all_zero((struct bytes){ 0 }));
    assert_true(bytes_all_zero(BYTES_OF(zeros)));
    assert_false(bytes_all_zero(BYTES_OF(a)));
    assert_false(bytes_all_zero(bytes_make("\0\0\1", 3)));
    assert_int_equal(bytes_of_string("abc").n, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_size_that_no_memory_has_is_refused),
        cmocka_unit_test(test_what_malloc_refuses_leaves_the_buffer_as_it_was),
        cmocka_unit_test(test_text_that_can_not_be_formatted_is_told),
        cmocka_unit_test(test_an_empty_buffer_is_an_empty_string),
        cmocka_unit_test(test_what_is_appended_stays_in_order_while_it_grows),
        cmocka_unit_test(test_text_is_formatted_behind_what_is_there),
        cmocka_unit_test(test_consuming_moves_the_rest_to_the_front),
        cmocka_unit_test(test_views_compare_by_content),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
