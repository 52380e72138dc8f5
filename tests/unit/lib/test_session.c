/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of lib/session.c. */
#include <stdlib.h>

#include "base/own.h"
#include "unit/lib/stage.h"

static void test_there_is_no_session_without_a_platform(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(sevk_verdict_free) struct sevk_verdict *v = stage_verdict(s);
    struct sevk_session *session = NULL;
    struct sevk_error err;

    (void)state;
    sevk_session_free(&session); /* NULL is fine */
    assert_fails(sevk_session_create(NULL, 0x0f, 0, &session, &err), &err,
                 SEVK_REFUSED, "sevk_chain_verify");
    assert_fails(sevk_session_create(v, 0x0f, 2, &session, &err), &err,
                 SEVK_USAGE, "flags");
    assert_fails(sevk_session_create(v, 0x00, 0, &session, &err), &err,
                 SEVK_REFUSED, "weak");
    assert_fails(sevk_session_create(v, 0x4f, 0, &session, &err), &err,
                 SEVK_USAGE, "reserved");
    assert_null(session);
    assert_works(
        sevk_session_create(v, 0x00, SEVK_SESSION_WEAK_POLICY, &session, &err),
        &err);
    sevk_session_free(&session);
}

static void test_two_sessions_have_nothing_in_common(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(sevk_session_free) struct sevk_session *a = stage_session(s, 0x03);
    OWN(sevk_session_free) struct sevk_session *b = stage_session(s, 0x03);
    uint8_t tik[2][SEVK_SESSION_KEY_LEN], tek[2][SEVK_SESSION_KEY_LEN];
    struct sevk_error err;
    uint32_t policy = 0;
    size_t n = 0;

    (void)state;
    assert_works(sevk_session_copy_keys(a, tik[0], tek[0], &err), &err);
    assert_works(sevk_session_copy_keys(b, tik[1], tek[1], &err), &err);
    assert_memory_not_equal(tik[0], tik[1], sizeof tik[0]);
    assert_memory_not_equal(tek[0], tek[1], sizeof tek[0]);
    assert_memory_not_equal(tik[0], tek[0], sizeof tik[0]);
    assert_memory_not_equal(sevk_session_blob(a, &n), sevk_session_blob(b, &n),
                            128);
    assert_int_equal(n, 128);
    assert_non_null(sevk_session_godh(a, &n));
    assert_int_equal(n, 2084);
    assert_true(sevk_session_policy(a, &policy));
    assert_int_equal(policy, 0x03);
    assert_false(sevk_session_is_used(a));
}

static void test_files_come_back_as_they_went(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(sevk_session_free) struct sevk_session *made = stage_session(s, 0x0f);
    OWN(sevk_session_free) struct sevk_session *read = NULL;
    OWN(own_free) char *prefix = temp_dir_path(&s->dir, "vm");
    uint8_t tik[2][SEVK_SESSION_KEY_LEN], tek[2][SEVK_SESSION_KEY_LEN];
    size_t before = temp_dir_count(&s->dir);
    struct sevk_error err;

    (void)state;
    assert_works(sevk_session_write(made, prefix, &err), &err);
    assert_int_equal(temp_dir_count(&s->dir), before + 5);
    assert_works(sevk_session_read(prefix, &read, &err), &err);
    assert_string_equal(sevk_session_godh_base64(made),
                        sevk_session_godh_base64(read));
    assert_string_equal(sevk_session_blob_base64(made),
                        sevk_session_blob_base64(read));
    assert_works(sevk_session_copy_keys(made, tik[0], tek[0], &err), &err);
    assert_works(sevk_session_copy_keys(read, tik[1], tek[1], &err), &err);
    assert_memory_equal(tik[0], tik[1], sizeof tik[0]);
    assert_memory_equal(tek[0], tek[1], sizeof tek[0]);
}

static void test_a_session_is_written_once_and_over_nothing(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    OWN(sevk_session_free) struct sevk_session *a = stage_session(s, 0x0f);
    OWN(sevk_session_free) struct sevk_session *b = stage_session(s, 0x0f);
    OWN(own_free) char *prefix = temp_dir_path(&s->dir, "vm");
    OWN(own_free) char *nowhere = temp_dir_path(&s->dir, "none/vm");
    size_t before = temp_dir_count(&s->dir);
    struct sevk_session *read = NULL;
    struct sevk_error err;

    (void)state;
    assert_fails(sevk_session_write(a, nowhere, &err), &err, SEVK_HOST,
                 nowhere);
    assert_works(sevk_session_write(a, prefix, &err), &err);
    assert_fails(sevk_session_write(a, prefix, &err), &err, SEVK_REFUSED,
                 "already");
    assert_fails(sevk_session_write(b, prefix, &err), &err, SEVK_REFUSED,
                 "exists");
    assert_int_equal(temp_dir_count(&s->dir), before + 5);
    assert_fails(sevk_session_read(nowhere, &read, &err), &err, SEVK_INPUT,
                 nowhere);
    assert_null(read);
}

static void test_bare_keys_have_no_public_parts(void **state)
{
    OWN(stage_close) struct stage *s = stage_open();
    const uint8_t key[SEVK_SESSION_KEY_LEN] = { 9 };
    OWN(own_free)
    char *file = temp_dir_write(&s->dir, "tik", BYTES_OF(key));
    OWN(sevk_session_free) struct sevk_session *session = NULL;
    OWN(sevk_session_free) struct sevk_session *read = NULL;
    uint8_t tik[SEVK_SESSION_KEY_LEN], tek[SEVK_SESSION_KEY_LEN];
    struct sevk_error err;
    uint32_t policy = 5;
    size_t n = 0;

    (void)state;
    assert_works(sevk_session_from_keys(key, NULL, &session, &err), &err);
    assert_false(sevk_session_policy(session, &policy));
    assert_int_equal(policy, 5);
    assert_null(sevk_session_godh(session, &n));
    assert_null(sevk_session_blob(session, &n));
    assert_null(sevk_session_godh_base64(session));
    assert_null(sevk_session_blob_base64(session));
    assert_fails(sevk_session_copy_keys(session, tik, tek, &err), &err,
                 SEVK_USAGE, "TEK");
    assert_fails(sevk_session_write(session, file, &err), &err, SEVK_REFUSED,
                 "keys");
    assert_fails(sevk_session_read_keys(s->kernel, NULL, &read, &err), &err,
                 SEVK_INPUT, s->kernel);
    assert_works(sevk_session_read_keys(file, file, &read, &err), &err);
    assert_works(sevk_session_copy_keys(read, tik, tek, &err), &err);
    assert_memory_equal(tik, key, sizeof key);
    assert_memory_equal(tek, key, sizeof key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_is_no_session_without_a_platform),
        cmocka_unit_test(test_two_sessions_have_nothing_in_common),
        cmocka_unit_test(test_files_come_back_as_they_went),
        cmocka_unit_test(test_a_session_is_written_once_and_over_nothing),
        cmocka_unit_test(test_bare_keys_have_no_public_parts),
    };

    return cmocka_run_group_tests(tests, rig_make_template, rig_drop_template);
}
