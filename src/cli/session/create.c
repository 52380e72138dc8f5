/* SPDX-License-Identifier: Apache-2.0 */
/* sevkit session create: fresh keys for one start on a platform that holds. */
#include <json-c/json.h>

#include "attest/verdict_json.h"
#include "base/clock.h"
#include "base/own.h"
#include "base/random.h"
#include "cli/cache.h"
#include "cli/hold.h"
#include "cli/trust.h"
#include "cli/verb.h"
#include "owner/policy.h"
#include "owner/session.h"
#include "owner/session_record.h"

struct options {
    struct opt_list chain;
    struct opt_list trust;
    struct opt_list platform_ids;
    struct opt_u32 policy;
    bool allow_weak_policy;
    const char *prefix;
};

static const struct opt rows[] = {
    { .name = "chain",
      .arg = "FILE",
      .help = "certificates of the platform, from PDH to ARK",
      .set = opt_set_list,
      .at = offsetof(struct options, chain),
      .many = true,
      .required = true },
    { .name = "trust",
      .arg = "amd|FILE",
      .help = "root to trust: AMD's own (the default) or a file's",
      .set = opt_set_list,
      .at = offsetof(struct options, trust),
      .many = true },
    { .name = "platform-id",
      .arg = "ID",
      .help = "accept only this platform",
      .set = opt_set_list,
      .at = offsetof(struct options, platform_ids),
      .many = true },
    { .name = "policy",
      .arg = "P",
      .help = "guest policy, a number or names",
      .set = opt_set_policy,
      .at = offsetof(struct options, policy),
      .preset = "nodbg,noks,es,nosend" },
    { .name = "allow-weak-policy",
      .help = "also without nodbg or noks",
      .set = opt_set_flag,
      .at = offsetof(struct options, allow_weak_policy) },
    { .name = "out",
      .arg = "PREFIX",
      .help = "beginning of the names of the five files",
      .set = opt_set_string,
      .at = offsetof(struct options, prefix),
      .required = true },
};

static bool rules_from(const struct options *o, struct acceptance *ret,
                       struct sevk_error *err)
{
    *ret = acceptance_default();
    ret->allow_weak_policy = o->allow_weak_policy;
    for (size_t i = 0; i < o->platform_ids.n; i++) {
        if (!acceptance_add_platform(ret, o->platform_ids.items[i], err)) {
            return false;
        }
    }
    return acceptance_check_policy(ret, o->policy.value, err);
}

/* Nothing was measured yet: what a yes covers has no place here. */
static bool show_verdict(struct out *out, const struct verdict *verdict,
                         struct sevk_error *err)
{
    out->no = !verdict->yes;
    if (!verdict_to_json(verdict, out->tree, err)) {
        return false;
    }
    json_object_object_del(out->tree, "covered");
    json_object_object_del(out->tree, "not_covered");
    return true;
}

static void show_files(struct out *out, const char *prefix)
{
    static const char *const ends[] = { "_tik.bin", "_tek.bin", "_godh.b64",
                                        "_session.b64", "_session.json" };
    struct json_object *list = out_list(out, out->tree, "files");

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        OWN(own_free) char *name = NULL;

        if (asprintf(&name, "%s%s", prefix, ends[i]) < 0) {
            name = NULL;
            out->short_of_memory = true;
            return;
        }
        out_text(out, list, NULL, name);
    }
}

/* What the host is given: public. In text, the files are named instead. */
static void show_public(struct out *out, const struct session *session)
{
    if (out->json) {
        out_base64(out, out->tree, "dh_cert", BYTES_OF(session->godh));
        out_base64(out, out->tree, "session", BYTES_OF(session->blob));
    }
}

static bool make(const struct options *o, const struct chain_verdict *verdict,
                 const struct chain *chain, struct out *out,
                 struct sevk_error *err)
{
    OWN(own_free) struct session_record *record = calloc(1, sizeof *record);
    HOLD_SIGNALS(hold);
    char names[POLICY_TEXT_LEN];
    SESSION(session);

    if (record == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a session");
    }
    if (!session_create(verdict, chain, o->policy.value, rng_system(), &session,
                        err) ||
        !session_record_make(&session, verdict, clock_now(clock_system()),
                             record, err) ||
        !session_files_write(o->prefix, &session, record, false, err)) {
        return false;
    }
    policy_format(o->policy.value, names);
    out_bits(out, out->tree, "policy", o->policy.value);
    out_text(out, out->tree, "policy_names", names);
    show_public(out, &session);
    show_files(out, o->prefix);
    return true;
}

/* Too large for the stack. */
struct findings {
    struct acceptance rules;
    struct chain_verdict chain;
};

static bool run(const struct verb_call *call, struct sevk_error *err)
{
    const struct options *o = call->options;
    OWN(own_free) struct findings *f = calloc(1, sizeof *f);
    OWN(trust_free) struct trust trust = { 0 };
    OWN(chain_free) struct chain *chain = NULL;
    OWN(verdict_clear) struct verdict verdict = { 0 };

    if (f == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory for a session");
    }
    if (!rules_from(o, &f->rules, err) ||
        !trust_from_options(&o->trust, &trust, err) ||
        !chain_from_options(&o->chain, &chain, err) ||
        !chain_from_cache(chain, call->out, err) ||
        !chain_verify(chain, &trust, &f->chain, err) ||
        !verdict_of_chain(&f->chain, &f->rules, &verdict, err) ||
        !show_verdict(call->out, &verdict, err) ||
        (verdict.yes && !make(o, &f->chain, chain, call->out, err))) {
        return false;
    }
    say_virtual(call->out);
    return true;
}

const struct verb verb_session_create = {
    .noun = "session",
    .verb = "create",
    .summary = "check a platform's certificates and make keys for one start",
    VERB_OPTIONS(struct options),
    .run = run,
};
