/* SPDX-License-Identifier: Apache-2.0 */
/* The attested launch: from a host that nobody trusts to a guest with secrets. */
#include "attest/launch.h"

#include <stdio.h>
#include <string.h>

#include "attest/launch_plan.h"
#include "attest/place.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/own.h"
#include "owner/policy.h"

/* A launch under way. */
struct run {
    struct launch_plan *plan;
    const struct host *host;
    const struct watch *watch;
    struct launch_outcome out;
    struct chain_verdict chain;
    struct session session;
    struct evidence evidence;
    char said[HOST_TEXT_LEN]; /* what the step says of itself */
    char *kept;               /* prefix of the key files; NULL: none written */
    bool attempted;           /* there may be a VM */
};

const char *launch_state_name(enum launch_state state)
{
    static const char *const names[] = {
        [LAUNCH_NOT_STARTED] = "not started",
        [LAUNCH_RUNNING] = "running",
        [LAUNCH_PAUSED] = "paused",
        [LAUNCH_DESTROYED] = "destroyed",
    };

    return names[state];
}

void launch_outcome_clear(struct launch_outcome *outcome)
{
    verdict_clear(&outcome->verdict);
    *outcome = (struct launch_outcome){ 0 };
}

__attribute__((format(printf, 2, 3))) static bool say(struct run *r,
                                                      const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vsnprintf(r->said, sizeof r->said, fmt, args);
    va_end(args);
    return true;
}

/* -- host ------------------------------------------------------------------------- */

static bool check_ability(const struct run *r, const struct host_description *h,
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

static bool step_host(struct run *r, struct sevk_error *err)
{
    struct host_description h = { 0 };

    if (!r->host->describe(r->host->ctx, &h, err) ||
        !place_check(&h, r->plan->options->insecure, r->watch, err) ||
        !r->host->vm(r->host->ctx, &r->out.vm, err) ||
        !check_ability(r, &h, err)) {
        return false;
    }
    return say(r, "'%.80s', %.60s, C-bit %u, %u bits less", h.name, h.software,
               h.cbitpos, h.reduced_phys_bits);
}

/* -- chain ------------------------------------------------------------------------ */

static void warn_of_chain(struct run *r)
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

static bool step_chain(struct run *r, struct sevk_error *err)
{
    struct launch_plan *p = r->plan;
    char id[2 * SHA256_LEN + 1];

    if (!r->host->certificates(r->host->ctx, p->chain, err)) {
        return sevk_fail_in(err, "the platform's certificates");
    }
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
static bool keep_keys(struct run *r, struct sevk_error *err)
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
static void remove_keys(struct run *r)
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

static bool step_session(struct run *r, struct sevk_error *err)
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
    return say(r, "fresh keys, policy 0x%x (%s)", r->plan->policy, names);
}

/* -- start, measurement, verdict ---------------------------------------------------- */

static bool step_start(struct run *r, struct sevk_error *err)
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

static bool step_measurement(struct run *r, struct sevk_error *err)
{
    struct evidence *e = &r->evidence;

    if (!r->host->measure(r->host->ctx, e, err)) {
        return false;
    }
    return say(r, "firmware API %u.%u build %u, policy 0x%x", e->api_major,
               e->api_minor, e->build, e->policy);
}

static bool step_verdict(struct run *r, struct sevk_error *err)
{
    struct verdict_platform platform = verdict_platform_of_chain(&r->chain);
    struct verdict *v = &r->out.verdict;

    v->yes = false;
    if (!verdict_reach(&r->evidence, r->plan->expectation, &platform,
                       &r->session.tik, v, err)) {
        return false;
    }
    if (!v->yes) {
        return say(r, "no: %.200s", v->reasons.items[0]);
    }
    return say(r, "yes%s", platform.is_virtual ? " (VIRTUAL platform)" : "");
}

/* -- secret, running ------------------------------------------------------------------ */

static bool step_secret(struct run *r, struct sevk_error *err)
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

static bool step_running(struct run *r, struct sevk_error *err)
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

/* -- The whole. --------------------------------------------------------------------- */

static const struct step {
    const char *name;
    bool (*run)(struct run *r, struct sevk_error *err);
    bool judges; /* after it the verdict must be yes to go on */
} steps[] = {
    { "host", step_host, false },
    { "chain", step_chain, true },
    { "session", step_session, false },
    { "start", step_start, false },
    { "measurement", step_measurement, false },
    { "verdict", step_verdict, true },
    { "secret", step_secret, false },
    { "running", step_running, false },
};

/* True: done, or a "no" that ended it. */
static bool run_steps(struct run *r, struct sevk_error *err)
{
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (watch_stopped(r->watch)) {
            return sevk_fail(err, SEVK_HOST, "stopped before the step '%s'",
                             steps[i].name);
        }
        if (!steps[i].run(r, err)) {
            return false;
        }
        watch_step(r->watch, steps[i].name, r->said);
        if (steps[i].judges && !r->out.verdict.yes) {
            return true;
        }
    }
    return true;
}

#define ABANDON_TRIES   6
#define ABANDON_WAIT_MS 500u

static void tell_retry(struct run *r, const struct sevk_error *why)
{
    char text[SEVK_ERROR_MESSAGE_LEN];

    snprintf(text, sizeof text,
             "the VM can't be destroyed yet (%.300s); trying again",
             why->message);
    watch_warn(r->watch, text);
}

/* A host that has lost the connection may come back. */
static bool abandon(struct run *r, struct sevk_error *err)
{
    for (unsigned int i = 0; i < ABANDON_TRIES; i++) {
        if (i != 0) {
            tell_retry(r, err);
            r->host->wait(r->host->ctx, ABANDON_WAIT_MS << (i - 1));
        }
        if (r->host->abandon(r->host->ctx, err)) {
            r->out.state = LAUNCH_DESTROYED;
            return true;
        }
    }
    return false;
}

/* The first failure is the one to tell; what became of the VM follows it. */
static bool tell(struct sevk_error *err, const char *fate)
{
    char why[SEVK_ERROR_MESSAGE_LEN];

    if (err != NULL) {
        memcpy(why, err->message, sizeof why);
        snprintf(err->message, sizeof err->message, "%.300s; %.200s", why,
                 fate);
    }
    return false;
}

static bool fail_left(const struct run *r, const struct sevk_error *left,
                      bool failed, struct sevk_error *err)
{
    char fate[256];

    snprintf(fate, sizeof fate,
             "the VM %s could NOT be destroyed (%.90s): destroy it by hand, "
             "'virsh destroy %s'",
             r->out.vm.uuid, left->message, r->out.vm.uuid);
    if (!failed) {
        sevk_fail(err, SEVK_HOST, "the verdict is no");
    }
    return tell(err, fate);
}

/*
 * After a "no", or when something FAILED: nothing of the launch stays, unless
 * the owner wants it kept. True: the verdict "no" can be returned.
 */
static bool clean_up(struct run *r, bool failed, struct sevk_error *err)
{
    struct sevk_error left = { 0 };

    if (!r->attempted) {
        remove_keys(r);
        return !failed;
    }
    if (r->plan->options->keep_on_failure) {
        return failed ? tell(err, "the VM was kept (--keep-on-failure)") : true;
    }
    if (!abandon(r, &left)) {
        return fail_left(r, &left, failed, err);
    }
    remove_keys(r);
    return failed ? tell(err, "no VM was left behind") : true;
}

static void own_run(struct run **r)
{
    if (*r != NULL) {
        session_clear(&(*r)->session);
        launch_outcome_clear(&(*r)->out);
        free((*r)->kept);
        free(*r);
    }
    *r = NULL;
}

bool launch_run(struct launch_plan *plan, const struct host *host,
                const struct watch *watch, struct launch_outcome *ret,
                struct sevk_error *err)
{
    OWN(own_run) struct run *r = calloc(1, sizeof *r);
    bool done;

    if (r == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    r->plan = plan;
    r->host = host;
    r->watch = watch;
    done = run_steps(r, err);
    if ((!done || !r->out.verdict.yes) && !clean_up(r, !done, err)) {
        return false;
    }
    *ret = r->out;
    r->out = (struct launch_outcome){ 0 };
    return true;
}
