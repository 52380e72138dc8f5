/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit chain verify: do these certificates lead to a trusted root? */
#include <stdlib.h>

#include <json-c/json.h>

#include "attest/verdict_json.h"
#include "base/file.h"
#include "base/own.h"
#include "cli/chain_text.h"
#include "cli/trust.h"
#include "cli/verb.h"

struct options {
    struct opt_list trust;
};

static const struct opt rows[] = {
    { .name = "trust",
      .arg = "amd|FILE",
      .help = "root to trust: AMD's own (the default) or a file's",
      .set = opt_set_list,
      .at = offsetof(struct options, trust),
      .many = true },
};

static const char *const link_ids[CHAIN_LINKS] = {
    [CHAIN_LINK_ARK_TRUSTED] = "ark-trusted",
    [CHAIN_LINK_ARK_SELF] = "ark-self",
    [CHAIN_LINK_ASK_ARK] = "ask-ark",
    [CHAIN_LINK_CEK_ASK] = "cek-ask",
    [CHAIN_LINK_OCA_SELF] = "oca-self",
    [CHAIN_LINK_PEK_CEK] = "pek-cek",
    [CHAIN_LINK_PEK_OCA] = "pek-oca",
    [CHAIN_LINK_PDH_PEK] = "pdh-pek",
};

static const char *const link_states[] = {
    [CHAIN_LINK_MISSING] = "missing",
    [CHAIN_LINK_BAD] = "bad",
    [CHAIN_LINK_OK] = "ok",
};

static void show_holds(struct out *out, struct json_object *files,
                       const char *path, const struct chain *one)
{
    struct json_object *item = out_object(out, files, NULL);
    struct json_object *holds;

    out_text(out, item, "file", path);
    holds = out_list(out, item, "holds");
    for (unsigned int role = 0; role < CHAIN_ROLES; role++) {
        if (chain_cert(one, role).n > 0) {
            out_text(out, holds, NULL, chain_role_name(role));
        }
    }
}

/* Each file is read once; what it holds by itself is told. */
static bool add_file(struct out *out, struct json_object *files,
                     const char *path, struct chain *chain,
                     struct sevk_error *err)
{
    OWN(chain_free) struct chain *one = NULL;
    OWN(buf_free) struct buf content = { 0 };

    if (!file_read(path, CHAIN_FILE_MAX, "certificates", &content, err) ||
        !chain_new(&one, err) ||
        !chain_add(one, buf_bytes(&content), path, err) ||
        !chain_add(chain, buf_bytes(&content), path, err)) {
        return false;
    }
    show_holds(out, files, path, one);
    return true;
}

static bool add_files(const struct verb_call *call, struct chain *chain,
                      struct sevk_error *err)
{
    struct json_object *files = out_list(call->out, call->out->tree, "files");

    for (size_t i = 0; i < call->n_args; i++) {
        if (!add_file(call->out, files, call->args[i], chain, err)) {
            return false;
        }
    }
    return true;
}

static void show_certificate(struct out *out, struct json_object *list,
                             const struct chain *chain, enum chain_role role)
{
    struct bytes bytes = chain_cert(chain, role);
    struct json_object *item = out_object(out, list, NULL);
    uint8_t digest[SHA256_LEN];
    struct sev_cert cert;
    char api[16];

    out_text(out, item, "role", chain_role_name(role));
    out_text(out, item, "from", chain_cert_source(chain, role));
    if (role <= CHAIN_CEK && sev_cert_decode(bytes, &cert, NULL)) {
        snprintf(api, sizeof api, "%u.%u", cert.api_major, cert.api_minor);
        out_text(out, item, "api", api);
    }
    sha256(bytes, digest);
    out_hex(out, item, "sha256_hex", BYTES_OF(digest));
}

static void show_certificates(struct out *out, const struct chain *chain,
                              bool completed)
{
    struct json_object *list = out_list(out, out->tree, "certificates");

    for (unsigned int role = 0; role < CHAIN_ROLES; role++) {
        if (chain_cert(chain, role).n > 0) {
            show_certificate(out, list, chain, role);
        }
    }
    out_flag(out, out->tree, "completed_from_root", completed);
}

static void show_links(struct out *out, const struct chain_verdict *verdict)
{
    struct json_object *list = out_list(out, out->tree, "links");

    out_flag(out, out->tree, "links_hold", verdict->yes);
    for (unsigned int i = 0; i < CHAIN_LINKS; i++) {
        const struct chain_link *link = &verdict->links[i];
        struct json_object *item = out_object(out, list, NULL);

        out_text(out, item, "id", link_ids[i]);
        out_text(out, item, "name", chain_link_name(i));
        out_text(out, item, "state", link_states[link->state]);
        if (link->state != CHAIN_LINK_OK) {
            out_text(out, item, "reason", link->reason);
        }
    }
}

/* The verdict as all verbs tell it; nothing was measured here. */
static bool show_verdict(struct out *out, const struct chain_verdict *links,
                         struct sevk_error *err)
{
    OWN(own_free) struct acceptance *rules = calloc(1, sizeof *rules);
    OWN(verdict_clear) struct verdict verdict = { 0 };

    if (rules == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a verdict");
    }
    *rules = acceptance_default();
    if (!verdict_of_chain(links, rules, &verdict, err) ||
        !verdict_to_json(&verdict, out->tree, err)) {
        return false;
    }
    out->no = !verdict.yes;
    json_object_object_del(out->tree, "covered");
    json_object_object_del(out->tree, "not_covered");
    return true;
}

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(own_free) struct chain_verdict *verdict = calloc(1, sizeof *verdict);
    OWN(trust_free) struct trust trust = { 0 };
    OWN(chain_free) struct chain *chain = NULL;

    if (verdict == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a verdict");
    }
    if (!trust_from_options(&o->trust, &trust, err) ||
        !chain_new(&chain, err) || !add_files(call, chain, err) ||
        !chain_verify(chain, &trust, verdict, err) ||
        !show_verdict(call->out, verdict, err)) {
        return false;
    }
    show_certificates(call->out, chain, verdict->completed);
    show_links(call->out, verdict);
    say_virtual(call->out);
    return true;
}

const struct verb verb_chain_verify = {
    .noun = "chain",
    .verb = "verify",
    .summary = "check a platform's certificates up to a trusted root",
    .args = "FILE...",
    .min_args = 1,
    .max_args = VERB_ARGS_ANY,
    VERB_OPTIONS(struct options),
    .draw = chain_text_print,
    .run = run,
};
