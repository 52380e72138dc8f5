/* SPDX-License-Identifier: Apache-2.0 */
/* HMP's "x" and "xp": what was asked for, and how memory is shown. */
#ifndef SEVKIT_QEMU_MEMORY_TEXT_H
#define SEVKIT_QEMU_MEMORY_TEXT_H

#include <sevkit/error.h>

#include "base/buf.h"

/*
 * "/FMT ADDRESS", where FMT is a count, a format (o d u x c) and a size
 * (b h w g), each of which may be missing, and ADDRESS a sum of numbers. Not
 * here: the format "i", because ciphertext has no instructions, and registers
 * in addresses.
 */
struct memory_request {
    uint32_t count;
    char format;
    uint32_t size; /* of an item: 1, 2, 4 or 8 */
    uint64_t address;
};

/* The most that one command shows; more is what "pmemsave" is for. */
#define MEMORY_TEXT_MAX ((size_t)1 << 20)

/* ARGUMENTS is what stands behind "x" or "xp". */
SEVK_MUST_CHECK bool memory_request_parse(const char *arguments,
                                          struct memory_request *ret,
                                          struct sevk_error *err);

/*
 * The lines, as QEMU writes them. READ gives the N bytes at ADDRESS; *RET_THERE
 * says whether there is any memory. What READ fails with, this does, too.
 */
struct memory_reader {
    bool (*read)(void *ctx, uint64_t address, uint8_t *ret, size_t n,
                 bool *ret_there, struct sevk_error *err);
    void *ctx;
};

SEVK_MUST_CHECK bool memory_text_append(struct buf *to,
                                        const struct memory_request *request,
                                        struct memory_reader reader,
                                        struct sevk_error *err);

#endif
