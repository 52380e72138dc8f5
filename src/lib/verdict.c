/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts, for other programs. */
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "attest/verdict_json.h"
#include "base/own.h"
#include "lib/expectation.h"
#include "owner/owner_json.h"

void sevk_verdict_free(struct sevk_verdict **verdict)
{
    if (*verdict != NULL) {
        verdict_clear(&(*verdict)->verdict);
        chain_free(&(*verdict)->chain);
        free(*verdict);
    }
    *verdict = NULL;
}

/* -- Reached. -------------------------------------------------------------------- */

/* *INOUT is the evidence's, which counts only if the owner named none. */
static bool choose_policy(const struct sevk_expectation *expectation,
                          const struct sevk_session *session, uint32_t *inout,
                          struct sevk_error *err)
{
    uint32_t of_session = session->record.policy;
    bool has = expectation_policy(expectation->e, inout);

    if (!session->has_record) {
        return true;
    }
    if (has && *inout != of_session) {
        return sevk_fail(err, SEVK_USAGE,
                         "the session was made for policy 0x%02x, not 0x%02x",
                         of_session, *inout);
    }
    *inout = of_session;
    return true;
}

static bool explain(const struct expectation *e, const struct sevk_secret *tik,
                    struct sevk_verdict *v, struct sevk_error *err)
{
    if (!verdict_explain(e, tik, &v->verdict, err)) {
        return false;
    }
    if (v->verdict.explanation != NULL) {
        explanation_text(v->verdict.explanation, v->explanation);
    }
    return true;
}

static bool reach(const struct sevk_expectation *expectation,
                  const struct evidence *evidence,
                  const struct sevk_session *session, uint32_t flags,
                  struct sevk_verdict *v, struct sevk_error *err)
{
    const struct sevk_secret *tik = &session->session.tik;
    OWN(own_free) struct expectation *e = NULL;
    struct verdict_platform platform = { 0 };
    uint32_t policy = evidence->policy;

    if (session->has_record) {
        platform = verdict_platform_of_record(&session->record);
    }
    return choose_policy(expectation, session, &policy, err) &&
           expectation_settled(expectation, policy, &e, err) &&
           verdict_reach(evidence, e, &platform, tik, &v->verdict, err) &&
           (v->verdict.yes || (flags & SEVK_VERDICT_EXPLAIN) == 0 ||
            explain(e, tik, v, err));
}

bool sevk_verdict_reach(const struct sevk_expectation *expectation,
                        const struct sevk_measurement *measurement,
                        struct sevk_session *session, uint32_t flags,
                        struct sevk_verdict **ret_verdict,
                        struct sevk_error *err)
{
    OWN(sevk_verdict_free) struct sevk_verdict *v = NULL;
    const struct evidence *evidence = &measurement->evidence;

    if ((flags & ~SEVK_VERDICT_EXPLAIN) != 0) {
        return sevk_fail(err, SEVK_USAGE, "flags 0x%x are not known", flags);
    }
    if (!NEW_HANDLE(&v, err) ||
        !reach(expectation, evidence, session, flags, v, err) ||
        (v->verdict.yes && !session_use(session, evidence, err))) {
        return false;
    }
    *ret_verdict = TAKE(v);
    return true;
}

/* -- What it says. ----------------------------------------------------------------- */

bool sevk_verdict_yes(const struct sevk_verdict *verdict)
{
    return verdict != NULL && verdict->verdict.yes;
}

static const struct sentences *find_list(const struct sevk_verdict *verdict,
                                         enum sevk_verdict_list list)
{
    static const struct sentences none = { 0 };

    switch (list) {
    case SEVK_VERDICT_REASONS:
        return &verdict->verdict.reasons;
    case SEVK_VERDICT_COVERED:
        return &verdict->verdict.covered;
    case SEVK_VERDICT_NOT_COVERED:
        return &verdict->verdict.not_covered;
    case SEVK_VERDICT_WARNINGS:
        return &verdict->verdict.warnings;
    }
    return &none;
}

size_t sevk_verdict_count(const struct sevk_verdict *verdict,
                          enum sevk_verdict_list list)
{
    return find_list(verdict, list)->n;
}

const char *sevk_verdict_sentence(const struct sevk_verdict *verdict,
                                  enum sevk_verdict_list list, size_t index)
{
    const struct sentences *s = find_list(verdict, list);

    return index < s->n ? s->items[index] : NULL;
}

const char *sevk_verdict_explanation(const struct sevk_verdict *verdict)
{
    return verdict->explanation[0] == '\0' ? NULL : verdict->explanation;
}

bool sevk_verdict_is_verified(const struct sevk_verdict *verdict)
{
    return verdict->verdict.platform.verified;
}

bool sevk_verdict_is_virtual(const struct sevk_verdict *verdict)
{
    return verdict->verdict.platform.is_virtual;
}

const char *sevk_verdict_root(const struct sevk_verdict *verdict)
{
    return verdict->verdict.platform.root;
}

const char *sevk_verdict_generation(const struct sevk_verdict *verdict)
{
    return verdict->verdict.platform.generation;
}

bool sevk_verdict_platform_id(const struct sevk_verdict *verdict,
                              uint8_t ret_id[SEVK_PLATFORM_ID_LEN])
{
    const struct verdict_platform *platform = &verdict->verdict.platform;

    if (platform->has_id) {
        memcpy(ret_id, platform->id, SHA256_LEN);
    }
    return platform->has_id;
}

bool sevk_verdict_json(const struct sevk_verdict *verdict, char **ret_text,
                       struct sevk_error *err)
{
    OWN(owner_json_free)
    struct json_object *object = json_object_new_object();
    const char *text;
    char *copy;

    if (object == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    if (!verdict_to_json(&verdict->verdict, object, err)) {
        return false;
    }
    text = json_object_to_json_string_ext(
        object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
    copy = text == NULL ? NULL : strdup(text);
    if (copy == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    *ret_text = copy;
    return true;
}
