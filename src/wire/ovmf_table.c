/* SPDX-License-Identifier: Apache-2.0 */
/* The GUIDed table at the end of an OVMF image (formats.md 6.1). */
#include "wire/ovmf_table.h"

#include "base/cursor.h"
#include "wire/dump.h"

static const char what[] = "OVMF table";

#define BEHIND_LEN 32       /* between the table and the image's end */
#define HEAD_LEN   (2 + 16) /* an entry's length and GUID, behind it */
#define RESET_LEN  (HEAD_LEN + 4)
#define AREA_LEN   (HEAD_LEN + 8)

/* 96b582de-1fb2-45f7-baea-a366c55a082d */
static const struct guid footer_guid = GUID_INIT(
    0x96b582de, 0x1fb2, 0x45f7, 0xba, 0xea, 0xa3, 0x66, 0xc5, 0x5a, 0x08, 0x2d);

/* 00f771de-1a7e-4fcb-890e-68c77e2fb44e */
static const struct guid reset_guid = GUID_INIT(
    0x00f771de, 0x1a7e, 0x4fcb, 0x89, 0x0e, 0x68, 0xc7, 0x7e, 0x2f, 0xb4, 0x4e);

/* 4c2eb361-7d9b-4cc3-8081-127c90d3d294 */
static const struct guid secret_guid = GUID_INIT(
    0x4c2eb361, 0x7d9b, 0x4cc3, 0x80, 0x81, 0x12, 0x7c, 0x90, 0xd3, 0xd2, 0x94);

/* 7255371f-3a3b-4b04-927b-1da6efa8d454 */
static const struct guid hashes_guid = GUID_INIT(
    0x7255371f, 0x3a3b, 0x4b04, 0x92, 0x7b, 0x1d, 0xa6, 0xef, 0xa8, 0xd4, 0x54);

/* dc886566-984a-4798-a75e-5585a7bf67cc */
static const struct guid metadata_guid = GUID_INIT(
    0xdc886566, 0x984a, 0x4798, 0xa7, 0x5e, 0x55, 0x85, 0xa7, 0xbf, 0x67, 0xcc);

/* An entry as it is found when reading backwards: data, length, GUID. */
struct entry {
    struct bytes data;
    struct guid guid;
};

/* Takes the last entry off TABLE. */
static bool pop_entry(struct bytes *table, struct entry *ret,
                      struct sevk_error *err)
{
    uint16_t len;

    if (table->n < HEAD_LEN) {
        return sevk_fail(err, SEVK_INPUT,
                         "%s: %zu bytes at its beginning are too few for an "
                         "entry",
                         what, table->n);
    }
    len = load_le16(table->p + table->n - HEAD_LEN);
    if (len < HEAD_LEN || len > table->n) {
        return sevk_fail(err, SEVK_INPUT,
                         "%s: an entry says to be %u bytes long where %d to "
                         "%zu are possible",
                         what, len, HEAD_LEN, table->n);
    }
    memcpy(ret->guid.b, table->p + table->n - 16, 16);
    ret->data = bytes_make(table->p + table->n - len, len - HEAD_LEN);
    table->n -= len;
    return true;
}

static bool fail_entry(const char *name, const char *fault,
                       struct sevk_error *err)
{
    return sevk_fail(err, SEVK_INPUT, "%s: the entry of the %s %s", what, name,
                     fault);
}

static bool take_u32(const struct entry *e, const char *name, bool *ret_present,
                     uint32_t *ret, struct sevk_error *err)
{
    if (*ret_present) {
        return fail_entry(name, "stands there twice", err);
    }
    if (e->data.n != 4) {
        return fail_entry(name, "does not have 4 bytes", err);
    }
    *ret_present = true;
    *ret = load_le32(e->data.p);
    return true;
}

static bool take_area(const struct entry *e, const char *name,
                      struct ovmf_area *ret, struct sevk_error *err)
{
    if (ret->present) {
        return fail_entry(name, "stands there twice", err);
    }
    if (e->data.n != 8) {
        return fail_entry(name, "does not have 8 bytes", err);
    }
    *ret = (struct ovmf_area){ .present = true,
                               .base = load_le32(e->data.p),
                               .size = load_le32(e->data.p + 4) };
    return true;
}

static bool take_entry(const struct entry *e, struct ovmf_table *t,
                       struct sevk_error *err)
{
    if (guid_equal(&e->guid, &reset_guid)) {
        return take_u32(e, "SEV-ES reset vector", &t->has_reset_vector,
                        &t->reset_vector, err);
    }
    if (guid_equal(&e->guid, &metadata_guid)) {
        return take_u32(e, "SEV metadata", &t->has_sev_metadata,
                        &t->sev_metadata_offset, err);
    }
    if (guid_equal(&e->guid, &secret_guid)) {
        return take_area(e, "secret area", &t->secret, err);
    }
    if (guid_equal(&e->guid, &hashes_guid)) {
        return take_area(e, "hash area", &t->hashes, err);
    }
    return true;
}

/* The footer is an entry whose "data" are all the others. */
static bool walk(struct bytes table, struct ovmf_table *t,
                 struct sevk_error *err)
{
    while (table.n > 0) {
        struct entry e;

        if (!pop_entry(&table, &e, err) || !take_entry(&e, t, err)) {
            return false;
        }
    }
    return true;
}

bool ovmf_table_decode(struct bytes tail, struct ovmf_table *ret,
                       struct sevk_error *err)
{
    struct ovmf_table t = { 0 };
    struct bytes rest = tail;
    struct entry last;
    struct guid guid;

    if (tail.n < BEHIND_LEN + HEAD_LEN) {
        *ret = t;
        return true;
    }
    rest.n -= BEHIND_LEN;
    memcpy(guid.b, rest.p + rest.n - 16, 16);
    if (guid_equal(&guid, &footer_guid)) {
        t.present = true;
        if (!pop_entry(&rest, &last, err) || !walk(last.data, &t, err)) {
            return false;
        }
    } else if (guid_equal(&guid, &reset_guid)) {
        t.present = true;
        if (!pop_entry(&rest, &last, err) || !take_entry(&last, &t, err)) {
            return false;
        }
    }
    *ret = t;
    return true;
}

static void put_head(struct wr *w, size_t len, const struct guid *guid)
{
    wr_le16(w, (uint16_t)len);
    wr_copy(w, guid->b, sizeof guid->b);
}

static void put_u32(struct wr *w, bool present, uint32_t v,
                    const struct guid *guid)
{
    if (present) {
        wr_le32(w, v);
        put_head(w, RESET_LEN, guid);
    }
}

static void put_area(struct wr *w, const struct ovmf_area *area,
                     const struct guid *guid)
{
    if (area->present) {
        wr_le32(w, area->base);
        wr_le32(w, area->size);
        put_head(w, AREA_LEN, guid);
    }
}

bool ovmf_table_encode(const struct ovmf_table *table, struct buf *to,
                       struct sevk_error *err)
{
    uint8_t out[2 * RESET_LEN + 2 * AREA_LEN + HEAD_LEN];
    struct wr w = wr_make(out, sizeof out);

    if (!table->present) {
        return true;
    }
    put_u32(&w, table->has_sev_metadata, table->sev_metadata_offset,
            &metadata_guid);
    put_area(&w, &table->hashes, &hashes_guid);
    put_area(&w, &table->secret, &secret_guid);
    put_u32(&w, table->has_reset_vector, table->reset_vector, &reset_guid);
    put_head(&w, w.at + HEAD_LEN, &footer_guid);
    return buf_append(to, bytes_make(out, w.at), err);
}

static void dump_area(struct dump *d, const char *name,
                      const struct ovmf_area *area)
{
    if (area->present) {
        dump_text(d, name, "base 0x%x, size 0x%x", area->base, area->size);
    } else {
        dump_text(d, name, "none");
    }
}

static void dump_u32(struct dump *d, const char *name, bool present, uint32_t v)
{
    if (present) {
        dump_text(d, name, "0x%08x", v);
    } else {
        dump_text(d, name, "none");
    }
}

bool ovmf_table_dump(const struct ovmf_table *table, struct buf *to,
                     struct sevk_error *err)
{
    struct dump d = dump_begin(to, err);

    dump_text(&d, "table", table->present ? "present" : "none");
    dump_u32(&d, "reset vector", table->has_reset_vector, table->reset_vector);
    dump_area(&d, "secret area", &table->secret);
    dump_area(&d, "hash area", &table->hashes);
    dump_u32(&d, "SEV metadata", table->has_sev_metadata,
             table->sev_metadata_offset);
    return dump_done(&d);
}
