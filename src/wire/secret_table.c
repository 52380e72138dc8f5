/* SPDX-License-Identifier: Apache-2.0 */
/* The table of launch secrets (formats.md 8). */
#include "wire/secret_table.h"

#include <assert.h>
#include <strings.h>

#include "base/cursor.h"

static const char what[] = "secret table";

#define TABLE_MAX ((size_t)1 << 31)
#define ALIGNMENT 16

/* 1e74f542-71dd-4d66-963e-ef4287ff173b */
const struct guid secret_table_guid = GUID_INIT(
    0x1e74f542, 0x71dd, 0x4d66, 0x96, 0x3e, 0xef, 0x42, 0x87, 0xff, 0x17, 0x3b);

/* 736869e5-84f0-4973-92ec-06879ce3da0b */
const struct guid secret_luks_key_guid = GUID_INIT(
    0x736869e5, 0x84f0, 0x4973, 0x92, 0xec, 0x06, 0x87, 0x9c, 0xe3, 0xda, 0x0b);

bool secret_guid_from_name(const char *name, struct guid *ret)
{
    if (strcasecmp(name, "luks-key") == 0) {
        *ret = secret_luks_key_guid;
        return true;
    }
    return guid_parse(name, ret, NULL);
}

const char *secret_guid_name(const struct guid *guid)
{
    return guid_equal(guid, &secret_luks_key_guid) ? "luks-key" : NULL;
}

/* The length without padding; 0 when it would not fit. */
static size_t bare_len(const struct secret_entry *entries, size_t n)
{
    size_t len = SECRET_TABLE_HEAD_LEN;

    for (size_t i = 0; i < n; i++) {
        size_t room = TABLE_MAX - ALIGNMENT - len;

        if (room < SECRET_TABLE_ENTRY_LEN ||
            entries[i].data.n > room - SECRET_TABLE_ENTRY_LEN) {
            return 0;
        }
        len += SECRET_TABLE_ENTRY_LEN + entries[i].data.n;
    }
    return len;
}

size_t secret_table_len(const struct secret_entry *entries, size_t n)
{
    return (bare_len(entries, n) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

void secret_table_encode(const struct secret_entry *entries, size_t n,
                         uint8_t *out, size_t out_len)
{
    struct wr w = wr_make(out, out_len);

    assert(out_len != 0 && out_len == secret_table_len(entries, n));
    wr_copy(&w, secret_table_guid.b, sizeof secret_table_guid.b); /* 00h */
    wr_le32(&w, (uint32_t)bare_len(entries, n));                  /* 10h */
    for (size_t i = 0; i < n; i++) {
        const struct secret_entry *e = &entries[i];

        wr_copy(&w, e->guid.b, sizeof e->guid.b);                    /* +00h */
        wr_le32(&w, (uint32_t)(SECRET_TABLE_ENTRY_LEN + e->data.n)); /* +10h */
        wr_copy(&w, e->data.p, e->data.n);                           /* +14h */
    }
    wr_zero_to(&w, out_len);
    wr_end(&w);
}

/* Cuts the table off what follows it: *RET_BODY is the entries. */
static bool open_table(struct bytes in, struct bytes *ret_body,
                       struct sevk_error *err)
{
    struct rd r = rd_make(in);
    struct guid guid;
    uint32_t len;

    rd_copy(&r, guid.b, sizeof guid.b); /* 00h */
    len = rd_le32(&r);                  /* 10h */
    if (!rd_ok(&r, what, err)) {
        return false;
    }
    if (!guid_equal(&guid, &secret_table_guid)) {
        return sevk_fail(err, SEVK_INPUT, "%s: it begins with another GUID",
                         what);
    }
    if (len < SECRET_TABLE_HEAD_LEN || len > in.n) {
        return sevk_fail(err, SEVK_INPUT,
                         "%s: it says to be %u bytes long, %zu are there", what,
                         len, in.n);
    }
    *ret_body = rd_view(&r, len - SECRET_TABLE_HEAD_LEN);
    return true;
}

/* KubeVirt counts the padding in the table's length. */
static bool is_padding(const struct rd *r)
{
    return rd_left(r) < ALIGNMENT &&
           bytes_all_zero(bytes_make(r->in.p + r->at, rd_left(r)));
}

static bool next_entry(struct rd *r, struct secret_entry *ret,
                       struct sevk_error *err)
{
    size_t at = r->at + SECRET_TABLE_HEAD_LEN;
    uint32_t len;

    rd_copy(r, ret->guid.b, sizeof ret->guid.b); /* +00h */
    len = rd_le32(r);                            /* +10h */
    if (rd_ok(r, what, NULL) && len >= SECRET_TABLE_ENTRY_LEN) {
        ret->data = rd_view(r, len - SECRET_TABLE_ENTRY_LEN); /* +14h */
        if (rd_ok(r, what, NULL)) {
            return true;
        }
    }
    return sevk_fail(err, SEVK_INPUT,
                     "%s: the entry at %03zXh does not fit into the table",
                     what, at);
}

/* Walks BODY; writes what it finds to OUT when that is not NULL. */
static bool walk(struct bytes body, struct secret_entry *out, size_t max,
                 size_t *ret_n, struct sevk_error *err)
{
    struct rd r = rd_make(body);
    size_t n = 0;

    while (rd_left(&r) > 0 && !is_padding(&r)) {
        struct secret_entry entry = { 0 };

        if (!next_entry(&r, &entry, err)) {
            return false;
        }
        if (n == max) {
            return sevk_fail(err, SEVK_INPUT, "%s: more than %zu entries", what,
                             max);
        }
        if (out != NULL) {
            out[n] = entry;
        }
        n++;
    }
    *ret_n = n;
    return true;
}

bool secret_table_decode(struct bytes in, struct secret_entry *ret_entries,
                         size_t max, size_t *ret_n, struct sevk_error *err)
{
    struct bytes body = { 0 };
    size_t n = 0;

    /* Twice, so that nothing is written before all is known to be good. */
    return open_table(in, &body, err) && walk(body, NULL, max, &n, err) &&
           walk(body, ret_entries, max, ret_n, err);
}
