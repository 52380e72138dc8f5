/* SPDX-License-Identifier: Apache-2.0 */
/* A verdict about a guest that somebody else started. */
#include "attest/validate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/launch_plan.h"
#include "attest/place.h"
#include "base/hex.h"
#include "base/own.h"
#include "owner/policy.h"

/* What the verdict is reached with. */
struct keys {
    struct session session; /* TEK and TIK; the TEK may be empty */
    bool has_record;
    struct session_record record;
};

static void own_keys(struct keys **keys)
{
    if (*keys != NULL) {
        session_clear(&(*keys)->session);
        free(*keys);
    }
    *keys = NULL;
}

/* -- Keys. ------------------------------------------------------------------------- */

static bool read_recorded(const char *prefix, struct keys *keys,
                          struct sevk_error *err)
{
    if (!session_record_check_unused(prefix, err) ||
        !session_files_read(prefix, &keys->session, &keys->record, err)) {
        return false;
    }
    keys->has_record = true;
    return true;
}

static bool read_keys(const struct validate_keys *from, bool need_tek,
                      struct keys *keys, struct sevk_error *err)
{
    struct session *s = &keys->session;
    int ways = (from->session != NULL) + (from->tk != NULL) +
               (from->tik != NULL || from->tek != NULL);

    if (ways != 1) {
        return sevk_fail(err, SEVK_USAGE,
                         "the keys come from one of: --session PREFIX, --tk "
                         "FILE, or --tik FILE with --tek FILE");
    }
    if (from->session != NULL) {
        return read_recorded(from->session, keys, err);
    }
    if (from->tk != NULL) {
        return session_keys_read_both(from->tk, &s->tek, &s->tik, err);
    }
    if (from->tik == NULL || (need_tek && from->tek == NULL)) {
        return sevk_fail(err, SEVK_USAGE,
                         from->tik == NULL
                             ? "--tik is needed to check a measurement"
                             : "--tek is needed to inject secrets");
    }
    return secret_read_file(&s->tik, from->tik, SESSION_KEY_LEN,
                            SESSION_KEY_LEN, "TIK", err) &&
           (from->tek == NULL ||
            secret_read_file(&s->tek, from->tek, SESSION_KEY_LEN,
                             SESSION_KEY_LEN, "TEK", err));
}

/* -- One judgement. ------------------------------------------------------------------ */

/* A judgement under way. */
struct judge {
    const struct validate_options *options;
    struct keys *keys;
    struct expectation *expectation;
    struct sevk_secret table;
};

static void own_judge(struct judge *j)
{
    own_keys(&j->keys);
    expectation_free(&j->expectation);
    secret_clear(&j->table);
}

/* Everything of the owner's, before the evidence is asked for. */
static bool prepare(const struct validate_options *o, struct judge *j,
                    struct sevk_error *err)
{
    struct expectation_options expect = o->expect;

    j->options = o;
    j->keys = calloc(1, sizeof *j->keys);
    if (j->keys == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!read_keys(&o->keys, o->n_secrets != 0, j->keys, err)) {
        return false;
    }
    if (j->keys->has_record) {
        if (expect.has_policy && expect.policy != j->keys->record.policy) {
            return sevk_fail(
                err, SEVK_USAGE,
                "the session was made for policy 0x%02x, not 0x%02x",
                j->keys->record.policy, expect.policy);
        }
        expect.has_policy = true;
        expect.policy = j->keys->record.policy;
    }
    return expectation_read(&expect, NULL, &j->expectation, err) &&
           launch_read_secrets(o->secrets, o->n_secrets, j->expectation,
                               &j->table, err);
}

static bool reach(struct judge *j, const struct evidence *evidence,
                  struct verdict *ret, struct sevk_error *err)
{
    struct verdict_platform platform = { 0 };
    uint32_t policy = evidence->policy;

    if (j->keys->has_record) {
        platform = verdict_platform_of_record(&j->keys->record);
    }
    (void)expectation_policy(j->expectation, &policy);
    /* A guest that the host may debug gets a verdict, but no secret. */
    return (j->table.n == 0 ||
            acceptance_check_policy(&j->expectation->rules, policy, err)) &&
           expectation_settle(j->expectation, policy, err) &&
           verdict_reach(evidence, j->expectation, &platform,
                         &j->keys->session.tik, ret, err) &&
           (ret->yes || !j->options->explain ||
            verdict_explain(j->expectation, &j->keys->session.tik, ret, err));
}

/* Nobody else may believe these keys after this; nor may we if we are late. */
static bool mark_used(const struct judge *j, const struct evidence *evidence,
                      struct sevk_error *err)
{
    char nonce[2 * sizeof evidence->measure.mnonce + 1];
    char use[SESSION_RECORD_TEXT_LEN];

    if (!j->keys->has_record) {
        return true;
    }
    hex_format(BYTES_OF(evidence->measure.mnonce), nonce);
    snprintf(use, sizeof use, "validation of measurement nonce %s", nonce);
    return session_record_mark_guest(j->options->keys.session, use,
                                     evidence->measure.measure, false,
                                     j->options->clock, err);
}

static bool seal(const struct judge *j, const struct evidence *evidence,
                 struct launch_packet *ret, struct sevk_error *err)
{
    return launch_secret_seal(&j->table, &j->keys->session.tek,
                              &j->keys->session.tik, evidence->measure.measure,
                              j->options->rng, ret, err);
}

bool validate_evidence(const struct validate_options *options,
                       const struct evidence *evidence,
                       struct launch_packet *packet, struct verdict *ret,
                       struct sevk_error *err)
{
    OWN(own_judge) struct judge j = { 0 };

    if (!prepare(options, &j, err) || !reach(&j, evidence, ret, err)) {
        return false;
    }
    if (!ret->yes) {
        return true;
    }
    return mark_used(&j, evidence, err) && (packet == NULL || j.table.n == 0 ||
                                            seal(&j, evidence, packet, err));
}

/* -- Online. --------------------------------------------------------------------------- */

/* What the description shows turns a yes into a no. */
static bool judge_description(const struct host *host, struct verdict *v,
                              struct sevk_error *err)
{
    OWN(buf_free) struct buf faults = { 0 };

    if (!host->compare(host->ctx, &faults, err)) {
        return false;
    }
    if (faults.n == 0) {
        return true;
    }
    v->yes = false;
    sentences_clear(&v->covered);
    return sentences_add(&v->reasons, err, "the VM's configuration: %s",
                         buf_string(&faults));
}

static bool inject(const struct judge *j, const struct host *host,
                   const struct evidence *evidence, struct launch_outcome *out,
                   struct sevk_error *err)
{
    OWN(launch_packet_free) struct launch_packet packet = { 0 };

    if (j->table.n == 0) {
        return true;
    }
    if (!seal(j, evidence, &packet, err) ||
        !host->inject(host->ctx, &packet, err)) {
        return false;
    }
    out->n_secrets = j->options->n_secrets;
    return host->resume(host->ctx, err);
}

static bool judge_online(struct judge *j, const struct host *host,
                         struct launch_outcome *out, struct sevk_error *err)
{
    struct evidence evidence = { 0 };

    if (!host->vm(host->ctx, &out->vm, err) ||
        !host->measure(host->ctx, &evidence, err) ||
        !reach(j, &evidence, &out->verdict, err) ||
        !judge_description(host, &out->verdict, err)) {
        return false;
    }
    if (!out->verdict.yes) {
        return true;
    }
    if (!mark_used(j, &evidence, err) ||
        !inject(j, host, &evidence, out, err)) {
        return false;
    }
    out->state = j->table.n == 0 ? LAUNCH_PAUSED : LAUNCH_RUNNING;
    return true;
}

bool validate_online(const struct validate_options *options,
                     const struct host *host, const struct watch *watch,
                     struct launch_outcome *ret, struct sevk_error *err)
{
    OWN(own_judge) struct judge j = { 0 };
    OWN(launch_outcome_clear) struct launch_outcome out = { 0 };
    struct host_description h = { 0 };

    out.state = LAUNCH_PAUSED;
    if (!prepare(options, &j, err) || !host->describe(host->ctx, &h, err) ||
        !place_check(&h, options->insecure, watch, err) ||
        !judge_online(&j, host, &out, err)) {
        return false;
    }
    *ret = out;
    out = (struct launch_outcome){ 0 };
    return true;
}
