/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds, checks and prints the injected secret table. */
#include "secrets.h"

#include "guest/small_sha256.h"
#include "serial.h"

enum {
    HEAD = GUID_LEN + 4
}; /* of the table and of each entry alike */

static const char table_guid[] = "1e74f542-71dd-4d66-963e-ef4287ff173b";

/* Some owners count the zeros that pad a table to 16 bytes in its length, so
 * zeros too few for an entry may stand at its end. */
static bool entries_are_sound(const uint8_t *at, uint32_t left)
{
    while (left >= HEAD) {
        uint32_t length = read_u32(at + GUID_LEN);
        if (length < HEAD || length > left)
            return false;
        at += length;
        left -= length;
    }
    return bytes_zero(at, left);
}

static void print_guid(const uint8_t guid[static GUID_LEN])
{
    for (size_t i = 0; i < GUID_LEN; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            print("-");
        print_hex(&guid[guid_order[i]], 1);
    }
}

static void print_entry(const uint8_t *entry, uint32_t data_length)
{
    struct small_sha256 sha;
    uint8_t hash[SMALL_SHA256_LEN];

    small_sha256_start(&sha);
    small_sha256_add(&sha, entry + HEAD, data_length);
    small_sha256_end(&sha, hash);
    print("secret ");
    print_guid(entry);
    print(" sha256=");
    print_hex(hash, sizeof(hash));
    print(" len=");
    print_number(data_length);
    print("\n");
}

void secrets_print(struct area area)
{
    const uint8_t *at = (const uint8_t *)(uintptr_t)area.base;

    if (area.size < HEAD || !guid_is(at, table_guid)) {
        print("secret: none\n");
        return;
    }
    uint32_t left = read_u32(at + GUID_LEN);
    if (left < HEAD || left > area.size ||
        !entries_are_sound(at + HEAD, left - HEAD)) {
        print("secret: malformed\n");
        return;
    }
    at += HEAD;
    left -= HEAD;
    if (left < HEAD)
        print("secret: none\n");
    while (left >= HEAD) {
        uint32_t length = read_u32(at + GUID_LEN);
        print_entry(at, length - HEAD);
        at += length;
        left -= length;
    }
}
