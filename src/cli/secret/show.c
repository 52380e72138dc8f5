/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit secret show: what a packet holds, but for the secrets themselves. */
#include "base/base64.h"
#include "base/file.h"
#include "base/own.h"
#include "cli/keys.h"
#include "cli/verb.h"
#include "owner/launch_secret.h"
#include "owner/measurement.h"
#include "wire/secret_table.h"

struct options {
    struct key_options keys;
    const char *measurement;
};

static const struct opt rows[] = {
    KEY_ROWS(struct options, keys),
    { .name = "measurement",
      .arg = "BASE64",
      .help = "what the guest was measured as",
      .set = opt_set_string,
      .at = offsetof(struct options, measurement),
      .required = true },
};

/* Base64 of the longest packet, with line ends. */
#define FILE_MAX ((size_t)LAUNCH_SECRET_LEN_MAX * 2)

/* Bytes as they are, or as base64: N tells bytes from text, 0: any multiple. */
static bool read_part(const char *path, const char *what, size_t n,
                      struct buf *ret, struct sevk_error *err)
{
    OWN(buf_free) struct buf file = { 0 };
    OWN(buf_free) struct buf decoded = { 0 };
    bool is_text;

    if (!file_read(path, FILE_MAX, what, &file, err)) {
        return false;
    }
    is_text = base64_decode(&decoded, buf_bytes(&file), what, NULL) &&
              (n == 0 ? decoded.n % 16 == 0 : decoded.n == n);
    if (!is_text && n != 0 && file.n != n) {
        return sevk_fail(err, SEVK_INPUT,
                         "%s '%s': neither %zu bytes nor as many in base64",
                         what, path, n);
    }
    return buf_append(ret, buf_bytes(is_text ? &decoded : &file), err);
}

static void show_entries(struct out *out, const struct secret_entry *entries,
                         size_t n)
{
    struct json_object *list = out_list(out, out->tree, "secrets");

    for (size_t i = 0; i < n; i++) {
        struct json_object *item = out_object(out, list, NULL);
        const char *name = secret_guid_name(&entries[i].guid);
        char guid[GUID_TEXT_LEN];

        guid_format(&entries[i].guid, guid);
        out_text(out, item, "guid", guid);
        if (name != NULL) {
            out_text(out, item, "name", name);
        }
        out_number(out, item, "length", entries[i].data.n);
    }
}

/* The table stays in its locked pages: names and lengths leave it. */
static bool show_table(struct out *out, const struct sevk_secret *table,
                       struct sevk_error *err)
{
    struct secret_entry entries[LAUNCH_SECRETS_MAX];
    size_t n;

    if (!secret_table_decode(secret_expose(table), entries, LAUNCH_SECRETS_MAX,
                             &n, err)) {
        return sevk_fail_in(err, "the packet holds no table of secrets");
    }
    show_entries(out, entries, n);
    return true;
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    struct out *out = call->out;
    OWN(buf_free) struct buf header = { 0 };
    OWN(buf_free) struct buf payload = { 0 };
    struct measure_buf measured;
    bool yes = false;
    SECRET(tek);
    SECRET(tik);
    SECRET(table);

    if (!measurement_parse(o->measurement, &measured, err) ||
        !keys_load(&o->keys, KEYS_TEK | KEYS_TIK, &tek, &tik, err) ||
        !read_part(call->args[0], "packet header", PACKET_HDR_LEN, &header,
                   err) ||
        !read_part(call->args[1], "packet", 0, &payload, err) ||
        !launch_secret_open(buf_bytes(&header), buf_bytes(&payload), &tek, &tik,
                            measured.measure, &yes, &table, err)) {
        return false;
    }
    out_text(out, out->tree, "verdict", yes ? "yes" : "no");
    out_number(out, out->tree, "payload_length", payload.n);
    out->no = !yes;
    if (!yes) {
        out_text(out, out->tree, "reason",
                 "the packet is not of these keys and this measurement, or it "
                 "was changed");
        return true;
    }
    return show_table(out, &table, err);
}

const struct verb verb_secret_show = {
    .noun = "secret",
    .verb = "show",
    .summary = "say what a packet holds, but for the secrets themselves",
    .args = "HEADER PAYLOAD",
    .min_args = 2,
    .max_args = 2,
    VERB_OPTIONS(struct options),
    .run = run,
};
