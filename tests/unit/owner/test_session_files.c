/* SPDX-License-Identifier: Apache-2.0 */
/* The five files of a session: all or none, private, and of one session. */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/own.h"
#include "lib/rng.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"
#include "owner/session_record.h"
#include "unit/owner/certs.h"

static const char *const endings[] = { "_tik.bin", "_tek.bin", "_godh.b64",
                                       "_session.b64", "_session.json" };

static void make(uint64_t seed, struct session *s, struct session_record *r)
{
    OWN(chain_free) struct chain *chain = chain_of(made_chain, 0);
    OWN(trust_free) struct trust trust = trust_made();
    struct chain_verdict v = verdict_of(chain, &trust);
    struct fake_rng rng = { seed };
    struct sevk_error err;

    assert_works(session_create(&v, chain, 7, rng_fake(&rng), s, &err), &err);
    assert_works(session_record_make(s, &v, 1000, r, &err), &err);
}

static char *path_of(const char *prefix, const char *ending)
{
    char *path = NULL;

    assert_true(asprintf(&path, "%s%s", prefix, ending) > 0);
    return path;
}

static bool writes(const char *prefix, uint64_t seed, bool replace,
                   struct sevk_error *err)
{
    struct session_record r;
    SESSION(s);

    make(seed, &s, &r);
    return session_files_write(prefix, &s, &r, replace, err);
}

static bool reads(const char *prefix, struct sevk_error *err)
{
    struct session_record r;
    SESSION(s);

    return session_files_read(prefix, &s, &r, err);
}

static void test_a_name_that_exists_is_refused_and_nothing_is_left(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(endings); i++) {
        OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
        OWN(own_free) char *prefix = temp_dir_path(&dir, "vm");
        OWN(own_free) char *path = path_of(prefix, endings[i]);
        OWN(buf_free) struct buf content = { 0 };
        struct sevk_error err;

        assert_true(file_replace(path, 0600, bytes_of_string("mine"), NULL));
        assert_fails(writes(prefix, 1, false, &err), &err, SEVK_REFUSED,
                     "exists already");
        assert_int_equal(temp_dir_count(&dir), 1);
        assert_true(file_read(path, 100, "x", &content, NULL));
        assert_string_equal(buf_string(&content), "mine");
    }
}

static void test_a_directory_that_is_not_there_leaves_nothing(void **state)
{
    struct sevk_error err;

    (void)state;
    assert_fails(writes("/nowhere/at/all/vm", 1, false, &err), &err, SEVK_HOST,
                 "/nowhere/at/all/vm_tik.bin");
}

static void test_files_are_private_and_have_their_forms(void **state)
{
    static const long sizes[] = { 16, 16, 2780, 172, -1 };
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *prefix = temp_dir_path(&dir, "vm");
    struct sevk_error err;

    (void)state;
    assert_works(writes(prefix, 1, false, &err), &err);
    assert_int_equal(temp_dir_count(&dir), 5);
    for (size_t i = 0; i < N_OF(endings); i++) {
        OWN(own_free) char *path = path_of(prefix, endings[i]);
        struct stat st;

        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 07777, 0600);
        if (sizes[i] >= 0) {
            assert_int_equal(st.st_size, sizes[i]);
        }
    }
}

static void test_what_is_written_is_read_back(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *prefix = temp_dir_path(&dir, "vm");
    struct session_record r, back;
    static struct session s, again;
    struct sevk_error err;

    (void)state;
    make(1, &s, &r);
    assert_works(session_files_write(prefix, &s, &r, false, &err), &err);
    assert_works(session_files_read(prefix, &again, &back, &err), &err);
    assert_bytes_equal(secret_expose(&s.tik), secret_expose(&again.tik));
    assert_bytes_equal(secret_expose(&s.tek), secret_expose(&again.tek));
    assert_memory_equal(s.godh, again.godh, sizeof s.godh);
    assert_memory_equal(s.blob, again.blob, sizeof s.blob);
    assert_int_equal(again.policy, 7);
    assert_true(back.verified);
    session_clear(&s);
    session_clear(&again);
}

static void test_replacing_replaces_all_five(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *prefix = temp_dir_path(&dir, "vm");
    struct sevk_error err;

    (void)state;
    assert_works(writes(prefix, 1, false, &err), &err);
    assert_works(session_record_mark_used(prefix, "x", clock_system(), &err),
                 &err);
    assert_works(writes(prefix, 2, true, &err), &err);
    assert_works(reads(prefix, &err), &err);
    assert_works(session_record_check_unused(prefix, &err), &err);
    assert_int_equal(temp_dir_count(&dir), 5);
}

static void test_each_missing_file_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(endings); i++) {
        OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
        OWN(own_free) char *prefix = temp_dir_path(&dir, "vm");
        OWN(own_free) char *path = path_of(prefix, endings[i]);
        struct sevk_error err;

        assert_true(writes(prefix, 1, false, NULL));
        assert_int_equal(unlink(path), 0);
        assert_fails(reads(prefix, &err), &err, SEVK_INPUT, endings[i]);
    }
}

static void test_every_truncation_of_every_file_is_refused(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *prefix = temp_dir_path(&dir, "vm");

    (void)state;
    assert_true(writes(prefix, 1, false, NULL));
    for (size_t i = 0; i < N_OF(endings); i++) {
        OWN(own_free) char *path = path_of(prefix, endings[i]);
        OWN(buf_free) struct buf whole = { 0 };
        /* The record ends with a newline, which may be absent. */
        size_t need = 0;

        assert_true(file_read(path, 10000, "x", &whole, NULL));
        need = whole.n - (i == 4 ? 1 : 0);
        for (size_t n = 0; n < need; n += i < 2 || n + 20 > need ? 1 : 7) {
            struct sevk_error err;

            assert_true(file_replace(path, 0600, bytes_make(whole.p, n), NULL));
            assert_false(reads(prefix, &err));
            assert_int_equal(err.code, SEVK_INPUT);
        }
        assert_true(file_replace(path, 0600, buf_bytes(&whole), NULL));
        assert_true(reads(prefix, NULL));
    }
}

static void test_files_of_two_sessions_do_not_mix(void **state)
{
    /* The TEK alone can't be told: nothing that the owner keeps binds it. */
    static const size_t mixed[] = { 0, 2, 3, 4 };

    (void)state;
    for (size_t i = 0; i < N_OF(mixed); i++) {
        OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
        OWN(own_free) char *a = temp_dir_path(&dir, "a");
        OWN(own_free) char *b = temp_dir_path(&dir, "b");
        OWN(own_free) char *from = path_of(a, endings[mixed[i]]);
        OWN(own_free) char *to = path_of(b, endings[mixed[i]]);
        struct sevk_error err;

        assert_true(writes(a, 1, false, NULL) && writes(b, 2, false, NULL));
        assert_int_equal(rename(from, to), 0);
        assert_fails(reads(b, &err), &err, SEVK_INPUT,
                     "the files are of two sessions");
    }
}

static void test_base64_with_a_newline_is_read(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *prefix = temp_dir_path(&dir, "vm");
    OWN(own_free) char *path = path_of(prefix, "_session.b64");
    OWN(buf_free) struct buf text = { 0 };
    struct sevk_error err;

    (void)state;
    assert_true(writes(prefix, 1, false, NULL));
    assert_true(file_read(path, 1000, "x", &text, NULL));
    assert_true(buf_append_string(&text, "\r\n", NULL));
    assert_true(file_replace(path, 0600, buf_bytes(&text), NULL));
    assert_works(reads(prefix, &err), &err);
}

static void test_both_keys_in_one_file_are_tek_and_tik(void **state)
{
    struct temp_dir dir = temp_dir_make();
    uint8_t both[33];
    OWN(own_free) char *right = NULL;
    OWN(own_free) char *shorter = NULL;
    OWN(own_free) char *longer = NULL;
    struct sevk_error err;
    SECRET(tek);
    SECRET(tik);

    (void)state;
    for (size_t i = 0; i < sizeof both; i++) {
        both[i] = (uint8_t)i;
    }
    right = temp_dir_write(&dir, "tk", bytes_make(both, 32));
    shorter = temp_dir_write(&dir, "shorter", bytes_make(both, 31));
    longer = temp_dir_write(&dir, "longer", bytes_make(both, 33));
    assert_fails(session_keys_read_both(shorter, &tek, &tik, &err), &err,
                 SEVK_INPUT, "TEK and TIK");
    assert_fails(session_keys_read_both(longer, &tek, &tik, &err), &err,
                 SEVK_INPUT, "TEK and TIK");
    assert_int_equal(tek.n, 0);
    assert_works(session_keys_read_both(right, &tek, &tik, &err), &err);
    assert_bytes_equal(secret_expose(&tek), bytes_make(both, 16));
    assert_bytes_equal(secret_expose(&tik), bytes_make(both + 16, 16));
    temp_dir_drop(&dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            test_a_name_that_exists_is_refused_and_nothing_is_left),
        cmocka_unit_test(test_a_directory_that_is_not_there_leaves_nothing),
        cmocka_unit_test(test_files_are_private_and_have_their_forms),
        cmocka_unit_test(test_what_is_written_is_read_back),
        cmocka_unit_test(test_replacing_replaces_all_five),
        cmocka_unit_test(test_each_missing_file_is_named),
        cmocka_unit_test(test_every_truncation_of_every_file_is_refused),
        cmocka_unit_test(test_files_of_two_sessions_do_not_mix),
        cmocka_unit_test(test_base64_with_a_newline_is_read),
        cmocka_unit_test(test_both_keys_in_one_file_are_tek_and_tik),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
