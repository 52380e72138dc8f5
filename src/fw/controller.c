/* SPDX-License-Identifier: Apache-2.0 */
/* The memory controller: what lies between a core and its memory. */
#include "fw/controller.h"

#include <assert.h>

#include "base/cursor.h"

#define BLOCK 16u

bool controller_key(const struct sevk_secret *data_key,
                    const struct sevk_secret *tweak_key,
                    struct aes128_xts **ret, struct sevk_error *err)
{
    return aes128_xts_new(secret_expose(data_key), secret_expose(tweak_key),
                          ret, err);
}

uint8_t *controller_map(const struct fw_memory *memory, uint64_t paddr,
                        size_t n, bool write)
{
    if (memory->map == NULL || n == 0 || paddr > UINT64_MAX - n) {
        return NULL;
    }
    return memory->map(memory->ctx, paddr, n, write);
}

/* A range within one page, widened to whole blocks. */
struct piece {
    uint64_t begin; /* of the blocks */
    size_t n;       /* bytes of the blocks */
    size_t skip;    /* bytes of them before what is wanted */
    size_t wanted;
};

/* The first piece of N bytes from PADDR on. */
static struct piece first_piece(uint64_t paddr, size_t n)
{
    size_t left = CONTROLLER_PAGE - (size_t)(paddr % CONTROLLER_PAGE);
    struct piece p = { .begin = paddr - paddr % BLOCK,
                       .skip = (size_t)(paddr % BLOCK),
                       .wanted = n < left ? n : left };

    p.n = (p.skip + p.wanted + BLOCK - 1) / BLOCK * BLOCK;
    return p;
}

static void page_number(uint64_t paddr, uint8_t ret[static 16])
{
    memset(ret, 0, 16);
    store_le64(ret, paddr / CONTROLLER_PAGE);
}

/* Whole blocks of one page that begin at PADDR. */
static bool encrypt(struct aes128_xts *key, uint64_t paddr, struct bytes plain,
                    uint8_t *out)
{
    uint8_t unit[16];

    page_number(paddr, unit);
    return aes128_xts_encrypt(key, unit, (size_t)(paddr % CONTROLLER_PAGE),
                              plain, out, NULL);
}

static bool decrypt(struct aes128_xts *key, uint64_t paddr, struct bytes cipher,
                    uint8_t *out)
{
    uint8_t unit[16];

    page_number(paddr, unit);
    return aes128_xts_decrypt(key, unit, (size_t)(paddr % CONTROLLER_PAGE),
                              cipher, out, NULL);
}

/* Where the blocks are in which N bytes from PADDR on lie. */
static uint8_t *map_blocks(const struct fw_memory *memory, uint64_t paddr,
                           size_t n, bool write)
{
    uint64_t begin = paddr - paddr % BLOCK;
    size_t skip = (size_t)(paddr % BLOCK);

    if (n == 0 || n > SIZE_MAX - 2 * BLOCK) {
        return NULL;
    }
    return controller_map(memory, begin, (skip + n + BLOCK - 1) / BLOCK * BLOCK,
                          write);
}

uint32_t controller_read(const struct fw_memory *memory, struct aes128_xts *key,
                         uint64_t paddr, uint8_t *ret, size_t n)
{
    uint8_t page[CONTROLLER_PAGE];
    WIPED(page);
    const uint8_t *from = key == NULL ? controller_map(memory, paddr, n, false)
                                      : map_blocks(memory, paddr, n, false);

    if (from == NULL) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    if (key == NULL) {
        memcpy(ret, from, n);
        return SEV_STATUS_SUCCESS;
    }
    while (n > 0) {
        const struct piece p = first_piece(paddr, n);
        bool part = p.n != p.wanted;

        if (!decrypt(key, p.begin, bytes_make(from, p.n), part ? page : ret)) {
            return SEV_STATUS_HWERROR_PLATFORM;
        }
        if (part) {
            memcpy(ret, page + p.skip, p.wanted);
        }
        from += p.skip + p.wanted;
        ret += p.wanted;
        paddr += p.wanted;
        n -= p.wanted;
    }
    return SEV_STATUS_SUCCESS;
}

uint32_t controller_write(const struct fw_memory *memory,
                          struct aes128_xts *key, uint64_t paddr,
                          struct bytes data)
{
    uint8_t page[CONTROLLER_PAGE];
    WIPED(page);
    uint8_t *to = key == NULL ? controller_map(memory, paddr, data.n, true)
                              : map_blocks(memory, paddr, data.n, true);

    if (to == NULL) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    if (key == NULL) {
        memcpy(to, data.p, data.n);
        return SEV_STATUS_SUCCESS;
    }
    while (data.n > 0) {
        const struct piece p = first_piece(paddr, data.n);
        bool part = p.n != p.wanted;

        if (part && !decrypt(key, p.begin, bytes_make(to, p.n), page)) {
            return SEV_STATUS_HWERROR_PLATFORM;
        }
        if (part) {
            memcpy(page + p.skip, data.p, p.wanted);
        }
        if (!encrypt(key, p.begin, bytes_make(part ? page : data.p, p.n), to)) {
            return SEV_STATUS_HWERROR_PLATFORM;
        }
        to += p.skip + p.wanted;
        paddr += p.wanted;
        data = bytes_make(data.p + p.wanted, data.n - p.wanted);
    }
    return SEV_STATUS_SUCCESS;
}

uint32_t controller_load(const struct fw_memory *memory, struct aes128_xts *key,
                         uint64_t paddr, size_t n, struct sha256 *hash)
{
    uint8_t page[CONTROLLER_PAGE];
    WIPED(page);
    uint8_t *p = controller_map(memory, paddr, n, key != NULL);

    assert(paddr % BLOCK == 0 && n % BLOCK == 0);
    if (p == NULL) {
        return SEV_STATUS_INVALID_ADDRESS;
    }
    if (key == NULL) {
        sha256_update(hash, bytes_make(p, n));
        return SEV_STATUS_SUCCESS;
    }
    while (n > 0) {
        const struct piece piece = first_piece(paddr, n);

        memcpy(page, p, piece.n);
        sha256_update(hash, bytes_make(page, piece.n));
        if (!encrypt(key, paddr, bytes_make(page, piece.n), p)) {
            return SEV_STATUS_HWERROR_PLATFORM;
        }
        p += piece.n;
        paddr += piece.n;
        n -= piece.n;
    }
    return SEV_STATUS_SUCCESS;
}

uint32_t controller_encrypt(struct aes128_xts *key, uint64_t paddr,
                            struct bytes plain, uint8_t *ret)
{
    assert(paddr % BLOCK == 0 && plain.n % BLOCK == 0);
    while (plain.n > 0) {
        const struct piece piece = first_piece(paddr, plain.n);

        if (!encrypt(key, paddr, bytes_make(plain.p, piece.n), ret)) {
            return SEV_STATUS_HWERROR_PLATFORM;
        }
        plain = bytes_make(plain.p + piece.n, plain.n - piece.n);
        paddr += piece.n;
        ret += piece.n;
    }
    return SEV_STATUS_SUCCESS;
}
