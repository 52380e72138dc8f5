/* SPDX-License-Identifier: Apache-2.0 */
/* The table of kernel hashes (formats.md 6.2). */
#include "wire/kernel_hash_table.h"

#include "base/cursor.h"
#include "wire/dump.h"

static const char what[] = "kernel hash table";

#define TABLE_SIZE 168 /* what the table says of itself: without the padding */
#define ENTRY_SIZE 50

/* 9438d606-4f22-4cc9-b479-a793d411fd21 */
static const struct guid table_guid = GUID_INIT(
    0x9438d606, 0x4f22, 0x4cc9, 0xb4, 0x79, 0xa7, 0x93, 0xd4, 0x11, 0xfd, 0x21);

/* 97d02dd8-bd20-4c94-aa78-e7714d36ab2a */
static const struct guid cmdline_guid = GUID_INIT(
    0x97d02dd8, 0xbd20, 0x4c94, 0xaa, 0x78, 0xe7, 0x71, 0x4d, 0x36, 0xab, 0x2a);

/* 44baf731-3a2f-4bd7-9af1-41e29169781d */
static const struct guid initrd_guid = GUID_INIT(
    0x44baf731, 0x3a2f, 0x4bd7, 0x9a, 0xf1, 0x41, 0xe2, 0x91, 0x69, 0x78, 0x1d);

/* 4de79437-abd2-427f-b835-d5b172d2045b */
static const struct guid kernel_guid = GUID_INIT(
    0x4de79437, 0xabd2, 0x427f, 0xb8, 0x35, 0xd5, 0xb1, 0x72, 0xd2, 0x04, 0x5b);

/* Table and entries begin alike: a GUID and a length, which both are fixed. */
static bool read_head(struct rd *r, const struct guid *guid, uint16_t size)
{
    struct guid found;

    rd_copy(r, found.b, sizeof found.b);
    return rd_le16(r) == size && guid_equal(&found, guid);
}

static void write_head(struct wr *w, const struct guid *guid, uint16_t size)
{
    wr_copy(w, guid->b, sizeof guid->b);
    wr_le16(w, size);
}

bool kernel_hash_table_decode(struct bytes in, struct kernel_hash_table *ret,
                              struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct kernel_hash_table t;
    bool heads_ok;

    heads_ok = read_head(&r, &table_guid, TABLE_SIZE);               /* 00h */
    heads_ok = read_head(&r, &cmdline_guid, ENTRY_SIZE) && heads_ok; /* 12h */
    rd_copy(&r, t.cmdline, sizeof t.cmdline);                        /* 24h */
    heads_ok = read_head(&r, &initrd_guid, ENTRY_SIZE) && heads_ok;  /* 44h */
    rd_copy(&r, t.initrd, sizeof t.initrd);                          /* 56h */
    heads_ok = read_head(&r, &kernel_guid, ENTRY_SIZE) && heads_ok;  /* 76h */
    rd_copy(&r, t.kernel, sizeof t.kernel);                          /* 88h */
    rd_zero(&r, KERNEL_HASH_TABLE_LEN - TABLE_SIZE);                 /* A8h */
    if (!rd_done(&r, what, err)) {
        return false;
    }
    if (!heads_ok) {
        return sevk_fail(err, SEVK_INPUT,
                         "%s: a GUID or a length is not the one that belongs "
                         "there",
                         what);
    }
    *ret = t;
    return true;
}

void kernel_hash_table_encode(const struct kernel_hash_table *table,
                              uint8_t out[static KERNEL_HASH_TABLE_LEN])
{
    struct wr w = wr_make(out, KERNEL_HASH_TABLE_LEN);

    write_head(&w, &table_guid, TABLE_SIZE);            /* 00h */
    write_head(&w, &cmdline_guid, ENTRY_SIZE);          /* 12h */
    wr_copy(&w, table->cmdline, sizeof table->cmdline); /* 24h */
    write_head(&w, &initrd_guid, ENTRY_SIZE);           /* 44h */
    wr_copy(&w, table->initrd, sizeof table->initrd);   /* 56h */
    write_head(&w, &kernel_guid, ENTRY_SIZE);           /* 76h */
    wr_copy(&w, table->kernel, sizeof table->kernel);   /* 88h */
    wr_zero(&w, KERNEL_HASH_TABLE_LEN - TABLE_SIZE);    /* A8h */
    wr_end(&w);
}

bool kernel_hash_table_dump(const struct kernel_hash_table *table,
                            struct buf *to, struct sevk_error *err)
{
    struct dump d = dump_begin(to, err);

    dump_bytes(&d, "command line", BYTES_OF(table->cmdline));
    dump_bytes(&d, "initrd", BYTES_OF(table->initrd));
    dump_bytes(&d, "kernel", BYTES_OF(table->kernel));
    return dump_done(&d);
}
