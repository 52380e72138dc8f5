/* SPDX-License-Identifier: Apache-2.0 */
/* Signed CEK certificates that are at hand: a folder of the user's own. */
#include "owner/cek_cache.h"

#include <errno.h>
#include <stdio.h>

#include "base/error.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/own.h"
#include "owner/sev_signature.h"

#define NAME_LEN (16 + 2 * CEK_CACHE_ID_LEN)

static void make_name(const struct cek_cache_key *key,
                      char ret_name[static NAME_LEN])
{
    char hex[2 * CEK_CACHE_ID_LEN + 1];
    uint8_t platform[SHA256_LEN];

    if (key->id != NULL) {
        hex_format(bytes_make(key->id, CEK_CACHE_ID_LEN), hex);
    } else {
        chain_platform_id(key->cek, platform);
        hex_format(BYTES_OF(platform), hex);
    }
    snprintf(ret_name, NAME_LEN, "cek-%s-%s.cert",
             key->id != NULL ? "id" : "key", hex);
}

static bool make_path(const struct cek_cache_key *key, char **ret_path,
                      struct sevk_error *err)
{
    char name[NAME_LEN];

    make_name(key, name);
    return path_join(key->dir, name, ret_path, err);
}

bool cek_cache_read(const struct cek_cache_key *key, struct buf *ret,
                    char **ret_path, struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;
    OWN(buf_free) struct buf content = { 0 };
    struct sevk_error why = { 0 };

    if (!make_path(key, &path, err)) {
        return false;
    }
    if (!file_read(path, CHAIN_FILE_MAX, "cached CEK", &content, &why) &&
        why.sys_errno != ENOENT && why.sys_errno != ENOTDIR) {
        if (err != NULL) {
            *err = why;
        }
        return false;
    }
    buf_free(ret);
    *ret = content;
    content = (struct buf){ 0 };
    *ret_path = TAKE(path);
    return true;
}

bool cek_cache_write(const struct cek_cache_key *key, struct bytes content,
                     struct sevk_error *err)
{
    OWN(own_free) char *path = NULL;

    return path_make_dirs(key->dir, err) && make_path(key, &path, err) &&
           file_replace(path, 0644, content, err);
}

/* Beside the CEK the file may hold nothing: no other PDH, no other root. */
static bool check_alone(struct bytes content, const char *path,
                        struct sevk_error *err)
{
    struct sev_cert cert;

    if (content.n == SEV_CERT_LEN && sev_cert_decode(content, &cert, NULL) &&
        cert.pubkey_usage == SEV_USAGE_CEK) {
        return true;
    }
    return sevk_fail(err, SEVK_INPUT,
                     "'%s' is damaged: it does not hold one CEK; remove it",
                     path);
}

bool cek_cache_complete(const char *dir, struct chain *chain, bool *ret_done,
                        struct sevk_error *err)
{
    OWN(buf_free) struct buf content = { 0 };
    OWN(own_free) char *path = NULL;
    struct cek_cache_key key = { .dir = dir,
                                 .cek = chain_cert(chain, CHAIN_CEK) };

    if (key.cek.n == 0 || !cek_is_unsigned(key.cek)) {
        *ret_done = false;
        return true;
    }
    if (!cek_cache_read(&key, &content, &path, err)) {
        return false;
    }
    if (content.n != 0 && (!check_alone(buf_bytes(&content), path, err) ||
                           !chain_add(chain, buf_bytes(&content), path, err))) {
        return false;
    }
    *ret_done = content.n != 0;
    return true;
}
