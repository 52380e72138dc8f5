/* SPDX-License-Identifier: Apache-2.0 */
/* The verdict: yes or no, why, and what a yes covers and what it does not. */
#include "attest/verdict.h"

#include <stdlib.h>
#include <string.h>

#include "base/own.h"
#include "owner/measurement.h"
#include "owner/policy.h"

void verdict_clear(struct verdict *verdict)
{
    sentences_clear(&verdict->reasons);
    sentences_clear(&verdict->covered);
    sentences_clear(&verdict->not_covered);
    sentences_clear(&verdict->warnings);
    free(verdict->explanation);
    *verdict = (struct verdict){ 0 };
}

struct verdict_platform verdict_platform_of_chain(
    const struct chain_verdict *chain)
{
    struct verdict_platform platform = {
        .verified = chain->yes,
        .is_virtual = chain->is_virtual,
        .has_id = chain->has_cek,
    };

    memcpy(platform.id, chain->cek_fingerprint, sizeof platform.id);
    memcpy(platform.root, chain->root, sizeof platform.root);
    memcpy(platform.generation, chain->generation, sizeof platform.generation);
    return platform;
}

struct verdict_platform verdict_platform_of_record(
    const struct session_record *record)
{
    struct verdict_platform platform = {
        .verified = record->verified,
        .is_virtual = record->is_virtual,
        .has_id = record->has_platform_id,
    };

    memcpy(platform.id, record->platform_id, sizeof platform.id);
    memcpy(platform.root, record->root, sizeof platform.root);
    memcpy(platform.generation, record->generation, sizeof platform.generation);
    return platform;
}

/* -- The platform. ---------------------------------------------------------------- */

/* Pins need a platform that something vouches for. */
static bool judge_platform(const struct verdict_platform *platform,
                           const struct acceptance *rules, struct verdict *v,
                           struct sevk_error *err)
{
    v->platform = *platform;
    if (rules->n_platforms == 0) {
        return true;
    }
    if (!platform->verified || !platform->has_id) {
        return sentences_add(&v->reasons, err,
                             "nothing says which platform the keys were made "
                             "for, but only named ones are accepted");
    }
    return acceptance_judge_platform(rules, platform->id, &v->reasons, err);
}

static bool judge_links(const struct chain_verdict *chain, struct verdict *v,
                        struct sevk_error *err)
{
    for (int i = 0; i < CHAIN_LINKS; i++) {
        const struct chain_link *link = &chain->links[i];

        if (link->state != CHAIN_LINK_OK &&
            !sentences_add(&v->reasons, err, "certificate chain, %s: %s",
                           chain_link_name((enum chain_link_id)i),
                           link->reason)) {
            return false;
        }
    }
    for (size_t i = 0; i < chain->n_warnings; i++) {
        if (!sentences_add(&v->warnings, err, "%s", chain->warnings[i])) {
            return false;
        }
    }
    return true;
}

/*
 * Whoever has the PDH's private key opens the session, and then answers in the
 * firmware's place, with any API version. No option makes that acceptable.
 */
static bool judge_age(const struct chain_verdict *chain, struct verdict *v,
                      struct sevk_error *err)
{
    return !chain->old_firmware ||
           sentences_add(&v->reasons, err,
                         "the platform's keys were made by firmware with an "
                         "API below 0.17, which gives them away "
                         "(CVE-2019-9836): the host needs newer firmware and "
                         "then new keys (PEK_GEN, PDH_GEN)");
}

bool verdict_of_chain(const struct chain_verdict *chain,
                      const struct acceptance *rules, struct verdict *ret,
                      struct sevk_error *err)
{
    struct verdict_platform platform = verdict_platform_of_chain(chain);

    if (!judge_links(chain, ret, err) || !judge_age(chain, ret, err)) {
        return false;
    }
    if (!chain->yes) {
        ret->platform = platform;
    } else if (!judge_platform(&platform, rules, ret, err)) {
        return false;
    }
    ret->yes = chain->yes && ret->reasons.n == 0;
    return true;
}

/* -- The measurement. --------------------------------------------------------------- */

static void keep_inputs(const struct expectation *e, struct verdict *v)
{
    const struct reference *r = &e->reference;

    v->has_inputs = true;
    v->policy = e->policy;
    v->has_firmware = e->has_image || r->has_firmware;
    memcpy(v->firmware_digest,
           e->has_image ? e->firmware.digest : r->firmware_digest, SHA256_LEN);
    v->firmware_size = e->has_image ? e->firmware.size : r->firmware_size;
    v->has_kernel_hashes = r->has_kernel_hashes;
    v->kernel_hashes = r->kernel_hashes;
    v->vcpus = e->vcpus;
    v->cpu_signature = r->cpu_signature;
    v->vm_type = r->vm_type;
    v->own_vmsa = e->vmsa_bsp != NULL;
    v->n_digests = e->n_digests;
    memcpy(v->digest, e->digests[0], SHA256_LEN);
}

/* Does any of the expected digests fit? The last one tried is in *ret. */
static bool search(const struct evidence *evidence, const struct expectation *e,
                   const struct sevk_secret *tik, struct verdict *v,
                   struct measurement_verdict *ret, struct sevk_error *err)
{
    struct measurement_expected expected = {
        .kernel_hashes = e->reference.has_kernel_hashes,
        .firmware_measures_boot = e->reference.firmware_measures_boot,
        .vcpus = e->vcpus,
    };

    *ret = (struct measurement_verdict){ 0 };
    for (size_t i = 0; i < e->n_digests && !ret->yes; i++) {
        memcpy(expected.digest, e->digests[i], SHA256_LEN);
        if (!measurement_verify(&evidence->measure, evidence->api_major,
                                evidence->api_minor, evidence->build,
                                evidence->policy, &expected, tik, ret, err)) {
            return false;
        }
        if (ret->yes) {
            memcpy(v->digest, e->digests[i], SHA256_LEN);
        }
    }
    return true;
}

static bool copy_sentences(struct sentences *to, const char *const *from,
                           size_t n, struct sevk_error *err)
{
    for (size_t i = 0; i < n; i++) {
        if (!sentences_add(to, err, "%s", from[i])) {
            return false;
        }
    }
    return true;
}

static bool judge_measurement(const struct evidence *evidence,
                              const struct expectation *e,
                              const struct sevk_secret *tik, struct verdict *v,
                              struct sevk_error *err)
{
    struct measurement_verdict m;

    if (!search(evidence, e, tik, v, &m, err)) {
        return false;
    }
    v->matches = m.yes;
    if (!m.yes) {
        return sentences_add(
            &v->reasons, err,
            "the measurement is not that of the expected firmware%s%s, under "
            "these keys: what the host started is something else, or the "
            "session is another one",
            e->reference.has_kernel_hashes ? ", kernel, initrd, command line"
                                           : "",
            e->vcpus != 0 ? ", number and model of vCPUs" : "");
    }
    return copy_sentences(&v->covered, m.covered, m.n_covered, err) &&
           copy_sentences(&v->not_covered, m.not_covered, m.n_not_covered, err);
}

static bool judge_policy(const struct evidence *evidence,
                         const struct expectation *e, struct verdict *v,
                         struct sevk_error *err)
{
    char want[POLICY_TEXT_LEN];
    char have[POLICY_TEXT_LEN];

    if (evidence->policy == e->policy) {
        return true;
    }
    policy_format(e->policy, want);
    policy_format(evidence->policy, have);
    return sentences_add(&v->reasons, err,
                         "the guest runs under policy 0x%02x (%s) instead of "
                         "0x%02x (%s)",
                         evidence->policy, have, e->policy, want);
}

/* -- What the yes leaves open. -------------------------------------------------------- */

static bool note_platform(const struct expectation *e, struct verdict *v,
                          struct sevk_error *err)
{
    struct sentences *to = &v->not_covered;
    const struct verdict_platform *p = &v->platform;

    if (p->is_virtual &&
        !sentences_add(
            to, err,
            "VIRTUAL: the platform is emulated in software; its "
            "machine's administrator sees everything in the guest")) {
        return false;
    }
    if (!p->verified) {
        return sentences_add(to, err,
                             "which platform this is: no verified certificate "
                             "chain stands behind these keys");
    }
    return e->rules.n_platforms != 0 ||
           sentences_add(to, err,
                         "which chip this is: any platform whose certificates "
                         "end in the trusted root was accepted "
                         "(--platform-id names one)");
}

static bool note_policy(uint32_t policy, struct verdict *v,
                        struct sevk_error *err)
{
    struct policy_weakness weak[POLICY_WEAKNESS_MAX];
    size_t n = policy_weaknesses(policy, weak);

    for (size_t i = 0; i < n; i++) {
        if (!sentences_add(&v->not_covered, err, "policy 0x%02x: %s", policy,
                           weak[i].sentence)) {
            return false;
        }
    }
    return true;
}

static bool note_boot(const struct expectation *e, struct verdict *v,
                      struct sevk_error *err)
{
    if (e->reference.has_kernel_hashes || e->reference.firmware_measures_boot) {
        return true;
    }
    return sentences_add(&v->not_covered, err,
                         "UNMEASURED BOOT: the host's disk decides which "
                         "kernel runs and reads the secrets");
}

bool verdict_reach(const struct evidence *evidence, const struct expectation *e,
                   const struct verdict_platform *platform,
                   const struct sevk_secret *tik, struct verdict *ret,
                   struct sevk_error *err)
{
    ret->has_evidence = true;
    ret->evidence = *evidence;
    keep_inputs(e, ret);
    if (!judge_platform(platform, &e->rules, ret, err) ||
        !acceptance_judge_firmware(&e->rules, evidence->api_major,
                                   evidence->api_minor, evidence->build,
                                   &ret->reasons, err) ||
        !judge_policy(evidence, e, ret, err)) {
        return false;
    }
    /* With these, the MAC has nothing to add: its input is refused already. */
    if (evidence->policy == e->policy &&
        policy_api_at_least(evidence->api_major, evidence->api_minor, 0, 17) &&
        !judge_measurement(evidence, e, tik, ret, err)) {
        return false;
    }
    if (ret->reasons.n != 0) {
        sentences_clear(&ret->covered);
    }
    ret->yes = ret->reasons.n == 0;
    return note_platform(e, ret, err) && note_policy(e->policy, ret, err) &&
           note_boot(e, ret, err);
}

bool verdict_explain(const struct expectation *e, const struct sevk_secret *tik,
                     struct verdict *verdict, struct sevk_error *err)
{
    OWN(own_free) struct explanation *x = NULL;

    if (verdict->matches || !verdict->has_evidence) {
        return true;
    }
    x = calloc(1, sizeof *x);
    if (x == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!explain_on_this_machine(&verdict->evidence, e, tik, x, err)) {
        return false;
    }
    free(verdict->explanation);
    verdict->explanation = TAKE(x);
    return true;
}
