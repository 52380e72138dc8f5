/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and builds the container of the platform's files. */
#include "fw/store.h"

#include <assert.h>

#include "crypto/hash.h"
#include "wire/status.h"

#define HEAD_LEN (STORE_MAGIC_LEN + 12)
#define FILE_MAX (HEAD_LEN + STORE_PAYLOAD_MAX + SHA256_LEN)

bool store_begin(struct sevk_secret *file, size_t n, struct wr *ret_payload,
                 struct sevk_error *err)
{
    assert(n <= STORE_PAYLOAD_MAX);
    if (!secret_alloc(file, HEAD_LEN + n + SHA256_LEN, err)) {
        return false;
    }
    *ret_payload = wr_make(secret_expose_mutable(file) + HEAD_LEN, n);
    return true;
}

void store_seal(struct sevk_secret *file,
                const char magic[static STORE_MAGIC_LEN])
{
    uint8_t *p = secret_expose_mutable(file);
    size_t n = secret_expose(file).n;
    struct wr w = wr_make(p, HEAD_LEN);

    wr_copy(&w, (const uint8_t *)magic, STORE_MAGIC_LEN); /* 000h */
    wr_le32(&w, STORE_VERSION);                           /* 008h */
    wr_le32(&w, STORE_VERSION);                           /* 00Ch */
    wr_le32(&w, (uint32_t)(n - HEAD_LEN - SHA256_LEN));   /* 010h */
    wr_end(&w);
    sha256(bytes_make(p, n - SHA256_LEN), p + n - SHA256_LEN);
}

bool store_fail_damaged(const char *path, const char *what,
                        struct sevk_error *err)
{
    return sevk_fail_fw(err, SEV_STATUS_SECURE_DATA_INVALID,
                        "the platform file '%s' is damaged (%s); restore it "
                        "from a copy, or make a new platform",
                        path, what);
}

static bool checksum_holds(struct bytes file)
{
    uint8_t sum[SHA256_LEN];

    sha256(bytes_make(file.p, file.n - SHA256_LEN), sum);
    return bytes_equal(BYTES_OF(sum),
                       bytes_make(file.p + file.n - SHA256_LEN, SHA256_LEN));
}

static bool check_frame(const char *path,
                        const char magic[static STORE_MAGIC_LEN],
                        struct bytes file, struct sevk_error *err)
{
    uint32_t least;

    if (file.n < HEAD_LEN + SHA256_LEN) {
        return store_fail_damaged(path, "it is too short", err);
    }
    if (memcmp(file.p, magic, STORE_MAGIC_LEN) != 0) {
        return store_fail_damaged(path, "it begins with another kind's magic",
                                  err);
    }
    /* Before the version: a flipped bit there must not pass for an upgrade. */
    if (!checksum_holds(file)) {
        return store_fail_damaged(path, "its checksum does not hold", err);
    }
    least = load_le32(file.p + 12);
    if (least > STORE_VERSION) {
        return sevk_fail(err, SEVK_INPUT,
                         "the platform file '%s' needs a newer sevkit (layout "
                         "%u, this one reads %u)",
                         path, least, STORE_VERSION);
    }
    if (load_le32(file.p + 16) != file.n - HEAD_LEN - SHA256_LEN) {
        return store_fail_damaged(path, "its length does not fit", err);
    }
    return true;
}

bool store_read(const char *path, const char magic[static STORE_MAGIC_LEN],
                struct sevk_secret *ret_file, struct rd *ret_payload,
                struct sevk_error *err)
{
    SECRET(file);
    struct sevk_error why = { 0 };
    struct bytes all;

    if (!secret_read_file(&file, path, 1, FILE_MAX, "platform file", &why)) {
        if (why.sys_errno == 0 && why.code == SEVK_INPUT) {
            return store_fail_damaged(path, "it is empty or too long", err);
        }
        if (err != NULL) {
            *err = why;
        }
        return false;
    }
    all = secret_expose(&file);
    if (!check_frame(path, magic, all, err)) {
        return false;
    }
    *ret_payload =
        rd_make(bytes_make(all.p + HEAD_LEN, all.n - HEAD_LEN - SHA256_LEN));
    secret_move(ret_file, &file);
    return true;
}
