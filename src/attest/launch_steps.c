/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of an attested launch. */
#include "attest/launch_steps.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "attest/place.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/own.h"
#include "owner/cek_cache.h"
#include "owner/policy.h"

__attribute__((format(printf, 2, 3))) static bool say(struct launch_run *r,
                                                      const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vsnprintf(r->said, sizeof r->said, fmt, args);
    va_end(args);
    return true;
}

/* -- host ------------------------------------------------------------------------- */

static bool check_ability(const struct launch_run *r,
                          const struct host_description *h,
                          struct sevk_error *err)
{
    bool es = (r->plan->policy & POLICY_ES) != 0;

    if (!h->sev || (es && !h->sev_es)) {
        return sevk_fail(err, SEVK_HOST,
                         "host '%.80s' can't run %s guests; its administrator "
                         "finds out why with 'sevkit host check'",
                         h->name, h->sev ? "SEV-ES" : "SEV");
    }
    return true;
}

static bool step_host(struct launch_run *r, struct sevk_error *err)
{
    struct host_description h = { 0 };

    if (!r->host->describe(r->host->ctx, &h, err) ||
        !place_check(&h, r->plan->options->insecure, r->watch, err) ||
        !r->host->vm(r->host->ctx, &r->out.vm, err) ||
        !check_ability(r, &h, err)) {
        return false;
    }
    if (h.cbitpos == 0) {
        return say(r, "'%.80s', %.60s", h.name, h.software);
    }
    return say(r, "'%.80s', %.60s, C-bit %u, %u bits less", h.name, h.software,
               h.cbitpos, h.reduced_phys_bits);
}

/* -- chain ------------------------------------------------------------------------ */

static void warn_of_chain(struct launch_run *r)
{
    const struct sentences *warnings = &r->out.verdict.warnings;

    for (size_t i = 0; i < warnings->n; i++) {
        watch_warn(r->watch, warnings->items[i]);
    }
    if (r->chain.yes && r->chain.is_virtual) {
        watch_warn(r->watch, "the platform is VIRTUAL: emulated in software, "
                             "it protects nothing");
    }
}

/* Hosts give the CEK as their firmware exports it: without AMD's signature. */
static void complete_chain(struct launch_run *r)
{
    const char *dir = r->plan->options->cek_cache;
    struct sevk_error why = { 0 };
    bool done;

    if (dir != NULL && !cek_cache_complete(dir, r->plan->chain, &done, &why)) {
        watch_warn(r->watch, why.message);
    }
}

static bool schedule(struct launch_run *r, struct sevk_error *err)
{
    if (r->host->schedule == NULL) {
        return true;
    }
    r->attempted = true;
    return r->host->schedule(r->host->ctx, err) &&
           r->host->vm(r->host->ctx, &r->out.vm, err);
}

static bool step_chain(struct launch_run *r, struct sevk_error *err)
{
    struct launch_plan *p = r->plan;
    char id[2 * SHA256_LEN + 1];

    if (!schedule(r, err)) {
        return false;
    }
    if (!r->host->certificates(r->host->ctx, p->chain, err)) {
        return sevk_fail_in(err, "the platform's certificates");
    }
    complete_chain(r);
    if (!chain_verify(p->chain, &p->trust, &r->chain, err) ||
        !verdict_of_chain(&r->chain, &p->expectation->rules, &r->out.verdict,
                          err)) {
        return false;
    }
    warn_of_chain(r);
    hex_format(BYTES_OF(r->chain.cek_fingerprint), id);
    if (!r->out.verdict.yes) {
        return say(r, "no: %.200s", r->out.verdict.reasons.items[0]);
    }
    return say(r, "platform %.16s…, %s%.100s", id,
               r->chain.is_virtual ? "VIRTUAL, " : "", r->chain.root);
}

/* -- session ---------------------------------------------------------------------- */

/* A file's name is made of the VM's: it must be one, and nothing more. */
static bool check_file_name(const char *name, struct sevk_error *err)
{
    if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the VM's name '%.80s' can't be a file's name; rename "
                         "the VM, or leave --keep-keys out",
                         name);
    }
    return true;
}

/* The keys count as used from here on, whatever comes of the start. */
static bool keep_keys(struct launch_run *r, struct sevk_error *err)
{
    const struct launch_options *o = r->plan->options;
    OWN(own_free) char *prefix = NULL;
    struct session_record record = { 0 };
    char use[SESSION_RECORD_TEXT_LEN];

    if (o->keep_keys == NULL) {
        return true;
    }
    if (!check_file_name(r->out.vm.name, err) ||
        !path_join(o->keep_keys, r->out.vm.name, &prefix, err) ||
        !session_record_make(&r->session, &r->chain, clock_now(o->clock),
                             &record, err) ||
        !session_files_write(prefix, &r->session, &record, false, err)) {
        return sevk_fail_in(err, "--keep-keys");
    }
    r->kept = TAKE(prefix);
    snprintf(use, sizeof use, "launch of '%.100s' (%s)", r->out.vm.name,
             r->out.vm.uuid);
    return session_record_mark_used(r->kept, use, o->clock, err);
}

/* A VM that is gone needs no keys, and the next launch would stumble. */
void launch_remove_keys(const struct launch_run *r)
{
    static const char *const parts[] = { "tik.bin", "tek.bin", "godh.b64",
                                         "session.b64", "session.json" };
    char path[4096];

    for (size_t i = 0; r->kept != NULL && i < sizeof parts / sizeof *parts;
         i++) {
        if (snprintf(path, sizeof path, "%s_%s", r->kept, parts[i]) <
            (int)sizeof path) {
            unlink(path);
        }
    }
}

static bool step_session(struct launch_run *r, struct sevk_error *err)
{
    char names[POLICY_TEXT_LEN];

    if (!session_create(&r->chain, r->plan->chain, r->plan->policy,
                        r->plan->options->rng, &r->session, err) ||
        !keep_keys(r, err)) {
        return false;
    }
    if (!r->session.tek.locked || !r->session.tik.locked) {
        watch_warn(r->watch, "the keys could not be locked into memory: they "
                             "may reach the swap space (raise ulimit -l)");
    }
    policy_format(r->plan->policy, names);
    return say(r, "fresh keys, policy 0x%02x (%s)", r->plan->policy, names);
}

/* -- start, measurement, verdict ---------------------------------------------------- */

static bool step_start(struct launch_run *r, struct sevk_error *err)
{
    OWN(buf_free) struct buf differences = { 0 };
    struct host_session session = {
        .godh = r->session.godh,
        .blob = r->session.blob,
        .policy = r->plan->policy,
    };

    r->attempted = true;
    if (!r->host->start(r->host->ctx, &session, err)) {
        return false;
    }
    r->out.state = LAUNCH_PAUSED;
    if (!r->host->compare(r->host->ctx, &differences, err)) {
        return false;
    }
    if (differences.n != 0) {
        return sevk_fail(err, SEVK_REFUSED,
                         "the host started another VM than the one asked for: "
                         "%.400s",
                         buf_string(&differences));
    }
    return say(r, "'%.80s' (%s), paused", r->out.vm.name, r->out.vm.uuid);
}

static bool step_measurement(struct launch_run *r, struct sevk_error *err)
{
    struct evidence *e = &r->evidence;

    if (!r->host->measure(r->host->ctx, e, err)) {
        return false;
    }
    return say(r, "firmware API %u.%u build %u, policy 0x%02x", e->api_major,
               e->api_minor, e->build, e->policy);
}

/* Whoever started it holds the keys, so it can ask what was started instead. */
static bool explain_no(struct launch_run *r, struct sevk_error *err)
{
    struct verdict *v = &r->out.verdict;
    char text[EXPLAIN_TEXT_LEN];

    if (!verdict_explain(r->plan->expectation, &r->session.tik, v, err)) {
        return false;
    }
    if (v->explanation == NULL) {
        return say(r, "no: %.200s", v->reasons.items[0]);
    }
    explanation_text(v->explanation, text);
    return say(r, "no, the measurement is another one: %.300s", text);
}

static bool step_verdict(struct launch_run *r, struct sevk_error *err)
{
    struct verdict_platform platform = verdict_platform_of_chain(&r->chain);
    struct verdict *v = &r->out.verdict;

    v->yes = false;
    if (!verdict_reach(&r->evidence, r->plan->expectation, &platform,
                       &r->session.tik, v, err)) {
        return false;
    }
    if (!v->yes) {
        return explain_no(r, err);
    }
    return say(r, "yes%s", platform.is_virtual ? " (VIRTUAL platform)" : "");
}

/* -- secret, running ------------------------------------------------------------------ */

static bool step_secret(struct launch_run *r, struct sevk_error *err)
{
    OWN(launch_packet_free) struct launch_packet packet = { 0 };
    const struct launch_plan *p = r->plan;

    if (p->table.n == 0) {
        return say(r, "none");
    }
    if (!launch_secret_seal(&p->table, &r->session.tek, &r->session.tik,
                            r->evidence.measure.measure, p->options->rng,
                            &packet, err) ||
        !r->host->inject(r->host->ctx, &packet, err)) {
        return false;
    }
    r->out.n_secrets = p->options->n_secrets;
    return say(r, "%zu injected (%zu bytes)", r->out.n_secrets, p->table.n);
}

static bool step_running(struct launch_run *r, struct sevk_error *err)
{
    if (r->plan->options->no_resume) {
        return say(r, "left paused (--no-resume)");
    }
    if (!r->host->resume(r->host->ctx, err)) {
        return false;
    }
    r->out.state = LAUNCH_RUNNING;
    return say(r, "'%.80s' (%s)", r->out.vm.name, r->out.vm.uuid);
}

/* -- In their order. ------------------------------------------------------------ */

const struct launch_step launch_steps[] = {
    { "host", step_host, false },
    { "chain", step_chain, true },
    { "session", step_session, false },
    { "start", step_start, false },
    { "measurement", step_measurement, false },
    { "verdict", step_verdict, true },
    { "secret", step_secret, false },
    { "running", step_running, false },
};

const size_t n_launch_steps = sizeof launch_steps / sizeof *launch_steps;
