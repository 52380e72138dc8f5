/* SPDX-License-Identifier: Apache-2.0 */
/* What an owner does, each as one function that works or says why not. */
#include "faults/flows.h"

#include <stdlib.h>
#include <string.h>

#include "attest/verdict.h"
#include "base/file.h"
#include "base/own.h"
#include "crypto/ec_pem.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "owner/chain.h"
#include "owner/launch_secret.h"
#include "owner/oca.h"
#include "owner/reference.h"
#include "owner/session.h"
#include "owner/session_record.h"

/* -- The world. ------------------------------------------------------------------ */

static const char *const chain_files[] = {
    "session/pdh.cert", "session/pek.cert", "session/oca.cert",
    "virtual/cek.cert", "virtual/ask.cert", "virtual/ark.cert",
};
#define ARK 5

static const char secret_text[] = "correct horse battery staple";

struct flow_world flow_world_make(void)
{
    struct flow_world w = { .out = temp_dir_make() };

    for (size_t i = 0; i < N_OF(chain_files); i++) {
        w.chain[i] = vector_path(chain_files[i]);
    }
    w.prefix = temp_dir_path(&w.out, "vm");
    w.firmware = vector_path("ovmf/ovmf_AmdSev_suffix.bin");
    w.kernel = vector_path("session/pek.cert"); /* any file */
    w.tik = vector_path("session/tik.bin");
    w.tek = vector_path("session/tek.bin");
    w.secret = vector_path("session/pdh.cert");
    w.oca_key = vector_path("session/oca_key.der");
    w.oca_cert = vector_path("session/oca.cert");
    w.reference = temp_dir_path(&w.out, "reference.json");
    return w;
}

void flow_world_drop(struct flow_world *w)
{
    char *const owned[] = { w->prefix, w->firmware,  w->kernel,
                            w->secret, w->reference, w->tik,
                            w->tek,    w->oca_key,   w->oca_cert };

    for (size_t i = 0; i < N_OF(owned); i++) {
        free(owned[i]);
    }
    for (size_t i = 0; i < N_OF(w->chain); i++) {
        free(w->chain[i]);
    }
    temp_dir_drop(&w->out);
}

/* -- Chain and session. ------------------------------------------------------------ */

static bool judge_chain(const struct flow_world *w, bool trusted,
                        struct chain **ret_chain, struct chain_verdict *ret,
                        struct sevk_error *err)
{
    OWN(trust_free) struct trust trust = { 0 };
    OWN(chain_free) struct chain *chain = NULL;

    if (!trust_add_amd(&trust, err) ||
        (trusted && !trust_add_file(&trust, w->chain[ARK], err)) ||
        !chain_new(&chain, err)) {
        return false;
    }
    for (size_t i = 0; i < N_OF(w->chain); i++) {
        if (!chain_add_file(chain, w->chain[i], err)) {
            return false;
        }
    }
    if (!chain_verify(chain, &trust, ret, err)) {
        return false;
    }
    *ret_chain = TAKE(chain);
    return true;
}

/* A no for want of a working library is as good as an error. */
static bool chain_holds(const struct flow_world *w, struct sevk_error *err)
{
    OWN(chain_free) struct chain *chain = NULL;
    struct chain_verdict verdict;

    return judge_chain(w, true, &chain, &verdict, err) &&
           (verdict.yes || sevk_fail(err, SEVK_HOST, "the verdict is no"));
}

/* Whatever fails, what is not trusted does not become it. */
static bool no_trust_is_never_a_yes(const struct flow_world *w,
                                    struct sevk_error *err)
{
    OWN(chain_free) struct chain *chain = NULL;
    struct chain_verdict verdict;

    if (!judge_chain(w, false, &chain, &verdict, err)) {
        return false;
    }
    assert_false(verdict.yes);
    return true;
}

/* The files are there: to fail to read them takes nothing away. */
__attribute__((noinline)) static void look_at_files(
    const struct flow_world *w, const struct session *session)
{
    struct session_record record;
    SESSION(again);

    if (session_files_read(w->prefix, &again, &record, NULL)) {
        assert_true(secret_equal(secret_expose(&session->tik).p,
                                 secret_expose(&again.tik).p, 16));
        assert_int_equal(record.policy, 0x0f);
    }
}

static bool session_is_made(const struct flow_world *w, struct sevk_error *err)
{
    OWN(chain_free) struct chain *chain = NULL;
    struct chain_verdict verdict;
    struct session_record record;
    SESSION(session);

    if (!judge_chain(w, true, &chain, &verdict, err) ||
        !session_create(&verdict, chain, 0x0f, rng_system(), &session, err) ||
        !session_record_make(&session, &verdict, 1, &record, err) ||
        !session_files_write(w->prefix, &session, &record, false, err)) {
        return false;
    }
    look_at_files(w, &session);
    return true;
}

/* -- Secrets. ----------------------------------------------------------------------- */

static const uint8_t measure[32] = { 1, 2, 3 };

static bool seal(const struct flow_world *w, const struct sevk_secret *tek,
                 const struct sevk_secret *tik, struct launch_packet *ret,
                 struct sevk_error *err)
{
    LAUNCH_SECRETS(list);
    SECRET(table);

    return launch_secrets_add_file(&list, "luks-key", w->secret, err) &&
           launch_secrets_table(&list, &table, err) &&
           launch_secret_seal(&table, tek, tik, measure, rng_system(), ret,
                              err);
}

static bool secret_is_built(const struct flow_world *w, struct sevk_error *err)
{
    OWN(launch_packet_free) struct launch_packet packet = { 0 };
    bool yes = false;
    SECRET(tek);
    SECRET(tik);
    SECRET(table);

    if (!secret_read_file(&tek, w->tek, 16, 16, "TEK", err) ||
        !secret_read_file(&tik, w->tik, 16, 16, "TIK", err) ||
        !seal(w, &tek, &tik, &packet, err) ||
        !launch_secret_open(BYTES_OF(packet.header), buf_bytes(&packet.payload),
                            &tek, &tik, measure, &yes, &table, err)) {
        return false;
    }
    assert_true(yes);
    return true;
}

/* -- Verdicts. ------------------------------------------------------------------------ */

static bool judge(const struct flow_world *w, bool right, struct verdict *ret,
                  struct sevk_error *err)
{
    const struct expectation_options options = {
        .firmware = w->firmware,
        .kernel = w->kernel,
        .cmdline = "quiet",
        .cpu = "EPYC-Milan",
        .has_vcpus = true,
        .vcpus = 2,
        .has_policy = true,
        .policy = 0x0f,
    };
    const struct verdict_platform platform = { .verified = true };
    struct evidence evidence = {
        .api_major = 1, .api_minor = 51, .build = 3, .policy = 0x0f
    };
    OWN(expectation_free) struct expectation *e = NULL;
    struct measure_input in = {
        .api_major = 1, .api_minor = 51, .build = 3, .policy = 0x0f
    };
    uint8_t raw[MEASURE_INPUT_LEN];
    struct bytes part = BYTES_OF(raw);
    SECRET(tik);

    if (!secret_read_file(&tik, w->tik, 16, 16, "TIK", err) ||
        !expectation_read(&options, NULL, &e, err) ||
        !expectation_settle(e, 0x0f, err)) {
        return false;
    }
    memcpy(in.digest, e->digests[0], sizeof in.digest);
    in.digest[5] ^= right ? 0 : 1;
    measure_input_encode(&in, raw);
    hmac_sha256(secret_expose(&tik), &part, 1, evidence.measure.measure);
    return verdict_reach(&evidence, e, &platform, &tik, ret, err);
}

static bool verdict_is_reached(const struct flow_world *w,
                               struct sevk_error *err)
{
    OWN(verdict_clear) struct verdict v = { 0 };

    if (!judge(w, true, &v, err)) {
        return false;
    }
    assert_true(v.yes);
    return true;
}

static bool wrong_digest_is_never_a_yes(const struct flow_world *w,
                                        struct sevk_error *err)
{
    OWN(verdict_clear) struct verdict v = { 0 };

    if (!judge(w, false, &v, err)) {
        return false;
    }
    assert_false(v.yes);
    return true;
}

static bool reference_is_written(const struct flow_world *w,
                                 struct sevk_error *err)
{
    OWN(own_free) struct reference *r = calloc(1, sizeof *r);
    OWN(own_free) struct reference *again = calloc(1, sizeof *again);

    if (r == NULL || again == NULL) {
        return sevk_fail(err, SEVK_HOST, "out of memory");
    }
    r->has_policy = true;
    r->policy = 0x0f;
    r->has_vcpus = true;
    r->vcpus = 4;
    if (!reference_write(w->reference, r, err)) {
        return false;
    }
    if (reference_read(w->reference, again, NULL)) {
        assert_int_equal(again->policy, 0x0f);
        assert_int_equal(again->vcpus, 4);
    }
    return true;
}

/* -- The owner's authority. ------------------------------------------------------------ */

static bool authority_is_made(const struct flow_world *w,
                              struct sevk_error *err)
{
    OWN(p384_key_free) struct p384_key *key = NULL;
    OWN(p384_key_free) struct p384_key *again = NULL;
    uint8_t cert[SEV_CERT_LEN];
    SECRET(passphrase);
    SECRET(pem);

    (void)w;
    if (!secret_copy(&passphrase, bytes_of_string(secret_text), err) ||
        !oca_make(rng_system(), &key, cert, err) ||
        !p384_key_write_pem(key, NULL, &pem, err) ||
        !p384_key_read_pem(secret_expose(&pem), NULL, "key", &again, err)) {
        return false;
    }
    return true;
}

const struct flow flows[] = {
    { "a chain is verified", chain_holds, 0 },
    { "what is not trusted never becomes it", no_trust_is_never_a_yes, 0 },
    { "a session is made and written", session_is_made, 5 },
    { "a secret is sealed and opened", secret_is_built, 0 },
    { "a verdict is reached", verdict_is_reached, 0 },
    { "a wrong digest is never a yes", wrong_digest_is_never_a_yes, 0 },
    { "a reference is written and read", reference_is_written, 1 },
    { "an authority is made and kept", authority_is_made, 0 },
};
const size_t n_flows = sizeof flows / sizeof flows[0];
