/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets: sizes, locked pages, fork, files, moving, wiping, comparing. */
#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "lib/rng.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"

static bool refuse_mlock;

/* Stands in front of the C library's, so that a test can refuse. */
int mlock(const void *p, size_t n)
{
    if (refuse_mlock) {
        errno = ENOMEM;
        return -1;
    }
    return (int)syscall(SYS_mlock, p, n);
}

static void test_sizes_that_no_secret_has_are_refused(void **state)
{
    static const size_t rows[] = { 0, ((size_t)1 << 20) + 1, SIZE_MAX };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        SECRET(s);
        struct sevk_error err;

        assert_true(secret_copy(&s, bytes_of_string("kept"), NULL));
        assert_fails(secret_alloc(&s, rows[i], &err), &err, SEVK_INPUT,
                     "a secret has 1 to 1048576 bytes");
        assert_bytes_equal(secret_expose(&s), bytes_of_string("kept"));
    }
}

static void test_no_random_bytes_no_secret(void **state)
{
    SECRET(s);
    struct sevk_error err;

    (void)state;
    assert_true(secret_copy(&s, bytes_of_string("kept"), NULL));
    assert_fails(secret_random(&s, 16, rng_failing(), &err), &err, SEVK_HOST,
                 "no random bytes");
    assert_fails(secret_random(&s, 0, rng_failing(), &err), &err, SEVK_INPUT,
                 "1 to");
    assert_fails(secret_copy(&s, (struct bytes){ 0 }, &err), &err, SEVK_INPUT,
                 "1 to");
    assert_bytes_equal(secret_expose(&s), bytes_of_string("kept"));
}

static void test_a_new_secret_is_zero_and_of_its_size(void **state)
{
    static const size_t rows[] = { 1, 16, 4095, 4096, 4097, (size_t)1 << 20 };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        SECRET(s);

        assert_true(secret_alloc(&s, rows[i], NULL));
        assert_int_equal(s.n, rows[i]);
        assert_true(bytes_all_zero(secret_expose(&s)));
        memset(secret_expose_mutable(&s), 0xff, rows[i]);
    }
}

static void test_the_empty_secret_can_be_cleared_and_seen(void **state)
{
    SECRET(s);

    (void)state;
    secret_clear(&s);
    secret_clear(&s);
    assert_int_equal(secret_expose(&s).n, 0);
    assert_null(secret_expose_mutable(&s));
}

/* The flags that /proc/self/smaps shows for the mapping at P. */
static void flags_of(const void *p, char ret[static 256])
{
    OWN(own_fclose) FILE *f = fopen("/proc/self/smaps", "re");
    char line[256];
    bool here = false;

    ret[0] = '\0';
    assert_non_null(f);
    while (fgets(line, sizeof line, f) != NULL) {
        uintptr_t begin;
        uintptr_t end;

        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR, &begin, &end) == 2) {
            here = (uintptr_t)p >= begin && (uintptr_t)p < end;
        } else if (here && strncmp(line, "VmFlags:", 8) == 0) {
            strcpy(ret, line + 8);
        }
    }
}

static void test_its_pages_are_locked_and_left_out_of_dumps(void **state)
{
    SECRET(s);
    char flags[256];

    (void)state;
    assert_true(secret_alloc(&s, 16, NULL));
    flags_of(secret_expose(&s).p, flags);
    assert_non_null(strstr(flags, " dd")); /* do not dump */
    assert_non_null(strstr(flags, " wf")); /* wipe on fork */
    assert_true(s.locked);
    assert_non_null(strstr(flags, " lo"));
}

static void test_where_locking_is_refused_a_secret_is_made_all_the_same(
    void **state)
{
    SECRET(s);

    (void)state;
    refuse_mlock = true;
    assert_true(secret_random(&s, 16, rng_system(), NULL));
    refuse_mlock = false;
    assert_false(s.locked);
    assert_false(bytes_all_zero(secret_expose(&s)));
}

static void test_a_child_finds_zeros(void **state)
{
    SECRET(s);
    int status = 0;
    pid_t child;

    (void)state;
    assert_true(secret_copy(&s, bytes_of_string("do not inherit"), NULL));
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        _exit(bytes_all_zero(secret_expose(&s)) ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_bytes_equal(secret_expose(&s), bytes_of_string("do not inherit"));
}

static void test_clearing_gives_the_pages_back(void **state)
{
    SECRET(s);
    const void *p;
    unsigned char resident;

    (void)state;
    assert_true(secret_alloc(&s, 16, NULL));
    p = secret_expose(&s).p;
    secret_clear(&s);
    assert_int_equal(s.n, 0);
    errno = 0;
    assert_int_equal(mincore((void *)(uintptr_t)p, 1, &resident), -1);
    assert_int_equal(errno, ENOMEM);
}

static void test_moving_leaves_nothing_behind(void **state)
{
    SECRET(from);
    SECRET(to);

    (void)state;
    assert_true(secret_copy(&from, bytes_of_string("new"), NULL));
    assert_true(secret_copy(&to, bytes_of_string("old"), NULL));
    secret_move(&to, &from);
    assert_bytes_equal(secret_expose(&to), bytes_of_string("new"));
    assert_int_equal(secret_expose(&from).n, 0);
    assert_null(secret_expose(&from).p);
}

static void test_a_secret_can_be_copied_from_itself(void **state)
{
    SECRET(s);

    (void)state;
    assert_true(secret_copy(&s, bytes_of_string("itself"), NULL));
    assert_true(secret_copy(&s, secret_expose(&s), NULL));
    assert_bytes_equal(secret_expose(&s), bytes_of_string("itself"));
}

static void test_random_secrets_come_from_the_source(void **state)
{
    struct scripted_rng script = { bytes_of_string("0123456789abcdef") };
    SECRET(s);

    (void)state;
    assert_true(secret_random(&s, 16, rng_scripted(&script), NULL));
    assert_bytes_equal(secret_expose(&s), bytes_of_string("0123456789abcdef"));
}

static void test_files_of_wrong_sizes_are_refused(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    static const struct {
        size_t n;
        size_t min;
        size_t max;
        const char *part;
    } rows[] = {
        { 0, 16, 16, "0 bytes where at least 16 are needed" },
        { 15, 16, 16, "15 bytes where at least 16 are needed" },
        { 17, 16, 16, "more than 16 bytes" },
        { 9000, 1, 8192, "more than 8192 bytes" },
        { 0, 0, 16, "the file is empty" },
    };
    static const uint8_t content[9000];

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        OWN(own_free)
        char *path =
            temp_dir_write(&dir, "tik.bin", bytes_make(content, rows[i].n));
        struct sevk_error err;
        SECRET(s);

        assert_fails(
            secret_read_file(&s, path, rows[i].min, rows[i].max, "TIK", &err),
            &err, SEVK_INPUT, rows[i].part);
        assert_non_null(strstr(err.message, "tik.bin"));
        assert_int_equal(s.n, 0);
    }
}

static void test_what_can_not_be_read_is_told(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *path = temp_dir_path(&dir, "absent");
    struct sevk_error err;
    SECRET(s);

    (void)state;
    assert_fails(secret_read_file(&s, path, 1, 16, "TIK", &err), &err,
                 SEVK_INPUT, "No such file");
    assert_int_equal(err.sys_errno, ENOENT);
    assert_fails(secret_read_file(&s, dir.path, 1, 16, "TIK", &err), &err,
                 SEVK_INPUT, "Is a directory");
    assert_fails(
        secret_read_file(&s, "/dev/null", 1, (size_t)1 << 20, "TIK", &err),
        &err, SEVK_INPUT, "a secret has 1 to");
}

static void test_a_file_is_read_whole(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free)
    char *path = temp_dir_write(&dir, "tik", bytes_of_string("0123456789ab"));
    SECRET(s);

    (void)state;
    assert_true(secret_read_file(&s, path, 12, 12, "TIK", NULL));
    assert_bytes_equal(secret_expose(&s), bytes_of_string("0123456789ab"));
    assert_true(secret_read_file(&s, path, 0, 4096, "TIK", NULL));
    assert_int_equal(s.n, 12);
}

static void test_a_pipe_that_gives_pieces_is_read_whole(void **state)
{
    int fds[2];
    char path[64];
    pid_t child;
    SECRET(s);

    (void)state;
    assert_int_equal(pipe(fds), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        for (int i = 0; i < 8; i++) {
            if (write(fds[1], "ab", 2) != 2) {
                _exit(1);
            }
            sched_yield();
        }
        _exit(0);
    }
    close(fds[1]);
    snprintf(path, sizeof path, "/dev/fd/%d", fds[0]);
    assert_true(secret_read_file(&s, path, 16, 16, "TIK", NULL));
    assert_bytes_equal(secret_expose(&s), bytes_of_string("abababababababab"));
    close(fds[0]);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

static void test_each_bit_makes_a_difference(void **state)
{
    uint8_t a[32];
    uint8_t b[32];
    struct fake_rng rng = { 4 };

    (void)state;
    fake_rng_bytes(&rng, a, sizeof a);
    memcpy(b, a, sizeof a);
    assert_true(secret_equal(a, b, sizeof a));
    for (size_t bit = 0; bit < 8 * sizeof a; bit++) {
        b[bit / 8] = (uint8_t)(b[bit / 8] ^ 1u << bit % 8);
        assert_false(secret_equal(a, b, sizeof a));
        b[bit / 8] = a[bit / 8];
    }
    assert_true(secret_equal(NULL, NULL, 0));
}

static void test_an_array_is_wiped_when_its_scope_ends(void **state)
{
    uint8_t key[32];

    (void)state;
    memset(key, 0xaa, sizeof key);
    {
        WIPED(key);
        assert_int_equal(key[31], 0xaa);
    }
    assert_true(bytes_all_zero(BYTES_OF(key)));
    memset(key, 0xaa, sizeof key);
    wipe(key, sizeof key - 1);
    assert_int_equal(key[30], 0);
    assert_int_equal(key[31], 0xaa);
    wipe(NULL, 0);
}

static void test_a_hardened_process_leaves_no_core(void **state)
{
    int status = 0;
    pid_t child = fork();

    (void)state;
    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit core;

        secret_harden_process();
        getrlimit(RLIMIT_CORE, &core);
        _exit(core.rlim_cur == 0 && core.rlim_max == 0 &&
                      prctl(PR_GET_DUMPABLE) == 0
                  ? 0
                  : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes_that_no_secret_has_are_refused),
        cmocka_unit_test(test_no_random_bytes_no_secret),
        cmocka_unit_test(test_a_new_secret_is_zero_and_of_its_size),
        cmocka_unit_test(test_the_empty_secret_can_be_cleared_and_seen),
        cmocka_unit_test(test_its_pages_are_locked_and_left_out_of_dumps),
        cmocka_unit_test(
            test_where_locking_is_refused_a_secret_is_made_all_the_same),
        cmocka_unit_test(test_a_child_finds_zeros),
        cmocka_unit_test(test_clearing_gives_the_pages_back),
        cmocka_unit_test(test_moving_leaves_nothing_behind),
        cmocka_unit_test(test_a_secret_can_be_copied_from_itself),
        cmocka_unit_test(test_random_secrets_come_from_the_source),
        cmocka_unit_test(test_files_of_wrong_sizes_are_refused),
        cmocka_unit_test(test_what_can_not_be_read_is_told),
        cmocka_unit_test(test_a_file_is_read_whole),
        cmocka_unit_test(test_a_pipe_that_gives_pieces_is_read_whole),
        cmocka_unit_test(test_each_bit_makes_a_difference),
        cmocka_unit_test(test_an_array_is_wiped_when_its_scope_ends),
        cmocka_unit_test(test_a_hardened_process_leaves_no_core),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
