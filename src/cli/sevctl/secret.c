/* SPDX-License-Identifier: Apache-2.0 */
/* sevctl secret build: secrets for the guest with one measurement. */
#include "base/error.h"
#include "base/file.h"
#include "base/own.h"
#include "base/random.h"
#include "cli/sevctl/sevctl.h"
#include "owner/launch_secret.h"
#include "wire/measure_buf.h"

struct options {
    const char *tik;
    const char *tek;
    const char *blob;
    struct opt_list secrets;
    const char *iv;
};

#define IV_LEN 16

#define NEEDED(name_, field, help_)                                            \
    {                                                                          \
        .name = name_, .arg = "FILE|BASE64", .help = help_,                    \
        .set = opt_set_string, .at = offsetof(struct options, field),          \
        .required = true                                                       \
    }

static const struct opt rows[] = {
    NEEDED("tik", tik, "transport integrity key"),
    NEEDED("tek", tek, "transport encryption key"),
    NEEDED("launch-measure-blob", blob, "what the guest was measured as"),
    { .name = "secret",
      .arg = "GUID:FILE",
      .help = "secret to send",
      .set = opt_set_list,
      .at = offsetof(struct options, secrets),
      .many = true,
      .required = true },
    { .name = "iv",
      .arg = "FILE|BASE64",
      .help = "for tests: 16 bytes that ought to be random",
      .set = opt_set_string,
      .at = offsetof(struct options, iv) },
};

/* The table of all secrets, read from their files. */
static bool load(const struct options *o, struct sevk_secret *ret_table,
                 struct sevk_error *err)
{
    static const struct opt row = { .name = "secret", .arg = "GUID:FILE" };
    struct opt_secrets secrets = { 0 };
    LAUNCH_SECRETS(list);

    for (size_t i = 0; i < o->secrets.n; i++) {
        if (!opt_set_secret(&row, o->secrets.items[i], &secrets, err) ||
            !launch_secrets_add_file(&list, secrets.items[i].name,
                                     secrets.items[i].path, err)) {
            return false;
        }
    }
    return launch_secrets_table(&list, ret_table, err);
}

/* The generator that --iv stands for. */
static bool give_iv(void *ctx, uint8_t *p, size_t n, struct sevk_error *err)
{
    if (n != IV_LEN) {
        return sevk_fail(err, SEVK_HOST, "--iv: %zu bytes are wanted", n);
    }
    memcpy(p, ctx, IV_LEN);
    return true;
}

static bool find_rng(const struct sevctl_call *call, uint8_t iv[static IV_LEN],
                     struct rng *ret, struct sevk_error *err)
{
    const struct options *o = call->options;

    *ret = rng_system();
    if (o->iv == NULL) {
        return true;
    }
    if (!sevctl_read_bytes(o->iv, "IV", iv, IV_LEN, err)) {
        return false;
    }
    if (!call->quiet) {
        out_warn(call->out, "--iv is for tests: two secrets under one key and "
                            "one IV give each other away");
    }
    *ret = (struct rng){ give_iv, iv };
    return true;
}

static bool run(const struct sevctl_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(launch_packet_free) struct launch_packet packet = { 0 };
    OWN(file_set_drop) struct file_set set = { .replace = true };
    uint8_t measured[MEASURE_BUF_LEN];
    uint8_t iv[IV_LEN];
    struct rng rng;
    SECRET(tek);
    SECRET(tik);
    SECRET(table);

    if (!sevctl_read_bytes(o->blob, "launch measurement", measured,
                           sizeof measured, err) ||
        !sevctl_read_key(call, o->tik, "TIK", &tik, err) ||
        !sevctl_read_key(call, o->tek, "TEK", &tek, err) ||
        !find_rng(call, iv, &rng, err) || !load(o, &table, err) ||
        !launch_secret_check_len(table.n, NULL, err) ||
        !launch_secret_seal(&table, &tek, &tik, measured, rng, &packet, err) ||
        !file_set_add(&set, call->args[0], 0600, BYTES_OF(packet.header),
                      err) ||
        !file_set_add(&set, call->args[1], 0600, buf_bytes(&packet.payload),
                      err) ||
        !file_set_commit(&set, err)) {
        return false;
    }
    printf("Wrote header to: %s\nWrote payload to: %s\n", call->args[0],
           call->args[1]);
    return true;
}

const struct sevctl_command sevctl_secret_build = {
    .group = "secret",
    .name = "build",
    .args = "HEADER PAYLOAD",
    .min_args = 2,
    .max_args = 2,
    .summary = "encrypt secrets for the one guest that has a measurement",
    SEVCTL_OPTIONS(struct options),
    .run = run,
};
