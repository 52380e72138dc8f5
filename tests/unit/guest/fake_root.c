/* SPDX-License-Identifier: Apache-2.0 */
/* A directory that looks like the places in which a guest finds its secrets. */
#include "fake_root.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/hex.h"
#include "base/own.h"
#include "lib/unit.h"
#include "wire/kernel_hash_table.h"

struct guid fake_guid(uint8_t b)
{
    struct guid guid;

    memset(guid.b, b, sizeof guid.b);
    return guid;
}

static void write_at(const struct temp_dir *dir, const char *path, off_t at,
                     struct bytes content)
{
    OWN(own_free) char *full = temp_dir_path(dir, path);
    OWN(own_close) int fd = -1;

    for (char *p = full + strlen(dir->path) + 1; *p != '\0'; p++) {
        if (*p == '/') {
            *p = '\0';
            mkdir(full, 0700);
            *p = '/';
        }
    }
    fd = open(full, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, content.p, content.n, at), content.n);
}

void fake_file(const struct temp_dir *dir, const char *path,
               struct bytes content)
{
    write_at(dir, path, 0, content);
}

void fake_memory(const struct temp_dir *dir, struct bytes page)
{
    static const char map[] = "00000000-00000fff : Reserved\n"
                              "00001000-0080ffff : System RAM\n"
                              "00810000-00810fff : Reserved\n"
                              "00811000-1fffffff : System RAM\n"
                              "  01000000-01ffffff : Kernel code\n";
    static const uint8_t zeros[4096];

    fake_file(dir, "proc/iomem", bytes_of_string(map));
    write_at(dir, "dev/mem", FAKE_ADDRESS, BYTES_OF(zeros));
    write_at(dir, "dev/mem", FAKE_ADDRESS, page);
}

void fake_page(uint8_t out[static 4096], bool hashes)
{
    const struct secret_entry entries[] = {
        { fake_guid(1), bytes_of_string("first") },
        { secret_luks_key_guid, bytes_of_string("second") },
    };
    struct kernel_hash_table table = { .initrd = { 0 } };
    struct sevk_error err;

    memset(out, 0, 4096);
    secret_table_encode(entries, 2, out, secret_table_len(entries, 2));
    if (hashes) {
        /* printf 'quiet\0' | sha256sum */
        assert_works(hex_decode("c801d8e83dec6220b30fe179a8aabec9"
                                "23c8977255530ecc7dc23b95a6959bbc",
                                table.cmdline, 32, "hash", &err),
                     &err);
        kernel_hash_table_encode(&table, out + 0xc00);
    }
}

void fake_coco(const struct temp_dir *dir, const struct guid *guid,
               struct bytes content)
{
    char path[128] = "sys/kernel/security/secrets/coco/";

    guid_format(guid, path + strlen(path));
    fake_file(dir, path, content);
}
