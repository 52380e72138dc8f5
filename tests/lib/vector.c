/* SPDX-License-Identifier: Apache-2.0 */
/* The files of tests/vectors by their names. */
#include "lib/vector.h"

#include "base/file.h"
#include "base/own.h"
#include "lib/unit.h"

#define VECTOR_MAX ((size_t)1 << 20)

char *vector_path(const char *name)
{
    struct sevk_error err = { 0 };
    char *path = NULL;

    assert_works(path_join(VECTOR_DIR, name, &path, &err), &err);
    return path;
}

struct buf vector_load(const char *name)
{
    OWN(own_free) char *path = vector_path(name);
    struct sevk_error err = { 0 };
    struct buf out = { 0 };

    assert_works(file_read(path, VECTOR_MAX, "test vector", &out, &err), &err);
    return out;
}

void vector_load_exact(const char *name, uint8_t *ret, size_t n)
{
    OWN(buf_free) struct buf all = vector_load(name);

    assert_int_equal(all.n, n);
    memcpy(ret, all.p, n);
}

struct buf vector_json_string(const char *name, const char *key)
{
    OWN(buf_free) struct buf all = vector_load(name);
    OWN(buf_free) struct buf mark = { 0 };
    struct buf out = { 0 };
    const char *at;
    size_t n;

    assert_true(buf_printf(&mark, NULL, "\"%s\": \"", key));
    at = strstr(buf_string(&all), buf_string(&mark));
    if (at == NULL) {
        fail_msg("%s has no string \"%s\"", name, key);
    }
    at += mark.n;
    n = strcspn(at, "\"");
    assert_true(buf_append(&out, bytes_make(at, n), NULL));
    return out;
}
