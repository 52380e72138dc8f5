/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit secret build: encrypts secrets for the guest with one measurement. */
#include "base/base64.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/own.h"
#include "base/random.h"
#include "cli/keys.h"
#include "cli/verb.h"
#include "owner/launch_secret.h"
#include "owner/measurement.h"
#include "owner/session_record.h"

struct options {
    struct key_options keys;
    const char *measurement;
    struct opt_secrets secrets;
    const char *firmware;
    bool raw;
};

static const struct opt rows[] = {
    KEY_ROWS(struct options, keys),
    { .name = "measurement",
      .arg = "BASE64",
      .help = "what the guest was measured as, once 'vm validate' said yes",
      .set = opt_set_string,
      .at = offsetof(struct options, measurement),
      .required = true },
    { .name = "secret",
      .arg = "NAME-OR-GUID:FILE",
      .help = "secret to send, for example luks-key:FILE",
      .set = opt_set_secret,
      .at = offsetof(struct options, secrets),
      .many = true,
      .required = true },
    { .name = "firmware",
      .arg = "FILE",
      .help = "check that the secrets fit into its area",
      .set = opt_set_string,
      .at = offsetof(struct options, firmware) },
    { .name = "raw",
      .help = "write bytes, not base64",
      .set = opt_set_flag,
      .at = offsetof(struct options, raw) },
};

/* The table of all secrets, read from their files. */
static bool load(const struct options *o, struct sevk_secret *ret_table,
                 struct sevk_error *err)
{
    LAUNCH_SECRETS(list);

    for (size_t i = 0; i < o->secrets.n; i++) {
        if (!launch_secrets_add_file(&list, o->secrets.items[i].name,
                                     o->secrets.items[i].path, err)) {
            return false;
        }
    }
    return launch_secrets_table(&list, ret_table, err);
}

static bool check_fits(const struct options *o, size_t n,
                       struct sevk_error *err)
{
    struct firmware firmware;

    if (o->firmware != NULL && !firmware_read(o->firmware, &firmware, err)) {
        return false;
    }
    return launch_secret_check_len(n, o->firmware == NULL ? NULL : &firmware,
                                   err);
}

static bool add_file(struct file_set *set, const char *path, bool raw,
                     struct bytes content, struct sevk_error *err)
{
    OWN(buf_free) struct buf text = { 0 };

    if (raw) {
        return file_set_add(set, path, 0600, content, err);
    }
    return base64_append(&text, content, err) &&
           file_set_add(set, path, 0600, buf_bytes(&text), err);
}

static bool write_both(const struct verb_call *call,
                       const struct launch_packet *packet,
                       struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(file_set_drop) struct file_set set = { .replace = true };

    return add_file(&set, call->args[0], o->raw, BYTES_OF(packet->header),
                    err) &&
           add_file(&set, call->args[1], o->raw, buf_bytes(&packet->payload),
                    err) &&
           file_set_commit(&set, err);
}

/*
 * A host that starts a second guest with the same session shows another
 * measurement: that guest must not be given what was meant for the first.
 */
static bool mark_used(const struct options *o, const struct measure_buf *for_,
                      struct sevk_error *err)
{
    char nonce[2 * sizeof for_->mnonce + 1];
    char use[64];

    if (o->keys.session == NULL) {
        return true;
    }
    hex_format(BYTES_OF(for_->mnonce), nonce);
    snprintf(use, sizeof use, "secret for nonce %s", nonce);
    return session_record_mark_guest(o->keys.session, use, for_->measure, true,
                                     clock_system(), err);
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(launch_packet_free) struct launch_packet packet = { 0 };
    struct measure_buf measured;
    SECRET(tek);
    SECRET(tik);
    SECRET(table);

    if (!measurement_parse(o->measurement, &measured, err) ||
        !keys_load(&o->keys, KEYS_TEK | KEYS_TIK, &tek, &tik, err) ||
        !load(o, &table, err) || !check_fits(o, table.n, err) ||
        !launch_secret_seal(&table, &tek, &tik, measured.measure, rng_system(),
                            &packet, err) ||
        !mark_used(o, &measured, err) || !write_both(call, &packet, err)) {
        return false;
    }
    out_text(call->out, call->out->tree, "header", call->args[0]);
    out_text(call->out, call->out->tree, "payload", call->args[1]);
    out_number(call->out, call->out->tree, "secrets", o->secrets.n);
    out_number(call->out, call->out->tree, "payload_length", packet.payload.n);
    return true;
}

const struct verb verb_secret_build = {
    .noun = "secret",
    .verb = "build",
    .summary = "encrypt secrets for the one guest that has a measurement",
    .args = "HEADER PAYLOAD",
    .min_args = 2,
    .max_args = 2,
    VERB_OPTIONS(struct options),
    .run = run,
};
