/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks what fw_cfg offers for a boot against the kernel hash table. */
#include "kernel.h"

#include "fwcfg.h"
#include "guest/small_sha256.h"

enum {
    TABLE_HEAD = GUID_LEN + 2,
    ENTRY_LEN = GUID_LEN + 2 + SMALL_SHA256_LEN,
    CHUNK = 65536,
    CMDLINE_KEPT = 4096,
};

static const char table_guid[] = "9438d606-4f22-4cc9-b479-a793d411fd21";
static const char kernel_guid[] = "4de79437-abd2-427f-b835-d5b172d2045b";
static const char initrd_guid[] = "44baf731-3a2f-4bd7-9af1-41e29169781d";
static const char cmdline_guid[] = "97d02dd8-bd20-4c94-aa78-e7714d36ab2a";

static uint8_t chunk[CHUNK];
static char cmdline[CMDLINE_KEPT]; /* NUL-terminated by staying zero */

static void hash_item(struct small_sha256 *sha, uint16_t key, uint32_t size)
{
    fwcfg_select(key);
    while (size > 0) {
        uint32_t part = size < CHUNK ? size : CHUNK;
        fwcfg_read(chunk, part);
        small_sha256_add(sha, chunk, part);
        size -= part;
    }
}

/* The file as it is, where the host offers it. The older items are second
 * choice: QEMU edits the setup header before it serves them to a guest that is
 * not an SEV guest to it. False: there is no kernel. */
static bool hash_kernel(uint8_t ret_hash[static SMALL_SHA256_LEN])
{
    struct small_sha256 sha;
    uint16_t key;
    uint32_t size;

    small_sha256_start(&sha);
    if (fwcfg_file("etc/boot/kernel", &key, &size)) {
        hash_item(&sha, key, size);
    } else {
        size = fwcfg_u32(FWCFG_KERNEL_SIZE);
        if (size == 0)
            return false;
        hash_item(&sha, FWCFG_SETUP_DATA, fwcfg_u32(FWCFG_SETUP_SIZE));
        hash_item(&sha, FWCFG_KERNEL_DATA, size);
    }
    small_sha256_end(&sha, ret_hash);
    return true;
}

static void hash_initrd(uint8_t ret_hash[static SMALL_SHA256_LEN])
{
    struct small_sha256 sha;

    small_sha256_start(&sha);
    hash_item(&sha, FWCFG_INITRD_DATA, fwcfg_u32(FWCFG_INITRD_SIZE));
    small_sha256_end(&sha, ret_hash);
}

/* The item has its terminating NUL; an absent one counts as a single NUL. */
static void hash_cmdline(uint8_t ret_hash[static SMALL_SHA256_LEN])
{
    struct small_sha256 sha;
    uint32_t size = fwcfg_u32(FWCFG_CMDLINE_SIZE);

    if (size == 0)
        size = 1;
    small_sha256_start(&sha);
    hash_item(&sha, FWCFG_CMDLINE_DATA, size);
    small_sha256_end(&sha, ret_hash);
}

static void keep_cmdline(void)
{
    uint32_t size = fwcfg_u32(FWCFG_CMDLINE_SIZE);

    fwcfg_select(FWCFG_CMDLINE_DATA);
    fwcfg_read(cmdline, size < CMDLINE_KEPT ? size : CMDLINE_KEPT - 1);
}

/* Length of the table at the head of the area, 0 if there is none. */
static uint32_t table_length(struct area hashes)
{
    const uint8_t *table = (const uint8_t *)hashes.base;

    if (hashes.size < TABLE_HEAD || !guid_is(table, table_guid))
        return 0;
    uint32_t length = read_u16(table + GUID_LEN);
    return length >= TABLE_HEAD && length <= hashes.size ? length : 0;
}

static bool table_has(struct area hashes, const char *guid,
                      const uint8_t hash[static SMALL_SHA256_LEN])
{
    const uint8_t *entry = (const uint8_t *)hashes.base + TABLE_HEAD;
    uint32_t left = table_length(hashes) - TABLE_HEAD;

    while (left >= GUID_LEN + 2) {
        uint32_t length = read_u16(entry + GUID_LEN);
        if (length < GUID_LEN + 2 || length > left)
            return false;
        if (guid_is(entry, guid))
            return length == ENTRY_LEN &&
                   bytes_equal(entry + GUID_LEN + 2, hash, SMALL_SHA256_LEN);
        entry += length;
        left -= length;
    }
    return false;
}

enum kernel_verdict kernel_check(struct area hashes)
{
    uint8_t hash[SMALL_SHA256_LEN];

    if (!fwcfg_present() || !hash_kernel(hash))
        return KERNEL_NONE;
    keep_cmdline();
    if (table_length(hashes) == 0)
        return KERNEL_NO_TABLE;
    if (!table_has(hashes, kernel_guid, hash))
        return KERNEL_MISMATCH;
    hash_initrd(hash);
    if (!table_has(hashes, initrd_guid, hash))
        return INITRD_MISMATCH;
    hash_cmdline(hash);
    if (!table_has(hashes, cmdline_guid, hash))
        return CMDLINE_MISMATCH;
    return KERNEL_VERIFIED;
}

bool kernel_cmdline_has(const char *word)
{
    const char *at = cmdline;

    while (*at != '\0') {
        const char *w = word;
        while (*w != '\0' && *at == *w)
            at++, w++;
        if (*w == '\0' && (*at == '\0' || *at == ' '))
            return true;
        while (*at != '\0' && *at != ' ')
            at++;
        while (*at == ' ')
            at++;
    }
    return false;
}
