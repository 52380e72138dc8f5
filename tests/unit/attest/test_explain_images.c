/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors of firmware: what they name is read, what is bad passed over. */
#include "attest/explain_images.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/own.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"

struct folder {
    struct temp_dir dir;
    struct explain_images images;
    struct sevk_error err;
};

static int setup(void **state)
{
    struct folder *f = calloc(1, sizeof *f);

    assert_non_null(f);
    f->dir = temp_dir_make();
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct folder *f = *state;

    explain_images_clear(&f->images);
    temp_dir_drop(&f->dir);
    free(f);
    return 0;
}

static void write_file(struct folder *f, const char *name, const char *text)
{
    free(temp_dir_write(&f->dir, name, bytes_of_string(text)));
}

/* A descriptor NAME for ARCHITECTURE whose mapping is MAPPING with one "%s". */
static void describe(struct folder *f, const char *name,
                     const char *architecture, const char *before,
                     const char *image, const char *behind)
{
    OWN(own_free) char *path = temp_dir_path(&f->dir, image);
    OWN(own_free) char *text = NULL;

    assert_true(asprintf(&text,
                         "{\"mapping\": %s\"filename\": \"%s\"%s, "
                         "\"targets\": [{\"architecture\": \"%s\"}]}",
                         before, path, behind, architecture) > 0);
    write_file(f, name, text);
}

static size_t read_all(struct folder *f)
{
    explain_images_clear(&f->images);
    assert_works(explain_images_add(&f->images, f->dir.path, &f->err), &f->err);
    return f->images.n;
}

static void flash_and_plain_images_are_found(void **state)
{
    struct folder *f = *state;

    write_file(f, "code.fd", "the code");
    write_file(f, "whole.bin", "all in one");
    describe(f, "40-flash.json", "x86_64",
             "{\"device\": \"flash\", \"executable\": {", "code.fd", "}}");
    describe(f, "50-memory.json", "x86_64", "{\"device\": \"memory\", ",
             "whole.bin", "}");
    assert_int_equal(read_all(f), 2);
    assert_int_equal(f->images.items[0].firmware.size, 8);
    assert_int_equal(f->images.items[1].firmware.size, 10);
}

static void an_image_is_read_once(void **state)
{
    struct folder *f = *state;

    write_file(f, "code.fd", "the code");
    describe(f, "1.json", "x86_64", "{", "code.fd", "}");
    describe(f, "2.json", "x86_64", "{", "code.fd", "}");
    assert_int_equal(read_all(f), 1);
    assert_works(explain_images_add(&f->images, f->dir.path, &f->err), &f->err);
    assert_int_equal(f->images.n, 1);
}

static void other_processors_and_other_files_do_not_count(void **state)
{
    struct folder *f = *state;

    write_file(f, "code.fd", "the code");
    describe(f, "1.json", "aarch64", "{", "code.fd", "}");
    describe(f, "1.txt", "x86_64", "{", "code.fd", "}");
    describe(f, "2.json", "x86_64", "{", "missing.fd", "}");
    assert_int_equal(read_all(f), 0);
}

static void malformed_descriptors_are_passed_over(void **state)
{
    static const char *const bad[] = {
        "",
        "{",
        "[]",
        "null",
        "7",
        "{}",
        "{\"targets\": {}}",
        "{\"targets\": [7]}",
        "{\"targets\": [{\"architecture\": 7}], \"mapping\": 7}",
        "{\"targets\": [{\"architecture\": \"x86_64\"}]}",
        "{\"targets\": [{\"architecture\": \"x86_64\"}], \"mapping\": []}",
        "{\"targets\": [{\"architecture\": \"x86_64\"}], \"mapping\": "
        "{\"filename\": 7}}",
        "{\"targets\": [{\"architecture\": \"x86_64\"}], \"mapping\": "
        "{\"executable\": \"x\"}}",
    };
    struct folder *f = *state;

    for (size_t i = 0; i < N_OF(bad); i++) {
        write_file(f, "1.json", bad[i]);
        assert_int_equal(read_all(f), 0);
    }
}

static void a_folder_that_is_not_there_is_empty(void **state)
{
    struct folder *f = *state;

    assert_works(explain_images_add(&f->images, "/nonexistent/x", &f->err),
                 &f->err);
    assert_int_equal(f->images.n, 0);
}

static void there_are_not_more_than_the_limit(void **state)
{
    struct folder *f = *state;

    for (int i = 0; i < EXPLAIN_IMAGES_MAX + 3; i++) {
        char image[32], name[32];

        snprintf(image, sizeof image, "%d.fd", i);
        snprintf(name, sizeof name, "%d.json", i);
        write_file(f, image, "code");
        describe(f, name, "x86_64", "{", image, "}");
    }
    assert_int_equal(read_all(f), EXPLAIN_IMAGES_MAX);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(flash_and_plain_images_are_found),
        TEST(an_image_is_read_once),
        TEST(other_processors_and_other_files_do_not_count),
        TEST(malformed_descriptors_are_passed_over),
        TEST(a_folder_that_is_not_there_is_empty),
        TEST(there_are_not_more_than_the_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
