/* SPDX-License-Identifier: Apache-2.0 */
/* A host for tests: honest, unlucky or evil, with a real firmware's answers. */
#include "unit/attest/fake_host.h"

#include <stdio.h>

#include "base/own.h"
#include "crypto/aes.h"
#include "crypto/hash.h"
#include "lib/unit.h"
#include "lib/vector.h"
#include "unit/owner/certs.h"

void fake_host_init(struct fake_host *fake)
{
    *fake = (struct fake_host){
        .description = { .name = "far.example.org",
                         .software = "fake 1.0",
                         .sev = true,
                         .sev_es = true,
                         .cbitpos = 51,
                         .reduced_phys_bits = 1 },
        .name = "vm1",
        .api_major = 1,
        .api_minor = 51,
        .build = 3,
    };
    memcpy(fake->parts, made_chain, sizeof fake->parts);
}

void fake_host_clear(struct fake_host *fake)
{
    buf_free(&fake->loaded);
    buf_free(&fake->secret);
    channel_clear(&fake->channel);
}

void fake_host_load(struct fake_host *fake, struct bytes what)
{
    struct sevk_error err;

    assert_works(buf_append(&fake->loaded, what, &err), &err);
}

/* -- Luck. -------------------------------------------------------------------- */

/* Counts the call, and says whether it has its effect. */
static bool happens(struct fake_host *f, enum fake_op op)
{
    f->calls[op]++;
    if (f->stops && f->stop_after == op) {
        f->wants_stop = true;
    }
    return (f->fails & 1u << op) == 0 || f->fails_late;
}

static bool answers(const struct fake_host *f, enum fake_op op,
                    struct sevk_error *err)
{
    return (f->fails & 1u << op) == 0 ||
           sevk_fail(err, SEVK_HOST, "connection lost (%d)", (int)op);
}

/* -- What a host does. --------------------------------------------------------- */

static bool op_describe(void *ctx, struct host_description *ret,
                        struct sevk_error *err)
{
    struct fake_host *f = ctx;

    (void)happens(f, FAKE_DESCRIBE);
    *ret = f->description;
    return answers(f, FAKE_DESCRIBE, err);
}

static bool op_vm(void *ctx, struct host_vm *ret, struct sevk_error *err)
{
    struct fake_host *f = ctx;

    (void)happens(f, FAKE_VM);
    snprintf(ret->name, sizeof ret->name, "%s", f->name);
    snprintf(ret->uuid, sizeof ret->uuid, "%s",
             "d8a8f8f0-1111-4222-8333-444455556666");
    snprintf(ret->by_hand, sizeof ret->by_hand, "virsh destroy %s", ret->uuid);
    return answers(f, FAKE_VM, err);
}

static bool op_schedule(void *ctx, struct sevk_error *err)
{
    struct fake_host *f = ctx;

    (void)happens(f, FAKE_SCHEDULE);
    f->exists = true;
    return answers(f, FAKE_SCHEDULE, err);
}

static bool op_certificates(void *ctx, struct chain *chain,
                            struct sevk_error *err)
{
    struct fake_host *f = ctx;

    (void)happens(f, FAKE_CERTIFICATES);
    for (int role = 0; role < CHAIN_ROLES; role++) {
        OWN(buf_free) struct buf cert = { 0 };

        if (f->parts[role] == NULL) {
            continue;
        }
        cert = vector_load(f->parts[role]);
        if (!chain_add(chain, buf_bytes(&cert), f->parts[role], err)) {
            return false;
        }
    }
    return answers(f, FAKE_CERTIFICATES, err);
}

/* The firmware's LAUNCH_START. */
static bool open_session(struct fake_host *f, const struct host_session *s,
                         struct sevk_error *err)
{
    OWN(buf_free) struct buf der = vector_load(made_key(CHAIN_PDH));
    OWN(p384_key_free) struct p384_key *pdh = NULL;
    struct session_buf session;
    struct ec_point owner;
    uint32_t status;

    assert_works(p384_key_parse(buf_bytes(&der), "PDH", &pdh, err), err);
    assert_works(
        session_buf_decode(bytes_make(s->blob, SESSION_BUF_LEN), &session, err),
        err);
    status = channel_read_owner_key(bytes_make(s->godh, SEV_CERT_LEN), &owner);
    if (status == SEV_STATUS_SUCCESS) {
        status = channel_open(pdh, &owner, &session, s->policy, &f->channel);
    }
    return status == SEV_STATUS_SUCCESS ||
           sevk_fail_fw(err, status, "LAUNCH_START failed");
}

/* A replayed session was opened by the firmware as well, earlier. */
static void use_replayed(struct fake_host *f)
{
    struct sevk_error err;

    channel_clear(&f->channel);
    assert_works(
        secret_copy(&f->channel.tek, secret_expose(&f->replayed->tek), &err) &&
            secret_copy(&f->channel.tik, secret_expose(&f->replayed->tik),
                        &err),
        &err);
}

static bool op_start(void *ctx, const struct host_session *session,
                     struct sevk_error *err)
{
    struct fake_host *f = ctx;

    if (happens(f, FAKE_START)) {
        f->session_policy = session->policy;
        memcpy(f->session, session->blob, SESSION_BUF_LEN);
        if (!open_session(f, session, err)) {
            return false;
        }
        if (f->replayed != NULL) {
            use_replayed(f);
        }
        f->exists = true;
    }
    return answers(f, FAKE_START, err);
}

static bool op_compare(void *ctx, struct buf *differences,
                       struct sevk_error *err)
{
    struct fake_host *f = ctx;

    (void)happens(f, FAKE_COMPARE);
    if (f->difference != NULL &&
        !buf_append_string(differences, f->difference, err)) {
        return false;
    }
    return answers(f, FAKE_COMPARE, err);
}

static bool op_measure(void *ctx, struct evidence *ret, struct sevk_error *err)
{
    struct fake_host *f = ctx;
    struct measure_input in = {
        .api_major = f->api_major,
        .api_minor = f->lies_api ? f->true_api_minor : f->api_minor,
        .build = f->build,
        .policy = f->session_policy,
        .mnonce = { 1, 2, 3 },
    };
    struct evidence e = { .api_major = f->api_major,
                          .api_minor = f->api_minor,
                          .build = f->build,
                          .policy =
                              f->lies_policy ? f->policy : f->session_policy };

    (void)happens(f, FAKE_MEASURE);
    in.mnonce[4] = f->changes_measurement ? (uint8_t)f->calls[FAKE_MEASURE] : 0;
    sha256(buf_bytes(&f->loaded), in.digest);
    channel_measure(&f->channel, &in, f->measure);
    memcpy(e.measure.measure, f->measure, sizeof f->measure);
    memcpy(e.measure.mnonce, in.mnonce, sizeof in.mnonce);
    *ret = e;
    return answers(f, FAKE_MEASURE, err);
}

/* The firmware's LAUNCH_SECRET. */
static bool take_secret(struct fake_host *f, const struct launch_packet *packet,
                        struct sevk_error *err)
{
    struct fw_profile profile = fw_profile_default();
    struct bytes payload = buf_bytes(&packet->payload);
    struct packet_hdr hdr;
    uint8_t mac[32];

    assert_works(packet_hdr_decode(BYTES_OF(packet->header), &hdr, err), err);
    channel_secret_mac(&f->channel, &profile, &hdr, (uint32_t)payload.n,
                       payload, f->measure, mac);
    if (!secret_equal(mac, hdr.mac, sizeof mac)) {
        return sevk_fail_fw(err, SEV_STATUS_BAD_MEASUREMENT,
                            "LAUNCH_SECRET: bad MAC");
    }
    assert_works(buf_append(&f->secret, payload, err), err);
    assert_works(aes128_ctr(secret_expose(&f->channel.tek), hdr.iv, payload,
                            f->secret.p, err),
                 err);
    return true;
}

static bool op_inject(void *ctx, const struct launch_packet *packet,
                      struct sevk_error *err)
{
    struct fake_host *f = ctx;

    return (!happens(f, FAKE_INJECT) || take_secret(f, packet, err)) &&
           answers(f, FAKE_INJECT, err);
}

static bool op_resume(void *ctx, struct sevk_error *err)
{
    struct fake_host *f = ctx;

    f->running = happens(f, FAKE_RESUME) && f->exists;
    return answers(f, FAKE_RESUME, err);
}

static bool op_abandon(void *ctx, struct sevk_error *err)
{
    struct fake_host *f = ctx;

    f->calls[FAKE_ABANDON]++;
    if (f->calls[FAKE_ABANDON] <= f->abandon_fails) {
        return sevk_fail(err, SEVK_HOST, "connection lost (abandon)");
    }
    f->exists = false;
    f->running = false;
    return true;
}

static void op_wait(void *ctx, unsigned int ms)
{
    struct fake_host *f = ctx;

    (void)ms;
    f->waits++;
}

struct host fake_host_ops(struct fake_host *fake)
{
    return (struct host){
        .ctx = fake,
        .describe = op_describe,
        .vm = op_vm,
        .schedule = fake->schedules ? op_schedule : NULL,
        .certificates = op_certificates,
        .start = op_start,
        .compare = op_compare,
        .measure = op_measure,
        .inject = op_inject,
        .resume = op_resume,
        .abandon = op_abandon,
        .wait = op_wait,
    };
}

/* -- The user. ------------------------------------------------------------------- */

static void add_word(char *to, size_t size, const char *word)
{
    size_t n = strlen(to);

    snprintf(to + n, size - n, "%s%s", n == 0 ? "" : " ", word);
}

static void step(void *ctx, const char *name, const char *sentence)
{
    struct fake_host *f = ctx;

    assert_non_null(sentence);
    assert_int_not_equal(sentence[0], '\0');
    assert_null(strchr(sentence, '\n'));
    add_word(f->steps, sizeof f->steps, name);
}

static void warn(void *ctx, const char *sentence)
{
    struct fake_host *f = ctx;

    add_word(f->warnings, sizeof f->warnings, sentence);
}

static bool stopped(void *ctx)
{
    const struct fake_host *f = ctx;

    return f->wants_stop;
}

struct watch fake_host_watch(struct fake_host *fake)
{
    return (struct watch){ fake, step, warn, stopped };
}
