/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit chain fetch: the CEK as AMD signed it, and what stands above it. */
#include <stdlib.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/own.h"
#include "cli/cache.h"
#include "cli/device.h"
#include "cli/module.h"
#include "cli/trust.h"
#include "cli/verb.h"
#include "cli/watch.h"
#include "fetch/module.h"

struct options {
    struct device_options device;
    const char *id;
    const char *processor;
    struct opt_list trust;
    const char *server;
    const char *ca_file;
    const char *cache;
    bool offline;
    struct opt_u32 wait;
    struct opt_u32 timeout;
    const char *file;
};

static const struct opt rows[] = {
    { .name = "device",
      .arg = "PATH",
      .help = "the platform is this machine, " DEVICE_LINUX_PATH,
      .set = opt_set_string,
      .at = offsetof(struct options, device.device) },
    { .name = "virtual",
      .arg = "DIR",
      .help = "the platform is one that 'platform create' made",
      .set = opt_set_string,
      .at = offsetof(struct options, device.directory) },
    { .name = "id",
      .arg = "ID",
      .help = "the chip's id, 64 bytes in hex or base64",
      .set = opt_set_string,
      .at = offsetof(struct options, id) },
    { .name = "processor",
      .arg = "NAME",
      .help = "fetch the ASK of this processor, like 'milan', if it is missing",
      .set = opt_set_string,
      .at = offsetof(struct options, processor) },
    { .name = "trust",
      .arg = "amd|FILE",
      .help = "root to trust: AMD's own (the default) or a file's",
      .set = opt_set_list,
      .at = offsetof(struct options, trust),
      .many = true },
    { .name = "kds",
      .arg = "URL",
      .help = "key server to ask (default: AMD's)",
      .set = opt_set_string,
      .at = offsetof(struct options, server) },
    { .name = "ca-file",
      .arg = "FILE",
      .help = "CAs to trust for the server (default: the system's)",
      .set = opt_set_string,
      .at = offsetof(struct options, ca_file) },
    { .name = "cache",
      .arg = "DIR",
      .help = "where certificates are kept (default: ~/.cache/sevkit)",
      .set = opt_set_string,
      .at = offsetof(struct options, cache) },
    { .name = "offline",
      .help = "do not ask the server",
      .set = opt_set_flag,
      .at = offsetof(struct options, offline) },
    { .name = "wait",
      .arg = "SECONDS",
      .help = "how long to wait, in all, for a server that is busy",
      .set = opt_set_u32,
      .at = offsetof(struct options, wait),
      .max = 86400,
      .preset = "120" },
    { .name = "timeout",
      .arg = "SECONDS",
      .help = "how long the server may take for an answer",
      .set = opt_set_u32,
      .at = offsetof(struct options, timeout),
      .min = 1,
      .max = 3600,
      .preset = "30" },
    { .name = "out",
      .arg = "FILE",
      .help = "write all of the platform's certificates there",
      .set = opt_set_string,
      .at = offsetof(struct options, file) },
};

static const struct module_kind fetch_kind = {
    .file = "fetch.so",
    .symbol = FETCH_MODULE_SYMBOL,
    .head = { .abi = FETCH_MODULE_ABI, .size = sizeof(struct fetch_module) },
    .part = "key server",
    .install = "libcurl",
};

/* -- What is asked for ---------------------------------------------------------- */

/* The platform: what is known of it before, and what its chain becomes. */
struct platform {
    struct chain *chain;
    bool has_id;
    uint8_t id[KDS_ID_LEN];
};

static bool read_id(const char *text, struct platform *p,
                    struct sevk_error *err)
{
    size_t n = strlen(text);
    struct sevk_error why;

    if (n == 2 * KDS_ID_LEN
            ? hex_decode(text, p->id, KDS_ID_LEN, "id", &why)
            : base64_decode_exact(p->id, KDS_ID_LEN, bytes_make(text, n), "id",
                                  &why)) {
        p->has_id = true;
        return true;
    }
    return sevk_fail(err, SEVK_USAGE,
                     "'--id' has 128 hexadecimal digits, or 64 bytes as "
                     "base64");
}

/* What the platform's firmware exports: too large for the stack. */
struct exported {
    uint8_t pdh[SEV_CERT_LEN];
    uint8_t chain[DEVICE_CHAIN_LEN];
};

static bool read_device(const struct options *o, struct platform *p,
                        struct sevk_error *err)
{
    OWN(own_free) struct exported *x = calloc(1, sizeof *x);
    OWN(device_close) struct device *device = NULL;

    if (x == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for certificates");
    }
    if (!device_from_options(&o->device, false, &device, err) ||
        !device_get_id(device, p->id, err) ||
        !device_export(device, x->pdh, x->chain, err)) {
        return false;
    }
    p->has_id = true;
    return chain_add(p->chain, BYTES_OF(x->pdh), "the platform", err) &&
           chain_add(p->chain, BYTES_OF(x->chain), "the platform", err);
}

static bool read_platform(const struct verb_call *call, struct platform *p,
                          struct sevk_error *err)
{
    const struct options *o = call->options;
    bool device = o->device.device != NULL || o->device.directory != NULL;

    if (device && o->id != NULL) {
        return sevk_fail(err, SEVK_USAGE,
                         "'--id' is for a platform that is elsewhere: without "
                         "'--device' and '--virtual'");
    }
    if (!device && o->id == NULL && call->n_args == 0) {
        return sevk_fail(err, SEVK_USAGE,
                         "which platform? Give '--id', '--device', "
                         "'--virtual', or a file with its certificates");
    }
    if (!chain_new(&p->chain, err) || (device && !read_device(o, p, err)) ||
        (o->id != NULL && !read_id(o->id, p, err))) {
        return false;
    }
    for (size_t i = 0; i < call->n_args; i++) {
        if (!chain_add_file(p->chain, call->args[i], err)) {
            return false;
        }
    }
    return true;
}

/* -- What came of it ------------------------------------------------------------ */

static bool complete(struct chain *chain, const struct fetch_found *found,
                     struct sevk_error *err)
{
    return chain_add(chain, buf_bytes(&found->cek), "the signed CEK", err) &&
           chain_add(chain, buf_bytes(&found->ask_ark), "ASK and ARK", err);
}

static bool write_chain(const struct options *o, const struct chain *chain,
                        struct out *out, struct sevk_error *err)
{
    OWN(buf_free) struct buf all = { 0 };
    OWN(buf_free) struct buf names = { 0 };

    for (unsigned int role = 0; role < CHAIN_ROLES; role++) {
        struct bytes cert = chain_cert(chain, role);

        if (cert.n != 0 &&
            (!buf_append(&all, cert, err) ||
             !buf_printf(&names, err, "%s%s", names.n == 0 ? "" : " ",
                         chain_role_name(role)))) {
            return false;
        }
    }
    if (!file_replace(o->file, 0644, buf_bytes(&all), err)) {
        return false;
    }
    out_text(out, out->tree, "file", o->file);
    out_text(out, out->tree, "certificates", buf_string(&names));
    return true;
}

static void show(struct out *out, const struct fetch_found *found,
                 const char *cache)
{
    static const char *const sources[] = {
        [FETCH_AT_HAND] = "at hand",
        [FETCH_CACHED] = "cache",
        [FETCH_FROM_SERVER] = "server",
    };
    uint8_t id[SHA256_LEN];

    chain_platform_id(buf_bytes(&found->cek), id);
    out_hex(out, out->tree, "platform_id_hex", BYTES_OF(id));
    out_text(out, out->tree, "root", found->root);
    out_text(out, out->tree, "cek", sources[found->cek_source]);
    out_text(out, out->tree, "ask_ark", sources[found->ask_source]);
    if (cache != NULL) {
        out_text(out, out->tree, "cache", cache);
    }
}

static struct fetch_options fetch_from(const struct options *o,
                                       const struct platform *p,
                                       const struct trust *trust,
                                       const char *cache)
{
    return (struct fetch_options){
        .server = o->server,
        .ca_file = o->ca_file,
        .processor = o->processor,
        .cache = cache,
        .offline = o->offline,
        .timeout = o->timeout.value,
        .wait = o->wait.value,
        .id = p->has_id ? p->id : NULL,
        .cek = chain_cert(p->chain, CHAIN_CEK),
        .ask = chain_cert(p->chain, CHAIN_ASK),
        .trust = trust,
    };
}

static bool fetch(const struct verb_call *call, const struct platform *p,
                  const char *cache, struct fetch_found *ret,
                  struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(trust_free) struct trust trust = { 0 };
    struct watch watch = watch_user(call->out);
    struct fetch_options options;
    const struct fetch_module *module;
    const void *table;

    if (!trust_from_options(&o->trust, &trust, err) ||
        !module_open(&fetch_kind, &table, err)) {
        return false;
    }
    module = table;
    options = fetch_from(o, p, &trust, cache);
    return module->run(&options, &watch, ret, err);
}

static void found_clear(struct fetch_found *found)
{
    buf_free(&found->cek);
    buf_free(&found->ask_ark);
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(found_clear) struct fetch_found found = { 0 };
    OWN(own_free) char *cache = NULL;
    struct platform p = { 0 };
    bool done;

    done = read_platform(call, &p, err) && cache_dir(o->cache, &cache, err) &&
           fetch(call, &p, cache, &found, err) &&
           complete(p.chain, &found, err);
    if (done) {
        show(call->out, &found, cache);
    }
    done = done && (o->file == NULL || write_chain(o, p.chain, call->out, err));
    chain_free(&p.chain);
    return done;
}

const struct verb verb_chain_fetch = {
    .noun = "chain",
    .verb = "fetch",
    .summary = "get the CEK that AMD signed, from the cache or the key server",
    .args = "[FILE...]",
    .max_args = VERB_ARGS_ANY,
    VERB_OPTIONS(struct options),
    .run = run,
};
