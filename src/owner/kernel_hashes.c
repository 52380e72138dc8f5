/* SPDX-License-Identifier: Apache-2.0 */
/* The hashes of what is booted directly: kernel, initrd, command line. */
#include "owner/kernel_hashes.h"

#include "base/file.h"
#include "crypto/hash.h"

static bool hash_piece(void *ctx, struct bytes piece, struct sevk_error *err)
{
    (void)err;
    sha256_update(ctx, piece);
    return true;
}

bool kernel_hashes_file(const char *path, const char *what,
                        uint8_t ret[static 32], struct sevk_error *err)
{
    struct sha256 h;
    struct file_sink sink = { hash_piece, &h };

    sha256_init(&h);
    if (!file_stream(path, KERNEL_FILE_MAX, what, sink, err)) {
        return false;
    }
    sha256_final(&h, ret);
    return true;
}

void kernel_hashes_cmdline(const char *text, uint8_t ret[static 32])
{
    const char *line = text == NULL ? "" : text;

    sha256(bytes_make(line, strlen(line) + 1), ret);
}

void kernel_hashes_bytes(struct bytes content, uint8_t ret[static 32])
{
    sha256(content, ret);
}

void kernel_hashes_no_initrd(uint8_t ret[static 32])
{
    sha256(bytes_make(NULL, 0), ret);
}

bool kernel_hashes_read(const char *kernel, const char *initrd,
                        const char *cmdline, struct kernel_hash_table *ret,
                        struct sevk_error *err)
{
    struct kernel_hash_table table;

    if (!kernel_hashes_file(kernel, "kernel", table.kernel, err)) {
        return false;
    }
    if (initrd == NULL) {
        kernel_hashes_no_initrd(table.initrd);
    } else if (!kernel_hashes_file(initrd, "initrd", table.initrd, err)) {
        return false;
    }
    kernel_hashes_cmdline(cmdline, table.cmdline);
    *ret = table;
    return true;
}
