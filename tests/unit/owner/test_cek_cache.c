/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of cek_cache.c: bad folders and files first, then what is found again. */
#include "owner/cek_cache.h"

#include <stdlib.h>

#include "base/own.h"
#include "lib/temp_dir.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "unit/owner/certs.h"

static const uint8_t id[CEK_CACHE_ID_LEN] = { 0xab, 1, 2 };

static struct chain *unsigned_chain(void)
{
    struct chain *chain = chain_of(made_chain, 1u << CHAIN_CEK);

    chain_put_file(chain, "session/cek_unsigned.cert");
    return chain;
}

static struct bytes cek_of(const struct chain *chain)
{
    return chain_cert(chain, CHAIN_CEK);
}

static void no_folder_and_no_file_are_no_error(void **state)
{
    OWN(chain_free) struct chain *chain = unsigned_chain();
    OWN(buf_free) struct buf content = { 0 };
    OWN(own_free) char *path = NULL;
    struct cek_cache_key key = { .dir = "/nowhere/at/all", .id = id };
    struct sevk_error err;
    bool done = true;

    (void)state;
    assert_works(cek_cache_complete("/nowhere/at/all", chain, &done, &err),
                 &err);
    assert_false(done);
    assert_works(cek_cache_read(&key, &content, &path, &err), &err);
    assert_int_equal(content.n, 0);
    assert_non_null(strstr(path, "/nowhere/at/all/cek-id-ab0102000"));
}

/* What lies in the cache for the made chain's CEK; whether it is refused. */
static void refuse(const char *content_of, size_t cut)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(chain_free) struct chain *chain = unsigned_chain();
    OWN(buf_free) struct buf content = vector_load(content_of);
    struct cek_cache_key key = { .dir = dir.path, .cek = cek_of(chain) };
    struct bytes bytes = buf_bytes(&content);
    struct sevk_error err;
    bool done;

    bytes.n -= cut;
    assert_works(cek_cache_write(&key, bytes, &err), &err);
    assert_fails(cek_cache_complete(dir.path, chain, &done, &err), &err,
                 SEVK_INPUT, "");
    content = (buf_free(&content), vector_load("session/cek_unsigned.cert"));
    assert_bytes_equal(cek_of(chain), buf_bytes(&content));
}

static void what_is_not_this_cek_is_refused(void **state)
{
    (void)state;
    refuse("virtual/cek.cert", 1);
    refuse("session/pdh.cert", 0);
    refuse("virtual/ark.cert", 0);
    refuse("certs/naples/cek.cert", 0);
}

static void a_folder_that_can_t_be_made_is_said(void **state)
{
    struct cek_cache_key key = { .dir = "/proc/none", .id = id };
    struct sevk_error err;

    (void)state;
    assert_fails(cek_cache_write(&key, bytes_of_string("x"), &err), &err,
                 SEVK_HOST, "/proc/none");
}

static void a_signed_cek_is_left_alone(void **state)
{
    OWN(chain_free) struct chain *chain = chain_of(made_chain, 0);
    OWN(chain_free) struct chain *none = chain_of(made_chain, 1u << CHAIN_CEK);
    struct sevk_error err;
    bool done = true;

    (void)state;
    assert_works(cek_cache_complete("/proc/none", chain, &done, &err), &err);
    assert_false(done);
    assert_works(cek_cache_complete("/proc/none", none, &done, &err), &err);
    assert_false(done);
}

static void what_was_written_is_found_by_id_and_by_key(void **state)
{
    OWN(temp_dir_drop) struct temp_dir dir = temp_dir_make();
    OWN(own_free) char *deep = temp_dir_path(&dir, "a/b");
    OWN(chain_free) struct chain *chain = unsigned_chain();
    OWN(buf_free) struct buf cek = vector_load("virtual/cek.cert");
    struct cek_cache_key by_id = { .dir = deep, .id = id };
    struct cek_cache_key by_key = { .dir = deep, .cek = cek_of(chain) };
    OWN(buf_free) struct buf found = { 0 };
    OWN(own_free) char *path = NULL;
    struct sevk_error err;
    bool done = false;

    (void)state;
    assert_works(cek_cache_write(&by_id, buf_bytes(&cek), &err), &err);
    assert_works(cek_cache_write(&by_key, buf_bytes(&cek), &err), &err);
    assert_works(cek_cache_read(&by_id, &found, &path, &err), &err);
    assert_bytes_equal(buf_bytes(&found), buf_bytes(&cek));
    assert_works(cek_cache_complete(deep, chain, &done, &err), &err);
    assert_true(done);
    assert_bytes_equal(cek_of(chain), buf_bytes(&cek));
    assert_non_null(strstr(chain_cert_source(chain, CHAIN_CEK), dir.path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_folder_and_no_file_are_no_error),
        cmocka_unit_test(what_is_not_this_cek_is_refused),
        cmocka_unit_test(a_folder_that_can_t_be_made_is_said),
        cmocka_unit_test(a_signed_cek_is_left_alone),
        cmocka_unit_test(what_was_written_is_found_by_id_and_by_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
